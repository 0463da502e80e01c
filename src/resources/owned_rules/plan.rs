//! Decides what an apply will do: a pure function of configuration, prior state and provider block.
//! [`super::checks`] compares the decision with facts.

use super::model;
use super::rule_type::{self, RuleType};
use crate::resources::common::desired_rules::{self, DesiredRules, RuleContext};
use crate::resources::common::model::rule_block;
use crate::resources::common::{ids, redact, region, same_rules, tags};
use crate::rules::{Direction, Label, RuleSet, normalise};
use crate::session::TagPolicy;
use crate::tf_provider::diagnostics::Diagnostic;
use crate::tf_provider::path::Path;
use crate::tf_provider::resource::Plan;
use crate::tf_provider::value::{Attr, Value};

/// The rules of a plan.
pub(super) struct Decided {
    /// The rules that the resource is to have.
    pub(super) desired: DesiredRules,
    /// The rules that it has.
    pub(super) before: RuleSet,
}

/// Completes a plan. `region` is the provider's; `account` is that of the credentials, unknown while they are;
/// `context` has the catalog.
pub(super) fn decide(
    ty: &dyn RuleType,
    plan: &mut Plan,
    region: Attr<String>,
    tagging: &TagPolicy,
    account: Attr<&str>,
    context: RuleContext<'_>,
) -> Decided {
    let (config, prior) = (&plan.config, plan.prior.as_ref());
    let group_id = model::of(config).security_group_id();
    let context = RuleContext {
        account: account.known().unwrap_or_default(),
        id: group_id.known().unwrap_or_default(),
        ..context
    };
    let mut desired = rule_type::desired(ty, config, context);
    desired.wait_for_account(account);
    if group_id.is_unknown() && names_a_group(ty, config) {
        // The group that a rule names may turn out to be its own.
        desired.complete = false;
    }
    let mut planned = std::mem::take(&mut plan.planned);
    planned = planned.with("region", region::planned(config, prior, region));
    if ty.has_tags() {
        let tags_all = tagging.all(model::of(&planned).tags());
        planned = planned.with("tags_all", tags_all);
    }
    // Arguments that declare rules are planned as configured: a host may have filled in those that were
    // left out.
    for name in ty.rule_attributes() {
        planned = planned.with(*name, config.get(name).clone());
    }
    let rules = redact::attribute(&planned, desired.value());
    planned = planned.with("rules", rules);
    let before = prior.map(|prior| rules_before(ty, prior, &desired, context));
    let before = before.unwrap_or_default();
    match prior {
        None => {
            let owner = owner_of_new(&planned);
            planned = planned.with("owner", owner);
        }
        Some(prior) => planned = updated(ty, planned, prior, config, &desired, &before, context),
    }
    if ty.has_tags() {
        planned = tags::unchanged(planned, prior, plan.phase, tagging);
    }
    if prior.is_some() && desired.complete {
        let replaced = ty.replaced_by(&before, &desired.rules, config);
        plan.replace.extend(replaced);
    }
    plan.diagnostics.extend(desired.faults.iter().cloned());
    let mut id_faults = desired.id_faults.clone();
    id_faults.extend(group_id_fault(config));
    ids::report(id_faults, plan);
    plan.planned = planned;
    Decided { desired, before }
}

/// The rules that EC2 holds by a state. Of those that the state shows only by digests, the ones that are to
/// stay.
fn rules_before(
    ty: &dyn RuleType,
    prior: &Value,
    desired: &DesiredRules,
    context: RuleContext<'_>,
) -> RuleSet {
    let mut rules = rule_type::rules_of(ty, prior, context);
    let stay = desired.rules.iter();
    let stay = stay.filter(|(rule, _)| redact::has_digest_of(prior, rule));
    for (rule, text) in stay {
        rules.entry(rule.clone()).or_insert_with(|| text.clone());
    }
    rules
}

/// The plan of a resource that exists.
fn updated(
    ty: &dyn RuleType,
    mut planned: Value,
    prior: &Value,
    config: &Value,
    desired: &DesiredRules,
    before: &RuleSet,
    context: RuleContext<'_>,
) -> Value {
    if ty.may_be_empty() {
        planned = same_rules::keep_words(planned, config, prior, context);
    } else if asks_the_same(ty, config, prior, context) {
        for name in ty.rule_attributes() {
            planned = planned.with(*name, prior.get(name).clone());
        }
    }
    let is_whole = !redact::has_more_than(prior, before);
    let same = is_whole && desired.complete && desired.rules.keys().eq(before.keys());
    let shown_before = redact::attribute(&planned, desired_rules::rules_value(before));
    let is_shown_alike = redact::is_on(&planned) == redact::is_on(prior);
    if is_whole && is_shown_alike && *model::of(&planned).rules() == shown_before {
        // The state may name accounts where rules don't.
        planned = planned.with("rules", model::of(prior).rules().clone());
    }
    planned = ty.plan_update(planned, prior, same);
    let (after, prior) = (model::of(&planned), model::of(prior));
    let changes = after.rules() != prior.rules()
        || after.owner_tag() != prior.owner_tag()
        || after.tags_all() != prior.tags_all();
    let owner = match (after.wants_owner_tag(), prior.owner().known()) {
        (false, _) => Value::Null,
        (true, Some(owner)) => owner.into(),
        (true, None) if ty.is_its_own_owner() && changes => prior.id().into(),
        // The tag is added by the next change.
        (true, None) if changes => Value::Unknown,
        (true, None) => Value::Null,
    };
    planned.with("owner", owner)
}

fn owner_of_new(planned: &Value) -> Value {
    match model::of(planned).owner_tag() {
        Attr::Known(false) => Value::Null,
        _ => Value::Unknown,
    }
}

/// Whether a configuration of a type without blocks declares the rules of the state in another spelling. Then
/// the plan keeps the state's spelling, and changes nothing.
fn asks_the_same(
    ty: &dyn RuleType,
    config: &Value,
    prior: &Value,
    context: RuleContext<'_>,
) -> bool {
    let rules = |value: &Value| {
        let value = ty.as_blocks(value);
        let rules = Direction::BOTH.map(|d| match value.get(d.name()) {
            Value::Null => Some(RuleSet::new()),
            _ => desired_rules::block_rules(&value, d, context),
        });
        let [ingress, egress] = rules;
        Some((ingress?, egress?))
    };
    let asked = rules(config);
    asked.is_some() && asked == rules(prior)
}

/// Whether a rule names a group.
fn names_a_group(ty: &dyn RuleType, config: &Value) -> bool {
    let blocks = ty.as_blocks(config);
    Direction::BOTH.iter().any(|direction| {
        let elements = blocks.get(direction.name()).as_elements();
        let mut elements = elements.unwrap_or_default().iter();
        let labels = blocks.get(Label::attribute(*direction)).as_entries();
        let mut labels = labels.into_iter().flatten();
        elements.any(|block| !rule_block(block).security_groups().is_null())
            || labels.any(|(_, text)| text.as_str().is_some_and(|text| text.contains("sg-")))
    })
}

/// The error about the form of `security_group_id`.
fn group_id_fault(config: &Value) -> Option<Diagnostic> {
    let id = model::of(config).security_group_id().known()?;
    let path = Path::root().attribute("security_group_id");
    if normalise::group(id).is_ok() && !id.contains('/') {
        return None;
    }
    let refused = Diagnostic::error(
        format!("\"{id}\" is not the id of a security group"),
        "The id of a security group is \"sg-\" and 8 or 17 digits of 0-9 and a-f, without an \
         account. Take the attribute \"id\" of the group's resource or data source.",
    );
    Some(refused.at(path))
}
