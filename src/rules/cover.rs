//! Finds rules that another rule covers. It compares the rules alone: the contents of prefix lists
//! and referenced groups are not known here.

use super::{Rule, RuleSet};
use crate::rules::cover_index::CoverIndex;

impl Rule {
    /// Whether every packet that `other` lets through passes this rule too.
    pub fn covers(&self, other: &Self) -> bool {
        self.direction == other.direction
            && self.traffic.covers(&other.traffic)
            && self.peer.covers(&other.peer)
    }

    /// Whether some packet is known to pass both rules.
    pub fn overlaps(&self, other: &Self) -> bool {
        self.direction == other.direction
            && self.traffic.overlaps(&other.traffic)
            && self.peer.overlaps(&other.peer)
    }
}

/// The rules that have no effect because another rule covers them, each with the first rule that
/// does and isn't covered itself.
pub fn covered(rules: &RuleSet) -> Vec<(Rule, Rule)> {
    let all = CoverIndex::of(rules.keys());
    // Each rule covers itself, so another one covers it if the first and the last that do are
    // different.
    let (idle, needed): (Vec<&Rule>, Vec<&Rule>) = rules
        .keys()
        .partition(|rule| all.first_to_cover(rule) != all.last_to_cover(rule));
    let needed = CoverIndex::of(needed);
    idle.into_iter()
        .filter_map(|rule| Some((rule.clone(), needed.first_to_cover(rule)?.clone())))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::model::rule_set;

    fn pairs(rules: &[&str]) -> Vec<(String, String)> {
        covered(&rule_set(rules))
            .into_iter()
            .map(|(rule, by)| (rule.to_string(), by.to_string()))
            .collect()
    }

    fn pair(rule: &str, by: &str) -> (String, String) {
        (rule.to_owned(), by.to_owned())
    }

    #[test]
    fn covered_names_the_widest_rule() {
        assert_eq!(
            pairs(&[
                "ingress tcp/22 from 10.1.0.0/16",
                "ingress tcp/20-30 from 10.0.0.0/8",
                "ingress all from 0.0.0.0/0",
                "egress tcp/22 to 10.1.0.0/16",
                "ingress tcp/22 from ::/0",
            ]),
            [
                pair(
                    "ingress tcp/20-30 from 10.0.0.0/8",
                    "ingress all from 0.0.0.0/0"
                ),
                pair(
                    "ingress tcp/22 from 10.1.0.0/16",
                    "ingress all from 0.0.0.0/0"
                ),
            ]
        );
    }

    #[test]
    fn covered_leaves_overlapping_rules_alone() {
        assert_eq!(
            pairs(&[
                "ingress tcp/20-30 from 10.0.0.0/16",
                "ingress tcp/25-35 from 10.0.0.0/8",
                "ingress tcp/22 from self",
                "ingress tcp/22 from sg-0000000a",
                "ingress tcp/22 from 123456789012/sg-0000000a",
            ]),
            []
        );
    }

    #[test]
    fn covered_works_for_groups_and_prefix_lists_by_traffic() {
        assert_eq!(
            pairs(&[
                "ingress tcp/22 from sg-0000000a",
                "ingress all from sg-0000000a",
                "egress icmp/8/0 to pl-0000000a",
                "egress icmp/8 to pl-0000000a",
            ]),
            [
                pair(
                    "ingress tcp/22 from sg-0000000a",
                    "ingress all from sg-0000000a"
                ),
                pair(
                    "egress icmp/8/0 to pl-0000000a",
                    "egress icmp/8 to pl-0000000a"
                ),
            ]
        );
    }
}
