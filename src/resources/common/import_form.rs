//! The form of imported rules in the state, which the end of the import's id selects: labels by `#short`,
//! presets by `#preset=http` or `#presets=http,ssh`, the preset that fits by `#preset`, and otherwise
//! blocks. Must not know any of the resource types.

use super::model;
use crate::catalog::{Catalog, Preset};
use crate::resources::common::{desired_rules, short_form};
use crate::rules::{RuleSet, rule_set};
use crate::tf_provider::diagnostics::{Diagnostic, Diagnostics};
use crate::tf_provider::path::Path;
use crate::tf_provider::resource::{ImportBy, Outcome};
use crate::tf_provider::value::Value;

/// A form that an import asks for.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::resources) enum Form<'a> {
    Blocks,
    Short,
    Preset(&'a str),
    Presets(Vec<&'a str>),
    /// The preset that has exactly the group's rules; blocks where there is none.
    FittingPreset,
    /// The same, except for a group that has only the rule of a new group. This is the form of imports by
    /// identity, which hosts write for the results of a query.
    MeantPreset,
}

/// Values of `preset` in a state that is imported as [`Form::FittingPreset`] or [`Form::MeantPreset`]. The
/// read that follows each import replaces them by a name or null.
const FITTING: &str = "#preset";
const MEANT: &str = "";

/// The rule that EC2 gives every new group.
const FIRST_RULE: &str = "egress all to 0.0.0.0/0";

/// Splits the form from the id of an import.
///
/// # Errors
/// The id ends in a form that doesn't exist.
pub(in crate::resources) fn split(
    by: ImportBy<'_>,
) -> Result<(ImportBy<'_>, Form<'_>), Diagnostic> {
    let ImportBy::Id(text) = by else {
        return Ok((by, Form::Blocks));
    };
    // A group's name may hold `#` too; its VPC follows the name.
    let end = text.rsplit_once('#');
    let Some((id, form)) = end.filter(|(_, form)| !form.contains("@vpc-")) else {
        return Ok((by, Form::Blocks));
    };
    let form = match form.split_once('=') {
        None if form == "short" => Form::Short,
        None if form == "preset" => Form::FittingPreset,
        Some(("preset", name)) => Form::Preset(name),
        Some(("presets", names)) => Form::Presets(names.split(',').collect()),
        _ => return Err(no_form(id, form)),
    };
    Ok((ImportBy::Id(id), form))
}

impl Form<'_> {
    /// A first state in this form.
    ///
    /// # Errors
    /// The catalog doesn't have a preset.
    pub(in crate::resources) fn begin(
        self,
        state: Value,
        catalog: &Catalog,
    ) -> Result<Value, Diagnostics> {
        let names = match &self {
            Self::Preset(name) => std::slice::from_ref(name),
            Self::Presets(names) => names.as_slice(),
            Self::Blocks | Self::Short | Self::FittingPreset | Self::MeantPreset => &[],
        };
        for name in names {
            catalog.preset(name).map_err(|fault| {
                Diagnostic::error(fault.summary, fault.detail).at(Path::root().attribute("id"))
            })?;
        }
        Ok(match self {
            Self::Blocks => state,
            Self::Short => short_form::imported(state),
            Self::Preset(name) => state.with("preset", name),
            Self::Presets(names) => state.with("presets", Value::set(names)),
            Self::FittingPreset => state.with("preset", FITTING),
            Self::MeantPreset => state.with("preset", MEANT),
        })
    }
}

/// A first state, with the preset that fits the rules of a group if the import asks for that.
pub(in crate::resources) fn choose(
    state: Value,
    group_name: &str,
    rules: &RuleSet,
    catalog: &Catalog,
) -> Value {
    let chosen = match model::of(&state).preset().known() {
        Some(FITTING) => fitting_preset(rules, catalog),
        Some(MEANT) => meant_preset(group_name, rules, catalog),
        _ => return state,
    };
    state.with("preset", chosen.map_or(Value::Null, Value::from))
}

/// The preset that has exactly these rules: one of the user's own, else a built-in one.
fn fitting_preset<'c>(rules: &RuleSet, catalog: &'c Catalog) -> Option<&'c str> {
    let built_in = Catalog::built_in().presets().len();
    let (built_in, own) = catalog.presets().split_at(built_in);
    let mut presets = own.iter().chain(built_in);
    let fitting = presets.find(|preset| preset.rules() == *rules)?;
    Some(&fitting.name)
}

