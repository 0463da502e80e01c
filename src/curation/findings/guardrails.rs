//! Findings about violations of the guardrails of the user's catalog.

use std::collections::BTreeMap;

use super::Found;
use crate::curation::facts::Facts;
use crate::curation::{Severity, remedy};
use crate::rules::guardrails::{Action, Violation, violations};
use crate::rules::{Rule, RuleSet};

/// `guardrail`.
pub(super) fn violated(facts: &Facts) -> Vec<Found> {
    let guardrails = &facts.inputs.guardrails;
    let nothing = RuleSet::new();
    let mut found = Vec::new();
    for one in facts.groups.values() {
        // Several violations of one guardrail are one finding.
        let mut by_name: BTreeMap<&str, Vec<Violation>> = BTreeMap::new();
        for violation in violations(guardrails, &one.group().rules, &nothing, &facts.lists) {
            by_name
                .entry(&violation.guardrail.name)
                .or_default()
                .push(violation);
        }
        for (name, violations) in by_name {
            let mut rules: Vec<&Rule> = violations.iter().flat_map(|it| it.rules.clone()).collect();
            rules.sort();
            rules.dedup();
            let guardrail = violations[0].guardrail;
            let message = format!("{} violates the guardrail {name}.", one.display_name());
            let remediation = remedy::revoke(facts, one, rules.iter().copied());
            let mut it = Found::of(one, message, remediation)
                .by(rules)
                .shown_by(violations.iter().map(|it| format!("{}.", it.sentence())))
                .shown_by(Some(guardrail.reason.clone()).filter(|reason| !reason.is_empty()));
            // The name tells findings apart if two guardrails forbid the same rules.
            it.subject = name.to_owned();
            it.severity = Some(match guardrail.action {
                Action::Error => Severity::High,
                Action::Warning => Severity::Medium,
            });
            found.push(it);
        }
    }
    found
}
