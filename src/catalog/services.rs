//! Services: what a block lets through, by name. To add one is to add a line to [`SERVICES`].

use crate::rules::{Fault, Traffic, nearest, one_of};

/// A name for protocols and ports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Service {
    /// What a block's `service` says: lower-case letters, digits and hyphens.
    pub name: &'static str,
    /// What it is, in a few words.
    pub description: &'static str,
    /// What it lets through; never empty.
    pub traffic: &'static [Traffic],
}

/// Every service, by name.
pub const SERVICES: &[Service] = &[
    entry("all", "All traffic", &[Traffic::ALL]),
    entry("flask", "Flask", &[tcp(5000)]),
    entry("http", "HTTP", &[tcp(80)]),
    entry("https", "HTTPS", &[tcp(443)]),
    entry("openvpn", "OpenVPN", &[tcp(443), udp(1194)]),
    entry("shiny", "Shiny", &[tcp(3838)]),
    entry("ssh", "SSH", &[tcp(22)]),
];

/// What the service lets through.
///
/// # Errors
/// A fault on `service` that names the nearest services, or all of them if none is near.
pub fn service(name: &str) -> Result<Vec<Traffic>, Fault> {
    if let Some(service) = SERVICES.iter().find(|service| service.name == name) {
        return Ok(service.traffic.to_vec());
    }
    let names = || SERVICES.iter().map(|service| service.name);
    let near = nearest(name, names());
    let hint = if near.is_empty() {
        let names: Vec<&str> = names().collect();
        format!("It has {}.", names.join(", "))
    } else {
        format!("Did you mean {}?", one_of(&near))
    };
    Err(Fault::new(
        "service",
        format!("{name:?} is not a service of the catalog"),
        format!("{hint} For anything else set protocol, from_port and to_port."),
    ))
}

/// What a service of the table lets through. Fails the build where there is no such service.
pub(super) const fn traffic_of(name: &str) -> &'static [Traffic] {
    let mut at = 0;
    while at < SERVICES.len() {
        if same(SERVICES[at].name, name) {
            return SERVICES[at].traffic;
        }
        at += 1;
    }
    panic!("a preset names a service that is not in the catalog")
}

const fn entry(
    name: &'static str,
    description: &'static str,
    traffic: &'static [Traffic],
) -> Service {
    Service {
        name,
        description,
        traffic,
    }
}

const fn tcp(port: u16) -> Traffic {
    only(Traffic::tcp(port, port))
}

const fn udp(port: u16) -> Traffic {
    only(Traffic::udp(port, port))
}

/// For constants only: what is wrong fails the build.
const fn only(traffic: Option<Traffic>) -> Traffic {
    match traffic {
        Some(traffic) => traffic,
        None => panic!("a port range of the catalog is reversed"),
    }
}

/// String equality in constants, where `==` can't be used.
const fn same(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    if a.len() != b.len() {
        return false;
    }
    let mut at = 0;
    while at < a.len() {
        if a[at] != b[at] {
            return false;
        }
        at += 1;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::text;

    #[test]
    fn every_service_is_well_formed() {
        for pair in SERVICES.windows(2) {
            assert!(pair[0].name < pair[1].name, "sorted, so unique: {pair:?}");
        }
        for Service {
            name,
            description,
            traffic,
        } in SERVICES
        {
            let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
            assert!(!name.is_empty() && name.chars().all(plain), "{name}");
            assert_eq!(text::group_description(description), Ok(()), "{name}");
            assert!(!traffic.is_empty(), "{name}");
            for (i, one) in traffic.iter().enumerate() {
                let mut others = traffic.iter().enumerate().filter(|(j, _)| *j != i);
                assert!(!others.any(|(_, other)| other.covers(one)), "{name} {one}");
            }
            assert_eq!(service(name).as_deref(), Ok(*traffic));
        }
    }

    #[test]
    fn services_let_through_what_they_say() {
        let told = |name: &str| {
            let traffic = service(name).expect("in the catalog");
            let traffic: Vec<String> = traffic.iter().map(Traffic::to_string).collect();
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

    #[test]
    fn an_unknown_service_names_the_nearest_or_all() {
        for (name, hint) in [
            ("htps", r#"Did you mean "https" or "http"?"#),
            ("SSH", r#"Did you mean "ssh"?"#),
            ("sshd", r#"Did you mean "ssh"?"#),
            (
                "postgresql",
                "It has all, flask, http, https, openvpn, shiny, ssh.",
            ),
            ("", "It has all, flask, http, https, openvpn, shiny, ssh."),
        ] {
            let expected = Fault::new(
                "service",
                format!("{name:?} is not a service of the catalog"),
                format!("{hint} For anything else set protocol, from_port and to_port."),
            );
            assert_eq!(service(name), Err(expected));
        }
    }
}
