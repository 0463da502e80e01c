//! Every message that a user can meet has its line in the guide to troubleshooting.

use std::collections::BTreeSet;

use super::source::{Argument, Code};
use super::{files, read, root};

/// What makes a message, and which argument is its summary.
const MAKERS: [(&str, usize); 4] = [
    ("Diagnostic::error", 0),
    ("Diagnostic::warning", 0),
    ("Explanation::new", 0),
    ("Fault::new", 1),
];

/// The first cells of the guide's tables that quote a message.
fn quoted() -> Vec<String> {
    let page = read(&root().join("docs/guides/troubleshooting.md"));
    let rows = page.lines().filter_map(|line| line.strip_prefix("| `"));
    rows.filter_map(|row| row.split_once("` |"))
        .map(|(cell, _)| cell.to_owned())
        .collect()
}

/// The fixed words of a summary, in order; what is put in comes between them.
fn fixed(summary: &str) -> Vec<String> {
    let mut pieces = vec![String::new()];
    let mut rest = summary;
    while let Some(c) = rest.chars().next() {
        let last = pieces.last_mut().expect("one piece");
        match c {
            '{' if !rest.starts_with("{{") => {
                let end = rest.find('}').map_or(rest.len(), |at| at + 1);
                rest = &rest[end..];
                pieces.push(String::new());
                continue;
            }
            '{' | '}' => rest = &rest[1..],
            _ => {}
        }
        last.push(c);
        rest = &rest[c.len_utf8()..];
    }
    pieces
}

/// Whether the cell is this summary, with something put in.
fn is_said(cell: &str, pieces: &[String]) -> bool {
    let [first, middle @ .., last] = pieces else {
        return pieces.first().is_some_and(|whole| whole == cell);
    };
    let inner = cell.strip_prefix(first.as_str());
    let inner = inner.and_then(|c| c.strip_suffix(last.as_str()));
    let found = middle
        .iter()
        .try_fold(inner.unwrap_or_default(), |rest, piece| {
            rest.split_once(piece.as_str()).map(|(_, rest)| rest)
        });
    inner.is_some() && found.is_some()
}

/// Whether anything of a summary is fixed. Otherwise every row would do as its own.
fn has_words(summary: &str) -> bool {
    let pieces = fixed(summary);
    pieces
        .iter()
        .any(|piece| piece.contains(char::is_alphabetic))
}

/// Every summary of the code, and what can't be followed to its words.
fn summaries() -> (BTreeSet<String>, Vec<String>) {
    let (mut found, mut lost) = (BTreeSet::new(), Vec::new());
    for path in files("src", ".rs") {
        let name = path
            .strip_prefix(root())
            .expect("below")
            .to_string_lossy()
            .into_owned();
        // What a table of problems lists, the checks say.
        let is_a_list = name == "src/tf_provider/problems.rs" || name.starts_with("src/docs/");
        if is_a_list || name.ends_with("tests.rs") {
            continue;
        }
        let code = Code::read(&read(&path));
        let mut take = |argument: &Argument| match code.words(argument) {
            // What is put in may be anything: a summary is known by the words that are fixed.
            Ok(words) if words.iter().any(|w| !has_words(w)) => {
                lost.push(format!("{name}: {words:?} has no words of its own"));
            }
            Ok(words) => found.extend(words),
            Err(what) => lost.push(format!("{name}: {what}")),
        };
        for (maker, index) in MAKERS {
            for arguments in code.calls(maker) {
                take(&arguments[index]);
            }
        }
        let summaries = code.calls("summary:").iter().flatten();
        summaries.filter(|it| it.is_made_here()).for_each(take);
    }
    // What is done is said by those who call.
    found.remove("Can't {doing}");
    (found, lost)
}

#[test]
fn every_message_is_in_the_guide_to_troubleshooting() {
    let (summaries, lost) = summaries();
    assert!(lost.is_empty(), "whose words are these? {lost:#?}");
    assert!(summaries.len() > 50, "{summaries:#?}");
    let quoted = quoted();
    let missing: Vec<&String> = summaries
        .iter()
        .filter(|summary| !quoted.iter().any(|cell| is_said(cell, &fixed(summary))))
        .collect();
    assert!(
        missing.is_empty(),
        "docs/guides/troubleshooting.md lacks a row for {missing:#?}"
    );
}

#[test]
fn every_refusal_of_ec2_that_is_explained_is_in_the_guide_to_troubleshooting() {
    let sources = files("src/resources", "errors.rs").into_iter();
    let texts = sources.flat_map(|path| Code::read(&read(&path)).literals().to_vec());
    let is_code = |text: &String| {
        let capitals = text.chars().filter(char::is_ascii_uppercase).count();
        capitals > 1 && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '.')
    };
    let codes: BTreeSet<String> = texts.filter(is_code).collect();
    assert!(codes.len() > 15, "{codes:?}");
    let page = read(&root().join("docs/guides/troubleshooting.md"));
    let missing: Vec<&String> = codes
        .iter()
        .filter(|c| !page.contains(&format!("`{c}`")))
        .collect();
    assert!(missing.is_empty(), "the guide lacks {missing:?}");
}

#[test]
fn a_cell_says_a_summary_only_if_all_its_words_are_there() {
    let pieces = fixed("{name:?} is {} of {{x}}");
    assert_eq!(pieces, ["", " is ", " of {x}"]);
    assert!(is_said("\"a\" is b of {x}", &pieces));
    assert!(!is_said("\"a\" is b of {y}", &pieces));
    assert!(!is_said("No regions", &fixed("No region")));
    assert!(has_words("{name:?} is bad") && !has_words("{name:?} {what}"));
}
