//! Services: names for protocols and ports. The built-in ones are the lines of `services.txt`.

use std::borrow::Cow;
use std::sync::Arc;

use crate::rules::Traffic;

/// The table of built-in services, sorted by name, one line each: name, category, traffic as in the
/// keys of `rules`, description and source. The source is "IANA" for ports of its registry of
/// service names, or else the address of the document that publishes them, without "https://".
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

/// Most characters of a name.
const LONGEST_NAME: usize = 63;

/// A name for protocols and ports. The texts of built-in services are parts of the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Service {
    /// The name that a block's `service` takes: lower-case letters, digits and hyphens.
    pub name: Cow<'static, str>,
    /// One of [`CATEGORIES`].
    pub category: Cow<'static, str>,
    /// A description in a few words.
    pub description: Cow<'static, str>,
    /// The traffic that it lets through; never empty.
    pub traffic: Vec<Traffic>,
    /// The source of the ports: "IANA", or a document's address without "https://". `None` for
    /// services that users define.
    pub source: Option<&'static str>,
}

impl Service {
    /// Whether a service may have this name.
    pub(super) fn can_be_called(name: &str) -> bool {
        let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        let begins = name.starts_with(|c: char| c.is_ascii_lowercase());
        begins && name.len() <= LONGEST_NAME && name.chars().all(is_plain)
    }
}

/// Every service of the table, by name.
pub(super) fn built_in() -> Arc<[Service]> {
    let lines = TABLE.lines();
    lines
        .map(|line| read(line).unwrap_or_else(|| panic!("no service: {line:?}")))
        .collect()
}

fn read(line: &'static str) -> Option<Service> {
    let (name, rest) = line.split_once(' ')?;
    let (category, rest) = rest.trim_start().split_once(' ')?;
    let (traffic, rest) = rest.trim_start().split_once(' ')?;
    let (description, source) = rest.trim().rsplit_once(' ')?;
    let traffic: Result<Vec<Traffic>, _> = traffic.split(',').map(str::parse).collect();
    Some(Service {
        name: name.into(),
        category: category.into(),
        description: description.trim_end().into(),
        traffic: traffic.ok()?,
        source: Some(source),
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
            assert!(Service::can_be_called(name), "{name}");
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
        let names = services().iter().map(|service| &*service.name);
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
            let names: Vec<&str> = of_a_kind.map(|service| &*service.name).collect();
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
        let reported = |name: &str| {
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
            assert_eq!(reported(name), expected);
        }
    }

    #[test]
    fn every_service_names_its_source() {
        for service in services() {
            let source = service.source.unwrap_or_default();
            let host = source.split('/').next().unwrap_or_default();
            let is_address = host.contains('.') && !source.contains("://");
            assert!(
                source == "IANA" || is_address,
                "{}: {source:?}",
                service.name
            );
        }
    }

    /// Other catalogs shipped each of these for years, as the first column says it.
    #[test]
    fn known_errors_of_other_catalogs_are_not_repeated() {
        for (error, name, has, has_not) in [
            (
                "9094 of Alertmanager without udp",
                "alertmanager-cluster",
                "tcp/9094 udp/9094",
                "",
            ),
            (
                "Thrift of old Cassandras",
                "cassandra",
                "tcp/9042",
                "tcp/9160",
            ),
            (
                "no ports between nodes of Cassandra",
                "cassandra-internode",
                "tcp/7000-7001",
                "",
            ),
            ("pickle on 2013", "carbon-pickle", "tcp/2004", "tcp/2013"),
            (
                "Consul's RPC of the command line, gone",
                "consul-rpc",
                "tcp/8300",
                "tcp/8400",
            ),
            (
                "fluentd on Splunk's port",
                "fluentd",
                "tcp/24224",
                "tcp/8006",
            ),
            (
                "IPsec without ESP and AH",
                "ipsec",
                "udp/500 udp/4500 50 51",
                "",
            ),
            (
                "no public SASL/SCRAM of MSK",
                "kafka-sasl-scram-public",
                "tcp/9196",
                "tcp/9096",
            ),
            (
                "no udp for Active Directory's locator",
                "cldap",
                "udp/389",
                "",
            ),
            ("MinIO without its console", "minio-console", "tcp/9001", ""),
            (
                "SQL Server's browser as the server",
                "mssql",
                "tcp/1433",
                "udp/1434",
            ),
            (
                "SQL Server's browser without a name",
                "mssql-browser",
                "udp/1434",
                "",
            ),
            (
                "OpenVPN on a web page's port",
                "openvpn",
                "udp/1194",
                "tcp/943",
            ),
            (
                "that web page's port without a name",
                "openvpn-admin",
                "tcp/943",
                "",
            ),
            (
                "STOMP on one user's own port",
                "stomp",
                "tcp/61613",
                "tcp/6163",
            ),
            (
                "SMTP's 2465 called 2456",
                "smtps-alt",
                "tcp/2465",
                "tcp/2456",
            ),
            (
                "ports of Solr that it never has",
                "solr",
                "tcp/8983",
                "tcp/8984",
            ),
            (
                "Zipkin of years ago",
                "zipkin",
                "tcp/9411",
                "tcp/9990 tcp/9901 tcp/9991 tcp/8080",
            ),
            (
                "Cassandra's JMX as ZooKeeper's",
                "zookeeper",
                "tcp/2181",
                "tcp/7199",
            ),
            ("JMX opened with the web", "http", "tcp/80", "tcp/1099"),
            ("JMX opened with the web", "https", "tcp/443", "tcp/1099"),
            (
                "a port of SAP HANA that it never has",
                "sap-hana",
                "tcp/30013 tcp/30015",
                "tcp/30014",
            ),
            (
                "a port of Valheim that it left",
                "valheim",
                "udp/2456-2457",
                "udp/2458",
            ),
        ] {
            let service = find(name).unwrap_or_else(|| panic!("{name}"));
            let lets_through = |text: &str| {
                let wanted: Traffic = text.parse().expect("traffic");
                service.traffic.iter().any(|one| one.covers(&wanted))
            };
            for traffic in has.split_whitespace() {
                assert!(lets_through(traffic), "{error}: {name} lacks {traffic}");
            }
            for traffic in has_not.split_whitespace() {
                assert!(!lets_through(traffic), "{error}: {name} has {traffic}");
            }
        }
    }

    /// Such as "carbon-gui-udp" for a port of TCP, "smtps-2456" for port 2465, or one name for both
    /// "graphite-web" and "http".
    #[test]
    fn no_name_says_another_protocol_or_port_than_its_traffic() {
        for Service { name, traffic, .. } in services() {
            let traffic: Vec<String> = traffic.iter().map(Traffic::to_string).collect();
            for word in name.split('-') {
                let protocol = ["tcp", "udp"].contains(&word);
                let is_said = |one: &String| one.starts_with(word);
                assert!(!protocol || traffic.iter().all(is_said), "{name}");
                let port = word.len() > 2 && word.parse::<u16>().is_ok() && name != "tr-069";
                assert!(
                    !port || traffic.iter().any(|one| one.contains(word)),
                    "{name}"
                );
            }
        }
        for none in [
            "openvpn-https",
            "graphite-webui",
            "wazuh-dashboard",
            "zabbix-proxy",
        ] {
            assert_eq!(
                find(none),
                None,
                "another service's port under a second name"
            );
        }
    }
}
