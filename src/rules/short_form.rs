//! The short form: rules in one line of text, such as
//! `https, tcp/9100 from 10.0.0.0/8, self # Prometheus`.
//!
//! ```text
//! text    := traffic {"," traffic} ("from" | "to") peer {"," peer} [" # " description]
//! traffic := service | protocol ["/" ports] | "all"
//! peer    := CIDR | "sg-…" | account "/sg-…" | "pl-…" | "self" | "anywhere-ipv4" | "anywhere-ipv6"
//! ```
//!
//! Ingress rules say `from`, egress rules `to`. Traffic is written as in the keys of the `rules`
//! attribute; as in blocks, case doesn't matter and protocols may be numbers. Must not know the
//! catalog: the caller resolves services.

mod error;
mod item;
mod label;
mod meant;

pub use error::ShortFormError;
pub use item::{PeerItem, TrafficItem, traffic_item};
pub use label::Label;

use self::meant::meant;
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

/// Reads a text. `service` returns the traffic of a service, or the nearest names if there is no
/// such service. Returns the valid parts and all errors, in the order of the text.
pub fn read(
    direction: Direction,
    written: &str,
    service: impl Fn(&str) -> Result<Vec<Traffic>, Vec<String>>,
) -> (ShortForm, Vec<ShortFormError>) {
    let mut faults = Vec::new();
    let (rule, description) = split_description(written);
    if let Err(fault) = text::rule_description(description.text) {
        faults.push(at(written, description.start, fault.summary, fault.detail));
    }
    let (traffic, peers) = match split_preposition(direction, written, rule) {
        Ok(parts) => parts,
        Err(fault) => {
            faults.push(fault);
            return (ShortForm::default(), faults);
        }
    };
    let mut form = ShortForm {
        description: description.text.to_owned(),
        ..ShortForm::default()
    };
    let reads_traffic = |text: &str| traffic_item(text, &service).is_ok();
    for part in items(
        written,
        traffic,
        "what is let through",
        &reads_traffic,
        &mut faults,
    ) {
        match traffic_item(part.text, &service) {
            Ok(item) => form.traffic.push(TrafficItem {
                column: column(written, part.start),
                ..item
            }),
            Err(fault) => faults.push(ShortFormError {
                column: column(written, part.start),
                detail: meant(part.text, reads_traffic).map_or(fault.detail, |text| write(&text)),
                ..fault
            }),
        }
    }
    let reads_peer = |text: &str| item::peer(text).is_ok();
    for part in items(written, peers, "a peer", &reads_peer, &mut faults) {
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
    service: impl Fn(&str) -> Result<Vec<Traffic>, Vec<String>>,
) -> Result<ShortForm, Vec<ShortFormError>> {
    let (form, faults) = read(direction, written, service);
    if faults.is_empty() {
        Ok(form)
    } else {
        Err(faults)
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

/// A part of a text, and the byte at which it begins.
#[derive(Clone, Copy)]
struct Part<'a> {
    start: usize,
    text: &'a str,
}

impl<'a> Part<'a> {
    /// The part without white space around it.
    fn trimmed(self) -> Self {
        let text = self.text.trim_start();
        Self {
            start: self.start + self.text.len() - text.len(),
            text: text.trim_end(),
        }
    }
}

/// Splits off the description, which follows the first `#` after white space.
fn split_description(written: &str) -> (Part<'_>, Part<'_>) {
    let mut marks = written.match_indices('#');
    let begins = |(at, _): &(usize, &str)| written[..*at].ends_with(char::is_whitespace);
    let mark = marks.find(begins);
    let (rule, start) = match mark {
        Some((at, _)) => (&written[..at], at + 1),
        None => (written, written.len()),
    };
    let description = Part {
        start,
        text: &written[start..],
    };
    let rule = Part {
        start: 0,
        text: rule,
    };
    (rule.trimmed(), description.trimmed())
}

/// The parts before and after the word `from` or `to`.
fn split_preposition<'a>(
    direction: Direction,
    written: &'a str,
    rule: Part<'a>,
) -> Result<(Part<'a>, Part<'a>), ShortFormError> {
    let expected = direction.preposition();
    let example = match direction {
        Direction::Ingress => "https from 10.0.0.0/8",
        Direction::Egress => "https to 10.0.0.0/8",
    };
    let mut found = words(rule).filter(|word| matches!(word.text, "from" | "to"));
    let Some(word) = found.next() else {
        let in_capitals = words(rule).find(|word| word.text.eq_ignore_ascii_case(expected));
        if let Some(word) = in_capitals {
            return Err(at(
                written,
                word.start,
                format!("{:?} is in capital letters", word.text),
                format!("Write {expected:?}, as in {example:?}."),
            ));
        }
        let end = rule.start + rule.text.len();
        return Err(at(
            written,
            end,
            format!("{:?} doesn't say {expected:?}", rule.text),
            format!(
                "Write what is let through, the word {expected:?}, and peers, as in {example:?}."
            ),
        ));
    };
    if word.text != expected {
        return Err(at(
            written,
            word.start,
            format!("An {direction} rule says {expected:?}, not {:?}", word.text),
            format!(
                "Write {expected:?}, as in {example:?}, or move the rule to the other direction."
            ),
        ));
    }
    if let Some(second) = found.next() {
        return Err(at(
            written,
            second.start,
            format!("{:?} is the second of its kind", second.text),
            "Each text has one list of peers. Write the other rules in a text of their own, or \
             begin a description with \" # \"."
                .to_owned(),
        ));
    }
    let split = word.start - rule.start;
    let before = Part {
        start: rule.start,
        text: &rule.text[..split],
    };
    let after = Part {
        start: word.start + word.text.len(),
        text: &rule.text[split + word.text.len()..],
    };
    Ok((before, after))
}

/// The words of a part, separated by white space or commas.
fn words(part: Part<'_>) -> impl Iterator<Item = Part<'_>> {
    let divides = |c: char| c.is_whitespace() || c == ',';
    let mut start = part.start;
    part.text.split_inclusive(divides).map(move |piece| {
        let word = Part {
            start,
            text: piece.trim_end_matches(divides),
        };
        start += piece.len();
        word
    })
}

/// A sentence that says what to write.
fn write(text: &str) -> String {
    format!("Write {text:?}.")
}

/// The spelling for a peer and description between which only the space before the `#` is missing.
fn described(text: &str) -> Option<String> {
    let (peer, description) = text.split_once('#')?;
    item::peer(peer).ok()?;
    Some(format!("{peer} # {}", description.trim()))
}

/// The items of a list. Empty ones, and several that aren't separated by commas, are errors.
/// `reads` says whether a text is a valid item.
fn items<'a>(
    written: &str,
    list: Part<'a>,
    what: &str,
    reads: &dyn Fn(&str) -> bool,
    faults: &mut Vec<ShortFormError>,
) -> Vec<Part<'a>> {
    let mut start = list.start;
    let mut items = Vec::new();
    for text in list.text.split(',') {
        let item = Part { start, text }.trimmed();
        start += text.len() + 1;
        if item.text.is_empty() {
            faults.push(at(
                written,
                item.start,
                format!("Here {what} is missing"),
                "Between two commas, and on both sides of \"from\" or \"to\", something has to \
                 stand. Remove the comma, or write what is missing."
                    .to_owned(),
            ));
        } else if item.text.contains(char::is_whitespace)
            && (meant(item.text, reads).is_some() || item.text.split_whitespace().any(reads))
        {
            let parts: Vec<&str> = item.text.split_whitespace().collect();
            let commas = || format!("Write commas between them: {:?}.", parts.join(", "));
            let hint = meant(item.text, reads).map_or_else(commas, |text| write(&text));
            faults.push(at(
                written,
                item.start,
                format!("{:?} is several things", item.text),
                format!("{hint} A description begins with \" # \"."),
            ));
        } else {
            items.push(item);
        }
    }
    items
}

fn at(written: &str, byte: usize, summary: String, detail: String) -> ShortFormError {
    ShortFormError {
        column: column(written, byte),
        summary,
        detail,
        of_an_id: false,
        unknown_service: None,
    }
}

/// The column of a byte: its character, counted from 1.
fn column(written: &str, byte: usize) -> usize {
    written[..byte].chars().count() + 1
}

#[cfg(test)]
mod tests;
