//! One call of an update, and its effect on a rule set. `steps` chooses the calls and their order;
//! the caller makes them.

use super::{Direction, Rule, RuleSet};

/// One call to EC2 for rules of one direction. Its rules or changes are never empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Change the descriptions of rules.
    Describe {
        /// The direction of the rules.
        direction: Direction,
        /// Rules that exist, with their new descriptions.
        rules: RuleSet,
    },
    /// Change rules in place, so that the new rule replaces the old one at the same moment.
    Modify {
        /// The direction of the rules.
        direction: Direction,
        /// Pairs of rules whose peers are of the same kind, and no group of another account.
        changes: Vec<Change>,
    },
    /// Add rules.
    Authorize {
        /// The direction of the rules.
        direction: Direction,
        /// Rules that don't exist yet.
        rules: RuleSet,
    },
    /// Remove rules.
    Revoke {
        /// The direction of the rules.
        direction: Direction,
        /// Rules that exist, with their descriptions.
        rules: RuleSet,
    },
}

/// A rule changed in place: it keeps its id in EC2.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The rule as it is.
    pub old: Rule,
    /// The rule as it will be, which the group doesn't have before the change.
    pub new: Rule,
    /// The description that it will have.
    pub description: String,
}

impl Step {
    /// The direction of its rules.
    pub fn direction(&self) -> Direction {
        match self {
            Self::Describe { direction, .. }
            | Self::Modify { direction, .. }
            | Self::Authorize { direction, .. }
            | Self::Revoke { direction, .. } => *direction,
        }
    }

    /// Applies the effect of the call to a rule set.
    pub fn apply(&self, rules: &mut RuleSet) {
        match self {
            Self::Describe { rules: new, .. } | Self::Authorize { rules: new, .. } => {
                let new = new.iter().map(|(rule, text)| (rule.clone(), text.clone()));
                rules.extend(new);
            }
            Self::Modify { changes, .. } => {
                for change in changes {
                    rules.remove(&change.old);
                }
                for change in changes {
                    rules.insert(change.new.clone(), change.description.clone());
                }
            }
            Self::Revoke { rules: old, .. } => rules.retain(|rule, _| !old.contains_key(rule)),
        }
    }

    /// Whether it adds rules.
    fn adds(&self) -> bool {
        matches!(self, Self::Authorize { .. } | Self::Modify { .. })
    }

    /// The rules that it removes.
    fn removed(&self) -> Vec<&Rule> {
        match self {
            Self::Describe { .. } | Self::Authorize { .. } => Vec::new(),
            Self::Modify { changes, .. } => changes.iter().map(|change| &change.old).collect(),
            Self::Revoke { rules, .. } => rules.keys().collect(),
        }
    }
}

/// The rules that are removed before all rules of the same direction are added: traffic that both
/// the old and the new rules allow may be cut for a moment. Empty except at the quota.
pub fn removed_before_added(steps: &[Step]) -> Vec<&Rule> {
    let early = (0..steps.len()).filter(|at| more_comes(steps, *at));
    early.flat_map(|at| steps[at].removed()).collect()
}

/// Whether rules of the same direction are added after the step at `at`.
pub(super) fn more_comes(steps: &[Step], at: usize) -> bool {
    let direction = steps[at].direction();
    let mut later = steps[at + 1..].iter();
    later.any(|step| step.direction() == direction && step.adds())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::model::{described, rule_set};

    const INGRESS: Direction = Direction::Ingress;

    #[test]
    fn apply_does_what_ec2_does() {
        let mut rules = described(&[
            ("ingress tcp/1 from self", "one"),
            ("ingress tcp/2 from self", "two"),
            ("ingress tcp/3 from self", "three"),
        ]);
        let rule = |key: &str| key.parse::<Rule>().expect("a key");
        let steps = [
            Step::Describe {
                direction: INGRESS,
                rules: described(&[("ingress tcp/1 from self", "uno")]),
            },
            Step::Authorize {
                direction: INGRESS,
                rules: described(&[("ingress tcp/4 from self", "four")]),
            },
            Step::Modify {
                direction: INGRESS,
                changes: vec![Change {
                    old: rule("ingress tcp/2 from self"),
                    new: rule("ingress tcp/5 from self"),
                    description: "five".to_owned(),
                }],
            },
            Step::Revoke {
                direction: INGRESS,
                rules: rule_set(&["ingress tcp/3 from self"]),
            },
        ];
        for step in &steps {
            step.apply(&mut rules);
        }
        assert_eq!(
            rules,
            described(&[
                ("ingress tcp/1 from self", "uno"),
                ("ingress tcp/4 from self", "four"),
                ("ingress tcp/5 from self", "five"),
            ])
        );
        assert!(removed_before_added(&steps).is_empty());
        let early = [steps[3].clone(), steps[1].clone()];
        assert_eq!(
            removed_before_added(&early),
            [&rule("ingress tcp/3 from self")]
        );
        let other = Step::Authorize {
            direction: Direction::Egress,
            rules: rule_set(&["egress tcp/1 to self"]),
        };
        assert!(removed_before_added(&[steps[3].clone(), other]).is_empty());
    }
}
