//! The guide *The catalog*: every preset, and every service by category.

use super::page::Page;
use crate::catalog::{CATEGORIES, Catalog, Service};

/// Where the page belongs below `docs/`.
const PATH: &str = "guides/catalog.md";

/// The text above the tables.
const TEMPLATE: &str = include_str!("templates/guides/catalog.md");

/// The page that lists the catalog.
pub(super) fn page() -> Page {
    let text = TEMPLATE
        .replace("{{ presets }}", &presets())
        .replace("{{ services }}", &tables());
    Page {
        path: PATH.to_owned(),
        text,
    }
}

fn presets() -> String {
    let mut table = String::from("| `preset` | description | rules |\n|---|---|---|\n");
    for preset in Catalog::built_in().presets() {
        let rules = quoted(preset.rules().keys());
        table.push_str(&format!(
            "| `{:?}` | {} | {rules} |\n",
            preset.name, preset.description
        ));
    }
    table
}

/// One table for each category.
fn tables() -> String {
    let mut text = String::new();
    for category in CATEGORIES {
        text.push_str(&format!(
            "\n### {category}\n\n| `service` | lets through | description | source |\n\
             |---|---|---|---|\n"
        ));
        let services = Catalog::built_in().services().iter();
        let of_it = services.filter(|s| s.category == *category);
        for Service {
            name,
            description,
            traffic,
            source,
            ..
        } in of_it
        {
            let traffic = quoted(traffic.iter());
            let source = linked(source.as_deref().unwrap_or_default());
            text.push_str(&format!(
                "| `{name:?}` | {traffic} | {description} | {source} |\n"
            ));
        }
    }
    text
}

/// The address of a document as a link with its host's name; "IANA" as it is.
fn linked(source: &str) -> String {
    source.split_once('/').map_or_else(
        || source.to_owned(),
        |(host, _)| format!("[{host}](https://{source})"),
    )
}

fn quoted(texts: impl Iterator<Item = impl ToString>) -> String {
    let texts: Vec<String> = texts
        .map(|text| format!("`{}`", text.to_string()))
        .collect();
    // A word by itself would be taken for the name of an argument.
    texts.join(", ").replace("`all`", "all traffic")
}
