//! One item of a short form: traffic, or a peer. What is wrong with it is told in two texts:
//! a summary without a full stop, and sentences that say what to write.

use std::net::IpAddr;

use ipnet::{Ipv4Net, Ipv6Net};

use crate::rules::normalise::{group, ipv4, ipv6, prefix_list};
use crate::rules::protocols::{self, ICMP, ICMPV6, PROTOCOLS, TCP, UDP};
use crate::rules::{IcmpMessages, InputError, Peer, Traffic, nearest, one_of};

/// Every address of a family, in the words of EC2's console.
const ANYWHERE_IPV4: &str = "anywhere-ipv4";
const ANYWHERE_IPV6: &str = "anywhere-ipv6";

/// Summary and detail.
type Told = (String, String);

/// Reads what is let through.
pub(super) fn traffic(
    text: &str,
    service: impl Fn(&str) -> Result<Vec<Traffic>, Vec<String>>,
) -> Result<Vec<Traffic>, Told> {
    let Some((protocol, ports)) = text.split_once('/') else {
        return whole(text, service);
    };
    if protocols::is_all(protocol) {
        return Err((
            format!("{text:?} has ports, and \"all\" has none"),
            format!("EC2 would ignore them. Write \"all\", or \"tcp/{ports}\"."),
        ));
    }
    let Some(number) = protocols::number(protocol) else {
        return Err(match service(protocol) {
            Ok(_) => (
                format!("{text:?} gives ports to a service"),
                format!("A service brings its own ports. Write {protocol:?}, or \"tcp/{ports}\"."),
            ),
            Err(near) => unknown(protocol, &near),
        });
    };
    let one = match number {
        TCP => range(text, protocol, ports)
            .and_then(|(from, to)| ordered(text, from, to, Traffic::tcp)),
        UDP => range(text, protocol, ports)
            .and_then(|(from, to)| ordered(text, from, to, Traffic::udp)),
        ICMP => messages(text, protocol, ports).map(Traffic::icmp),
        ICMPV6 => messages(text, protocol, ports).map(Traffic::icmpv6),
        _ => Err((
            format!("{text:?} has ports, and protocol {protocol:?} has none"),
            format!(
                "EC2 would ignore them and let all of the protocol through. Write {protocol:?}."
            ),
        )),
    };
    one.map(|traffic| vec![traffic])
}

/// A service, or a protocol without ports.
fn whole(
    text: &str,
    service: impl Fn(&str) -> Result<Vec<Traffic>, Vec<String>>,
) -> Result<Vec<Traffic>, Told> {
    if protocols::is_all(text) {
        return Ok(vec![Traffic::ALL]);
    }
    let near = match service(text) {
        Ok(traffic) => return Ok(traffic),
        Err(near) => near,
    };
    let one = match protocols::number(text) {
        Some(TCP | UDP) => {
            return Err((
                format!("{text:?} needs ports"),
                format!(
                    "Write \"{text}/443\" for one port, or \"{text}/0-65535\" for all of them."
                ),
            ));
        }
        Some(ICMP) => Traffic::icmp(IcmpMessages::All),
        Some(ICMPV6) => Traffic::icmpv6(IcmpMessages::All),
        Some(number) => Traffic::other(number).ok_or_else(|| unknown(text, &near))?,
        None => return Err(unknown(text, &near)),
    };
    Ok(vec![one])
}

fn unknown(text: &str, near: &[String]) -> Told {
    let is_ports = !text.is_empty() && text.chars().all(|c| c.is_ascii_digit() || c == '-');
    let hint = if is_ports {
        format!("For ports write \"tcp/{text}\" or \"udp/{text}\".")
    } else {
        let mut names: Vec<&str> = near.iter().map(String::as_str).collect();
        let protocols = nearest(text, PROTOCOLS.iter().map(|(name, _)| *name));
        names.extend(
            protocols
                .into_iter()
                .filter(|name| !near.iter().any(|n| n == name)),
        );
        names.truncate(3);
        let guess = if names.is_empty() {
            String::new()
        } else {
            format!("Did you mean {}? ", one_of(&names))
        };
        format!(
            "{guess}Write a service of the catalog, such as \"https\", or a protocol with its \
             ports, such as \"tcp/8000-8100\", \"icmp/8/0\" or \"all\"."
        )
    };
    (
        format!("{text:?} is neither a service nor a protocol"),
        hint,
    )
}

