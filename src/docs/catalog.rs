//! The guide *The catalog*: every preset, and every service by category.

use std::collections::BTreeSet;

use super::page::Page;
use crate::catalog::{CATEGORIES, Catalog, Service};

/// The path of the page below `docs/`.
const PATH: &str = "guides/catalog.md";

/// The services whose ports were compared with their source: the name, the traffic that was compared, and
/// the document in which it was read, or the names in IANA's registry.
const COMPARED: &str = include_str!("../catalog/compared.tsv");

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
    let compared: BTreeSet<&str> = compared().map(|[name, ..]| name).collect();
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
            let mut source = linked(source.unwrap_or_default());
            if !compared.contains(&**name) {
                source.push_str(" †");
            }
            text.push_str(&format!(
                "| `{name:?}` | {traffic} | {description} | {source} |\n"
            ));
        }
    }
    text
}

fn compared() -> impl Iterator<Item = [&'static str; 3]> {
    let columns = |line: &'static str| line.splitn(3, '\t').collect::<Vec<_>>();
    COMPARED
        .lines()
        .filter_map(move |line| columns(line).try_into().ok())
}

/// A link to a document, labelled with its host. A source without a path, such as "IANA", stays as it is.
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
    // In backquotes, "all" would look like the name of an argument.
    texts.join(", ").replace("`all`", "all traffic")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A service that is changed must be compared with its source again.
    #[test]
    fn the_compared_traffic_is_that_of_the_catalog() {
        assert_eq!(
            compared().count(),
            COMPARED.lines().count(),
            "three columns"
        );
        for [name, traffic, place] in compared() {
            let service = Catalog::built_in().find(name);
            let service = service.unwrap_or_else(|| panic!("{name} is no service"));
            let ports: Vec<String> = service.traffic.iter().map(ToString::to_string).collect();
            assert_eq!(ports.join(","), traffic, "{name}");
            let is_of_iana = service.source == Some("IANA");
            assert_eq!(place.starts_with("IANA: "), is_of_iana, "{name}: {place}");
        }
        let of_iana = Catalog::built_in().services().iter();
        for service in of_iana.filter(|service| service.source == Some("IANA")) {
            let found = compared().any(|[name, ..]| name == service.name);
            assert!(found, "{}: no name in IANA's registry", service.name);
        }
    }
}
