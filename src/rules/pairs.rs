//! Which rules to change in place into which, when `steps` finds no room to add first.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::peer::Kind;
use super::{Change, Limits, Rule, RuleSet};
use crate::rules::cover_index::CoverIndex;

/// Takes as many pairs as EC2 can change in place out of `authorize` and `revoke`, which must be of
/// one direction and have no rule in common. A new rule is then in no set before, so no change can
/// hit a rule that exists.
///
/// Any two peers of a kind can be paired, so taking one after the other finds the most pairs. The
/// heaviest go first, since they make the most room; and of equals those whose traffic is still
/// `desired`, since what finds no partner may have to be revoked early.
pub(super) fn pairs(
    authorize: &mut RuleSet,
    revoke: &mut RuleSet,
    desired: &RuleSet,
    limits: &Limits,
) -> Vec<Change> {
    let wanted = CoverIndex::of(desired.keys());
    let wanted = |rule: &Rule| wanted.last_to_overlap(rule).is_some();
    let mut old: Vec<Rule> = revoke.keys().cloned().collect();
    old.sort_by_cached_key(|rule| Reverse((limits.weight(rule), wanted(rule))));
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

/// New rules that no old one has been paired with yet: by kind, then by weight.
struct ModifyPairing<'a>(BTreeMap<Kind, BTreeMap<usize, CoverIndex<'a>>>);

impl<'a> ModifyPairing<'a> {
    fn among(rules: &'a RuleSet, limits: &Limits) -> Self {
        let mut sorted: BTreeMap<Kind, BTreeMap<usize, Vec<&Rule>>> = BTreeMap::new();
        for rule in rules.keys() {
            if let Some(kind) = rule.peer.kind() {
                let by_weight = sorted.entry(kind).or_default();
                by_weight.entry(limits.weight(rule)).or_default().push(rule);
            }
        }
        let areas = |(weight, rules)| (weight, CoverIndex::of(rules));
        let sorted = sorted.into_iter();
        let kinds = sorted.map(|(kind, rules)| (kind, rules.into_iter().map(areas).collect()));
        Self(kinds.collect())
    }

    /// The heaviest, then what lets the same packets through.
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
