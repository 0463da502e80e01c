//! The rules that a group's configuration declared when it was last applied. Hosts keep them beside the
//! state, which doesn't distinguish declared rules from others: a group that declares no rule leaves its
//! rules to other resources. Pure.

use std::collections::BTreeSet;

use serde_json::{Value as Json, json};

use super::model;
use crate::catalog::Catalog;
use crate::resources::common::desired_rules::{self, RuleContext};
use crate::resources::common::model::called;
use crate::resources::common::redact;
use crate::rules::{Direction, Peer, Rule, RuleSet, rules_where};
use crate::tf_provider::diagnostics::Diagnostic;
use crate::tf_provider::path::Path;
use crate::tf_provider::resource::Plan;
use crate::tf_provider::value::{Attr, Value};

/// Arguments that declare rules, beside the blocks.
const ARGUMENTS: [&str; 4] = ["preset", "presets", "ingress_rules", "egress_rules"];

/// The name of a note beside the declared rules: until that change it wasn't known which were declared.
const WAS_UNKNOWN: &str = "was_unknown";

/// The rules that were declared when the group was last applied.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) enum Declared {
    /// Not known: the group was imported or moved, and hasn't been applied since.
    #[default]
    Unknown,
    /// No rule: the group leaves its rules to other resources.
    Nothing,
    /// These rules; they may be none if `exclusive` is set. Their keys have digests, so that nothing is stored
    /// that `redact_rules` hides.
    Rules(BTreeSet<String>),
}

impl Declared {
    /// Reads the private bytes of a state.
    pub(super) fn read(private: &[u8]) -> Self {
        let kept: Json = serde_json::from_slice(private).unwrap_or_default();
        match &kept["declared_rules"] {
            Json::Null => Self::Unknown,
            Json::Array(keys) => {
                let keys = keys.iter().filter_map(Json::as_str);
                Self::Rules(keys.map(str::to_owned).collect())
            }
            _ => Self::Nothing,
        }
    }

    /// The private bytes for a planned state; `None` where they stay as they are.
    pub(super) fn to_keep(&self, plan: &Plan, catalog: &Catalog) -> Option<Vec<u8>> {
        let kept = match (leaves_rules_to_others(&plan.config), &plan.prior) {
            (Some(true), Some(prior)) if self.is_undetermined(prior) => return None,
            (Some(true), _) => json!({ "declared_rules": "none" }),
            (Some(false) | None, _) => {
                let context = match &plan.prior {
                    Some(prior) => RuleContext::of(prior, catalog),
                    None => RuleContext::new(catalog),
                };
                let rules = model::planned_rules(&plan.planned, context);
                let keys: Vec<String> = rules.keys().map(redact::key).collect();
                if *self == Self::Unknown && plan.prior.is_some() {
                    json!({ "declared_rules": keys, WAS_UNKNOWN: true })
                } else {
                    json!({ "declared_rules": keys })
                }
            }
        };
        Some(kept.to_string().into_bytes())
    }

    /// Whether the group leaves its rules to other resources.
    pub(super) fn is_nothing(&self) -> bool {
        *self == Self::Nothing
    }

    /// Those of the rules that EC2 holds that belong into the blocks of a state.
    pub(super) fn in_blocks(&self, state: &Value, held: &RuleSet, catalog: &Catalog) -> RuleSet {
        let mut rules = held.clone();
        if self.is_nothing() {
            let declared = desired_rules::desired(state, RuleContext::of(state, catalog)).rules;
            rules.retain(|rule, _| declared.contains_key(rule));
        }
        rules
    }

    /// The rules of a state that are certainly the group's own: of others, their tag has to say whose
    /// they are, which it may do only since the state was stored.
    pub(super) fn known(&self, state: &Value, catalog: &Catalog) -> RuleSet {
        match self {
            Self::Rules(_) => self.rules_of(state, catalog),
            Self::Unknown | Self::Nothing => model::rules_of(state, catalog),
        }
    }

    /// Whether the blocks of a state may have come from an import or move, without having been in a
    /// configuration.
    fn is_undetermined(&self, prior: &Value) -> bool {
        let declares = |name: &&str| is_given(prior.get(name)) == Some(true);
        *self == Self::Unknown && !ARGUMENTS.iter().any(declares)
    }