/// The preset from which a group was probably created, by its rules. A new group without further rules has
/// those of the preset exodus, and counts as created from it only if it has its name too.
pub(in crate::resources) fn meant_preset<'c>(
    group_name: &str,
    rules: &RuleSet,
    catalog: &'c Catalog,
) -> Option<&'c str> {
    let fitting = fitting_preset(rules, catalog)?;
    let is_untouched = rules.keys().all(|rule| rule.to_string() == FIRST_RULE);
    (!is_untouched || fitting == group_name).then_some(fitting)
}

/// The outcome of the read that follows an import of rules of the group `id`. It is an error if the presets
/// of the import don't have exactly these rules.
pub(in crate::resources) fn finish(
    state: Value,
    id: &str,
    rules: &RuleSet,
    catalog: &Catalog,
) -> Outcome {
    let names = desired_rules::presets(&state).names;
    let presets = names.iter().filter_map(|name| catalog.preset(name).ok());
    let expected = rule_set(presets.flat_map(Preset::rules));
    if !names.is_empty() && expected != *rules {
        let refused = other_rules(id, &names, &expected, rules);
        return Outcome::failed(Some(state), refused);
    }
    Outcome::exists(short_form::without_empty(state))
}

fn no_form(id: &str, form: &str) -> Diagnostic {
    Diagnostic::error(
        format!("{:?} is not a form of rules", format!("#{form}")),
        format!(
            "Write \"{id}\" for blocks, \"{id}#short\" for the short form, \"{id}#preset=http\" for a \
             preset that has exactly the group's rules, or \"{id}#preset\" for the one that has, if \
             there is one."
        ),
    )
    .at(Path::root().attribute("id"))
}

fn other_rules(id: &str, names: &[&str], expected: &RuleSet, actual: &RuleSet) -> Diagnostic {
    let mut lines = Vec::new();
    for (rule, text) in expected {
        match actual.get(rule) {
            None => lines.push(format!("  - {rule}: the group doesn't have it")),
            Some(other) if other != text => lines.push(format!(
                "  - {rule}: the group describes it as {other:?}, not as {text:?}"
            )),
            Some(_) => {}
        }
    }
    let extra = actual.keys().filter(|rule| !expected.contains_key(rule));
    lines.extend(extra.map(|rule| format!("  - {rule}: only the group has it")));
    let presets = names.join(", ");
    Diagnostic::error(
        format!("{id} has other rules than the preset {presets}"),
        format!(
            "These differ:\n{}\n\nImport it in blocks, or with \"#short\" at the end of the id. Then set \
             the preset, and apply.",
            lines.join("\n")
        ),
    )
    .at(Path::root().attribute("preset"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<(&str, Form<'_>)> {
        match split(ImportBy::Id(text)).ok()? {
            (ImportBy::Id(id), form) => Some((id, form)),
            (ImportBy::Identity(_), _) => None,
        }
    }

    #[test]
    fn the_end_of_an_id_says_the_form() {
        for (text, expected) in [
            ("sg-1", Some(("sg-1", Form::Blocks))),
            (
                "us-east-1/sg-1#short",
                Some(("us-east-1/sg-1", Form::Short)),
            ),
            (
                "sg-1@us-east-1#short",
                Some(("sg-1@us-east-1", Form::Short)),
            ),
            (
                "web@vpc-1#preset=http",
                Some(("web@vpc-1", Form::Preset("http"))),
            ),
            ("web#1@vpc-1", Some(("web#1@vpc-1", Form::Blocks))),
            (
                "web#short@vpc-1@us-east-1",
                Some(("web#short@vpc-1@us-east-1", Form::Blocks)),
            ),
            ("web#1@vpc-1#short", Some(("web#1@vpc-1", Form::Short))),
            (
                "sg-1#presets=http,ssh",
                Some(("sg-1", Form::Presets(vec!["http", "ssh"]))),
            ),
            ("sg-1#preset", Some(("sg-1", Form::FittingPreset))),
            ("sg-1#shrot", None),
            ("sg-1#", None),
        ] {
            assert_eq!(read(text), expected, "{text}");
        }
    }
}
