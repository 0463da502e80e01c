//! The order of calls for a group that was just made. Decides; runs nothing.

use super::{Limits, RuleSet, Step, steps};

/// The calls that give a new group its rules, in order. Nothing uses the group yet, so the rules
/// that EC2 gave it are removed first, which leaves the whole quota for its own rules.
pub fn first_steps(current: &RuleSet, desired: &RuleSet) -> Vec<Step> {
    let unlimited = Limits {
        rules_per_direction: usize::MAX,
        ..Limits::default()
    };
    let mut steps = steps(current, desired, &unlimited);
    steps.sort_by_key(|step| !matches!(step, Step::Revoke { .. }));
    steps
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::Direction::{Egress, Ingress};
    use crate::rules::model::{described, rule_set};

    const DEFAULT: &str = "egress all to 0.0.0.0/0";

    #[test]
    fn what_a_new_group_has_goes_before_its_own_rules_come() {
        let own = ["ingress tcp/1 from self", "egress tcp/1 to self"];
        let expected = [
            Step::Revoke {
                direction: Egress,
                rules: rule_set(&[DEFAULT]),
            },
            Step::Authorize {
                direction: Ingress,
                rules: rule_set(&own[..1]),
            },
            Step::Authorize {
                direction: Egress,
                rules: rule_set(&own[1..]),
            },
        ];
        assert_eq!(
            first_steps(&rule_set(&[DEFAULT]), &rule_set(&own)),
            expected
        );
    }

    #[test]
    fn the_default_rule_stays_where_it_is_wanted() {
        let new = rule_set(&[DEFAULT]);
        assert_eq!(first_steps(&new, &new), []);
        let described = described(&[(DEFAULT, "all")]);
        let expected = Step::Describe {
            direction: Egress,
            rules: described.clone(),
        };
        assert_eq!(first_steps(&new, &described), [expected]);
    }

    #[test]
    fn a_group_that_is_full_from_the_start_is_never_over_its_quota() {
        let full: Vec<String> = (0..60).map(|n| format!("egress tcp/{n} to self")).collect();
        let full: Vec<&str> = full.iter().map(String::as_str).collect();
        let mut rules = rule_set(&[DEFAULT]);
        for step in first_steps(&rules.clone(), &rule_set(&full)) {
            step.apply(&mut rules);
            assert!(rules.len() <= 60, "{step:?}");
        }
        assert_eq!(rules, rule_set(&full));
    }
}
