//! The order in which groups can be deleted: EC2 keeps a group as long as a rule of another names it,
//! so those that name go before those that are named. In a cycle no such order exists; there the
//! fewest rules of groups that go as well are revoked first.

use std::collections::{BTreeMap, BTreeSet};

use super::saved::SavedGroup;
use crate::rules::{Peer, Rule, RuleSet};

/// One deletion, and the rules of others that have to be revoked right before it, by group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Step {
    /// The group to delete.
    pub(super) id: String,
    /// Rules of groups that are deleted later.
    pub(super) revoke: BTreeMap<String, RuleSet>,
}

/// The steps that delete all of these groups of one region; their rules are known.
pub(super) fn steps(groups: &[(&SavedGroup, RuleSet)]) -> Vec<Step> {
    let mut left: BTreeMap<&str, RuleSet> = groups
        .iter()
        .map(|(group, rules)| (group.id.as_str(), rules.clone()))
        .collect();
    // Whose rules name each group; a group's own rules about itself don't hold it.
    let mut named_by: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (id, rules) in &left {
        for peer in rules.keys().filter_map(|rule| named(rule)) {
            if let Some((peer, _)) = left.get_key_value(peer)
                && peer != id
            {
                named_by.entry(*peer).or_default().insert(*id);
            }
        }
    }
    let mut free: BTreeSet<&str> = left.keys().copied().collect();
    free.retain(|id| !named_by.contains_key(id));
    let mut steps = Vec::new();
    while !left.is_empty() {
        let (id, revoke) = match free.pop_first() {
            Some(id) => (id, BTreeMap::new()),
            None => cheapest(&left, &named_by),
        };
        for (holder, rules) in &revoke {
            if let Some(held) = left.get_mut(holder.as_str()) {
                held.retain(|rule, _| !rules.contains_key(rule));
            }
        }
        named_by.remove(id);
        let gone = left.remove(id).unwrap_or_default();
        for peer in gone.keys().filter_map(named) {
            if let Some((peer, holders)) = named_by.iter_mut().find(|(named, _)| **named == peer) {
                holders.remove(id);
                if holders.is_empty() {
                    free.insert(*peer);
                }
            }
        }
        named_by.retain(|_, holders| !holders.is_empty());
        let id = id.to_owned();
        steps.push(Step { id, revoke });
    }
    steps
}

/// The group of a cycle for which the fewest rules have to be revoked, and these.
fn cheapest<'a>(
    left: &BTreeMap<&'a str, RuleSet>,
    named_by: &BTreeMap<&'a str, BTreeSet<&'a str>>,
) -> (&'a str, BTreeMap<String, RuleSet>) {
    let revocations = named_by.iter().map(|(id, holders)| {
        let rules = holders.iter().map(|holder| {
            let of_holder = left.get(holder).into_iter().flatten();
            let naming = of_holder.filter(|(rule, _)| named(rule) == Some(*id));
            let naming: RuleSet = naming
                .map(|(rule, text)| (rule.clone(), text.clone()))
                .collect();
            ((*holder).to_owned(), naming)
        });
        (*id, rules.collect::<BTreeMap<String, RuleSet>>())
    });
    let count =
        |revoke: &BTreeMap<String, RuleSet>| revoke.values().map(RuleSet::len).sum::<usize>();
    let found = revocations.min_by_key(|(id, revoke)| (count(revoke), *id));
    // Where nothing is named, every group is free, and nobody asks.
    found.expect("groups are left that are named")
}

/// The group of the own account that a rule names.
pub(super) fn named(rule: &Rule) -> Option<&str> {
    match &rule.peer {
        Peer::Group { account: None, id } => Some(id),
        _ => None,
    }
}
