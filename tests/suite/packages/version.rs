//! The version is said once, in Cargo.toml; everything else asks cargo. Only the changelog names
//! it too, and must agree.

use std::fs;
use std::path::{Path, PathBuf};

use super::{ROOT, VERSION, text};

/// Folders that hold nothing that is ours to keep in order.
const NOT_OURS: [&str; 3] = [".git", ".terraform", "target"];
/// Where versions of others are pinned, or ours is at home.
const PINS: [&str; 5] = [
    "CHANGELOG.md",
    "Cargo.lock",
    "Cargo.toml",
    "requirements.in",
    "requirements.txt",
];

/// All files below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("a folder");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    let ours = paths.filter(|path| !NOT_OURS.iter().any(|name| path.ends_with(name)));
    ours.flat_map(|path| {
        if path.is_dir() {
            files(&path)
        } else {
            vec![path]
        }
    })
    .collect()
}

/// Whether a text names a version, and not just a longer number that has it inside.
fn names(text: &str, version: &str) -> bool {
    let continues = |c: char| c.is_ascii_digit() || c == '.';
    text.match_indices(version).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let mut after = text[at + version.len()..].chars();
        let longer = match after.next() {
            // The end of a sentence isn't the middle of a number.
            Some('.') => after.next().is_some_and(|c| c.is_ascii_digit()),
            Some(c) => c.is_ascii_digit() || c == '/',
            None => false,
        };
        !before.is_some_and(continues) && !longer
    })
}

#[test]
fn no_other_file_repeats_the_version() {
    let repeats = files(Path::new(ROOT)).into_iter().filter(|path| {
        let pins = PINS.iter().any(|name| path.ends_with(name));
        let text = fs::read(path).unwrap_or_default();
        !pins && names(&String::from_utf8_lossy(&text), VERSION)
    });
    let repeats: Vec<PathBuf> = repeats.collect();
    assert_eq!(repeats, [""; 0].map(PathBuf::from));
}

#[test]
fn the_changelog_begins_with_this_version() {
    let changelog = text("CHANGELOG.md");
    let mut headings = changelog
        .lines()
        .filter_map(|line| line.strip_prefix("## "));
    let newest = headings.next().expect("a heading");
    let note = newest
        .strip_prefix(&format!("{VERSION} ("))
        .and_then(|rest| rest.strip_suffix(')'));
    let note = note.unwrap_or_else(|| panic!("{newest} is not of {VERSION}"));
    // As "Unreleased", or "March 3, 2030".
    let is_date = note.split_once(' ').is_some_and(|(month, rest)| {
        let is_month = month.chars().all(char::is_alphabetic);
        let digits = rest.replace(", ", "");
        is_month && digits.len() >= 5 && digits.chars().all(|c| c.is_ascii_digit())
    });
    assert!(note == "Unreleased" || is_date, "{note}");
    for line in changelog.lines().filter(|line| line.ends_with(':')) {
        let known = [
            "BREAKING CHANGES:",
            "NOTES:",
            "FEATURES:",
            "ENHANCEMENTS:",
            "BUG FIXES:",
        ];
        assert!(known.contains(&line), "{line}");
    }
}

#[test]
fn a_version_inside_another_number_is_none() {
    for (text, named) in [
        ("v1.2.3", true),
        ("_1.2.3_linux", true),
        ("is 1.2.3.", true),
        ("1.2.3", true),
        ("11.2.3", false),
        ("1.2.30", false),
        ("0.1.2.3", false),
        ("1.2.3.4", false),
        ("1.2.3/8", false),
    ] {
        assert_eq!(names(text, "1.2.3"), named, "{text}");
    }
}
