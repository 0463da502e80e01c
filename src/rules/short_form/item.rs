//! Reads one item of a short form: traffic, or a peer.

use std::net::IpAddr;

use ipnet::{Ipv4Net, Ipv6Net};

use super::error::ShortFormError;
use super::hints::{is_everything, is_everywhere, label_hint};
use crate::rules::normalise::{group, ipv4, ipv6, prefix_list};
use crate::rules::protocols::{self, ICMP, ICMPV6, PROTOCOLS, TCP, UDP};
use crate::rules::{IcmpMessages, InputError, Peer, Traffic, is_misspelt, nearest, one_of};

/// What stands before the number of a protocol that might be taken for a port.
pub(super) const PROTOCOL: &str = "protocol";

/// Every address of a family, in the words of EC2's console.
const ANYWHERE_IPV4: &str = "anywhere-ipv4";
const ANYWHERE_IPV6: &str = "anywhere-ipv6";

/// Summary and detail.
type Message = (String, String);

/// One item of traffic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrafficItem {
    /// As written.
    pub text: String,
    /// The character of the text at which it begins, counted from 1.
    pub column: usize,
    /// Whether it is a service of the catalog.
    pub is_service: bool,
    /// The traffic that it lets through.
    pub traffic: Vec<Traffic>,
}

/// One peer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PeerItem {
    /// As written.
    pub text: String,
    /// The character of the text at which it begins, counted from 1.
    pub column: usize,
    /// The peer.
    pub peer: Peer,
}

impl TrafficItem {
    /// The service, if it is one.
    pub fn service(&self) -> Option<&str> {
        self.is_service.then_some(self.text.as_str())
    }
}

/// Finds the traffic of a service, or the nearest names if there is no such service.
pub type FindService<'a> = &'a dyn Fn(&str) -> Result<Vec<Traffic>, Vec<String>>;

/// Reads one item of traffic, at column 1.
///
/// # Errors
/// The error, with what to write.
pub fn traffic_item(text: &str, service: FindService<'_>) -> Result<TrafficItem, ShortFormError> {
    let name = text.split_once('/').map_or(text, |(name, _)| name);
    let is_protocol = protocols::is_all(name)
        || protocols::number(name).is_some()
        || (name == PROTOCOL && name != text);
    // `service` is asked only if necessary: it compares an unknown name with the whole catalog.
    let is_service = !is_protocol && !text.contains('/') && service(text).is_ok();
    let may_be_service = !is_protocol && !is_ports(name);
    let unknown_service = (may_be_service && service(name).is_err()).then(|| name.to_owned());
    match traffic(text, service) {
        Ok(traffic) => Ok(TrafficItem {
            text: text.to_owned(),
            column: 1,
            is_service,
            traffic,
        }),
        Err((summary, detail)) => Err(ShortFormError {
            column: 1,
            summary,
            detail,
            of_an_id: false,
            unknown_service,
        }),
    }
}

