//! Finds the names nearest to a misspelt one, for "Did you mean …?". Must not know the catalog.

use strsim::damerau_levenshtein;

/// Most names that are suggested.
const MOST: usize = 3;
/// Most bytes of a word that is compared. The comparison takes time in proportion to the lengths of
/// both words.
const LONGEST: usize = 128;

/// The `names` that resemble `word` without regard to case, the nearest first, at most three.
pub fn nearest<'a>(word: &str, names: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    if word.len() > LONGEST {
        return Vec::new();
    }
    nearest_of(word, names.into_iter().collect())
}

fn nearest_of<'a>(word: &str, names: Vec<&'a str>) -> Vec<&'a str> {
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
    // Among equals, names with the same first letter come first: people rarely miss that.
    let first = word.chars().next();
    near.sort_by_key(|(distance, name)| (*distance, name.chars().next() != first));
    // A name that differs only in case is the only suggestion.
    let most = if matches!(near.first(), Some((0, _))) {
        1
    } else {
        MOST
    };
    near.truncate(most);
    near.into_iter().map(|(_, name)| name).collect()
}

/// Whether `word` is near enough to `name` to be a misspelling of it. A word that only contains the
/// other isn't.
pub fn is_misspelt(word: &str, name: &str) -> bool {
    let is_long = word.len() > LONGEST;
    let (word, name) = (word.to_lowercase(), name.to_lowercase());
    !is_long && damerau_levenshtein(&word, &name) <= reach(&word)
}

/// Most letters in which a misspelling differs.
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

/// Whether one word contains the other, which must be long enough not to do so by chance.
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
