//! Nearest names: what a user who wrote `htps` may have meant. Knows no catalog.

use strsim::damerau_levenshtein;

/// Most names that are worth reading after "did you mean".
const MOST: usize = 3;
/// A word of more bytes than this resembles no name, and isn't compared with any: the comparison
/// takes as long as the word times the name.
const LONGEST: usize = 128;

/// The `names` that resemble `word`, the nearest first, three at the most. Case does not count.
/// Empty when nothing is near enough to be worth saying.
pub fn nearest<'a>(word: &str, names: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    if word.len() > LONGEST {
        return Vec::new();
    }
    let word = word.to_lowercase();
    let reach = reach(&word);
    let mut near: Vec<(usize, &str)> = names
        .into_iter()
        .filter_map(|name| {
            let lower = name.to_lowercase();
            let distance = damerau_levenshtein(&word, &lower);
            if distance <= reach {
                Some((distance, name))
            } else {
                within(&word, &lower).then_some((reach + 1, name))
            }
        })
        .collect();
    // People rarely miss the first letter.
    let first = word.chars().next();
    near.sort_by_key(|(distance, name)| (*distance, name.chars().next() != first));
    // Only the case is wrong: there is nothing to guess.
    let most = if matches!(near.first(), Some((0, _))) {
        1
    } else {
        MOST
    };
    near.truncate(most);
    near.into_iter().map(|(_, name)| name).collect()
}

/// Whether `word` is another name than `name`, and near enough to be a misspelling of it. Words that
/// only hold one another are not.
pub fn is_misspelt(word: &str, name: &str) -> bool {
    let is_long = word.len() > LONGEST;
    let (word, name) = (word.to_lowercase(), name.to_lowercase());
    !is_long && damerau_levenshtein(&word, &name) <= reach(&word)
}

/// How many letters a misspelling differs in at the most.
fn reach(word: &str) -> usize {
    1 + word.chars().count() / 4
}

/// `"a"`, `"a" or "b"`, `"a", "b" or "c"`: for "Did you mean …?". Empty for no names.
pub fn one_of(names: &[&str]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("{name:?}")).collect();
    match quoted.as_slice() {
        [] => String::new(),
        [only] => only.clone(),
        [most @ .., last] => format!("{} or {last}", most.join(", ")),
    }
}

/// Whether one word is a part of the other, long enough not to be so by chance.
fn within(word: &str, name: &str) -> bool {
    word.len().min(name.len()) >= 3 && (word.contains(name) || name.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAMES: [&str; 7] = ["http", "https", "ssh", "openvpn", "shiny", "flask", "all"];

    #[test]
    fn a_very_long_word_is_compared_with_nothing() {
        let http = |length: usize| format!("{}http", "x".repeat(length - "http".len()));
        assert_eq!(nearest(&http(LONGEST), NAMES), ["http"]);
        assert_eq!(nearest(&http(LONGEST + 1), NAMES), [""; 0]);
    }

    #[test]
    fn nearest_finds_what_was_meant() {
        let table: [(&str, &[&str]); 8] = [
            ("htps", &["https", "http"]),
            ("HTTP", &["http"]),
            ("shh", &["ssh"]),
            ("flsk", &["flask"]),
            ("vpn", &["openvpn"]),
            ("openvpn-udp", &["openvpn"]),
            ("postgresql", &[]),
            ("", &[]),
        ];
        for (word, expected) in table {
            assert_eq!(nearest(word, NAMES), expected, "{word:?}");
        }
    }

    #[test]
    fn nearest_is_never_longer_than_a_reader_bears() {
        assert_eq!(nearest("aaaa", ["aaab", "aaac", "aaad", "aaae"]).len(), 3);
    }

    #[test]
    fn one_of_reads_as_a_sentence() {
        assert_eq!(one_of(&[]), "");
        assert_eq!(one_of(&["a"]), r#""a""#);
        assert_eq!(one_of(&["a", "b"]), r#""a" or "b""#);
        assert_eq!(one_of(&["a", "b", "c"]), r#""a", "b" or "c""#);
    }
}
