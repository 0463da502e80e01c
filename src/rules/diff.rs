//! The difference between two rule sets. Must not know the order of calls: see `steps`.

use super::{RuleSet, rules_where};

/// The changes that lead from one rule set to another. No rule is in more than one of the three
/// sets.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Diff {
    /// Rules to add.
    pub authorize: RuleSet,
    /// Rules to remove, with their present descriptions.
    pub revoke: RuleSet,
    /// Rules that stay and get another description, with that description.
    pub describe: RuleSet,
}

impl Diff {
    /// Whether there is nothing to do.
    pub fn is_empty(&self) -> bool {
        self.authorize.is_empty() && self.revoke.is_empty() && self.describe.is_empty()
    }
}

/// The changes after which a group that has the rules `current` has the rules `desired`.
pub fn diff(current: &RuleSet, desired: &RuleSet) -> Diff {
    let without = |rules: &RuleSet, others: &RuleSet| {
        rules_where(rules, |rule, _| !others.contains_key(rule))
    };
    Diff {
        authorize: without(desired, current),
        revoke: without(current, desired),
        describe: rules_where(desired, |rule, new| {
            current.get(rule).is_some_and(|old| old != new)
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::model::{described, rule_set};

    #[test]
    fn diff_tells_what_comes_goes_and_is_renamed() {
        let current = described(&[
            ("ingress tcp/80 from self", "same"),
            ("ingress tcp/81 from self", "old"),
            ("ingress tcp/82 from self", "goes"),
        ]);
        let desired = described(&[
            ("ingress tcp/80 from self", "same"),
            ("ingress tcp/81 from self", ""),
            ("egress tcp/82 to self", "comes"),
        ]);
        let diff = diff(&current, &desired);
        assert_eq!(
            diff,
            Diff {
                authorize: described(&[("egress tcp/82 to self", "comes")]),
                revoke: described(&[("ingress tcp/82 from self", "goes")]),
                describe: described(&[("ingress tcp/81 from self", "")]),
            }
        );
        assert!(!diff.is_empty());
    }

    #[test]
    fn diff_of_equal_sets_is_empty() {
        let rules = rule_set(&["ingress tcp/80 from self", "egress all to ::/0"]);
        assert!(diff(&rules, &rules).is_empty());
        assert!(diff(&RuleSet::new(), &RuleSet::new()).is_empty());
    }
}
