//! Findings about groups that rules reference.

use std::collections::BTreeSet;

use super::{Found, each, listed};
use crate::curation::facts::{Facts, GroupFacts, display_name, some};
use crate::curation::graph::cycles;
use crate::curation::remedy;
use crate::curation::report::Usage;
use crate::rules::Rule;

/// `stale-rule`.
pub(super) fn stale(facts: &Facts) -> Vec<Found> {
    each(facts, |one| {
        let group = one.group();
        let reported = facts.region.stale.get(&group.id);
        let gone = group.rules.keys().filter(|rule| is_gone(facts, one, rule));
        let mut rules: Vec<&Rule> = reported
            .into_iter()
            .flat_map(|rules| rules.keys())
            .collect();
        rules.extend(gone);
        rules.sort();
        rules.dedup();
        if rules.is_empty() {
            return None;
        }
        let quoted = some(rules.iter().map(|rule| format!("`{rule}`")));
        let verb = if rules.len() == 1 { "names" } else { "name" };
        let message = format!(
            "{} {verb} a group that is gone, or that no peering leads to any more.",
            listed(&quoted)
        );
        let remediation = remedy::revoke(facts, one, rules.iter().copied());
        let by_ec2 = reported.is_some_and(|rules| !rules.is_empty());
        let evidence = if by_ec2 {
            "EC2 lists it as stale."
        } else {
            "No group of the account and region has the id that it names."
        };
        Some(
            Found::of(one, message, remediation)
                .by(rules)
                .shown_by([evidence.to_owned()]),
        )
    })
}

/// Whether a rule references a group of the same account that doesn't exist. Groups of other
/// accounts aren't known.
fn is_gone(facts: &Facts, one: &GroupFacts, rule: &Rule) -> bool {
    let Some(id) = rule.referenced_group() else {
        return false;
    };
    let (owner, account) = (&one.group().owner_id, &facts.region.account);
    let is_own = owner.is_empty() || account.is_empty() || owner == account;
    is_own && facts.of(id).is_none()
}

/// `unattached-peer`.
pub(super) fn unattached_peer(facts: &Facts) -> Vec<Found> {
    each(facts, |one| {
        if [Usage::Unused, Usage::Unknown].contains(&one.usage()) {
            return None;
        }
        let idle = |rule: &&Rule| {
            let peer = rule.referenced_group().and_then(|id| facts.of(id));
            peer.is_some_and(|peer| is_idle(facts, peer))
        };
        let rules: Vec<&Rule> = one.group().rules.keys().filter(idle).collect();
        if rules.is_empty() {
            return None;
        }
        let peers = one.references.iter().filter_map(|id| facts.of(id));
        let peers: Vec<String> = peers
            .filter(|peer| is_idle(facts, peer))
            .map(GroupFacts::display_name)
            .collect();
        let quoted = some(rules.iter().map(|rule| format!("`{rule}`")));
        let message = format!(
            "No interface has {}, so nothing passes {}.",
            listed(&some(peers.into_iter())),
            listed(&quoted)
        );
        let remediation = remedy::revoke(facts, one, rules.iter().copied());
        Some(Found::of(one, message, remediation).by(rules))
    })
}

/// Whether a group certainly has no interface and only rules reference it.
fn is_idle(facts: &Facts, one: &GroupFacts) -> bool {
    one.usage() == Usage::Referenced
        && !facts.hides_uses
        && one.named.is_empty()
        && one.referenced_abroad.is_empty()
}

/// `cycle`.
pub(super) fn cycle(facts: &Facts) -> Vec<Found> {
    let nodes: Vec<&str> = facts.groups.keys().copied().collect();
    let found = cycles(&nodes, |id| facts.groups[id].references.iter().copied());
    let mut all = Vec::new();
    for cycle in found {
        let names = cycle
            .iter()
            .map(|id| display_name(facts.groups[id].group()));
        // By name: the order of ids, which EC2 draws, would differ from account to account.
        let names: BTreeSet<String> = names.collect();
        let listed = some(names.into_iter());
        for id in &cycle {
            let one = &facts.groups[id];
            let message = format!(
                "{} groups reference each other in a cycle, and {} is one of them.",
                cycle.len(),
                one.display_name()
            );
            let within = |rule: &&Rule| {
                let id = rule.referenced_group();
                id.is_some_and(|id| cycle.binary_search(&id).is_ok())
            };
            let rules: Vec<&Rule> = one.group().rules.keys().filter(within).collect();
            let remediation = format!(
                "resource \"curated_security_group_rules\" for one of the groups, with {}",
                some(rules.iter().map(|rule| format!("`{rule}`"))).join(", ")
            );
            all.push(
                Found::of(one, message, remediation)
                    .by(rules)
                    .shown_by(listed.iter().cloned()),
            );
        }
    }
    all
}
