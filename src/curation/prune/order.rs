//! The order in which groups can be deleted. EC2 doesn't delete a group that a rule of another
//! group references, so referencing groups are deleted before referenced ones. In a cycle, the
//! fewest rules of its groups are revoked first. No other rules are revoked.

use std::collections::{BTreeMap, BTreeSet};

use super::saved::SavedGroup;
use crate::curation::graph;
use crate::rules::{Rule, RuleSet, rules_where};

/// A deletion, and the rules of other groups that must be revoked right before it, by group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Step {
    /// The group to delete.
    pub(super) id: String,
    /// Rules of groups that are deleted later.
    pub(super) revoke: BTreeMap<String, RuleSet>,
}

/// The steps that delete all of these groups of a region, given their rules.
pub(super) fn steps(groups: &[(&SavedGroup, RuleSet)]) -> Vec<Step> {
    let mut left = Left::of(groups);
    let mut steps = Vec::new();
    loop {
        while let Some(id) = left.free.pop_first() {
            steps.push(left.delete(id));
        }
        let openings = left.openings();
        if openings.is_empty() {
            return steps;
        }
        for id in openings {
            steps.push(left.delete(id));
        }
    }
}

/// The remaining groups and their references. References of a group to itself don't keep it from
/// being deleted; references from other groups were checked before.
struct Left<'a> {
    rules: BTreeMap<&'a str, &'a RuleSet>,
    /// The groups that each group references.
    names: BTreeMap<&'a str, BTreeSet<&'a str>>,
    /// The groups that reference each group, with the number of their rules that do.
    named_by: BTreeMap<&'a str, BTreeMap<&'a str, usize>>,
    /// Groups without references to them.
    free: BTreeSet<&'a str>,
}

impl<'a> Left<'a> {
    fn of(groups: &'a [(&SavedGroup, RuleSet)]) -> Self {
        let rules: BTreeMap<&str, &RuleSet> = groups
            .iter()
            .map(|(group, rules)| (group.id.as_str(), rules))
            .collect();
        let mut left = Self {
            names: BTreeMap::new(),
            named_by: BTreeMap::new(),
            free: BTreeSet::new(),
            rules,
        };
        for (id, rules) in &left.rules {
            for peer in rules.keys().filter_map(Rule::referenced_group) {
                if peer != *id && left.rules.contains_key(peer) {
                    left.names.entry(*id).or_default().insert(peer);
                    let holders = left.named_by.entry(peer).or_default();
                    *holders.entry(*id).or_default() += 1;
                }
            }
        }
        let ids = left.rules.keys().copied();
        left.free = ids.filter(|id| !left.named_by.contains_key(id)).collect();
        left
    }

    /// Removes a group, with the rules of others that must be revoked for it.
    fn delete(&mut self, id: &'a str) -> Step {
        let holders = self.named_by.remove(id).unwrap_or_default();
        let mut revoke = BTreeMap::new();
        for holder in holders.into_keys() {
            let naming = rules_where(self.rules[holder], |rule, _| {
                rule.referenced_group() == Some(id)
            });
            revoke.insert(holder.to_owned(), naming);
            if let Some(names) = self.names.get_mut(holder) {
                names.remove(id);
            }
        }
        self.rules.remove(id);
        for peer in self.names.remove(id).unwrap_or_default() {
            let Some(holders) = self.named_by.get_mut(peer) else {
                continue;
            };
            holders.remove(id);
            if holders.is_empty() {
                self.named_by.remove(peer);
                self.free.insert(peer);
            }
        }
        let id = id.to_owned();
        Step { id, revoke }
    }

    /// For each cycle without references from outside, the group for which the fewest rules must be
    /// revoked. Called if no group is free.
    fn openings(&self) -> Vec<&'a str> {
        let ids: Vec<&str> = self.rules.keys().copied().collect();
        let names = |id: &str| self.names.get(id).into_iter().flatten().copied();
        let cycles = graph::cycles(&ids, names);
        let cheapest = cycles.iter().filter_map(|cycle| {
            let members: BTreeSet<&str> = cycle.iter().copied().collect();
            let holders = cycle.iter().filter_map(|id| self.named_by.get(id));
            let mut holders = holders.flat_map(BTreeMap::keys);
            if !holders.all(|holder| members.contains(holder)) {
                return None;
            }
            let cost = |id: &&str| self.named_by[id].values().sum::<usize>();
            cycle.iter().copied().min_by_key(|id| (cost(id), *id))
        });
        cheapest.collect()
    }
}
