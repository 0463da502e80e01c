//! The policies know the provider's own catalog, as it is now.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};
use terraform_provider_curated::catalog::Catalog;
use terraform_provider_curated::curation::{ADMIN_PORTS, DATA_PORTS, Inputs};
use terraform_provider_curated::rules::Traffic;
use terraform_provider_curated::rules::protocols::PROTOCOLS;

use crate::documentation::{read, root};

/// Ports that are there to be open, whatever else uses them.
const WEB: [u16; 2] = [80, 443];

/// What the policies need to know of the catalog.
fn catalog() -> Json {
    let catalog = Catalog::built_in();
    let services: BTreeMap<&str, Vec<String>> = catalog
        .services()
        .iter()
        .map(|service| {
            let traffic = service.traffic.iter().map(Traffic::to_string);
            (&*service.name, traffic.collect())
        })
        .collect();
    let presets: BTreeMap<&str, Vec<String>> = catalog
        .presets()
        .iter()
        .map(|preset| {
            let rules = preset.rules().into_keys().map(|rule| rule.to_string());
            (preset.name.as_str(), rules.collect())
        })
        .collect();
    let mut data: BTreeMap<&str, Vec<[i32; 2]>> = BTreeMap::new();
    for protocol in ["tcp", "udp"] {
        let listed = DATA_PORTS.iter().map(|port| [i32::from(*port); 2]);
        let all = &Inputs::new("").data_traffic;
        let of_services = all.iter().filter(|traffic| traffic.protocol() == protocol);
        let of_services = of_services.filter_map(Traffic::ports).map(|(a, b)| [a, b]);
        let is_web =
            |range: &[i32; 2]| range[0] == range[1] && WEB.map(i32::from).contains(&range[0]);
        let mut ranges: Vec<[i32; 2]> = listed.chain(of_services).filter(|r| !is_web(r)).collect();
        ranges.sort_unstable();
        ranges.dedup();
        data.insert(protocol, ranges);
    }
    let admin: Vec<[u16; 2]> = ADMIN_PORTS.iter().map(|port| [*port; 2]).collect();
    let mut protocols: Vec<&str> = PROTOCOLS.iter().map(|(name, _)| *name).collect();
    protocols.push("all");
    json!({
        "services": services,
        "presets": presets,
        "admin_ports": { "tcp": admin },
        "data_ports": data,
        "protocols": protocols,
    })
}

/// One entry a line, so that a change of the catalog is a line of the difference.
fn lines(value: &Json) -> String {
    let (open, close, entries): (_, _, Vec<String>) = match value {
        Json::Object(entries) => {
            let entries = entries
                .iter()
                .map(|(key, value)| format!("{key:?}: {value}"));
            ("{", "}", entries.collect())
        }
        Json::Array(elements) => ("[", "]", elements.iter().map(Json::to_string).collect()),
        other => return other.to_string(),
    };
    format!("{open}\n\t{},\n{close}", entries.join(",\n\t"))
}

fn rego() -> String {
    let catalog = catalog();
    let entries = catalog.as_object().expect("an object").iter();
    let rules = entries.map(|(name, value)| format!("\n{name} := {}\n", lines(value)));
    let head = "# The catalog of the provider, for the other files. Written by the provider's tests.\n\
                package curated.catalog\n";
    format!("{head}{}", rules.collect::<String>())
}

fn python() -> String {
    let text = serde_json::to_string_pretty(&catalog()).expect("JSON");
    format!("{text}\n")
}

#[test]
fn the_policies_know_the_catalog_as_it_is_now() {
    for (path, text) in [
        ("policies/rego/catalog.rego", rego()),
        ("policies/checkov/catalog.txt", python()),
    ] {
        let path = root().join(path);
        if std::env::var_os("UPDATE_POLICIES").is_some() {
            std::fs::write(&path, text).expect("it can be written");
            continue;
        }
        let path_shown = path.display().to_string();
        assert!(
            read(&path) == text,
            "{path_shown} is stale: run `make docs`"
        );
    }
}
