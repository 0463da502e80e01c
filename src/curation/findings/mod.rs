//! The checks: one function each, and one line each in [`CHECKS`]. Documentation, severities and the
//! order of reports come from that table.

mod defaults;
mod guardrails;
mod names;
mod open;
mod ranges;
mod references;
mod rules;
mod table;
mod uses;

pub use self::table::CHECKS;

use super::facts::{Facts, GroupFacts};
use super::severity::Severity;
use crate::rules::Rule;

/// A kind of finding.
pub struct Check {
    /// Its name, in reports and in what the user ignores. Never changes.
    pub id: &'static str,
    /// How bad it is at the worst.
    pub severity: Severity,
    /// Whether it is less severe where fewer can reach what has the group.
    pub by_exposure: bool,
    /// The problem in a few words.
    pub title: &'static str,
    /// When it is found.
    pub when: &'static str,
    /// The evidence for it.
    pub evidence: &'static str,
    /// The advice to the user.
    pub advice: &'static str,
    /// Finds it in a region.
    pub(super) run: fn(&Facts) -> Vec<Found>,
}

/// A finding of a check.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// The group's id.
    pub(super) group: Option<String>,
    /// The thing that it is about, where that isn't a group, or not only.
    pub(super) subject: String,
    /// The severity, where it isn't the check's.
    pub(super) severity: Option<Severity>,
    /// The rules, sorted.
    pub(super) rules: Vec<String>,
    pub(super) message: String,
    pub(super) evidence: Vec<String>,
    pub(super) remediation: String,
}

impl Found {
    /// Something about a group.
    fn of(one: &GroupFacts, message: String, remediation: String) -> Self {
        Self {
            group: Some(one.group().id.clone()),
            message,
            remediation,
            ..Self::default()
        }
    }

    /// The rules that make it true.
    fn by<'r>(mut self, rules: impl IntoIterator<Item = &'r Rule>) -> Self {
        self.rules = rules.into_iter().map(Rule::to_string).collect();
        self
    }

    /// Where it is known from.
    fn shown_by(mut self, evidence: impl IntoIterator<Item = String>) -> Self {
        self.evidence.extend(evidence);
        self
    }
}

/// The findings of a check that looks at one group at a time.
fn each(facts: &Facts, check: impl Fn(&GroupFacts) -> Option<Found>) -> Vec<Found> {
    facts.groups.values().filter_map(check).collect()
}

/// Things as a sentence lists them: `a`, `a and b`, `a, b and c`.
fn listed(all: &[String]) -> String {
    match all {
        [] => String::new(),
        [one] => one.clone(),
        [rest @ .., last] => format!("{} and {last}", rest.join(", ")),
    }
}
