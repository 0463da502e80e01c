//! What a plan is told of the rules that a group is to have as a whole: errors for what EC2 would
//! refuse, warnings for what is legal and probably not meant. Pure; must not know any of the resource
//! types.

use super::desired_rules::DesiredRules;
use super::rule_checks;
use crate::rules::{self, Count, Direction, Limits, RuleSet};
use crate::tf_provider::diagnostics::{Diagnostic, Diagnostics};
use crate::tf_provider::path::Path;

/// The rules that are judged.
pub(in crate::resources) struct Judged<'a> {
    /// Those that the configuration asks for.
    pub(in crate::resources) desired: &'a DesiredRules,
    /// Others that stay beside them.
    pub(in crate::resources) strangers: &'a RuleSet,
    /// What EC2 allows.
    pub(in crate::resources) limits: &'a Limits,
    /// Whether nothing is said of rules that change nothing.
    pub(in crate::resources) redundant_rules_are_meant: bool,
}

impl Judged<'_> {
    /// What there is to say about the rules.
    pub(in crate::resources) fn rules(&self) -> Diagnostics {
        let mut found = Diagnostics::new();
        let at = |direction: Direction| Path::root().attribute(direction.name());
        for direction in Direction::BOTH {
            let count = self.desired.count(direction, self.strangers, self.limits);
            if !count.fits(self.limits) {
                found.push(over_quota(direction, &count, self.limits).at(at(direction)));
            }
        }
        for rule in self.desired.rules.keys() {
            if let Some(meant) = rule.meant() {
                found.push(rule_checks::matches_nothing(rule, meant).at(at(rule.direction)));
            }
            if let Some(protocol) = rule.port_zero() {
                found.push(rule_checks::one_port(rule, protocol).at(at(rule.direction)));
            }
        }
        if !self.redundant_rules_are_meant {
            for (narrow, wide) in rules::covered(&self.desired.rules) {
                found.push(rule_checks::covered(&narrow, &wide).at(at(narrow.direction)));
            }
        }
        found
    }

    /// What there is to say about the way to them from those before.
    pub(in crate::resources) fn steps(&self, before: &RuleSet) -> Diagnostics {
        let mut found = Diagnostics::new();
        let steps = rules::steps(before, &self.desired.rules, self.limits);
        let early = rules::gone_early(&steps);
        if !early.is_empty() {
            found.push(rule_checks::interrupted(&early).at(Path::root().attribute("rules")));
        }
        found
    }
}

fn over_quota(direction: Direction, count: &Count, limits: &Limits) -> Diagnostic {
    let limit = limits.rules_per_direction;
    Diagnostic::error(
        format!("More {} rules than EC2 allows", direction.name()),
        format!(
            "EC2 allows {limit} for each direction and address family; this group would have\n\
             {count}\n\nUse fewer rules, for instance by way of a prefix list or another group. \
             If the account's quota is higher, say so with \"max_rules_per_group\" in the \
             provider block."
        ),
    )
}