    /// The rules of a state that its configuration had declared.
    pub(super) fn rules_of(&self, prior: &Value, catalog: &Catalog) -> RuleSet {
        let mut rules = model::rules_of(prior, catalog);
        match self {
            Self::Rules(declared) => {
                let context = RuleContext::of(prior, catalog);
                rules.retain(|rule, _| {
                    declared.contains(&redact::key(rule))
                        || declared.contains(&redact::key(&with_account(rule, context)))
                });
            }
            // Rules that a failed change has left are in the blocks.
            Self::Nothing => {
                let declared = desired_rules::desired(prior, RuleContext::of(prior, catalog)).rules;
                rules.retain(|rule, _| declared.contains_key(rule));
            }
            Self::Unknown => {
                // An import by identity sets the preset that fits, which no configuration declared.
                let prior = prior.clone().with("preset", Value::Null);
                let declared =
                    desired_rules::desired(&prior, RuleContext::of(&prior, catalog)).rules;
                rules.retain(|rule, _| declared.contains_key(rule));
            }
        }
        rules
    }
}

/// Whether a change may come upon rules of other resources in the state of a group that is to have its
/// rules for itself: it left them to others until now, or what it declared isn't known.
pub(super) fn may_have_others([prior, planned]: [&Value; 2], is_unknown: bool) -> bool {
    model::becomes_exclusive(prior, planned) || is_unknown && model::of(planned).is_exclusive()
}

/// Whether the planned change, beside which this is kept, comes upon such a group.
pub(super) fn was_unknown(private: &[u8]) -> bool {
    let kept: Json = serde_json::from_slice(private).unwrap_or_default();
    kept[WAS_UNKNOWN] == true
}

/// A rule as a plan names it that was made without the account of the credentials.
fn with_account(rule: &Rule, context: RuleContext<'_>) -> Rule {
    let mut named = rule.clone();
    if let Peer::Group { account, .. } = &mut named.peer {
        account.get_or_insert_with(|| context.account.to_owned());
    }
    named
}

/// Whether a configuration leaves the group's rules to other resources; `None` while that isn't known.
pub(super) fn leaves_rules_to_others(config: &Value) -> Option<bool> {
    let blocks = Direction::BOTH.map(Direction::name);
    let declaring = blocks
        .into_iter()
        .chain(ARGUMENTS)
        .map(|name| is_given(config.get(name)));
    let exclusive = match model::of(config).exclusive() {
        Attr::Null => Some(false),
        Attr::Known(_) => Some(true),
        Attr::Unknown => None,
    };
    let given: Vec<Option<bool>> = declaring.chain([exclusive]).collect();
    if given.contains(&Some(true)) {
        Some(false)
    } else if given.contains(&None) {
        None
    } else {
        Some(true)
    }
}

/// Whether an argument is set, or a set has blocks; `None` while that isn't known.
fn is_given(value: &Value) -> Option<bool> {
    match (value.as_elements(), value.as_entries()) {
        _ if value.is_unknown() => None,
        (Some(elements), _) => Some(!elements.is_empty()),
        (_, Some(entries)) => Some(!entries.is_empty()),
        (None, None) => Some(!value.is_null()),
    }
}

/// Completes a plan: `exclusive` where it isn't configured, and the rules of a group that leaves them to
/// others.
pub(super) fn complete(
    planned: Value,
    config: &Value,
    prior: Option<&Value>,
    before: &Declared,
    catalog: &Catalog,
) -> Value {
    let leaves = leaves_rules_to_others(config);
    let mut planned = planned;
    if model::of(config).exclusive().is_null() {
        planned = planned.with("exclusive", exclusive(leaves, prior, before));
    }
    let (Some(prior), true) = (prior, leaves != Some(false)) else {
        return planned;
    };
    if leaves.is_none() {
        return planned.with("rules", Value::Unknown);
    }
    if before.is_undetermined(prior) {
        let names = Direction::BOTH.map(Direction::name).into_iter();
        let kept = names.chain(["rules"]);
        return kept.fold(planned, |planned, name| {
            planned.with(name, prior.get(name).clone())
        });
    }
    let rules = rules_left(&before.rules_of(prior, catalog), [prior, &planned], catalog);
    planned.with("rules", rules)
}

