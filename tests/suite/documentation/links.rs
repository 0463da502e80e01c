//! Links between the pages lead somewhere, and those of `docs/` stay within it: registries publish
//! nothing else.

use std::path::{Component, Path, PathBuf};

use terraform_provider_curated::docs::ADDRESS;

use super::{files, pages, read, root};

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

/// A path without `.` and `..`.
fn resolved(path: &Path) -> PathBuf {
    let mut found = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => {
                found.pop();
            }
            Component::CurDir => {}
            part => found.push(part),
        }
    }
    found
}

/// The file of this package that a link leads to, and its anchor. None for another site's page.
fn destination<'a>(page: &Path, target: &'a str) -> Option<(PathBuf, &'a str)> {
    let (file, anchor) = target.split_once('#').unwrap_or((target, ""));
    if let Some(published) = file.strip_prefix(ADDRESS) {
        // The registry's address of a page is that of its file, without the ending.
        let name = match published.trim_matches('/') {
            "" => "index",
            name => name,
        };
        return Some((root().join(format!("docs/{name}.md")), anchor));
    }
    if file.contains("://") {
        return None;
    }
    let folder = page.parent().expect("a file is in a folder");
    let path = match file {
        "" => page.to_owned(),
        file => resolved(&folder.join(file)),
    };
    Some((path, anchor))
}

/// Why a link leads nowhere, or where a registry shows nothing.
fn fault(page: &Path, target: &str) -> Option<String> {
    let (path, anchor) = destination(page, target)?;
    let fault = |why: &str| Some(format!("{}: {target} {why}", page.display()));
    if !path.exists() {
        return fault("doesn't exist");
    }
    if !anchor.is_empty() && !has_anchor(&read(&path), anchor) {
        return fault("has no such heading");
    }
    let docs = root().join("docs");
    if page.starts_with(&docs) && !path.starts_with(&docs) {
        return fault("is not published by registries, which take docs/ only");
    }
    let is_relative = !target.starts_with('#') && !target.contains("://");
    if page == docs.join("index.md") && is_relative {
        return fault("is relative: a registry resolves it against the wrong folder");
    }
    None
}

#[test]
fn every_link_leads_somewhere() {
    let mut count = 0;
    let mut faults = Vec::new();
    for page in pages() {
        let text = read(&page);
        for target in targets(&text) {
            if destination(&page, target).is_some() {
                count += 1;
                faults.extend(fault(&page, target));
            }
        }
    }
    assert!(count > 20);
    assert!(faults.is_empty(), "{faults:#?}");
}

/// A page that nobody can find from the first one might as well not be published.
#[test]
fn the_first_page_links_to_every_guide() {
    let index = root().join("docs/index.md");
    let text = read(&index);
    let linked: Vec<PathBuf> = targets(&text)
        .into_iter()
        .filter_map(|target| Some(destination(&index, target)?.0))
        .collect();
    for guide in files("docs/guides", ".md") {
        assert!(linked.contains(&guide), "{}", guide.display());
    }
}

#[test]
fn links_that_lead_nowhere_are_seen() {
    assert_eq!(targets("[a](b.md#c) and ![d](e)"), ["b.md#c", "e"]);
    let at = |page: &str, target: &str| fault(&root().join(page), target);
    let guide = "docs/guides/getting-started.md";
    let published = |rest: &str| format!("{ADDRESS}{rest}");
    for (page, target) in [
        ("README.md", "gone.md"),
        ("README.md", "#gone"),
        (guide, "../../README.md"),
        (guide, "../../README.md#install"),
        (guide, "../../examples/tags/main.tf"),
        ("docs/index.md", "guides/getting-started.md"),
        ("docs/index.md", &published("/guides/gone")),
        ("docs/index.md", &published("/guides/getting-started#gone")),
    ] {
        assert!(at(page, target).is_some(), "{page}: {target}");
    }
    for (page, target) in [
        ("README.md", "CHANGELOG.md"),
        ("README.md", "#try-it"),
        ("README.md", "docs/../LICENSE"),
        (guide, "../index.md"),
        (guide, "https://example.com/x"),
        ("docs/index.md", "#schema"),
        ("docs/index.md", &published("")),
        ("docs/index.md", &published("/guides/getting-started")),
        ("docs/index.md", &published("/guides/troubleshooting#rules")),
    ] {
        assert_eq!(at(page, target), None, "{page}: {target}");
    }
}
