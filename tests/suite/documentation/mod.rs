//! What `docs/` and the guides say, held against the program.

mod actions;
mod configurations;
mod converters;
mod expressions;
mod links;
mod messages;
mod pages;
mod source;

pub(crate) use configurations::shown;

use std::fs;
use std::path::{Path, PathBuf};

/// The package.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Files below a folder of the package whose names end so, in order.
fn files(folder: &str, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path)
            } else if path.to_string_lossy().ends_with(ending) {
                found.push(path)
            }
        }
    }
    found.sort();
    found
}

/// The pages for those who use the provider, and those for who works on it.
fn pages() -> Vec<PathBuf> {
    let others = [
        "README.md",
        "ARCHITECTURE.md",
        "CHANGELOG.md",
        "CONTRIBUTING.md",
        "STYLE.md",
        "examples/README.md",
    ];
    let mut all = files("docs", ".md");
    all.extend(others.map(|name| root().join(name)));
    all
}

pub(crate) fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// The blocks of code of a page that are in this language.
pub(crate) fn blocks<'a>(page: &'a str, language: &str) -> Vec<&'a str> {
    let parts: Vec<&str> = page.split("```").collect();
    // What is between two fences begins with the language's name.
    let code = parts.iter().skip(1).step_by(2);
    code.filter_map(|block| block.strip_prefix(language)?.strip_prefix('\n'))
        .collect()
}

#[test]
fn guides_begin_as_registries_read_them() {
    for path in files("docs/guides", ".md") {
        let text = read(&path);
        let front = text
            .strip_prefix("---\n")
            .and_then(|t| t.split_once("---\n"));
        let (front, body) = front.unwrap_or_else(|| panic!("{} has no head", path.display()));
        let lines: Vec<&str> = front.lines().collect();
        let [title, group, description, sentence] = lines.as_slice() else {
            panic!("{}: {front}", path.display());
        };
        let title = title
            .strip_prefix("page_title: \"")
            .and_then(|t| t.strip_suffix('"'));
        let title = title.unwrap_or_else(|| panic!("{}: no title", path.display()));
        assert!(group.starts_with("subcategory: \""), "{}", path.display());
        assert_eq!(*description, "description: |-", "{}", path.display());
        assert!(
            sentence.starts_with("  ") && sentence.ends_with('.'),
            "{sentence}"
        );
        let heading = format!("\n# {title}\n");
        assert!(body.starts_with(&heading), "{}", path.display());
    }
}
