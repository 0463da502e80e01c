//! Links between the pages lead somewhere.

use std::path::Path;

use super::{pages, read, root};

/// The targets of a page's links.
fn targets(page: &str) -> Vec<&str> {
    let behind = page.split("](").skip(1);
    behind.filter_map(|rest| rest.split(')').next()).collect()
}

/// What registries and forges make of a heading.
fn slug(heading: &str) -> String {
    let kept = heading.trim().to_lowercase();
    let kept = kept
        .chars()
        .filter(|c| c.is_alphanumeric() || " -_".contains(*c));
    kept.map(|c| if c == ' ' { '-' } else { c }).collect()
}

fn has_anchor(page: &str, anchor: &str) -> bool {
    let mut headings = page.lines().filter(|line| line.starts_with('#'));
    headings.any(|line| slug(line.trim_start_matches('#')) == anchor)
        || page.contains(&format!("<a id=\"{anchor}\"></a>"))
}

/// Why a link leads nowhere.
fn fault(page: &Path, target: &str) -> Option<String> {
    let (file, anchor) = target.split_once('#').unwrap_or((target, ""));
    let folder = page.parent().expect("a file is in a folder");
    let path = match file {
        "" => page.to_owned(),
        file => folder.join(file),
    };
    if !path.exists() {
        return Some(format!("{}: there is no {target}", page.display()));
    }
    let missing = !anchor.is_empty() && !has_anchor(&read(&path), anchor);
    missing.then(|| format!("{}: {file} has no #{anchor}", page.display()))
}

#[test]
fn every_link_leads_somewhere() {
    let mut count = 0;
    let mut faults = Vec::new();
    for page in pages() {
        let text = read(&page);
        for target in targets(&text) {
            if target.contains("://") {
                continue;
            }
            count += 1;
            faults.extend(fault(&page, target));
        }
    }
    assert!(count > 20);
    assert!(faults.is_empty(), "{faults:#?}");
}

#[test]
fn links_that_lead_nowhere_are_seen() {
    let readme = root().join("README.md");
    assert_eq!(targets("[a](b.md#c) and ![d](e)"), ["b.md#c", "e"]);
    assert!(fault(&readme, "gone.md").is_some());
    assert!(fault(&readme, "#gone").is_some());
    assert!(fault(&readme, "CHANGELOG.md").is_none());
    assert!(fault(&readme, "#try-it").is_none());
}
