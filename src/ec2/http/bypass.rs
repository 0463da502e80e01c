//! Which hosts are reached without a proxy: those of `no_proxy`, this machine, and its metadata
//! services. Makes no call.
//!
//! In `no_proxy`, `*` is every host, `example.com` a domain and its subdomains, `.example.com` and
//! `*.example.com` the subdomains alone. Addresses and networks match hosts that are given by
//! address. `:port` after a name or address limits an entry to that port.

use std::net::IpAddr;

use http::Uri;
use ipnet::IpNet;

/// Loopback, and the addresses of the metadata services of instances and containers.
const NEAR: [&str; 5] = [
    "127.0.0.0/8",
    "::1/128",
    "169.254.0.0/16",
    "fe80::/10",
    "fd00:ec2::/32",
];

pub(super) struct NoProxy(Vec<Rule>);

struct Rule {
    hosts: Hosts,
    port: Option<u16>,
}

enum Hosts {
    All,
    Network(IpNet),
    /// A domain with a leading dot, and whether the domain itself matches too.
    Below(String, bool),
}

impl NoProxy {
    /// Parses a list that is separated by commas.
    pub(super) fn new(list: &str) -> Self {
        let entries = list.split(',').map(str::trim).filter(|e| !e.is_empty());
        Self(entries.map(rule).collect())
    }

    /// Whether a host is reached without a proxy.
    pub(super) fn matches(&self, to: &Uri) -> bool {
        let host = to.host().unwrap_or_default().to_lowercase();
        let host = host.trim_matches(['[', ']']).trim_end_matches('.');
        let default = if to.scheme_str() == Some("http") {
            80
        } else {
            443
        };
        let port = to.port_u16().unwrap_or(default);
        let address: Option<IpAddr> = host.parse().ok();
        host == "localhost"
            || address.is_some_and(is_near)
            || self.0.iter().any(|rule| rule.matches(host, address, port))
    }
}

impl Rule {
    fn matches(&self, host: &str, address: Option<IpAddr>, port: u16) -> bool {
        let is_host = match &self.hosts {
            Hosts::All => true,
            Hosts::Network(network) => address.is_some_and(|a| network.contains(&a)),
            Hosts::Below(domain, itself) => {
                host.ends_with(domain.as_str()) || (*itself && host == &domain[1..])
            }
        };
        is_host && self.port.is_none_or(|p| p == port)
    }
}

fn rule(entry: &str) -> Rule {
    let entry = entry.to_lowercase();
    if let Some(network) = network(&entry) {
        return Rule {
            hosts: Hosts::Network(network),
            port: None,
        };
    }
    let (host, port) = match entry.rsplit_once(':') {
        Some((host, port)) => match port.parse() {
            Ok(port) => (host, Some(port)),
            Err(_) => (entry.as_str(), None),
        },
        None => (entry.as_str(), None),
    };
    let hosts = match (network(host), host.trim_start_matches('*')) {
        (Some(network), _) => Hosts::Network(network),
        (None, "") => Hosts::All,
        (None, below) if below.starts_with('.') => Hosts::Below(below.to_owned(), false),
        (None, domain) => Hosts::Below(format!(".{domain}"), true),
    };
    Rule { hosts, port }
}

/// A network, or the network of one address, which may be in brackets.
fn network(text: &str) -> Option<IpNet> {
    let one = || {
        let address: IpAddr = text.trim_matches(['[', ']']).parse().ok()?;
        Some(IpNet::from(address))
    };
    text.parse().ok().or_else(one)
}

fn is_near(address: IpAddr) -> bool {
    let mut networks = NEAR.iter().filter_map(|text| text.parse::<IpNet>().ok());
    networks.any(|network| network.contains(&address.to_canonical()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(list: &str, to: &str) -> bool {
        NoProxy::new(list).matches(&to.parse().expect("an address"))
    }

    #[test]
    fn what_is_near_needs_no_entry() {
        for near in [
            "http://localhost:4566/",
            "http://127.0.0.1:5000/",
            "https://127.9.9.9/",
            "http://[::1]:80/",
            "http://[::ffff:127.0.0.1]/",
            "http://169.254.169.254/latest",
            "http://169.254.170.2/",
            "http://169.254.170.23/",
            "http://[fd00:ec2::254]/",
        ] {
            assert!(matches("", near), "{near}");
        }
        for far in ["https://ec2.eu-west-1.amazonaws.com/", "http://10.0.0.1/"] {
            assert!(!matches("", far), "{far}");
        }
    }

    #[test]
    fn entries_are_read_as_everywhere() {
        let ec2 = "https://ec2.eu-west-1.amazonaws.com/";
        for (list, to, expected) in [
            ("*", ec2, true),
            ("amazonaws.com", ec2, true),
            ("EC2.eu-west-1.AmazonAWS.com", ec2, true),
            (".amazonaws.com", ec2, true),
            ("*.amazonaws.com", ec2, true),
            ("aws.com", ec2, false),
            ("x, amazonaws.com:443 ,y", ec2, true),
            ("amazonaws.com:80", ec2, false),
            (".amazonaws.com", "https://amazonaws.com/", false),
            ("amazonaws.com", "https://amazonaws.com/", true),
            ("amazonaws.com", "https://amazonaws.com./", true),
            ("10.0.0.0/8", "http://10.1.2.3:8080/", true),
            ("10.0.0.0/8", "http://11.1.2.3/", false),
            ("10.1.2.3", "http://10.1.2.3/", true),
            ("10.1.2.3:80", "http://10.1.2.3/", true),
            ("10.1.2.3:81", "http://10.1.2.3/", false),
            ("2001:db8::/32", "http://[2001:db8::1]/", true),
            ("2001:db8::1", "http://[2001:db8::1]/", true),
            ("[2001:db8::1]:80", "http://[2001:db8::1]/", true),
            ("", ec2, false),
            (",,", ec2, false),
        ] {
            assert_eq!(matches(list, to), expected, "{list:?} {to}");
        }
    }
}
