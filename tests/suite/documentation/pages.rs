//! The generated pages are those that the program would write now.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

/// The generated files below a folder of pages, by their paths in it. Guides are written by hand,
/// and the benchmarks by the benchmarks.
fn generated(folder: &Path) -> BTreeSet<String> {
    let mut found = BTreeSet::from(["index.md".to_owned()]);
    for kind in ["resources", "data-sources", "functions"] {
        for entry in fs::read_dir(folder.join(kind)).into_iter().flatten() {
            let name = entry.expect("an entry").file_name();
            found.insert(format!("{kind}/{}", name.to_string_lossy()));
        }
    }
    found
}

fn written_now() -> TempDir {
    let folder = TempDir::new().expect("a folder");
    let status = Command::new(env!("CARGO_BIN_EXE_terraform-provider-curated"))
        .arg("docs")
        .arg(folder.path())
        .status();
    assert!(status.expect("it runs").success());
    folder
}

#[test]
fn pages_are_as_the_program_writes_them_now() {
    let now = written_now();
    let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs");
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
    let (stale, guide) = (
        folder.path().join("resources/gone.md"),
        folder.path().join("guides/kept.md"),
    );
    fs::create_dir(folder.path().join("guides")).expect("a folder");
    fs::write(&stale, "").expect("a file");
    fs::write(&guide, "").expect("a file");
    let status = Command::new(env!("CARGO_BIN_EXE_terraform-provider-curated"))
        .arg("docs")
        .arg(folder.path())
        .status();
    assert!(status.expect("it runs").success());
    assert!(!stale.exists() && guide.exists());
}

#[test]
fn help_says_nothing_of_the_command_that_writes_pages() {
    let help = Command::new(env!("CARGO_BIN_EXE_terraform-provider-curated"))
        .arg("--help")
        .output()
        .expect("it runs");
    let help = String::from_utf8_lossy(&help.stdout).into_owned();
    assert!(
        help.contains("--version") && !help.contains("docs"),
        "{help}"
    );
}
