//! Diagnostics of a plan about the rules of a group: errors where EC2 would refuse them, warnings where they
//! are legal and probably a mistake. Pure. Must not know any of the resource types.

use std::collections::BTreeMap;

use super::desired_rules::DesiredRules;
use super::rule_checks;
use crate::rules::{self, Direction, Label, Limits, Rule, RuleCount, RuleSet};
use crate::tf_provider::diagnostics::{Diagnostic, Diagnostics};
use crate::tf_provider::path::Path;

/// The rules that are checked.
pub(in crate::resources) struct Judged<'a> {
    /// The group in a few words.
    pub(in crate::resources) called: &'a str,
    /// Rules that the configuration declares.
    pub(in crate::resources) desired: &'a DesiredRules,
    /// Other rules of the group, which stay.
    pub(in crate::resources) undeclared: &'a RuleSet,
    /// The limits that EC2 sets.
    pub(in crate::resources) limits: &'a Limits,
    /// Whether the provider block turns warnings about redundant rules off.
    pub(in crate::resources) redundant_rules_are_meant: bool,
}

impl Judged<'_> {
    /// The diagnostics about the rules.
    pub(in crate::resources) fn rules(&self) -> Diagnostics {
        let mut found = Diagnostics::new();
        for direction in Direction::BOTH {
            let count = self.desired.count(direction, self.undeclared, self.limits);
            if !count.fits(self.limits) {
                let labels = self.labels(direction);
                let attribute = match labels.first() {
                    Some(_) if !self.has_blocks(direction) => Label::attribute(direction),
                    _ => direction.name(),
                };
                let error = over_quota(direction, &count, self.limits, &labels);
                found.push(error.at(Path::root().attribute(attribute)));
            }
        }
        for rule in self.desired.rules.keys() {
            if let Some(meant) = rule.suggestion() {
                found.push(self.at(rule, rule_checks::matches_nothing(rule, meant)));
            }
            if let Some(protocol) = rule.port_zero() {
                found.push(self.at(rule, rule_checks::one_port(rule, protocol)));
            }
        }
        if !self.redundant_rules_are_meant {
            for (narrow, wide) in rules::covered(&self.desired.rules) {
                found.push(self.at(&narrow, rule_checks::covered(&narrow, &wide)));
            }
        }
        found
    }

    /// The warning at the label of its rule, or at the blocks of its direction.
    fn at(&self, rule: &Rule, warning: Diagnostic) -> Diagnostic {
        let Some((path, label)) = self.desired.label(rule) else {
            return warning.at(Path::root().attribute(rule.direction.name()));
        };
        let detail = format!("{}\n\nThis is about {label}.", warning.detail);
        Diagnostic { detail, ..warning }.at(path.clone())
    }

    /// The labels of a direction in words, each with the number of its rules, in descending order.
    fn labels(&self, direction: Direction) -> Vec<(usize, &str)> {
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for (_, label) in self
            .of(direction)
            .filter_map(|rule| self.desired.label(rule))
        {
            *counts.entry(label).or_default() += 1;
        }
        let mut labels: Vec<(usize, &str)> = counts.into_iter().map(|(l, n)| (n, l)).collect();
        labels.sort_by(|one, other| other.0.cmp(&one.0).then(one.1.cmp(other.1)));
        labels
    }

    fn has_blocks(&self, direction: Direction) -> bool {
        self.of(direction)
            .any(|rule| self.desired.label(rule).is_none())
    }

    fn of(&self, direction: Direction) -> impl Iterator<Item = &Rule> {
        let rules = self.desired.rules.keys();
        rules.filter(move |rule| rule.direction == direction)
    }

    /// The diagnostics about the change from the rules before.
    pub(in crate::resources) fn steps(&self, before: &RuleSet) -> Diagnostics {
        let mut found = Diagnostics::new();
        let steps = rules::steps(before, &self.desired.rules, self.limits);
        let early = rules::removed_before_added(&steps);
        if !early.is_empty() {
            found.push(
                rule_checks::interrupted(self.called, &early).at(Path::root().attribute("rules")),
            );
        }
        found
    }
}

/// Most labels that a message lists.
const MOST_LABELS: usize = 10;

fn over_quota(
    direction: Direction,
    count: &RuleCount,
    limits: &Limits,
    labels: &[(usize, &str)],
) -> Diagnostic {
    let limit = limits.rules_per_direction;
    let mut by_label = String::new();
    for (rules, label) in labels.iter().take(MOST_LABELS) {
        by_label.push_str(&format!("\n  - {label}: {rules}"));
    }
    if !by_label.is_empty() {
        by_label = format!("\n\nThey come from:{by_label}");
    }
    Diagnostic::error(
        format!("More {} rules than EC2 allows", direction.name()),
        format!(
            "EC2 allows {limit} for each direction and address family; this group would have\n\
             {count}{by_label}\n\nUse fewer rules, for instance by way of a prefix list or another \
             group. If the account's quota is higher, say so with \"max_rules_per_group\" in the \
             provider block."
        ),
    )
}
