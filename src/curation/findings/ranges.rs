//! Findings about rules for a wide part of the internet, or for one address of it.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::IpNet;

use super::{Found, each, listed};
use crate::curation::facts::{Facts, GroupFacts, some};
use crate::curation::port_classes::Class;
use crate::curation::remedy;
use crate::rules::{Direction, Peer, Rule, Traffic};
use crate::snapshot::{has_public, is_public};

/// Prefixes shorter than these are wide: /16 of IPv4, and /32 of IPv6, the allocation of a
/// provider.
const WIDE_V4: u8 = 16;
const WIDE_V6: u8 = 32;

/// `wide-public-range`.
pub(super) fn wide(facts: &Facts) -> Vec<Found> {
    each(facts, |one| {
        let rules = one.group().rules.keys();
        let ingress = rules.filter(|rule| rule.direction == Direction::Ingress);
        let wide: Vec<(&Rule, IpNet)> = ingress
            .filter(|rule| opens_more_than_web(facts, rule) && !is_open(one, rule))
            .flat_map(|rule| {
                blocks(facts, rule)
                    .into_iter()
                    .map(move |block| (rule, block))
            })
            .filter(|(_, block)| is_wide(block))
            .collect();
        let first = wide.first()?;
        let mut rules: Vec<&Rule> = wide.iter().map(|(rule, _)| *rule).collect();
        rules.dedup();
        let reported = some(wide.iter().map(|(_, block)| addresses(block)));
        let quoted = some(rules.iter().map(|rule| format!("`{rule}`")));
        let message = format!(
            "{} can reach it by {}.",
            if wide.len() == 1 {
                format!("All of the public range {}", first.1)
            } else {
                format!("All of {} public ranges", wide.len())
            },
            listed(&quoted)
        );
        let remediation = remedy::revoke(facts, one, rules.iter().copied());
        Some(
            Found::of(one, message, remediation)
                .by(rules)
                .shown_by(reported)
                .shown_by(one.evidence.iter().take(1).cloned()),
        )
    })
}

/// `single-public-address`.
pub(super) fn single(facts: &Facts) -> Vec<Found> {
    each(facts, |one| {
        let rules = one.group().rules.iter();
        let single: Vec<(&Rule, &String)> = rules
            .filter(|(rule, _)| {
                rule.direction == Direction::Ingress
                    && has_class(facts, rule, &[Class::Admin, Class::Data])
                    && is_single(rule)
            })
            .collect();
        if single.is_empty() {
            return None;
        }
        let quoted = some(single.iter().map(|(rule, _)| format!("`{rule}`")));
        let message = format!(
            "A single public address can reach ports of administration or data by {}.",
            listed(&quoted)
        );
        let described = single.iter().filter(|(_, text)| !text.is_empty());
        let described: Vec<String> = described
            .map(|(rule, text)| format!("`{rule}` is described as {text:?}."))
            .collect();
        let remediation = remedy::revoke(facts, one, single.iter().map(|(rule, _)| *rule));
        Some(
            Found::of(one, message, remediation)
                .by(single.iter().map(|(rule, _)| *rule))
                .shown_by(some(described.into_iter())),
        )
    })
}

/// The blocks of a rule, or of its prefix list. AWS's own lists don't count: they are wide by
/// nature.
fn blocks(facts: &Facts, rule: &Rule) -> Vec<IpNet> {
    match &rule.peer {
        Peer::Ipv4(net) => vec![IpNet::V4(*net)],
        Peer::Ipv6(net) => vec![IpNet::V6(*net)],
        Peer::PrefixList(id) => {
            let is_aws = facts.region.prefix_lists.get(id).is_none_or(|it| it.is_aws);
            let blocks = facts.lists.get(id).filter(|_| !is_aws);
            blocks.cloned().unwrap_or_default()
        }
        Peer::Group { .. } | Peer::SelfReference => Vec::new(),
    }
}

fn is_wide(block: &IpNet) -> bool {
    let (length, wide) = match block {
        IpNet::V4(_) => (block.prefix_len(), WIDE_V4),
        IpNet::V6(_) => (block.prefix_len(), WIDE_V6),
    };
    length > 0 && length < wide && has_public(block)
}

/// Whether the rule's traffic is open to the world already.
fn is_open(one: &GroupFacts, rule: &Rule) -> bool {
    let open = &one.open;
    let classes = [&open.all, &open.admin, &open.data, &open.other];
    classes.iter().any(|open| {
        open.rules.contains(rule) || open.traffic.iter().any(|it| it.covers(&rule.traffic))
    })
}

/// Whether a rule lets in TCP or UDP on other ports than 80 and 443.
fn opens_more_than_web(facts: &Facts, rule: &Rule) -> bool {
    has_class(facts, rule, &[Class::Admin, Class::Data, Class::Other])
}

fn has_class(facts: &Facts, rule: &Rule, wanted: &[Class]) -> bool {
    if rule.traffic == Traffic::ALL {
        return true;
    }
    let is_tcp = rule.traffic.protocol() == "tcp";
    if !is_tcp && rule.traffic.protocol() != "udp" {
        return false;
    }
    let Some((first, last)) = rule.traffic.ports() else {
        return false;
    };
    // A rule's ports are ports.
    let ports = (first as u16, last as u16);
    let mut pieces = facts.classes.pieces(is_tcp, ports);
    pieces.any(|(_, _, class)| wanted.contains(&class))
}

fn is_single(rule: &Rule) -> bool {
    match &rule.peer {
        Peer::Ipv4(net) => net.prefix_len() == 32 && is_public(IpAddr::V4(net.addr())),
        Peer::Ipv6(net) => net.prefix_len() == 128 && is_public(IpAddr::V6(net.addr())),
        _ => false,
    }
}

/// A sentence about the number of addresses in a block.
fn addresses(block: &IpNet) -> String {
    match block {
        IpNet::V4(net) => {
            let count = 1_u64 << (u32::from(Ipv4Addr::BITS as u8 - net.prefix_len()));
            format!("{net} holds {count} addresses.")
        }
        IpNet::V6(net) => {
            let power = Ipv6Addr::BITS - u32::from(net.prefix_len());
            format!("{net} holds 2^{power} addresses.")
        }
    }
}
