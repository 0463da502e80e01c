//! Findings about the usage of groups.

use super::{Found, each};
use crate::curation::facts::{Facts, GroupFacts, display_name, some, user};
use crate::curation::remedy;
use crate::curation::report::Usage;
use crate::curation::service_managed::keeper_of;
use crate::rules::Rule;
use crate::snapshot::{Use, UseKind};

/// `unused`.
pub(super) fn unused(facts: &Facts) -> Vec<Found> {
    each(facts, |one| {
        if one.usage() != Usage::Unused || !one.referenced_by.is_empty() {
            return None;
        }
        let message = format!(
            "No network interface uses {}, and nothing else refers to it.",
            one.display_name()
        );
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
            "No network interface uses {}, and only groups that are unused themselves refer to it: \
             {listed}.",
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
            "No attached network interface has {}, but {}.",
            one.display_name(),
            waiting(one)
        );
        let remediation = remedy::show_interfaces(facts, one);
        Some(Found::of(one, message, remediation).shown_by(one.evidence.iter().cloned()))
    })
}

/// What has a group without an interface that is attached, and what comes of it.
fn waiting(one: &GroupFacts) -> String {
    let mut holders: Vec<String> = one.named.iter().map(|it| lower(&user(it))).collect();
    holders.extend(one.detached.iter().map(|it| it.id.to_string()));
    let has = if holders.len() == 1 { "has" } else { "have" };
    let launches = |one: &&Use| {
        use UseKind::{Fleet, LaunchTemplate, OldLaunchTemplate, SpotFleet, SpotRequest};
        let kinds = [
            LaunchTemplate,
            OldLaunchTemplate,
            Fleet,
            SpotFleet,
            SpotRequest,
        ];
        kinds.contains(&one.kind)
    };
    let outcome = if one.named.iter().any(launches) {
        "so that a new instance could get it"
    } else if one.named.is_empty() {
        "so that an instance could still get it"
    } else {
        "so that a new interface could get it"
    };
    let listed = some(holders.into_iter()).join(", ");
    format!("{listed} {has} it, {outcome}")
}

/// A text that begins in lower case.
fn lower(text: &str) -> String {
    // Abbreviations stay as they are.
    if text.starts_with("VPC") {
        return text.to_owned();
    }
    let mut letters = text.chars();
    let first = letters.next().into_iter().flat_map(char::to_lowercase);
    first.chain(letters).collect()
}

/// `service-managed`.
pub(super) fn service_managed(facts: &Facts) -> Vec<Found> {
    each(facts, |one| {
        let keeper = one.keeper.clone()?;
        let managed = keeper_of(one.group(), &display_name(one.group()))?;
        let message = format!("{managed} Change it there, and nowhere else.");
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
