//! Computes the guarded traffic that rules let through together.

use std::collections::BTreeSet;

use ipnet::IpNet;

use super::guardrail::{GuardedPeer, Guardrail};
use crate::rules::public::{Family, has_public, is_world, size, world_size};
use crate::rules::world::PrefixListBlocks;
use crate::rules::{Peer, Rule, RuleSet, Traffic};

/// First and last number of an interval of traffic: see [`Traffic::interval`].
type Interval = (u32, u32);

/// Most rules of a violation of which each is checked for being needed.
const MOST_TRIED: usize = 64;

/// Guarded traffic that rules let through together.
pub(super) struct Opening<'a> {
    /// The rules, in order.
    pub(super) rules: Vec<&'a Rule>,
    /// The addresses, in words.
    pub(super) peers: String,
    intervals: Vec<Interval>,
}

impl Opening<'_> {
    /// Whether some of this traffic is among it.
    pub(super) fn reaches(&self, traffic: &Traffic) -> bool {
        let guarded = traffic.interval();
        self.intervals.iter().any(|open| meet(*open, guarded))
    }
}

/// A rule, with its addresses of one family.
struct Part<'a> {
    rule: &'a Rule,
    is_own: bool,
    interval: Interval,
    blocks: Vec<IpNet>,
    size: u128,
}

/// Whether a rule has public addresses that a guardrail adds up with those of other rules.
pub(super) fn is_part_of_a_world(guardrail: &Guardrail, rule: &Rule) -> bool {
    let mut peers = guardrail.peers.iter();
    let has_world = peers.any(|peer| match peer {
        GuardedPeer::World => true,
        GuardedPeer::Block(block) => block.prefix_len() == 0,
    });
    let mut guarded = guarded(guardrail).into_iter();
    has_world
        && rule.direction == guardrail.direction
        && guarded.any(|one| meet(one, rule.traffic.interval()))
        && match &rule.peer {
            Peer::Ipv4(net) => has_public(&(*net).into()),
            Peer::Ipv6(net) => has_public(&(*net).into()),
            Peer::PrefixList(_) => true,
            Peer::Group { .. } | Peer::SelfReference => false,
        }
}

/// The guarded traffic that the `own` rules of a group open together with its `others`.
pub(super) fn openings<'a>(
    guardrail: &Guardrail,
    own: &'a RuleSet,
    others: &'a RuleSet,
    lists: &PrefixListBlocks,
) -> Vec<Opening<'a>> {
    let guarded = guarded(guardrail);
    let mut found = Vec::new();
    for family in Family::BOTH {
        let own_rules = own.keys().map(|rule| (rule, true));
        let others = others.keys().filter(|rule| !own.contains_key(*rule));
        let all = own_rules.chain(others.map(|rule| (rule, false)));
        let parts: Vec<Part> = all
            .filter(|(rule, _)| {
                rule.direction == guardrail.direction && rule.suggestion().is_none()
            })
            .filter_map(|(rule, is_own)| part(rule, is_own, family, lists))
            .filter(|part| guarded.iter().any(|one| meet(*one, part.interval)))
            .collect();
        for peer in &guardrail.peers {
            match peer {
                GuardedPeer::Block(block) if block.prefix_len() == 0 && !family.has(block) => {}
                // A block of all addresses means the world, not any of its addresses.
                GuardedPeer::Block(block) if block.prefix_len() == 0 => {
                    world(family, &guarded, &parts, &mut found);
                }
                GuardedPeer::World => world(family, &guarded, &parts, &mut found),
                GuardedPeer::Block(block) if family.has(block) => {
                    found.extend(to_block(block, &guarded, &parts));
                }
                GuardedPeer::Block(_) => {}
            }
        }
    }
    found
}

/// The intervals that a guardrail guards.
fn guarded(guardrail: &Guardrail) -> Vec<Interval> {
    if guardrail.traffic.is_empty() {
        return vec![Traffic::ALL.interval()];
    }
    let traffic = guardrail.traffic.iter();
    traffic.map(|one| one.traffic.interval()).collect()
}

/// A rule with its addresses of one family; `None` if it has none, or none that are known.
fn part<'a>(
    rule: &'a Rule,
    is_own: bool,
    family: Family,
    lists: &PrefixListBlocks,
) -> Option<Part<'a>> {
    let mut blocks: Vec<IpNet> = match &rule.peer {
        Peer::Ipv4(net) => vec![(*net).into()],
        Peer::Ipv6(net) => vec![(*net).into()],
        Peer::PrefixList(id) => lists.get(id)?.clone(),
        // Members of a group are in the VPC, or in a connected one.
        Peer::Group { .. } | Peer::SelfReference => return None,
    };
    blocks.retain(|block| family.has(block));
    (!blocks.is_empty()).then(|| Part {
        rule,
        is_own,
        interval: rule.traffic.interval(),
        size: blocks.iter().map(size).sum(),
        blocks,
    })
}

