//! Checks that a sequence of calls stays within the quota after each call. `steps` chooses by it.

use super::{Direction, Limits, RuleSet, Step, count};

/// The most rules at any moment, for each family.
pub(super) struct QuotaHeadroom<'a> {
    direction: Direction,
    limits: &'a Limits,
    ipv4: usize,
    ipv6: usize,
}

impl<'a> QuotaHeadroom<'a> {
    /// The limits, or the size of either set if that is larger.
    pub(super) fn between(
        current: &RuleSet,
        desired: &RuleSet,
        direction: Direction,
        limits: &'a Limits,
    ) -> Self {
        let (now, then) = (
            count(current, direction, limits),
            count(desired, direction, limits),
        );
        let most = limits.rules_per_direction;
        Self {
            direction,
            limits,
            ipv4: most.max(now.ipv4()).max(then.ipv4()),
            ipv6: most.max(now.ipv6()).max(then.ipv6()),
        }
    }

    /// Whether the rules stay within the limits after each step.
    pub(super) fn fits(&self, current: &RuleSet, steps: &[Step]) -> bool {
        let mut rules = current.clone();
        steps.iter().all(|step| {
            step.apply(&mut rules);
            let count = count(&rules, self.direction, self.limits);
            count.ipv4() <= self.ipv4 && count.ipv6() <= self.ipv6
        })
    }
}
