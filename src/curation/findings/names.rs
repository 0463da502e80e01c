//! Findings about names: groups of the launch wizard, duplicates, and names that contradict the
//! rules.

use std::collections::BTreeMap;

use super::{Found, each};
use crate::curation::facts::{Facts, GroupFacts, LISTED, some};
use crate::curation::remedy;
use crate::curation::report::Usage;
use crate::rules::{Peer, Rule};

/// `launch-wizard`.
pub(super) fn launch_wizard(facts: &Facts) -> Vec<Found> {
    each(facts, |one| {
        let number = one.group().name.strip_prefix("launch-wizard-")?;
        if number.is_empty() || !number.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let message = format!("The console's launch wizard made {}.", one.display_name());
        let description = &one.group().description;
        let described = (!description.is_empty()).then(|| format!("Description: {description:?}."));
        let remediation = if one.usage() == Usage::Unused {
            remedy::delete(facts, one)
        } else {
            remedy::show_interfaces(facts, one)
        };
        Some(
            Found::of(one, message, remediation)
                .shown_by(described)
                .shown_by(one.evidence.iter().take(1).cloned()),
        )
    })
}

/// `duplicate`. Groups are compared by their rules without descriptions. A group that references
/// itself is no duplicate, since another group has other members.
pub(super) fn duplicate(facts: &Facts) -> Vec<Found> {
    let mut sets: BTreeMap<(&str, Vec<&Rule>), Vec<&GroupFacts>> = BTreeMap::new();
    for one in facts.groups.values() {
        let group = one.group();
        let has_self = group
            .rules
            .keys()
            .any(|rule| rule.peer == Peer::SelfReference);
        if group.rules.is_empty() || has_self || one.is_default() || one.keeper.is_some() {
            continue;
        }
        let key = (&*group.vpc_id, group.rules.keys().collect());
        sets.entry(key).or_default().push(one);
    }
    let copies = sets.into_iter().filter(|(_, set)| set.len() > 1);
    copies
        .flat_map(|((vpc, rules), mut set)| {
            set.sort_by_key(|one| worth(one));
            let reported = some(set.iter().map(|one| one.display_name()));
            let copies = set.iter().map(|one| copy(facts, one, &set, vpc));
            let found = copies.map(|it| it.by(rules.iter().copied()).shown_by(reported.clone()));
            found.collect::<Vec<_>>()
        })
        .collect()
}

/// The finding about one of several groups with the same rules, of which the first should be kept.
fn copy(facts: &Facts, one: &GroupFacts, set: &[&GroupFacts], vpc: &str) -> Found {
    let count = set.len();
    let kept = set[0];
    if kept.group().id == one.group().id {
        let message = format!("{count} groups of {vpc} have the same rules: keep this one.");
        return Found::of(one, message, remedy::show_interfaces(facts, one));
    }
    let message = format!(
        "{count} groups of {vpc} have the same rules: keep {} in place of this one.",
        kept.display_name()
    );
    let remediation = if one.usage() == Usage::Unused {
        remedy::delete(facts, one)
    } else {
        remedy::show_interfaces(facts, one)
    };
    let named = one.referenced_by.len();
    let named = (named > 0).then(|| {
        let noun = if named == 1 {
            "1 other group name"
        } else {
            &format!("{named} other groups name")
        };
        format!("Rules of {noun} it: let them name the kept one.")
    });
    Found::of(one, message, remediation).shown_by(named)
}

/// The order of duplicates, the one to keep first: managed, then most used, then by name.
fn worth<'a>(one: &GroupFacts<'a>) -> (bool, std::cmp::Reverse<usize>, &'a str, &'a str) {
    let group = one.group();
    let used = one.attached.len() + one.named.len() + one.referenced_by.len();
    (
        one.managed.is_empty(),
        std::cmp::Reverse(used),
        &group.name,
        &group.id,
    )
}

/// `matches-preset`.
pub(super) fn matches_preset(facts: &Facts) -> Vec<Found> {
    each(facts, |one| {
        let group = one.group();
        if one.is_default() || one.keeper.is_some() || group.rules.is_empty() {
            return None;
        }
        let mut presets = facts.inputs.presets.iter();
        let (preset, _) = presets.find(|(_, rules)| rules.keys().eq(group.rules.keys()))?;
        if preset.eq_ignore_ascii_case(&group.name) {
            return None;
        }
        let message = format!(
            "{} has exactly the rules of the preset {preset}.",
            one.display_name()
        );
        let remediation = format!("preset = {preset:?}");
        Some(Found::of(one, message, remediation).by(group.rules.keys()))
    })
}

/// `misleading-name`.
pub(super) fn misleading(facts: &Facts) -> Vec<Found> {
    each(facts, |one| {
        let group = one.group();
        let mut presets = facts.inputs.presets.iter();
        let (preset, rules) = presets.find(|(name, _)| name.eq_ignore_ascii_case(&group.name))?;
        if rules.keys().eq(group.rules.keys()) || one.keeper.is_some() {
            return None;
        }
        let message = format!(
            "{} is called like the preset {preset}, and has other rules.",
            one.display_name()
        );
        let missing = rules.keys().filter(|rule| !group.rules.contains_key(*rule));
        let extra: Vec<&Rule> = group
            .rules
            .keys()
            .filter(|rule| !rules.contains_key(*rule))
            .collect();
        let missing = missing.map(|rule| format!("It lacks `{rule}`."));
        let evidence: Vec<String> = missing
            .chain(
                extra
                    .iter()
                    .take(LISTED)
                    .map(|rule| format!("It has `{rule}` besides.")),
            )
            .collect();
        let remediation = if extra.is_empty() {
            format!("preset = {preset:?}")
        } else {
            remedy::revoke(facts, one, extra.iter().copied())
        };
        Some(
            Found::of(one, message, remediation)
                .by(extra)
                .shown_by(evidence),
        )
    })
}