/// The rules that let in some address of a block, each by itself.
fn to_block<'a>(
    block: &IpNet,
    guarded: &[Interval],
    parts: &[Part<'a>],
) -> impl Iterator<Item = Opening<'a>> {
    let overlaps = move |one: &IpNet| one.contains(block) || block.contains(one);
    let own = parts.iter().filter(|part| part.is_own);
    let open = own.filter(move |part| part.blocks.iter().any(overlaps));
    open.map(move |part| Opening {
        rules: vec![part.rule],
        peers: block.to_string(),
        intervals: common(guarded, part.interval),
    })
}

/// The rules that let in the whole world, alone or together.
fn world<'a>(
    family: Family,
    guarded: &[Interval],
    parts: &[Part<'a>],
    found: &mut Vec<Opening<'a>>,
) {
    // Most groups have no wide rules and end here.
    if parts.iter().map(|part| part.size).sum::<u128>() < world_size(family) {
        return;
    }
    let alone: Vec<bool> = parts
        .iter()
        .map(|part| is_world(family, &part.blocks))
        .collect();
    let first = found.len();
    for (part, is_alone) in parts.iter().zip(&alone) {
        if part.is_own && *is_alone {
            found.push(Opening {
                rules: vec![part.rule],
                peers: family.everybody().to_owned(),
                intervals: common(guarded, part.interval),
            });
        }
    }
    let mut seen: BTreeSet<Vec<usize>> = BTreeSet::new();
    for interval in pieces(guarded, parts) {
        let is_active = |at: &usize| meet(parts[*at].interval, interval);
        let active: Vec<usize> = (0..parts.len()).filter(is_active).collect();
        if active.iter().any(|at| alone[*at] && parts[*at].is_own) {
            continue;
        }
        let together = if seen.insert(active.clone()) {
            needed_together(family, parts, &active)
        } else {
            None
        };
        let Some(rules) = together else {
            // The same rules as in an earlier interval, whose opening is extended.
            extend(&mut found[first..], parts, &active, interval);
            continue;
        };
        let rules: Vec<&Rule> = rules.into_iter().map(|at| parts[at].rule).collect();
        match found[first..].iter_mut().find(|open| open.rules == rules) {
            Some(open) => open.intervals.push(interval),
            None => found.push(Opening {
                rules,
                peers: family.everybody().to_owned(),
                intervals: vec![interval],
            }),
        }
    }
}

/// Adds an interval to the openings of which all rules are active in it.
fn extend(found: &mut [Opening], parts: &[Part], active: &[usize], interval: Interval) {
    for open in found.iter_mut().filter(|open| open.rules.len() > 1) {
        let is_active = |rule: &&Rule| active.iter().any(|at| parts[*at].rule == *rule);
        if open.rules.iter().all(is_active) {
            open.intervals.push(interval);
        }
    }
}

/// The active parts that together are the world, without parts that aren't needed; `None` if they
/// aren't the world, or if the parts of others alone are.
fn needed_together(family: Family, parts: &[Part], active: &[usize]) -> Option<Vec<usize>> {
    let blocks = |some: &[usize]| -> Vec<IpNet> {
        let blocks = some.iter().flat_map(|at| &parts[*at].blocks);
        blocks.copied().collect()
    };
    let (own, others): (Vec<usize>, Vec<usize>) =
        active.iter().copied().partition(|at| parts[*at].is_own);
    let is_due_to_own = || is_world(family, &blocks(&own)) || !is_world(family, &blocks(&others));
    if !is_world(family, &blocks(active)) || !is_due_to_own() {
        return None;
    }
    let mut kept = active.to_vec();
    if kept.len() > MOST_TRIED {
        return Some(kept);
    }
    // Parts of others are left out first, then small ones, so that the remaining rules are those to
    // change.
    let mut order = active.to_vec();
    order.sort_by_key(|at| (parts[*at].is_own, parts[*at].size));
    for at in order {
        let without: Vec<usize> = kept.iter().copied().filter(|kept| *kept != at).collect();
        if is_world(family, &blocks(&without)) {
            kept = without;
        }
    }
    Some(kept)
}

/// The guarded intervals in order, split wherever a rule begins or ends.
fn pieces(guarded: &[Interval], parts: &[Part]) -> Vec<Interval> {
    let edges = guarded
        .iter()
        .copied()
        .chain(parts.iter().map(|part| part.interval));
    let cuts: BTreeSet<u32> = edges.flat_map(|(from, to)| [from, to + 1]).collect();
    let cuts: Vec<u32> = cuts.into_iter().collect();
    let pieces = cuts.windows(2).map(|cut| (cut[0], cut[1] - 1));
    pieces
        .filter(|piece| guarded.iter().any(|one| meet(*one, *piece)))
        .collect()
}

/// The common parts of an interval and others.
fn common(guarded: &[Interval], (from, to): Interval) -> Vec<Interval> {
    let met = guarded.iter().filter(|one| meet(**one, (from, to)));
    met.map(|one| (one.0.max(from), one.1.min(to))).collect()
}

fn meet(one: Interval, other: Interval) -> bool {
    one.0 <= other.1 && other.0 <= one.1
}
