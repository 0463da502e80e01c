//! Decides what an apply will do: a pure function of configuration, prior state and provider block.
//! [`super::plan_checks`] compares the decision with facts.

use super::declared::{self, Declared};
use super::model::{self, DesiredRules, RuleContext};
use super::naming;
use super::schema::DEFAULT_DESCRIPTION;
use crate::catalog::{Catalog, Preset};
use crate::resources::common::guardrails;
use crate::resources::common::ids;
use crate::resources::common::redact;
use crate::resources::common::region;
use crate::resources::common::same_rules;
use crate::resources::common::tags;
use crate::session::ProviderConfig;
use crate::tf_provider::diagnostics::{Diagnostic, Diagnostics};
use crate::tf_provider::path::Path;
use crate::tf_provider::resource::Plan;
use crate::tf_provider::value::{Attr, Value};

/// Checks of a configuration that need more than one attribute. The form of ids is checked in the plan: see
/// [`ids`].
pub(super) fn validate(config: &Value, catalog: &Catalog) -> Diagnostics {
    let desired = model::desired(config, RuleContext::new(catalog));
    let mut found = guardrails::validate(config, &desired, catalog);
    found.extend(desired.faults);
    let text = |name| config.get(name).as_str();
    // Generated configuration has both the name and the prefix that it was made from.
    if let (Some(name), Some(prefix)) = (text("name"), text("name_prefix"))
        && !naming::is_made_from(prefix, name)
    {
        found.push(two_names().at(Path::root().attribute("name")));
    }
    found
}

/// Completes a plan, and returns the rules that it is for. `region` is the provider's; `account` is that of
/// the credentials, empty if it wasn't looked up, unknown while the credentials are; `declared` are the
/// rules that were declared until now.
pub(super) fn decide(
    plan: &mut Plan,
    region: Attr<String>,
    provider: &ProviderConfig,
    account: Attr<&str>,
    declared: &Declared,
) -> DesiredRules {
    let (tagging, catalog) = (&provider.tagging, &provider.catalog);
    let (config, prior) = (&plan.config, plan.prior.as_ref());
    let context = match prior {
        Some(prior) => RuleContext::of(prior, catalog),
        None => RuleContext {
            account: account.known().unwrap_or_default(),
            ..RuleContext::new(catalog)
        },
    };
    let mut desired = model::desired(config, context);
    if prior.is_none() {
        desired.wait_for_account(account);
    }
    let mut planned = std::mem::take(&mut plan.planned);

    if model::of(config).name().is_null() {
        planned = planned.with("name", name(config, prior, catalog));
    }
    if model::of(config).name_prefix().is_null() {
        let prefix = name_prefix(model::of(&planned).name(), prior);
        planned = planned.with("name_prefix", prefix);
    }
    if model::of(config).description().is_null() {
        let text = from_preset(config, prior, catalog, "description", |p| &p.description);
        planned = planned.with("description", text.unwrap_or(DEFAULT_DESCRIPTION.into()));
    }
    planned = planned.with("region", region::planned(config, prior, region));
    let tags_all = tagging.all(model::of(&planned).tags());
    let rules = redact::attribute(&planned, desired.value());
    planned = planned.with("tags_all", tags_all).with("rules", rules);
    if let Some(prior) = prior {
        planned = same_rules::keep_words(planned, config, prior, context);
    }
    planned = declared::complete(planned, config, prior, declared, catalog);
    if prior.is_some() {
        // Another prefix replaces the group only if the name doesn't begin with it.
        if model::of(&planned).name().is_unknown() && model::of(config).name().is_null() {
            plan.replace.push(Path::root().attribute("name_prefix"));
        }
    }
    planned = tags::unchanged(planned, prior, plan.phase, tagging);
    plan.diagnostics.extend(desired.faults.iter().cloned());
    let id_faults = ids::faults(config, &desired);
    ids::report(id_faults, plan);
    plan.planned = planned;
    desired
}

/// The planned name where none is configured: one of the prefix, else the preset's, else unknown until the
/// group is created.
fn name(config: &Value, prior: Option<&Value>, catalog: &Catalog) -> Value {
    let before = prior.and_then(|prior| model::of(prior).name().known());
    match (model::of(config).name_prefix(), before) {
        (Attr::Known(prefix), Some(name)) if name.starts_with(prefix) => name.into(),
        (Attr::Known(_) | Attr::Unknown, _) => Value::Unknown,
        (Attr::Null, _) => {
            from_preset(config, prior, catalog, "name", |p| &p.name).unwrap_or(Value::Unknown)
        }
    }
}

/// The planned prefix where none is configured: the one that the name was made from.
fn name_prefix(name: Attr<&str>, prior: Option<&Value>) -> Value {
    match (name, prior.map(model::of)) {
        (Attr::Known(_), Some(prior)) if prior.name() == name => prior.name_prefix().into(),
        (Attr::Known(name), _) => naming::prefix_value(Attr::Null, name),
        (Attr::Null | Attr::Unknown, _) => Value::Unknown,
    }
}

/// The planned value of an attribute that the preset brings. It stays as it was until another preset replaces
/// the former one, so that an imported group with another name isn't replaced.
fn from_preset(
    config: &Value,
    prior: Option<&Value>,
    catalog: &Catalog,
    name: &str,
    pick: fn(&Preset) -> &str,
) -> Option<Value> {
    let preset = model::of(config).preset();
    if let Some(prior) = prior {
        let before = model::of(prior).preset();
        if before.is_null() || preset.is_null() || before == preset {
            return Some(prior.get(name).clone());
        }
    }
    match preset {
        Attr::Known(preset) => Some(match catalog.preset(preset) {
            Ok(preset) => pick(preset).into(),
            Err(_) => Value::Unknown,
        }),
        Attr::Unknown => Some(Value::Unknown),
        Attr::Null => None,
    }
}

fn two_names() -> Diagnostic {
    Diagnostic::conflict(
        "\"name\" and \"name_prefix\" are both set. A name is either given whole, or made from a \
         prefix: remove one of the two.",
    )
}

#[cfg(test)]
mod tests;