/// The value of `rules` for a planned state: the prior ones without the `revoked` ones.
fn rules_left(revoked: &RuleSet, [prior, planned]: [&Value; 2], catalog: &Catalog) -> Value {
    if redact::is_on(prior) != redact::is_on(planned) {
        let mut left = model::rules_of(prior, catalog);
        left.retain(|rule, _| !revoked.contains_key(rule));
        return redact::attribute(planned, model::rules_value(&left));
    }
    let mut left = model::of(prior)
        .rules()
        .as_entries()
        .cloned()
        .unwrap_or_default();
    for rule in revoked.keys() {
        left.remove(&redact::shown_key(prior, rule));
    }
    Value::map(left)
}

/// Those of a group's rules that are in `rules` of a planned state.
pub(super) fn of_others(planned: &Value, held: &RuleSet) -> RuleSet {
    let shown = model::of(planned).rules();
    let is_shown = |rule: &Rule| {
        let text = shown.get(&redact::shown_key(planned, rule));
        !text.is_null()
    };
    rules_where(held, |rule, _| is_shown(rule))
}

fn exclusive(leaves: Option<bool>, prior: Option<&Value>, before: &Declared) -> Value {
    let of_others = match prior {
        Some(prior) if before.is_undetermined(prior) => model::of(prior).exclusive().into(),
        _ => false.into(),
    };
    match leaves {
        Some(true) => of_others,
        None if of_others != Value::from(true) => Value::Unknown,
        Some(false) | None => true.into(),
    }
}

/// Rules of a state that stay in EC2 after an update, though the plan no longer has them.
pub(super) fn undeclared_kept(prior: &Value, planned: &Value, catalog: &Catalog) -> RuleSet {
    let mut rules = RuleSet::new();
    if model::of(planned).is_exclusive() {
        return rules;
    }
    rules = model::rules_of(prior, catalog);
    let after = model::planned_rules(planned, RuleContext::of(prior, catalog));
    rules.retain(|rule, _| !after.contains_key(rule));
    if !model::of(prior).is_exclusive() {
        // The state of a group that left its rules to others has rules that no block declares.
        let declared = desired_rules::desired(prior, RuleContext::of(prior, catalog)).rules;
        rules.retain(|rule, _| !declared.contains_key(rule));
    }
    rules
}

/// The warning about rules that a group leaves to other resources from now on.
pub(super) fn left_to_others(plan: &Plan) -> Option<Diagnostic> {
    let prior = plan.prior.as_ref()?;
    let left = model::of(&plan.planned).rules().as_entries()?;
    if left.is_empty() || !model::stops_being_exclusive(prior, &plan.planned) {
        return None;
    }
    let lines: Vec<String> = left.keys().map(|rule| format!("  - {rule}")).collect();
    let warning = Diagnostic::warning(
        format!(
            "Rules are left alone from now on: {}",
            called(&plan.planned)
        ),
        format!(
            "A group that declares no rule leaves its rules to others. It revokes what it declared \
             before, and these stay in EC2:\n{}\n\nTo have them revoked, set exclusive = true.",
            lines.join("\n")
        ),
    );
    Some(warning.at(Path::root().attribute("exclusive")))
}

/// The warning about rules of other resources, which stay in EC2 when a group becomes exclusive.
pub(super) fn left_to_owners(called: &str, owned: &RuleSet) -> Option<Diagnostic> {
    if owned.is_empty() {
        return None;
    }
    let lines: Vec<String> = owned.keys().map(|rule| format!("  - {rule}")).collect();
    let warning = Diagnostic::warning(
        format!("Rules are left alone from now on: {called}"),
        format!(
            "Other resources own these rules, or may own them, which a tag says. They stay in EC2, \
             and are no longer shown here:\n{}",
            lines.join("\n")
        ),
    );
    Some(warning.at(Path::root().attribute("rules")))
}

/// A planned state with the declarations of the prior one, after a change that failed before it had revoked
/// everything.
pub(super) fn still_declaring(planned: Value, prior: &Value) -> Value {
    let blocks = Direction::BOTH.map(Direction::name);
    let names = blocks.into_iter().chain(ARGUMENTS).chain(["exclusive"]);
    names
        .filter(|name| !prior.get(name).is_null())
        .fold(planned, |state, name| {
            state.with(name, prior.get(name).clone())
        })
}
