//! Services: names for what a block lets through. To add one is to add a line to `services.txt`.

use crate::rules::Traffic;

/// The table: name, category, traffic as in the keys of `rules`, and description, one service a
/// line, by name. Ports are those of IANA's registry, or the defaults that the vendor documents.
const TABLE: &str = include_str!("services.txt");

/// Every category, in the order in which the documentation shows them.
pub const CATEGORIES: &[&str] = &[
    "remote-access",
    "web",
    "database",
    "cache",
    "search",
    "messaging",
    "directory",
    "file",
    "mail",
    "monitoring",
    "logging",
    "cluster",
    "container",
    "ci",
    "vpn",
    "dns",
    "time",
    "voip",
    "media",
    "game",
    "aws",
    "network",
];

/// A name for protocols and ports.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Service {
    /// What a block's `service` says: lower-case letters, digits and hyphens.
    pub name: String,
    /// One of [`CATEGORIES`].
    pub category: String,
    /// What it is, in a few words.
    pub description: String,
    /// What it lets through; never empty.
    pub traffic: Vec<Traffic>,
}

/// Every service of the table, by name.
pub(super) fn built_in() -> Vec<Service> {
    let lines = TABLE.lines();
    lines
        .map(|line| read(line).unwrap_or_else(|| panic!("no service: {line:?}")))
        .collect()
}

fn read(line: &str) -> Option<Service> {
    let (name, rest) = line.split_once(' ')?;
    let (category, rest) = rest.trim_start().split_once(' ')?;
    let (traffic, description) = rest.trim_start().split_once(' ')?;
    let traffic: Result<Vec<Traffic>, _> = traffic.split(',').map(str::parse).collect();
    Some(Service {
        name: name.to_owned(),
        category: category.to_owned(),
        description: description.trim_start().to_owned(),
        traffic: traffic.ok()?,
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::catalog::Catalog;
    use crate::rules::{protocols, text};

    fn services() -> &'static [Service] {
        Catalog::built_in().services()
    }

    fn find(name: &str) -> Option<&'static Service> {
        Catalog::built_in().find(name)
    }

    #[test]
    fn every_service_is_well_formed() {
        for pair in services().windows(2) {
            assert!(pair[0].name < pair[1].name, "sorted, so unique: {pair:?}");
        }
        assert!(services().len() >= 250);
        for service in services() {
            let name = &service.name;
            let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
            assert!(!name.is_empty() && name.chars().all(plain), "{name}");
            assert!(CATEGORIES.contains(&&*service.category), "{name}");
            assert_eq!(
                text::group_description(&service.description),
                Ok(()),
                "{name}"
            );
            for (i, one) in service.traffic.iter().enumerate() {
                let mut others = service.traffic.iter().enumerate().filter(|(j, _)| *j != i);
                assert!(!others.any(|(_, other)| other.covers(one)), "{name} {one}");
            }
            assert_eq!(find(name), Some(service));
        }
    }

    /// A word that is both would mean two things in one place.
    #[test]
    fn no_service_but_all_has_the_name_of_a_protocol() {
        let names = services().iter().map(|service| service.name.as_str());
        let protocols: Vec<&str> = names
            .filter(|name| protocols::is_all(name) || protocols::number(name).is_some())
            .collect();
        assert_eq!(protocols, ["all"]);
    }

    #[test]
    fn no_two_services_are_one_thing_under_two_names() {
        let descriptions: BTreeSet<String> = services()
            .iter()
            .map(|s| s.description.to_lowercase())
            .collect();
        assert_eq!(descriptions.len(), services().len());
        // Different products of one category that happen to share a port.
        let different: &[&[&str]] = &[&["aws-load-balancer-webhook", "portainer"]];
        for service in services() {
            let of_a_kind = services().iter().filter(|other| {
                other.category == service.category && other.traffic == service.traffic
            });
            let names: Vec<&str> = of_a_kind.map(|service| service.name.as_str()).collect();
            assert!(
                names.len() == 1 || different.contains(&&*names),
                "{names:?}"
            );
        }
    }

    #[test]
    fn every_category_is_used() {
        for category in CATEGORIES {
            let mut services = services().iter();
            assert!(
                services.any(|service| service.category == *category),
                "{category}"
            );
        }
    }

    #[test]
    fn the_first_seven_let_through_what_they_always_did() {
        let told = |name: &str| {
            let service = find(name).expect("in the catalog");
            let traffic: Vec<String> = service.traffic.iter().map(Traffic::to_string).collect();
            traffic.join(" ")
        };
        for (name, expected) in [
            ("all", "all"),
            ("flask", "tcp/5000"),
            ("http", "tcp/80"),
            ("https", "tcp/443"),
            ("openvpn", "tcp/443 udp/1194"),
            ("shiny", "tcp/3838"),
            ("ssh", "tcp/22"),
        ] {
            assert_eq!(told(name), expected);
        }
    }

    /// Errors that other catalogs shipped for years.
    #[test]
    fn known_errors_of_other_catalogs_are_not_repeated() {
        let has = |name: &str, traffic: &str| {
            let service = find(name).unwrap_or_else(|| panic!("{name}"));
            service.traffic.iter().any(|one| one.to_string() == traffic)
        };
        assert!(has("smtps-alt", "tcp/2465"));
        assert!(has("solr", "tcp/8983"));
        assert!(has("alertmanager-cluster", "udp/9094"));
        assert!(has("kafka-sasl-scram-public", "tcp/9196"));
        assert!(has("ipsec", "50") && has("ipsec", "51"));
        assert!(has("cldap", "udp/389"));
        assert!(has("carbon-pickle", "tcp/2004") && !has("carbon-pickle", "tcp/2013"));
        assert!(has("openvpn-admin", "tcp/943") && !has("openvpn", "tcp/943"));
        assert!(!has("http", "tcp/1099") && !has("https", "tcp/1099"));
        assert!(has("minio-console", "tcp/9001"));
    }
}
