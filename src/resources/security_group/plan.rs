//! Decides what an apply will do. A pure function of configuration, prior state and the
//! provider's region: nothing here asks EC2.

use super::model;
use super::schema::DEFAULT_DESCRIPTION;
use crate::catalog::{self, Preset};
use crate::rules::Direction;
use crate::tf_provider::diagnostics::{Diagnostic, Diagnostics};
use crate::tf_provider::path::Path;
use crate::tf_provider::resource::Plan;
use crate::tf_provider::value::{Attr, Value};

/// Checks of a configuration that need more than one attribute.
pub(super) fn validate(config: &Value) -> Diagnostics {
    let mut found = model::desired(config).faults;
    if config.get("name").is_null() && config.get("preset").is_null() {
        found.push(nameless());
    }
    found
}

/// Completes a plan. `default_region` is the provider's.
pub(super) fn plan(plan: &mut Plan, default_region: Attr<String>) {
    let (config, prior) = (&plan.config, plan.prior.as_ref());
    let desired = model::desired(config);
    let mut planned = std::mem::replace(&mut plan.planned, Value::Null);

    if config.get("name").is_null() {
        planned = planned.with("name", from_preset(config, prior, "name", |p| p.name));
    }
    if config.get("description").is_null() {
        let text = from_preset(config, prior, "description", |p| p.description);
        planned = planned.with("description", text);
    }
    if config.get("region").is_null() {
        planned = planned.with("region", region(prior, default_region));
    }
    planned = planned
        .with("tags_all", tags_all(config))
        .with("rules", desired.value());
    if let Some(prior) = prior {
        for direction in Direction::BOTH {
            if says_the_same(config, prior, direction) {
                let name = direction.name();
                planned = planned.with(name, prior.get(name).clone());
            }
        }
    }
    plan.planned = planned;
    plan.diagnostics.extend(desired.faults);
}

/// A name or description that the configuration leaves to the preset. It stays what it was until
/// another preset takes the place of one: so a group that was imported, or that a preset is given
/// to later, isn't replaced for having another name.
fn from_preset(
    config: &Value,
    prior: Option<&Value>,
    name: &str,
    pick: fn(&Preset) -> &'static str,
) -> Value {
    let preset = config.get("preset");
    if let Some(prior) = prior {
        let before = prior.get("preset");
        if before.is_null() || preset.is_null() || before == preset {
            return prior.get(name).clone();
        }
    }
    match preset.string() {
        Attr::Known(preset) => match catalog::preset(preset) {
            Ok(preset) => pick(preset).into(),
            Err(_) => Value::Unknown,
        },
        Attr::Unknown => Value::Unknown,
        Attr::Null if name == "description" => DEFAULT_DESCRIPTION.into(),
        Attr::Null => Value::Unknown,
    }
}

/// A region that the provider supplies follows the provider. While the provider's isn't known,
/// a group stays where it is.
fn region(prior: Option<&Value>, default_region: Attr<String>) -> Value {
    match (default_region, prior) {
        (Attr::Known(region), _) => region.into(),
        (_, Some(prior)) => prior.get("region").clone(),
        (_, None) => Value::Unknown,
    }
}

fn tags_all(config: &Value) -> Value {
    match config.get("tags") {
        Value::Null => Value::map::<String, Value>([]),
        tags => tags.clone(),
    }
}

/// Whether configured blocks ask for the rules that the state's blocks ask for, in whatever
/// spelling, order or grouping. Then the state keeps its own words, and nothing is to be done.
fn says_the_same(config: &Value, prior: &Value, direction: Direction) -> bool {
    let rules = model::block_rules(config, direction);
    rules.is_some() && rules == model::block_rules(prior, direction)
}

fn nameless() -> Diagnostic {
    Diagnostic::error(
        "A security group needs a name",
        "Set \"name\", or take name and rules from a \"preset\".",
    )
    .at(Path::root().attribute("name"))
}
