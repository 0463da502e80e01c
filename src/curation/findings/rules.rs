//! Findings about single rules, about the number of rules, and about refused calls.

use super::{Found, each, listed};
use crate::curation::facts::{Facts, some};
use crate::curation::remedy;
use crate::rules::{Direction, Limits, Rule, count, covered};

/// Share of the quota, in percent, from which a group counts as near it.
const NEAR: usize = 80;

/// `redundant-rule`.
pub(super) fn redundant(facts: &Facts) -> Vec<Found> {
    each(facts, |one| {
        let pairs = covered(&one.group().rules);
        let (first, by) = pairs.first()?;
        let message = if pairs.len() == 1 {
            format!("`{first}` adds nothing: `{by}` covers it.")
        } else {
            format!(
                "{} rules add nothing: others of the group cover them.",
                pairs.len()
            )
        };
        let reported = pairs
            .iter()
            .map(|(rule, by)| format!("`{by}` covers `{rule}`."));
        let rules: Vec<&Rule> = pairs.iter().map(|(rule, _)| rule).collect();
        let remediation = remedy::revoke(facts, one, rules.iter().copied());
        let reported: Vec<String> = reported.collect();
        Some(
            Found::of(one, message, remediation)
                .by(rules)
                .shown_by(some(reported.into_iter())),
        )
    })
}

/// `ineffective-rule`.
pub(super) fn ineffective(facts: &Facts) -> Vec<Found> {
    each(facts, |one| {
        let rules = one.group().rules.keys();
        let idle: Vec<(&Rule, &str)> = rules
            .filter_map(|rule| Some((rule, rule.suggestion()?)))
            .collect();
        if idle.is_empty() {
            return None;
        }
        let quoted = some(idle.iter().map(|(rule, _)| format!("`{rule}`")));
        let verb = if idle.len() == 1 { "lets" } else { "let" };
        let message = format!("{} {verb} nothing through.", listed(&quoted));
        let reported = idle.iter().map(|(rule, meant)| {
            format!(
                "No packet of {} matches it; {meant} was probably meant.",
                rule.traffic.protocol()
            )
        });
        let reported: Vec<String> = reported.collect();
        let rules: Vec<&Rule> = idle.iter().map(|(rule, _)| *rule).collect();
        let remediation = remedy::revoke(facts, one, rules.iter().copied());
        Some(
            Found::of(one, message, remediation)
                .by(rules)
                .shown_by(some(reported.into_iter())),
        )
    })
}

/// `near-quota`.
pub(super) fn near_quota(facts: &Facts) -> Vec<Found> {
    let lists = facts.region.prefix_lists.iter();
    let limits = Limits {
        rules_per_direction: facts.inputs.rules_per_direction,
        prefix_list_weights: lists.map(|(id, list)| (id.clone(), list.weight)).collect(),
    };
    let most = limits.rules_per_direction;
    each(facts, |one| {
        let mut reported = Vec::new();
        let mut fullest = None;
        for direction in Direction::BOTH {
            let count = count(&one.group().rules, direction, &limits);
            let weight = count.ipv4().max(count.ipv6());
            if weight.saturating_mul(100) < most.saturating_mul(NEAR) {
                continue;
            }
            reported.extend(
                count
                    .to_string()
                    .lines()
                    .map(|line| format!("{direction}, {line}.")),
            );
            fullest = fullest.max(Some((weight, direction)));
        }
        let (weight, direction) = fullest?;
        let side = match direction {
            Direction::Ingress => "Ingress",
            Direction::Egress => "Egress",
        };
        let message = format!(
            "{side} counts {weight} of the {most} rules that the quota allows in a family."
        );
        let remediation = format!(
            "aws service-quotas list-service-quotas --region {} --service-code vpc",
            facts.region.name
        );
        Some(Found::of(one, message, remediation).shown_by(reported))
    })
}

/// `not-looked-at`.
pub(super) fn not_looked_at(facts: &Facts) -> Vec<Found> {
    let refused = facts.region.not_looked_at.iter();
    refused
        .map(|it| {
            let (operation, code) = (&it.operation, &it.code);
            let why = if code.is_empty() {
                "no answer came"
            } else {
                code
            };
            Found {
                subject: operation.clone(),
                message: format!("{operation} wasn't answered: {why}."),
                evidence: vec![it.consequence.clone()],
                remediation: format!("Allow the action ec2:{operation}."),
                ..Found::default()
            }
        })
        .collect()
}
