//! Chooses which rules to change in place into which, if the quota leaves no room to add rules
//! first.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::peer::Kind;
use super::{Change, Limits, Rule, RuleSet};
use crate::rules::cover_index::CoverIndex;

/// Removes as many pairs as EC2 can change in place from `authorize` and `revoke`, which must be of
/// one direction and have no rule in common. So no new rule exists before the change.
///
/// Any two peers of a kind can be paired, so a greedy choice finds the most pairs. The heaviest old
/// rules come first, since they free the most of the quota; among equals, those whose traffic is
/// still `desired`, since a rule without a partner may have to be revoked early.
pub(super) fn pairs(
    authorize: &mut RuleSet,
    revoke: &mut RuleSet,
    desired: &RuleSet,
    limits: &Limits,
) -> Vec<Change> {
    let wanted = CoverIndex::of(desired.keys());
    let wanted = |rule: &Rule| wanted.last_to_overlap(rule).is_some();
    let mut old: Vec<Rule> = revoke.keys().cloned().collect();
    old.sort_by_cached_key(|rule| Reverse((limits.quota_weight(rule), wanted(rule))));
    let new = authorize.clone();
    let mut partners = ModifyPairing::among(&new, limits);
    let mut changes = Vec::new();
    for old in old {
        let new = partners.take(&old).cloned();
        if let Some((new, description)) = new.and_then(|new| authorize.remove_entry(&new)) {
            revoke.remove(&old);
            changes.push(Change {
                old,
                new,
                description,
            });
        }
    }
    changes
}

/// The new rules without a partner, by kind and weight.
struct ModifyPairing<'a>(BTreeMap<Kind, BTreeMap<usize, CoverIndex<'a>>>);

impl<'a> ModifyPairing<'a> {
    fn among(rules: &'a RuleSet, limits: &Limits) -> Self {
        let mut sorted: BTreeMap<Kind, BTreeMap<usize, Vec<&Rule>>> = BTreeMap::new();
        for rule in rules.keys() {
            if let Some(kind) = rule.peer.kind() {
                let by_weight = sorted.entry(kind).or_default();
                by_weight
                    .entry(limits.quota_weight(rule))
                    .or_default()
                    .push(rule);
            }
        }
        let areas = |(weight, rules)| (weight, CoverIndex::of(rules));
        let sorted = sorted.into_iter();
        let kinds = sorted.map(|(kind, rules)| (kind, rules.into_iter().map(areas).collect()));
        Self(kinds.collect())
    }

    /// Removes and returns the best partner of an old rule: of the heaviest ones, one that covers
    /// it, or overlaps it, or any.
    fn take(&mut self, old: &Rule) -> Option<&'a Rule> {
        let by_weight = self.0.get_mut(&old.peer.kind()?)?;
        let mut heaviest = by_weight.last_entry()?;
        let areas = heaviest.get_mut();
        let new = areas
            .last_to_cover(old)
            .or_else(|| areas.last_to_overlap(old))
            .or_else(|| areas.last())?;
        areas.remove(new);
        if areas.last().is_none() {
            heaviest.remove();
        }
        Some(new)
    }
}
