//! `docs/guides/gallery.md` shows what Terraform prints: its page is told to a real Terraform from
//! top to bottom, and every picture on it must come out as it is there. Where the page configures the
//! provider, it goes on in an account of its own.
//!
//! With `UPDATE_GALLERY=1` in the environment the pictures are taken anew instead. Only the version
//! that the page names has to print the same texts; with another one the story must go the same way.

mod aws;
mod clean;
pub mod names;
pub mod page;
mod story;

use std::fs;
use std::path::{Path, PathBuf};

use crate::support::terraform::Terraform;
use page::{Page, Part};
use story::Story;

const UPDATE: &str = "UPDATE_GALLERY";

fn path() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/guides/gallery.md")
}

#[test]
fn the_gallery_shows_what_terraform_prints() {
    let text = fs::read_to_string(path()).expect("the page can be read");
    let named = version(&text).expect("the page names the version of Terraform");
    let all = Terraform::find_all();
    let same = all.iter().find(|terraform| terraform.version == named);
    let terraform = same.or(all.first()).expect("a terraform or tofu");

    let shown = Page::read(&text);
    let printed = told(&shown, terraform);
    if std::env::var_os(UPDATE).is_some() {
        let text = printed.to_string().replace(&named, &terraform.version);
        fs::write(path(), text).expect("the page can be written");
    } else if same.is_some() {
        assert_same(&shown, &printed);
    } else {
        assert_alike(&shown, &printed);
    }
}

/// The page with the pictures that this Terraform prints.
fn told(page: &Page, terraform: &Terraform) -> Page {
    let mut story = Story::begin(terraform, "");
    let mut versions = "";
    let parts = page.0.iter().map(|part| {
        if let Part::Hcl(text) = part
            && let Some((before, _)) = text.split_once("provider \"curated\"")
        {
            story = Story::begin(terraform, versions);
            if versions.is_empty() {
                versions = before;
            }
        }
        story.tell(part)
    });
    Page(parts.collect())
}

/// The version that a page says it was printed by.
fn version(page: &str) -> Option<String> {
    let is_version = |word: &&str| {
        let numbers: Vec<&str> = word.split('.').collect();
        numbers.len() == 3 && numbers.iter().all(|n| n.parse::<u32>().is_ok())
    };
    let words = page.split(|c: char| c != '.' && !c.is_alphanumeric());
    let words = words.map(|word| word.trim_end_matches('.'));
    words.into_iter().find(is_version).map(str::to_owned)
}

fn assert_same(shown: &Page, printed: &Page) {
    for (shown, printed) in shown.0.iter().zip(&printed.0) {
        assert!(
            shown == printed,
            "the gallery is stale: {UPDATE}=1 takes its pictures anew.\nThe page has:\n{shown}\n\
             Terraform prints:\n{printed}"
        );
    }
}

/// The same commands succeed, and the same fail.
fn assert_alike(shown: &Page, printed: &Page) {
    for (shown, printed) in shown.0.iter().zip(&printed.0) {
        if let (Part::Picture { text: shown, .. }, Part::Picture { text, .. }) = (shown, printed) {
            let is_error = |text: &str| text.contains("Error: ");
            assert!(!text.is_empty());
            assert_eq!(is_error(text), is_error(shown), "{text}");
        }
    }
}

#[test]
fn a_page_that_shows_something_else_is_found_stale() {
    let page =
        |text: &str| Page::read(&format!("Hi\n\n```text\n$ terraform plan\n\n{text}\n```\n"));
    assert_same(&page("No changes."), &page("No changes."));
    let stale = || assert_same(&page("No changes."), &page("Some changes."));
    assert!(std::panic::catch_unwind(stale).is_err());
    let fails = || assert_alike(&page("No changes."), &page("Error: no"));
    assert!(std::panic::catch_unwind(fails).is_err());
}

#[test]
fn the_version_is_read_from_the_prose() {
    let page = "Printed by Terraform 1.11.4. Addresses are 10.0.0.0/8.";
    assert_eq!(version(page).as_deref(), Some("1.11.4"));
    assert_eq!(version("Terraform 1.11"), None);
}
