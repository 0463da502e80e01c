//! The generated pages are those that the schemas make now. With `UPDATE_DOCS=1` in the environment they
//! are written anew instead.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use tempfile::TempDir;
use terraform_provider_curated::catalog::Catalog;
use terraform_provider_curated::docs::{self, FOLDERS};
use terraform_provider_curated::provider::Curated;

/// The generated files below a folder of pages, by their paths in it. Guides are written by hand,
/// and the benchmarks by the benchmarks.
fn generated(folder: &Path) -> BTreeSet<String> {
    let mut found = BTreeSet::from(["index.md".to_owned()]);
    for kind in FOLDERS {
        for entry in fs::read_dir(folder.join(kind)).into_iter().flatten() {
            let name = entry.expect("an entry").file_name();
            found.insert(format!("{kind}/{}", name.to_string_lossy()));
        }
    }
    found
}

fn write(folder: &Path) {
    docs::write(folder, &docs::pages(&Curated::new())).expect("a folder that can be written");
}

fn written_now() -> TempDir {
    let folder = TempDir::new().expect("a folder");
    write(folder.path());
    folder
}

#[test]
fn pages_are_as_the_schemas_make_them_now() {
    let now = written_now();
    let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        write(&kept);
    }
    let names = generated(now.path());
    assert_eq!(generated(&kept), names, "run `make docs`");
    for name in names {
        let read = |folder: &Path| fs::read_to_string(folder.join(&name)).unwrap_or_default();
        assert!(
            read(&kept) == read(now.path()),
            "{name} is stale: run `make docs`"
        );
    }
}

#[test]
fn writing_pages_removes_stale_ones_and_leaves_guides_alone() {
    let folder = written_now();
    let stale = folder.path().join("resources/gone.md");
    let others = ["guides/kept.md", "resources/kept/main.tf"];
    let others = others.map(|name| folder.path().join(name));
    for file in others.iter().chain([&stale]) {
        fs::create_dir_all(file.parent().expect("a folder")).expect("a folder");
        fs::write(file, "").expect("a file");
    }
    write(folder.path());
    assert!(!stale.exists());
    assert!(others.iter().all(|file| file.exists()));
}

fn rows<'a>(page: &'a str, heading: &str) -> Vec<&'a str> {
    let tables = page.split(heading).skip(1);
    let rows = tables.flat_map(|table| {
        let rows = table.lines().skip(2);
        rows.take_while(|line| line.starts_with('|'))
    });
    rows.collect()
}

fn quoted<T: ToString>(texts: impl Iterator<Item = T>) -> String {
    let quoted: Vec<String> = texts
        .map(|text| format!("`{}`", text.to_string()))
        .collect();
    // A word by itself would be taken for the name of an argument.
    quoted.join(", ").replace("`all`", "all traffic")
}

#[test]
fn the_page_of_the_resource_shows_the_presets() {
    let page = fs::read_to_string(super::root().join("docs/resources/security_group.md"));
    let presets = Catalog::built_in().presets().iter();
    let presets = presets.map(|preset| {
        let rules = quoted(preset.rules().keys());
        format!("| `{:?}` | {} | {rules} |", preset.name, preset.description)
    });
    let page = page.expect("the page");
    let told = rows(&page, "| `preset` | `description` | rules |");
    assert_eq!(told, presets.collect::<Vec<_>>());
}

#[test]
fn the_guide_of_the_catalog_shows_every_service() {
    let page = fs::read_to_string(super::root().join("docs/guides/catalog.md"));
    let page = page.expect("the page");
    let told = rows(&page, "| `service` | lets through | description | source |");
    let compared = fs::read_to_string(super::root().join("src/catalog/compared.tsv"));
    let compared = compared.expect("the record").lines().count();
    let is_marked = |row: &&&str| row.ends_with(" † |");
    let marked = told.iter().filter(is_marked).count();
    assert_eq!(told.len(), compared + marked, "each is compared or marked");
    let mut told: Vec<String> = told.iter().map(|row| row.replace(" † |", " |")).collect();
    told.sort_unstable();
    let mut expected: Vec<String> = Catalog::built_in()
        .services()
        .iter()
        .map(|service| {
            let traffic = quoted(service.traffic.iter());
            let source = service.source.expect("built in");
            let source = source
                .split_once('/')
                .map_or(source.to_owned(), |(host, _)| {
                    format!("[{host}](https://{source})")
                });
            format!(
                "| `{:?}` | {traffic} | {} | {source} |",
                service.name, service.description
            )
        })
        .collect();
    expected.sort_unstable();
    assert_eq!(told, expected);
}
