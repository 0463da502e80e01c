//! Whether a row of calls keeps within the quota at every moment. Used by `steps` to choose.

use super::{Direction, Limits, RuleSet, Step, count};

/// How many rules may be there at any moment, for each family.
pub(super) struct QuotaHeadroom<'a> {
    direction: Direction,
    limits: &'a Limits,
    ipv4: usize,
    ipv6: usize,
}

impl<'a> QuotaHeadroom<'a> {
    /// The limits, or what either set has already if that is more.
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

    /// Whether the rules keep within the room after each of the steps.
    pub(super) fn holds(&self, current: &RuleSet, steps: &[Step]) -> bool {
        let mut rules = current.clone();
        steps.iter().all(|step| {
            step.apply(&mut rules);
            let count = count(&rules, self.direction, self.limits);
            count.ipv4() <= self.ipv4 && count.ipv6() <= self.ipv6
        })
    }
}
