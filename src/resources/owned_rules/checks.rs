//! Diagnostics of a plan that is decided, by the facts: errors for what EC2 would refuse, warnings for what is
//! legal and probably a mistake. Pure.

use super::error_context::ErrorContext;
use super::facts::{Facts, RuleConflict};
use super::model;
use super::plan::Decided;
use super::rule_type::{self, RuleType};
use crate::resources::common::desired_rules::RuleContext;
use crate::resources::common::group_rules::LetGoRule;
use crate::resources::common::{rule_checks, short_form};
use crate::rules::{self, Direction, Label, Rule, RuleSet};
use crate::tf_provider::diagnostics::{Diagnostic, Diagnostics};
use crate::tf_provider::host::Host;
use crate::tf_provider::path::Path;
use crate::tf_provider::resource::Plan;

/// The diagnostics of a plan.
pub(super) fn check(
    ty: &dyn RuleType,
    plan: &Plan,
    decided: &Decided,
    facts: &Facts,
    context: RuleContext<'_>,
) -> Diagnostics {
    let mut found = Diagnostics::new();
    if plan.prior.is_some() && !plan.replace.is_empty() {
        // Terraform asks for the plan of the new resource next, which has the diagnostics.
        return found;
    }
    let Decided { desired, before } = decided;
    let called = called(plan, desired.rules.keys());
    if facts.no_such_group {
        found.push(no_such_group(plan));
    }
    for taken in &facts.taken {
        found.push(already_there(ty, plan, taken, &facts.host, context));
    }
    if ty.may_be_empty() {
        let known = desired.known_so_far(&called, before, before);
        found.extend(known.map(|warning| warning.at(at("rules"))));
    }
    for direction in Direction::BOTH {
        let mut others = facts.others.clone();
        others.retain(|rule, _| rule.direction == direction);
        let has_rules = desired.rules.keys().any(|rule| rule.direction == direction);
        let count = desired.count(direction, &others, &facts.limits);
        if has_rules && facts.has_new_rules && !count.fits(&facts.limits) {
            let limit = facts.limits.rules_per_direction;
            found.push(
                over_quota(direction, &count, limit, others.len()).at(place(ty, plan, direction)),
            );
        }
    }
    for rule in desired.rules.keys() {
        let path = place_of(ty, plan, rule, context);
        if let Some(meant) = rule.suggestion() {
            found.push(rule_checks::matches_nothing(rule, meant).at(path.clone()));
        }
        if let Some(protocol) = rule.port_zero() {
            found.push(rule_checks::one_port(rule, protocol).at(path));
        }
    }
    if ty.may_be_empty() && !facts.redundant_rules_are_meant {
        for (narrow, wide) in rules::covered(&desired.rules) {
            let path = place_of(ty, plan, &narrow, context);
            found.push(rule_checks::covered(&narrow, &wide).at(path));
        }
    }
    if plan.prior.is_some() && desired.complete {
        let with_others = |rules: &RuleSet| {
            let mut all = facts.others.clone();
            all.extend(rules.clone());
            all
        };
        let (from, to) = (with_others(before), with_others(&desired.rules));
        let steps = rules::steps(&from, &to, &facts.limits);
        let early = rules::removed_before_added(&steps);
        if !early.is_empty() {
            found.push(rule_checks::interrupted(&called, &early).at(at("rules")));
        }
    }
    rule_type::reported(ty, found)
}

/// A resource in a few words: several may have rules of one group.
pub(super) fn called<'r>(plan: &Plan, mut rules: impl Iterator<Item = &'r Rule>) -> String {
    let group = model::of(&plan.planned).security_group_id().known();
    let group = group.unwrap_or("a new group");
    match rules.next() {
        Some(rule) => format!("{group}, {rule}"),
        None => group.to_owned(),
    }
}

fn at(name: &str) -> Path {
    Path::root().attribute(name)
}

/// The path of the attribute or blocks in which rules of a direction are declared.
fn place(ty: &dyn RuleType, plan: &Plan, direction: Direction) -> Path {
    let Some(blocks) = ty.name_of(direction.name()) else {
        return at(ty.rule_attributes()[0]);
    };
    let labels = Label::attribute(direction);
    let has_blocks = plan.config.get(blocks).as_elements() != Some(&[]);
    if has_blocks || plan.config.get(labels).is_null() {
        at(blocks)
    } else {
        at(labels)
    }
}

/// The path of the declaration of a rule: its label, if it has one.
fn place_of(ty: &dyn RuleType, plan: &Plan, rule: &Rule, context: RuleContext<'_>) -> Path {
    let is_labelled = ty.name_of(Label::attribute(rule.direction)).is_some();
    let label = is_labelled.then(|| short_form::label_of(&plan.config, rule, context));
    label
        .flatten()
        .unwrap_or_else(|| place(ty, plan, rule.direction))
}