/// Reads the traffic of an item.
fn traffic(text: &str, service: FindService<'_>) -> Result<Vec<Traffic>, Message> {
    let Some((protocol, ports)) = text.split_once('/') else {
        return whole(text, service);
    };
    if protocols::is_all(protocol) {
        return Err((
            format!("{text:?} has ports, and \"all\" has none"),
            format!("EC2 would ignore them. Write \"all\", or \"tcp/{ports}\"."),
        ));
    }
    if protocol == PROTOCOL {
        return by_number(text, ports);
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
fn whole(text: &str, service: FindService<'_>) -> Result<Vec<Traffic>, Message> {
    if protocols::is_all(text) {
        return Ok(vec![Traffic::ALL]);
    }
    match protocols::number(text) {
        Some(number) => {
            if is_ports(text) {
                of_number(number)?;
            }
            Ok(vec![portless(text, text, number)?])
        }
        None => service(text).map_err(|near| unknown(text, &near)),
    }
}

/// Accepts a number that can only be meant for a protocol.
///
/// # Errors
/// It may be meant for a port. In a rule for protocol 80 nothing is open that anybody waits for.
pub(super) fn of_number(number: u8) -> Result<(), Message> {
    if protocols::is_plain(number) {
        return Ok(());
    }
    Err((
        format!("\"{number}\" may be a port or a protocol"),
        format!(
            "For the port write \"tcp/{number}\" or \"udp/{number}\", and for IP protocol {number} \
             write {:?}.",
            written_number(number)
        ),
    ))
}

/// A protocol by itself, given by its number, so that it can't be taken for a port.
pub(super) fn written_number(number: u8) -> String {
    match protocols::name(number) {
        _ if protocols::is_plain(number) => number.to_string(),
        Some(name) => name.to_owned(),
        None => format!("{PROTOCOL}/{number}"),
    }
}

/// The protocol behind `protocol/`.
fn by_number(text: &str, digits: &str) -> Result<Vec<Traffic>, Message> {
    let Some(read) = number::<u8>(digits) else {
        let detail = match protocols::number(digits) {
            Some(_) => format!("A protocol that has a name is written as that. Write {digits:?}."),
            None => format!(
                "Write \"{PROTOCOL}/94\" for the IP protocol of that number, or \"tcp/443\" for a port."
            ),
        };
        return Err((
            format!("{text:?} is no protocol number from 0 to 255"),
            detail,
        ));
    };
    let name = protocols::name(read).unwrap_or(text);
    Ok(vec![portless(text, name, read)?])
}

/// All of a protocol, which is called `name` here.
fn portless(text: &str, name: &str, number: u8) -> Result<Traffic, Message> {
    match number {
        TCP | UDP => Err((
            format!("{text:?} needs ports"),
            format!("Write \"{name}/443\" for one port, or \"{name}/0-65535\" for all of them."),
        )),
        ICMP => Ok(Traffic::icmp(IcmpMessages::All)),
        ICMPV6 => Ok(Traffic::icmpv6(IcmpMessages::All)),
        other => Traffic::other(other).ok_or_else(|| unknown(text, &[])),
    }
}

/// Whether a text is a port or a range, without its protocol.
fn is_ports(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_digit() || c == '-')
}

fn unknown(text: &str, near: &[String]) -> Message {
    let hint = if is_ports(text) {
        format!("For ports write \"tcp/{text}\" or \"udp/{text}\".")
    } else if is_everything(text) {
        "For all traffic write \"all\".".to_owned()
    } else {
        let mut names: Vec<&str> = near.iter().map(String::as_str).collect();
        // Only misspellings count: "postgres" contains "gre" by chance.
        let protocols = PROTOCOLS.iter().map(|(name, _)| *name);
        let protocols = nearest(text, protocols.filter(|name| is_misspelt(text, name)));
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
fn range(text: &str, protocol: &str, ports: &str) -> Result<(u16, u16), Message> {
    let (from, to) = ports.split_once('-').unwrap_or((ports, ports));
    let port = |digits: &str| number::<u16>(digits);
    port(from).zip(port(to)).ok_or_else(|| {
        let summary = format!("{text:?} has no ports from 0 to 65535");
        if is_everything(ports) || protocols::is_all(ports) {
            let all = format!("For all ports write \"{protocol}/0-65535\".");
            return (summary, all);
        }
        (
            summary,
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
) -> Result<Traffic, Message> {
    make(from, to).ok_or_else(|| {
        let protocol = text.split('/').next().unwrap_or_default();
        (
            format!("{text:?} begins above its end"),
            format!("A range goes from the lower port to the higher one. Write \"{protocol}/{to}-{from}\"."),
        )
    })
}

/// A type, or a type and a code.
fn messages(text: &str, protocol: &str, written: &str) -> Result<IcmpMessages, Message> {
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
pub(super) fn peer(text: &str) -> Result<Peer, InputError> {
    let address = text.split_once('/').map_or(text, |(address, _)| address);
    match text {
        "self" => Ok(Peer::SelfReference),
        ANYWHERE_IPV4 => Ok(Peer::Ipv4(Ipv4Net::default())),
        ANYWHERE_IPV6 => Ok(Peer::Ipv6(Ipv6Net::default())),
        id if id.starts_with("pl-") || id.contains("/pl-") => prefix_list(id),
        id if id.starts_with("sg-") || id.contains("/sg-") => group(id),
        _ => match address.parse::<IpAddr>() {
            Ok(IpAddr::V4(_)) => ipv4(text),
            Ok(IpAddr::V6(_)) => ipv6(text),
            // `ipv4` has a better message for leading zeros.
            Err(_)
                if address.contains('.')
                    && address.bytes().all(|b| b.is_ascii_digit() || b == b'.') =>
            {
                ipv4(text)
            }
            Err(_) => Err(no_peer(text)),
        },
    }
}

/// The word for a peer that is every address of a family; `None` for other peers.
pub(super) fn all_of_a_family(peer: &Peer) -> Option<&'static str> {
    match peer {
        Peer::Ipv4(net) if *net == Ipv4Net::default() => Some(ANYWHERE_IPV4),
        Peer::Ipv6(net) if *net == Ipv6Net::default() => Some(ANYWHERE_IPV6),
        _ => None,
    }
}

fn no_peer(text: &str) -> InputError {
    let lower = text.to_lowercase();
    let words = ["self", ANYWHERE_IPV4, ANYWHERE_IPV6];
    let near = if is_everywhere(&lower) {
        vec![ANYWHERE_IPV4, ANYWHERE_IPV6]
    } else {
        nearest(text, words)
    };
    let guess = if near.is_empty() {
        String::new()
    } else {
        format!("Did you mean {}? ", one_of(&near))
    };
    let fault = InputError::new(
        "",
        format!("{text:?} is not a peer"),
        format!(
            "{guess}A peer is a CIDR block, the id of a group (\"sg-…\", with an account and a slash \
             before it for another account's), the id of a prefix list (\"pl-…\"), \"self\", \
             \"anywhere-ipv4\" or \"anywhere-ipv6\".{}",
            label_hint(text, &near)
        ),
    );
    if near.is_empty() && is_mocked_id(text) {
        fault.of_an_id()
    } else {
        fault
    }
}

/// Whether a test with mocks may have generated the text as an id: Terraform and OpenTofu generate
/// eight lower-case letters and digits.
fn is_mocked_id(text: &str) -> bool {
    let is_drawn = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
    text.len() == 8 && text.bytes().all(is_drawn)
}
