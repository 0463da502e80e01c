//! ARCHITECTURE.md says of every direct dependency why it is here, and of every crate that is
//! locked in two versions why that is so. Nothing more, and nothing less.

use std::collections::{BTreeMap, BTreeSet};

use super::{locked, text};

/// The tables of Cargo.toml, and how ARCHITECTURE.md marks their crates.
const KINDS: [(&str, &str); 3] = [
    ("[dependencies]", ""),
    ("[build-dependencies]", " (build)"),
    ("[dev-dependencies]", " (tests)"),
];

/// Direct dependencies with their marks, as Cargo.toml has them.
fn declared() -> BTreeSet<String> {
    let manifest = text("Cargo.toml");
    let mut found = BTreeSet::new();
    let mut mark = None;
    for line in manifest.lines() {
        if line.starts_with('[') {
            let kind = KINDS.iter().find(|(table, _)| line.trim() == *table);
            assert!(
                kind.is_some() || !line.contains("dependencies"),
                "{line}: a kind that this test doesn't know"
            );
            mark = kind.map(|(_, mark)| *mark);
            continue;
        }
        let name = line.split_once(['=', '.']).map(|(name, _)| name.trim());
        if let (Some(mark), Some(name)) = (mark, name)
            && !line.starts_with('#')
        {
            found.insert(format!("{name}{mark}"));
        }
    }
    found
}

/// The rows of the table below a heading: first cell, second cell. No cell is empty.
fn rows(heading: &str) -> Vec<(String, String)> {
    let page = text("ARCHITECTURE.md");
    let (_, section) = page
        .split_once(&format!("\n{heading}\n"))
        .unwrap_or_else(|| panic!("no {heading}"));
    let section = section.split("\n#").next().unwrap_or_default();
    let lines = section.lines().filter(|line| line.starts_with('|'));
    let rows = lines.skip(2).map(|line| {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        let [first, second] = cells[..] else {
            panic!("{line} has not two cells");
        };
        assert!(!first.is_empty() && !second.is_empty(), "{line}");
        (first.to_owned(), second.to_owned())
    });
    rows.collect()
}

/// A version without what cargo would update by itself: "1", or "0.9".
fn line_of(version: &str) -> String {
    let parts: Vec<&str> = version.split('.').collect();
    match parts[..] {
        ["0", minor, ..] => format!("0.{minor}"),
        [major, ..] => major.to_owned(),
        [] => String::new(),
    }
}

/// The lines of versions of each crate that is locked in more than one.
fn duplicates() -> BTreeMap<String, BTreeSet<String>> {
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (name, version) in locked() {
        found.entry(name).or_default().insert(line_of(&version));
    }
    found.retain(|_, lines| lines.len() > 1);
    found
}

#[test]
fn each_direct_dependency_has_its_reason() {
    let rows = rows("## Dependencies");
    let reasons: Vec<String> = rows.iter().map(|(c, _)| c.replace('`', "")).collect();
    let explained: BTreeSet<String> = reasons.iter().cloned().collect();
    assert_eq!(explained.len(), reasons.len(), "a crate has two rows");
    let declared = declared();
    assert!(declared.contains("tokio") && declared.contains("proptest (tests)"));
    assert_eq!(explained, declared);
}

#[test]
fn each_crate_in_two_versions_has_its_reason() {
    let explained: BTreeMap<String, BTreeSet<String>> = rows("### Twice in the lock")
        .into_iter()
        .map(|(cell, _)| {
            let cell = cell.replace(['`', ','], "");
            let mut words = cell.split(' ').map(str::to_owned);
            let name = words.next().expect("a name");
            (name, words.collect())
        })
        .collect();
    assert_eq!(explained, duplicates());
}

#[test]
fn cargo_updates_within_a_line_of_versions() {
    for (version, line) in [("1.2.3", "1"), ("0.9.1", "0.9"), ("0.10.0+x", "0.10")] {
        assert_eq!(line_of(version), line);
    }
}
