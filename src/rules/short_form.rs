//! The short form: rules in one line of text, such as
//! `https, tcp/9100 from 10.0.0.0/8, self # Prometheus`.
//!
//! ```text
//! text    := traffic {"," traffic} ("from" | "to") peer {"," peer} [" # " description]
//! traffic := service | protocol ["/" ports] | "protocol/" number | "all"
//! peer    := CIDR | "sg-…" | account "/sg-…" | "pl-…" | "self" | "anywhere-ipv4" | "anywhere-ipv6"
//! ```
//!
//! Ingress rules say `from`, egress rules `to`. Traffic is written as in the keys of the `rules`
//! attribute; as in blocks, case doesn't matter and protocols may be numbers, but for a number that may
//! be a port, such as 80, which says that it is a protocol. Must not know the catalog: the caller resolves
//! services.

mod error;
mod hints;
mod item;
mod label;
mod meant;
mod parts;

pub use error::ShortFormError;
pub use item::{FindService, PeerItem, TrafficItem, traffic_item};
pub use label::Label;

use self::hints::in_ports_before;
use self::meant::meant;
use self::parts::{
    Part, at, begun_peers, begun_rule, begun_traffic, column, items, split_description,
    split_preposition, write,
};
use super::{Direction, Peer, Rule, Traffic, text};

/// The meaning of one text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ShortForm {
    /// The traffic that it lets through, in the order in which it is written.
    pub traffic: Vec<TrafficItem>,
    /// The sources, or destinations.
    pub peers: Vec<PeerItem>,
    /// The description of its rules; empty if there is none.
    pub description: String,
}

impl ShortForm {
    /// The rules: all traffic with all peers.
    pub fn rules(&self, direction: Direction) -> impl Iterator<Item = Rule> {
        self.peers.iter().flat_map(move |peer| {
            let traffic = self.traffic.iter().flat_map(|item| &item.traffic);
            traffic.map(move |traffic| Rule {
                direction,
                traffic: *traffic,
                peer: peer.peer.clone(),
            })
        })
    }

    /// Writes a text with this traffic, these peers and a description.
    pub fn write<'a>(
        direction: Direction,
        traffic: impl IntoIterator<Item = &'a str>,
        peers: impl IntoIterator<Item = &'a str>,
        description: &str,
    ) -> String {
        let list = |items: &mut dyn Iterator<Item = &'a str>| items.collect::<Vec<_>>().join(", ");
        let rule = format!(
            "{} {} {}",
            list(&mut traffic.into_iter()),
            direction.preposition(),
            list(&mut peers.into_iter())
        );
        if description.is_empty() {
            rule
        } else {
            format!("{rule} # {description}")
        }
    }
}

/// Reads a text. Returns the valid parts and all errors, in the order of the text.
pub fn read(
    direction: Direction,
    written: &str,
    service: FindService<'_>,
) -> (ShortForm, Vec<ShortFormError>) {
    let mut faults = Vec::new();
    let (rule, description) = split_description(written);
    if let Err(fault) = text::rule_description(description.text) {
        faults.push(at(written, description.start, fault.summary, fault.detail));
    }
    let (form, more) = match split_preposition(direction, written, rule, false) {
        Ok((traffic, peers)) => read_lists(written, Some(traffic), peers, service),
        Err(fault) => (ShortForm::default(), vec![fault]),
    };
    faults.extend(more);
    faults.sort_by_key(|fault| fault.column);
    let description = if form.traffic.is_empty() && form.peers.is_empty() {
        String::new()
    } else {
        description.text.to_owned()
    };
    let form = ShortForm {
        description,
        ..form
    };
    (form, faults)
}

/// Reads a text of which only the beginning is known, and gives what stays as it is, whatever follows: the
/// whole items of the two lists, and everything that is wrong with them.
pub fn read_beginning(
    direction: Direction,
    beginning: &str,
    service: FindService<'_>,
) -> (ShortForm, Vec<ShortFormError>) {
    let Some(rule) = begun_rule(beginning) else {
        return read(direction, beginning, service);
    };
    match split_preposition(direction, beginning, rule, true) {
        Ok((traffic, Some(peers))) => {
            read_lists(beginning, Some(traffic), begun_peers(peers), service)
        }
        Ok((traffic, None)) => read_lists(beginning, begun_traffic(traffic), None, service),
        Err(fault) => (ShortForm::default(), vec![fault]),
    }
}

/// Reads what is let through, and peers, as far as there are such lists.
fn read_lists(
    written: &str,
    traffic: Option<Part<'_>>,
    peers: Option<Part<'_>>,
    service: FindService<'_>,
) -> (ShortForm, Vec<ShortFormError>) {
    let mut faults = Vec::new();
    let mut form = ShortForm::default();
    let reads_traffic = |text: &str| traffic_item(text, service).is_ok();
    let parts = traffic.map_or_else(Vec::new, |list| {
        let what = "what is let through";
        items(written, list, what, &reads_traffic, &mut faults)
    });
    for (at, part) in parts.iter().enumerate() {
        match traffic_item(part.text, service) {
            Ok(item) => form.traffic.push(TrafficItem {
                column: column(written, part.start),
                ..item
            }),
            Err(fault) => {
                let before = parts[..at].iter().rev().map(|part| part.text);
                let hint = in_ports_before(part.text, before, reads_traffic)
                    .or_else(|| meant(part.text, reads_traffic));
                faults.push(ShortFormError {
                    column: column(written, part.start),
                    detail: hint.map_or(fault.detail, |text| write(&text)),
                    ..fault
                });
            }
        }
    }
    let reads_peer = |text: &str| item::peer(text).is_ok();
    let parts = peers.map_or_else(Vec::new, |list| {
        items(written, list, "a peer", &reads_peer, &mut faults)
    });
    for part in parts {
        match item::peer(part.text) {
            Ok(peer) => form.peers.push(PeerItem {
                text: part.text.to_owned(),
                column: column(written, part.start),
                peer,
            }),
            Err(fault) => {
                let hint = described(part.text).or_else(|| meant(part.text, reads_peer));
                let detail = hint.map_or(fault.detail, |text| write(&text));
                faults.push(ShortFormError {
                    of_an_id: fault.of_an_id,
                    ..at(written, part.start, fault.summary, detail)
                });
            }
        }
    }
    faults.sort_by_key(|fault| fault.column);
    (form, faults)
}

/// Reads a text without errors; see [`read`].
///
/// # Errors
/// All errors, in the order of the text.
pub fn parse(
    direction: Direction,
    written: &str,
    service: FindService<'_>,
) -> Result<ShortForm, Vec<ShortFormError>> {
    let (form, faults) = read(direction, written, service);
    if faults.is_empty() {
        Ok(form)
    } else {
        Err(faults)
    }
}

/// Traffic as this form writes it: as in the keys of rules, but for the number of a protocol that might
/// be a port.
pub fn traffic(traffic: &Traffic) -> String {
    let key = traffic.to_string();
    match key.parse() {
        Ok(number) => item::written_number(number),
        Err(_) => key,
    }
}

/// A peer as the short form writes it: as in the keys of rules, but with a word for all addresses
/// of a family.
pub fn peer(peer: &Peer) -> String {
    match item::all_of_a_family(peer) {
        Some(word) => word.to_owned(),
        None => peer.to_string(),
    }
}

/// The spelling for a peer and description between which only the space before the `#` is missing.
fn described(text: &str) -> Option<String> {
    let (peer, description) = text.split_once('#')?;
    item::peer(peer).ok()?;
    Some(format!("{peer} # {}", description.trim()))
}

#[cfg(test)]
mod tests;
