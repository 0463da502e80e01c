//! Diagnostics of a plan that is decided, by the facts, and of an adoption that is impossible. Pure.

use super::facts::Facts;
use super::model;
use super::schema::TYPE_NAME;
use crate::resources::common::desired_rules::DesiredRules;
use crate::resources::common::group_checks::Judged;
use crate::resources::common::model::called;
use crate::resources::common::rule_checks;
use crate::rules::RuleSet;
use crate::tf_provider::diagnostics::{Diagnostic, Diagnostics};
use crate::tf_provider::path::Path;
use crate::tf_provider::resource::Plan;

/// The diagnostics of a plan. `before` are the rules that the group has.
pub(super) fn check(
    plan: &Plan,
    desired: &DesiredRules,
    facts: &Facts,
    before: &RuleSet,
    redundant_rules_are_meant: bool,
) -> Diagnostics {
    let mut found = Diagnostics::new();
    let rules = Path::root().attribute("rules");
    let called = called(&plan.planned);
    let known = desired.known_so_far(&called, before, before);
    found.extend(known.map(|warning| warning.at(rules.clone())));
    let judged = Judged {
        called: &called,
        desired,
        undeclared: &facts.owned,
        limits: &facts.limits,
        redundant_rules_are_meant,
    };
    found.extend(judged.rules());
    if desired.complete {
        if !facts.revoked.is_empty() {
            found.push(revoked(plan, &facts.revoked).at(rules.clone()));
        }
        if !facts.owned.is_empty() {
            found.push(left_to_owners(&called, &facts.owned).at(rules));
        }
        if plan.prior.is_some() {
            found.extend(judged.steps(before));
        }
    }
    found
}

fn revoked(plan: &Plan, rules: &RuleSet) -> Diagnostic {
    let planned = model::of(&plan.planned);
    let id = planned.id().known().unwrap_or_default();
    let vpc = planned.vpc_id().known().unwrap_or_default();
    Diagnostic::warning(
        format!("Rules of a default group are revoked: {id} of {vpc}"),
        format!(
            "{id}, the default group of {vpc}, is taken over with the rules that are declared here. \
             These go, and whatever uses the group loses them:\n{}\n\nTo keep one, declare it.",
            rule_checks::lines(rules.keys())
        ),
    )
}

fn left_to_owners(called: &str, owned: &RuleSet) -> Diagnostic {
    Diagnostic::warning(
        format!("Rules of a default group are left alone: {called}"),
        format!(
            "Other resources own these rules, or may own them, which a tag says. They stay in EC2, \
             and aren't shown here:\n{}",
            rule_checks::lines(owned.keys())
        ),
    )
}

/// The error that the region has no default VPC, and the configuration names no other.
pub(super) fn no_default_vpc() -> Diagnostic {
    Diagnostic::error(
        "The region has no default VPC",
        "Set \"vpc_id\" to the VPC whose default group is to be adopted.",
    )
    .at(Path::root().attribute("vpc_id"))
}

/// The error that the region's default VPC can't be looked up.
pub(super) fn no_answer_about_the_default_vpc() -> Diagnostic {
    Diagnostic::error(
        "The region's default VPC can't be looked up",
        "Set \"vpc_id\", or have the permission ec2:DescribeVpcs added to the IAM policy of the \
         credentials.",
    )
    .at(Path::root().attribute("vpc_id"))
}

/// The error that a VPC has no default group, which means that there is no such VPC.
pub(super) fn no_group(vpc_id: &str, region: &str) -> Diagnostic {
    Diagnostic::error(
        format!("There is no default group of {vpc_id} in {region}"),
        "EC2 makes one with each VPC. Is the VPC in this region, and of the account of these \
         credentials?",
    )
    .at(Path::root().attribute("vpc_id"))
}

/// The error that two resources have the same group.
pub(super) fn two_resources(id: &str, vpc_id: &str) -> Diagnostic {
    Diagnostic::error(
        format!("Two resources have the default group {id} of {vpc_id}"),
        format!(
            "A VPC has one default group, and that can belong to one {TYPE_NAME} only: remove one of \
             the two, or set another \"vpc_id\"."
        ),
    )
    .at(Path::root().attribute("vpc_id"))
}

/// The error that a group in a shared VPC is another account's.
pub(super) fn of_another_account(id: &str, owner: &str, ours: &str) -> Diagnostic {
    Diagnostic::error(
        format!("The group {id} is of the account {owner}"),
        format!(
            "These credentials are of the account {ours}. They see the group because its VPC is \
             shared, but only the account that owns it can change it. Use credentials of {owner}, or \
             remove the resource."
        ),
    )
    .at(Path::root().attribute("vpc_id"))
}