fn over_quota(
    direction: Direction,
    count: &rules::RuleCount,
    limit: usize,
    others: usize,
) -> Diagnostic {
    Diagnostic::error(
        format!("More {} rules than EC2 allows", direction.name()),
        format!(
            "EC2 allows {limit} for each direction and address family of a group. With its other \
             rules, of which {others} count here, the group would have\n{count}\n\nUse fewer \
             rules, for instance by way of a prefix list or another group. If the account's quota is \
             higher, say so with \"max_rules_per_group\" in the provider block."
        ),
    )
}

/// The error that a rule can't be created, since another has it.
fn already_there(
    ty: &dyn RuleType,
    plan: &Plan,
    taken: &RuleConflict,
    host: &Host,
    context: RuleContext<'_>,
) -> Diagnostic {
    let planned = model::of(&plan.planned);
    let group = planned.security_group_id().known().unwrap_or_default();
    match taken {
        RuleConflict::Exists(shown) => {
            let region = planned.region().known().unwrap_or_default();
            let about = ErrorContext {
                ty,
                region,
                group_id: group,
                is_stored: plan.prior.is_some(),
                host,
            };
            about.exists(shown).at(place_of(ty, plan, &shown.rule, context))
        }
        RuleConflict::Stored(rule, (type_name, id)) => Diagnostic::error(
            format!("Two resources have the rule \"{rule}\" of {group}"),
            format!(
                "The {type_name} with the id \"{id}\", which is in the state, has it and keeps it. \
                 EC2 holds a rule only once, and it can belong to one resource only: take it out of \
                 one of the two."
            ),
        )
        .at(place_of(ty, plan, rule, context)),
        RuleConflict::LetGo(rule, why) => {
            revoked_by_the_group(group, rule, *why).at(place_of(ty, plan, rule, context))
        }
        RuleConflict::OfGroup(rule) => Diagnostic::error(
            format!("Two resources have the rule \"{rule}\" of {group}"),
            "The configuration of the group declares it too. EC2 holds a rule only once, and it can \
             belong to one resource only. Take it out of this resource: where this one has it \
             already, it stays in EC2 as the group's.",
        )
        .at(place_of(ty, plan, rule, context)),
        RuleConflict::Planned(rule) => Diagnostic::error(
            format!("Two resources have the rule \"{rule}\" of {group}"),
            "Another resource of this configuration is to make it too. EC2 holds a rule only once, \
             and it can belong to one resource only: take it out of one of the two.",
        )
        .at(place_of(ty, plan, rule, context)),
    }
}

/// A rule that the resource has, and that the group revokes in the same run.
fn revoked_by_the_group(group: &str, rule: &Rule, why: LetGoRule) -> Diagnostic {
    let detail = match why {
        LetGoRule::Declared => {
            "The group has this rule and its configuration doesn't any more, so the group takes it away, \
             and this resource would be without it until the next run. Have this resource make the rule \
             once the group has revoked it: take its import out of the configuration, or where it is in \
             the state already, take it out of the state. Or keep the rule in the group, and \
             take it out of this resource."
        }
        LetGoRule::Undeclared => {
            "The group has its rules for itself and doesn't declare this one, and the rule has no tag \
             curated:owner, which would say that this resource owns it. Do one of these:\n  \
             - Tag the rule first: `curated migrate --tag-rules --write` does it, by the state. A \
             resource with owner_tag = false gets the tag by an apply without that argument, while the \
             group is as it was before.\n  \
             - Set exclusive = false on the group, which then revokes only what it declares \
             itself.\n  \
             - Declare the rule in the group, and take it out of this resource."
        }
        LetGoRule::OfDefaultGroup => {
            "A default group has exactly the rules that it declares, and this one has no tag \
             curated:owner, which would say that this resource owns it. Do one of these:\n  \
             - If the group declared the rule until now, have this resource make it once the group has \
             revoked it: take its import out of the configuration, or where it is in the state already, \
             take it out of the state.\n  \
             - Otherwise tag the rule first: `curated migrate --tag-rules --write` does it, by the \
             state. A resource with owner_tag = false gets the tag by an apply without that argument, \
             while the group isn't in the configuration.\n  \
             - Declare the rule in the group, and take it out of this resource."
        }
    };
    Diagnostic::error(
        format!("The group {group} revokes the rule \"{rule}\" in the same run"),
        detail,
    )
}

/// A group that isn't there.
fn no_such_group(plan: &Plan) -> Diagnostic {
    let planned = model::of(&plan.planned);
    let id = planned.security_group_id().known().unwrap_or_default();
    let region = planned.region().known().unwrap_or_default();
    Diagnostic::error(
        format!("There is no security group {id} in {region}"),
        "EC2 shows none with this id to these credentials. Is it in another region, or of another \
         account? Set \"region\", or name the group by the attribute \"id\" of its resource.",
    )
    .at(at("security_group_id"))
}
