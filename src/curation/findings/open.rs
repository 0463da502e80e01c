//! Findings about groups that are open to the world.

use super::{Found, each, listed};
use crate::curation::facts::{Facts, GroupFacts, some};
use crate::curation::openness::Open;
use crate::curation::remedy;
use crate::rules::{Peer, Rule, Traffic};

/// `open-all`.
pub(super) fn all(facts: &Facts) -> Vec<Found> {
    each(facts, |one| found(facts, one, &one.open.all))
}

/// `open-admin`.
pub(super) fn admin(facts: &Facts) -> Vec<Found> {
    each(facts, |one| found(facts, one, &one.open.admin))
}

/// `open-data`.
pub(super) fn data(facts: &Facts) -> Vec<Found> {
    each(facts, |one| found(facts, one, &one.open.data))
}

/// `open-port`.
pub(super) fn port(facts: &Facts) -> Vec<Found> {
    each(facts, |one| found(facts, one, &one.open.other))
}

/// `open-protocol`.
pub(super) fn protocol(facts: &Facts) -> Vec<Found> {
    each(facts, |one| found(facts, one, &one.open.protocols))
}

/// `open-icmp`.
pub(super) fn icmp(facts: &Facts) -> Vec<Found> {
    each(facts, |one| found(facts, one, &one.open.icmp))
}

/// Most ranges of ports that a message lists.
const LISTED: usize = 8;

fn found(facts: &Facts, one: &GroupFacts, open: &Open) -> Option<Found> {
    if open.is_empty() {
        return None;
    }
    let mut traffic: Vec<String> = open.traffic.iter().take(LISTED).map(named).collect();
    if open.traffic.len() > LISTED {
        traffic.push(format!("{} more", open.traffic.len() - LISTED));
    }
    let verb = if open.traffic.len() == 1 { "is" } else { "are" };
    let world = match (open.ipv4, open.ipv6) {
        (true, false) => "all of IPv4",
        (false, true) => "all of IPv6",
        _ => "the world",
    };
    let rules: Vec<&Rule> = open.rules.iter().copied().collect();
    let quoted = some(rules.iter().map(|rule| format!("`{rule}`")));
    let together = if rules.len() > 1 && !rules.iter().any(|rule| is_whole(facts, rule)) {
        ", together"
    } else {
        ""
    };
    let message = format!(
        "{} {verb} open to {world} by {}{together}.",
        listed(&traffic),
        listed(&quoted)
    );
    let lists = rules.iter().filter_map(|rule| list_reported(facts, rule));
    let mut lists: Vec<String> = lists.collect();
    lists.sort();
    lists.dedup();
    let remediation = remedy::revoke(facts, one, rules.iter().copied());
    Some(
        Found::of(one, message, remediation)
            .by(rules)
            .shown_by(lists)
            .shown_by(one.evidence.iter().take(2).cloned()),
    )
}

/// Words for traffic in messages.
fn named(traffic: &Traffic) -> String {
    let known = match traffic.to_string().as_str() {
        "all" => "All traffic",
        "tcp/22" => "tcp/22 (SSH)",
        "tcp/23" => "tcp/23 (Telnet)",
        "tcp/3389" => "tcp/3389 (RDP)",
        "tcp/5985" | "tcp/5986" | "tcp/5985-5986" => return format!("{traffic} (WinRM)"),
        "tcp/22-23" => "tcp/22-23 (SSH, Telnet)",
        // Protocols without ports are numbers.
        text if text.bytes().all(|byte| byte.is_ascii_digit()) => {
            return format!("protocol {text}");
        }
        text => return text.to_owned(),
    };
    known.to_owned()
}

/// Whether the rule alone opens its traffic to the world.
fn is_whole(facts: &Facts, rule: &Rule) -> bool {
    match &rule.peer {
        Peer::Ipv4(net) => net.prefix_len() == 0,
        Peer::Ipv6(net) => net.prefix_len() == 0,
        Peer::PrefixList(id) => {
            let blocks = facts.lists.get(id);
            blocks.is_some_and(|blocks| blocks.iter().any(|block| block.prefix_len() == 0))
        }
        Peer::Group { .. } | Peer::SelfReference => false,
    }
}

/// A sentence about the blocks of a prefix list, if the rule has one.
fn list_reported(facts: &Facts, rule: &Rule) -> Option<String> {
    let Peer::PrefixList(id) = &rule.peer else {
        return None;
    };
    let name = &facts.region.prefix_lists.get(id)?.name;
    let blocks = facts.lists.get(id)?;
    let blocks = some(blocks.iter().map(ToString::to_string)).join(", ");
    Some(format!("Prefix list {id} ({name}) holds {blocks}."))
}
