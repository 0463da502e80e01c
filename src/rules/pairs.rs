//! Which rules to change in place into which, when `steps` finds no room to add first.

use std::cmp::Reverse;

use super::{Change, Limits, Rule, RuleSet};

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
    let wanted = |rule: &Rule| desired.keys().any(|new| new.overlaps(rule));
    let mut old: Vec<Rule> = revoke.keys().cloned().collect();
    old.sort_by_cached_key(|rule| Reverse((limits.weight(rule), wanted(rule))));
    let mut changes = Vec::new();
    for old in old {
        // The heaviest, then what lets the same packets through.
        let new = authorize
            .keys()
            .filter(|new| old.peer.changes_in_place_to(&new.peer))
            .max_by_key(|new| (limits.weight(new), new.covers(&old), new.overlaps(&old)))
            .cloned();
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
