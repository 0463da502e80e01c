//! Findings about the usage of groups.

use super::{Found, each};
use crate::curation::facts::{Facts, display_name, some};
use crate::curation::remedy;
use crate::curation::report::Usage;
use crate::rules::Rule;

/// `unused`.
pub(super) fn unused(facts: &Facts) -> Vec<Found> {
    each(facts, |one| {
        if one.usage() != Usage::Unused || !one.referenced_by.is_empty() {
            return None;
        }
        let message = format!("Nothing has {}, and nothing names it.", one.display_name());
        Some(
            Found::of(one, message, remedy::delete(facts, one))
                .shown_by(looked_at(facts))
                .shown_by(
                    one.last_attached
                        .map(|last| format!("An interface last had it at {last}.")),
                ),
        )
    })
}

/// `unused-cycle`: only unused groups reference it. Their rules must be revoked before EC2 deletes
/// it.
pub(super) fn unused_cycle(facts: &Facts) -> Vec<Found> {
    each(facts, |one| {
        if one.usage() != Usage::Unused || one.referenced_by.is_empty() {
            return None;
        }
        let id = &one.group().id;
        let by: Vec<_> = one
            .referenced_by
            .iter()
            .filter_map(|by| facts.of(by))
            .collect();
        let listed = some(by.iter().map(|it| it.display_name())).join(", ");
        let message = format!(
            "Nothing has {}, and only groups that are unused themselves name it: {listed}.",
            one.display_name()
        );
        let naming = |rule: &&Rule| rule.referenced_group() == Some(id.as_str());
        let mut steps: Vec<String> = by
            .iter()
            .map(|it| remedy::revoke(facts, it, it.group().rules.keys().filter(naming)))
            .collect();
        steps.push(remedy::delete(facts, one));
        let separator = if by.iter().any(|it| !it.managed.is_empty()) || !one.managed.is_empty() {
            " Then: "
        } else {
            " && "
        };
        Some(
            Found::of(one, message, steps.join(separator))
                .shown_by(by.iter().take(5).flat_map(|it| {
                    let rules = it.group().rules.keys().filter(naming);
                    let reported = rules.map(|rule| format!("{} has `{rule}`.", it.display_name()));
                    reported.collect::<Vec<_>>()
                }))
                .shown_by(looked_at(facts)),
        )
    })
}

/// `dormant`.
pub(super) fn dormant(facts: &Facts) -> Vec<Found> {
    each(facts, |one| {
        if one.usage() != Usage::Dormant {
            return None;
        }
        let message = format!(
            "No interface in use has {}, but something names it that could give it to one.",
            one.display_name()
        );
        let remediation = remedy::show_interfaces(facts, one);
        Some(Found::of(one, message, remediation).shown_by(one.evidence.iter().cloned()))
    })
}

/// `service-managed`.
pub(super) fn service_managed(facts: &Facts) -> Vec<Found> {
    each(facts, |one| {
        let keeper = one.keeper.clone()?;
        let message = format!(
            "{} isn't yours to change: leave it to its owner.",
            display_name(one.group())
        );
        let remediation = format!(
            "aws ec2 describe-security-groups --region {} --group-ids {}",
            facts.region.name,
            one.group().id
        );
        Some(Found::of(one, message, remediation).shown_by([keeper]))
    })
}

/// The operations that were called to find uses.
fn looked_at(facts: &Facts) -> Option<String> {
    let calls = &facts.region.looked_at;
    let operations: Vec<&str> = calls.keys().map(String::as_str).collect();
    (!operations.is_empty()).then(|| format!("Looked at: {}.", operations.join(", ")))
}
