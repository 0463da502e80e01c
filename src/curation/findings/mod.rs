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
    /// Its name in reports and in ignores of users, which never changes.
    pub id: &'static str,
    /// Its highest severity.
    pub severity: Severity,
    /// Whether the severity is lower for groups that are less exposed.
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
    /// The subject, if it isn't only the group.
    pub(super) subject: String,
    /// The severity, if it isn't the check's.
    pub(super) severity: Option<Severity>,
    /// The rules, sorted.
    pub(super) rules: Vec<String>,
    pub(super) message: String,
    pub(super) evidence: Vec<String>,
    pub(super) remediation: String,
}

impl Found {
    /// A finding about a group.
    fn of(one: &GroupFacts, message: String, remediation: String) -> Self {
        Self {
            group: Some(one.group().id.clone()),
            message,
            remediation,
            ..Self::default()
        }
    }

    /// Sets the rules that cause it.
    fn by<'r>(mut self, rules: impl IntoIterator<Item = &'r Rule>) -> Self {
        self.rules = rules.into_iter().map(Rule::to_string).collect();
        self
    }

    /// Adds evidence.
    fn shown_by(mut self, evidence: impl IntoIterator<Item = String>) -> Self {
        self.evidence.extend(evidence);
        self
    }
}

/// The findings of a check that examines each group by itself.
fn each(facts: &Facts, check: impl Fn(&GroupFacts) -> Option<Found>) -> Vec<Found> {
    facts.groups.values().filter_map(check).collect()
}

/// Items as a sentence lists them: `a`, `a and b`, `a, b and c`.
fn listed(all: &[String]) -> String {
    match all {
        [] => String::new(),
        [one] => one.clone(),
        [rest @ .., last] => format!("{} and {last}", rest.join(", ")),
    }
}