/// One port, or two with a hyphen between them.
fn range(text: &str, protocol: &str, ports: &str) -> Result<(u16, u16), Told> {
    let (from, to) = ports.split_once('-').unwrap_or((ports, ports));
    let port = |digits: &str| number::<u16>(digits);
    port(from).zip(port(to)).ok_or_else(|| {
        (
            format!("{text:?} has no ports from 0 to 65535"),
            format!(
                "Write \"{protocol}/443\" for one port, or \"{protocol}/8000-8100\" for a range. \
                 Several ports take several items, with commas between them."
            ),
        )
    })
}

fn ordered(
    text: &str,
    from: u16,
    to: u16,
    make: fn(u16, u16) -> Option<Traffic>,
) -> Result<Traffic, Told> {
    make(from, to).ok_or_else(|| {
        let protocol = text.split('/').next().unwrap_or_default();
        (
            format!("{text:?} begins above its end"),
            format!("A range goes from the lower port to the higher one. Write \"{protocol}/{to}-{from}\"."),
        )
    })
}

/// A type, or a type and a code.
fn messages(text: &str, protocol: &str, written: &str) -> Result<IcmpMessages, Told> {
    let messages = match written.split_once('/') {
        None => number(written).map(IcmpMessages::Type),
        Some((kind, code)) => number(kind)
            .zip(number(code))
            .map(|(kind, code)| IcmpMessages::Code(kind, code)),
    };
    messages.ok_or_else(|| {
        (
            format!("{text:?} has no ICMP type from 0 to 255"),
            format!(
                "Write \"{protocol}\" for every type, \"{protocol}/8\" for every code of a type, or \
                 \"{protocol}/8/0\" for one code."
            ),
        )
    })
}

/// Digits only: parsing would take "+8" too.
fn number<T: std::str::FromStr>(digits: &str) -> Option<T> {
    let plain = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    plain.then(|| digits.parse().ok()).flatten()
}

/// Reads a peer.
pub(super) fn peer(text: &str) -> Result<Peer, Told> {
    let told = |fault: InputError| (fault.summary, fault.detail);
    let address = text.split_once('/').map_or(text, |(address, _)| address);
    match text {
        "self" => Ok(Peer::SelfReference),
        ANYWHERE_IPV4 => Ok(Peer::Ipv4(Ipv4Net::default())),
        ANYWHERE_IPV6 => Ok(Peer::Ipv6(Ipv6Net::default())),
        id if id.starts_with("pl-") => prefix_list(id).map_err(told),
        id if id.starts_with("sg-") || id.contains("/sg-") => group(id).map_err(told),
        _ => match address.parse::<IpAddr>() {
            Ok(IpAddr::V4(_)) => ipv4(text).map_err(told),
            Ok(IpAddr::V6(_)) => ipv6(text).map_err(told),
            // Said better there: a leading zero.
            Err(_)
                if address.contains('.')
                    && address.bytes().all(|b| b.is_ascii_digit() || b == b'.') =>
            {
                ipv4(text).map_err(told)
            }
            Err(_) => Err(no_peer(text)),
        },
    }
}

/// The word for every address of a family, if the peer is that.
pub(super) fn all_of_a_family(peer: &Peer) -> Option<&'static str> {
    match peer {
        Peer::Ipv4(net) if *net == Ipv4Net::default() => Some(ANYWHERE_IPV4),
        Peer::Ipv6(net) if *net == Ipv6Net::default() => Some(ANYWHERE_IPV6),
        _ => None,
    }
}

fn no_peer(text: &str) -> Told {
    let lower = text.to_lowercase();
    let words = ["self", ANYWHERE_IPV4, ANYWHERE_IPV6];
    let near = if ["any", "anywhere", "world", "internet", "*"].contains(&lower.as_str()) {
        vec![ANYWHERE_IPV4, ANYWHERE_IPV6]
    } else {
        nearest(text, words)
    };
    let guess = if near.is_empty() {
        String::new()
    } else {
        format!("Did you mean {}? ", one_of(&near))
    };
    (
        format!("{text:?} is not a peer"),
        format!(
            "{guess}A peer is a CIDR block, the id of a group (\"sg-…\", with an account and a slash \
             before it for another account's), the id of a prefix list (\"pl-…\"), \"self\", \
             \"anywhere-ipv4\" or \"anywhere-ipv6\"."
        ),
    )
}
