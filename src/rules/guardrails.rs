//! Guardrails: traffic that no group may let through, however its rules are written.
//!
//! Rules are checked by what they let through together: two halves of the world are the world, and
//! a prefix list counts as its blocks. The caller passes the contents of prefix lists, and tells
//! its own rules from others. Must not know the catalog: traffic is given by numbers.

mod guardrail;
mod union;

use self::union::{is_part_of_a_world, openings};
use super::world::PrefixListBlocks;
use super::{Direction, Peer, Rule, RuleSet};

pub use self::guardrail::{Action, GuardedPeer, GuardedTraffic, Guardrail};

/// Rules that together let through what a guardrail forbids.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation<'a> {
    /// The guardrail.
    pub guardrail: &'a Guardrail,
    /// The rules, in order. Each is needed for the violation, unless there are very many.
    pub rules: Vec<&'a Rule>,
    /// The addresses: `every IPv4 address`, or a block.
    pub peers: String,
    /// The part of the guardrail's traffic that they let through, in its order; empty if the
    /// guardrail is about all traffic.
    pub traffic: Vec<&'a GuardedTraffic>,
}

/// Most services that a sentence names.
const MOST_NAMED: usize = 3;

impl Violation<'_> {
    /// One sentence, without a full stop, that says what is let through: `lets ssh (tcp/22) in from
    /// every IPv4 address`.
    pub fn sentence(&self) -> String {
        let verb = if self.rules.len() == 1 {
            "It lets"
        } else {
            "Together they let"
        };
        let named = self.traffic.iter().take(MOST_NAMED);
        let mut named: Vec<String> = named
            .map(|one| match &one.service {
                Some(service) => format!("{service} ({})", one.traffic),
                None => one.traffic.to_string(),
            })
            .collect();
        if let Some(more @ 1..) = self.traffic.len().checked_sub(MOST_NAMED) {
            named.push(format!("{more} more"));
        }
        let what = match named.as_slice() {
            [] => "traffic".to_owned(),
            [one] => one.clone(),
            [most @ .., last] => format!("{} and {last}", most.join(", ")),
        };
        let way = match self.guardrail.direction {
            Direction::Ingress => "in from",
            Direction::Egress => "out to",
        };
        format!("{verb} {what} {way} {}", self.peers)
    }
}

/// The violations by `own` rules, in the order of the guardrails. `others` are rules of the same
/// group that other resources declare: they count in what is let through together, but violations
/// by them alone aren't returned. A prefix list that isn't in `lists` counts as empty.
pub fn violations<'a>(
    guardrails: &'a [Guardrail],
    own: &'a RuleSet,
    others: &'a RuleSet,
    lists: &PrefixListBlocks,
) -> Vec<Violation<'a>> {
    let mut found = Vec::new();
    for guardrail in guardrails {
        for opening in openings(guardrail, own, others, lists) {
            let guarded = guardrail.traffic.iter();
            let is_open = |one: &&GuardedTraffic| opening.reaches(&one.traffic);
            found.push(Violation {
                guardrail,
                traffic: guarded.filter(is_open).collect(),
                rules: opening.rules,
                peers: opening.peers,
            });
        }
    }
    found
}

/// Whether rules may violate a guardrail only together with other rules of the same group.
pub fn count_with_others(guardrails: &[Guardrail], own: &RuleSet) -> bool {
    let mut rules = own.keys();
    rules.any(|rule| {
        let mut guardrails = guardrails.iter();
        guardrails.any(|guardrail| is_part_of_a_world(guardrail, rule))
    })
}

/// The rules that may violate a guardrail, which can't be decided because `lists` doesn't have
/// their prefix list.
pub fn undecided<'a>(
    guardrails: &[Guardrail],
    own: &'a RuleSet,
    lists: &PrefixListBlocks,
) -> Vec<&'a Rule> {
    let is_guarded = |rule: &Rule| {
        let mut of_direction = guardrails.iter().filter(|g| g.direction == rule.direction);
        of_direction.any(|guardrail| {
            let mut traffic = guardrail.traffic.iter();
            guardrail.traffic.is_empty() || traffic.any(|one| one.traffic.overlaps(&rule.traffic))
        })
    };
    let is_unknown =
        |rule: &Rule| matches!(&rule.peer, Peer::PrefixList(id) if !lists.contains_key(id));
    let rules = own.keys();
    rules
        .filter(|rule| is_unknown(rule) && is_guarded(rule))
        .collect()
}

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;
