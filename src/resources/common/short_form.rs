//! The short form of rules, `ingress_rules` and `egress_rules`: what the attributes look like, and how
//! their labels stand in a configuration or a state.

use std::collections::BTreeMap;

use super::rule_context::RuleContext;
use crate::catalog::Catalog;
use crate::configuration::{self, Vocabulary};
use crate::rules::short_form::read as read_text;
use crate::rules::{Declaration, Direction, InputError, Label, Rule, RuleSet, ShortForm};
use crate::tf_provider::diagnostics::Diagnostic;
use crate::tf_provider::path::Path;
use crate::tf_provider::schema::Attribute;
use crate::tf_provider::value::{Attr, Type, Value};

/// The schemas of the two attributes.
pub(in crate::resources) fn attributes() -> [Attribute; 2] {
    let map = |direction, description| {
        Attribute::optional(
            Label::attribute(direction),
            Type::map(Type::String),
            description,
        )
    };
    [
        map(
            Direction::Ingress,
            "What may come in, in the short form: a line for each label, such as `\"https, tcp/9100 \
             from 10.0.0.0/8, self # Monitoring\"`. Before `\"from\"` stand services of the catalog and \
             traffic as in the keys of `rules`; behind it CIDR blocks, `sg-…`, `account/sg-…`, \
             `pl-…`, `\"self\"`, `\"anywhere-ipv4\"` and `\"anywhere-ipv6\"`; after ` # ` a description. A label \
             is a name of your own; one whose value is null makes no rule. Blocks may stand beside it.",
        ),
        map(
            Direction::Egress,
            "What may go out, in the short form: as `ingress_rules`, with `\"to\"` for `\"from\"`, such as \
             `\"all to anywhere-ipv4, anywhere-ipv6\"`.",
        ),
    ]
}

/// The labels of a direction.
pub(super) struct Written {
    /// The part of them that is known.
    pub(super) labels: Vec<Label>,
    /// Whether these are all.
    pub(super) complete: bool,
}

/// Reads the labels of a direction. What isn't known of them is left out, and no fault. Faults of ids
/// are told apart.
pub(super) fn read(
    direction: Direction,
    value: &Value,
    catalog: &Catalog,
    faults: &mut Vec<InputError>,
) -> Written {
    let mut written = Written {
        labels: Vec::new(),
        complete: true,
    };
    let attribute = value.get(Label::attribute(direction));
    let Attr::Known(entries) = attribute.entries() else {
        written.complete = attribute.is_null();
        return written;
    };
    for (name, text) in entries {
        match text.string() {
            Attr::Known(text) => {
                let service = |name: &str| catalog.service_or_nearest(name);
                let (form, wrong) = read_text(direction, text, service);
                for fault in wrong {
                    let service = fault.unknown_service.as_deref();
                    if service.is_some_and(|name| catalog.may_get_service(name)) {
                        written.complete = false;
                    } else {
                        faults.push(Label::fault(direction, name, text, fault));
                    }
                }
                written.labels.push(Label {
                    direction,
                    name: name.clone(),
                    text: text.to_owned(),
                    form,
                });
            }
            Attr::Unknown => written.complete = false,
            Attr::Null => {}
        }
    }
    written
}

/// A fault of a label, at its element.
pub(super) fn diagnostic(fault: InputError) -> Diagnostic {
    let attribute = Path::root().attribute(fault.attribute);
    let path = match &fault.element {
        Some(label) => attribute.key(&**label),
        None => attribute,
    };
    Diagnostic::error(fault.summary, fault.detail).at(path)
}

/// A plan with the prior state's labels where these were made up for an import and the configured ones
/// ask for the same rules: then nothing is to be done.
pub(in crate::resources) fn or_as_imported(
    planned: Value,
    config: &Value,
    prior: &Value,
    context: RuleContext<'_>,
) -> Value {
    Direction::BOTH
        .into_iter()
        .fold(planned, |planned, direction| {
            let name = Label::attribute(direction);
            if is_import_of(config, prior, direction, context) {
                planned.with(name, prior.get(name).clone())
            } else {
                planned
            }
        })
}

fn is_import_of(
    config: &Value,
    prior: &Value,
    direction: Direction,
    context: RuleContext<'_>,
) -> bool {
    let name = Label::attribute(direction);
    let (configured, before) = (config.get(name), prior.get(name));
    if configured == before || configured.is_null() {
        return false;
    }
    let Some((rules, entries)) = known_rules(prior, direction, context).zip(before.as_entries())
    else {
        return false;
    };
    let labels = new_labels(&rules, direction, context.catalog, |_| false).into_iter();
    let as_imported: BTreeMap<String, Value> = labels.map(|(k, text)| (k, text.into())).collect();
    as_imported == *entries && known_rules(config, direction, context) == Some(rules)
}

/// Labels for rules of a direction that nobody wrote, those that the short form can't say left out.
pub(super) fn new_labels(
    rules: &RuleSet,
    direction: Direction,
    catalog: &Catalog,
    is_taken: impl Fn(&str) -> bool,
) -> BTreeMap<String, String> {
    if rules.is_empty() {
        return BTreeMap::new();
    }
    let lines = configuration::short_form(rules, direction, &Vocabulary::of(catalog));
    let mut labels = BTreeMap::new();
    for (name, text) in lines {
        let is_free = |name: &String| !is_taken(name) && !labels.contains_key(name);
        let numbered = (2..).map(|number| format!("{name}_{number}"));
        let free = std::iter::once(name.clone()).chain(numbered).find(is_free);
        labels.insert(free.unwrap_or(name), text);
    }
    labels
}

/// Whether a line can end in a description. One that begins or ends with a blank would lose it.
pub(super) fn is_writable(description: &str) -> bool {
    description.trim() == description
}

/// The path of the label that declares a rule.
pub(in crate::resources) fn label_of(
    value: &Value,
    rule: &Rule,
    context: RuleContext<'_>,
) -> Option<Path> {
    let labels = read(rule.direction, value, context.catalog, &mut Vec::new()).labels;
    let mut labels = labels.into_iter();
    let label = labels.find(|label| {
        let declared = context.expand(&[label.clone().into()]).rules;
        declared.contains_key(rule)
    })?;
    let attribute = Path::root().attribute(Label::attribute(rule.direction));
    Some(attribute.key(&*label.name))
}

/// The rules of a direction's labels by themselves; `None` while not all are known.
fn known_rules(value: &Value, direction: Direction, context: RuleContext<'_>) -> Option<RuleSet> {
    let mut faults = Vec::new();
    let written = read(direction, value, context.catalog, &mut faults);
    let labels: Vec<Declaration> = written.labels.into_iter().map(Into::into).collect();
    (written.complete && faults.is_empty()).then(|| context.expand(&labels).rules)
}

/// A first state of an import in the short form: labels are made up for all rules.
pub(in crate::resources) fn imported(state: Value) -> Value {
    let none = || Value::Map(BTreeMap::new());
    Direction::BOTH.into_iter().fold(state, |state, direction| {
        state.with(Label::attribute(direction), none())
    })
}

/// The same once it is read: a direction without rules has no labels to write.
pub(in crate::resources) fn without_empty(state: Value) -> Value {
    Direction::BOTH.into_iter().fold(state, |state, direction| {
        let name = Label::attribute(direction);
        match state.get(name).as_entries() {
            Some(entries) if entries.is_empty() => state.with(name, Value::Null),
            _ => state,
        }
    })
}

/// Whether rules of a direction that nothing declares become labels, and not blocks.
pub(super) fn prefers_labels(state: &Value, direction: Direction) -> bool {
    let is_used = |direction| !state.get(Label::attribute(direction)).is_null();
    let blocks = state.get(direction.name()).as_elements();
    let has_blocks = blocks.is_some_and(|blocks| !blocks.is_empty());
    is_used(direction) || (!has_blocks && Direction::BOTH.into_iter().any(is_used))
}

/// A label that says what EC2 still holds of it: `None` if that is nothing. `texts` are the rules that
/// everything declares, with their descriptions.
pub(super) fn surviving_labels(
    label: &Label,
    texts: &RuleSet,
    actual: &RuleSet,
    context: RuleContext<'_>,
) -> Option<Label> {
    let rules = |form: &ShortForm| {
        let label = Label {
            form: form.clone(),
            ..label.clone()
        };
        context.expand(&[label.into()]).rules
    };
    let is_held = |form: &ShortForm| {
        let rules = rules(form);
        let is_as_said = |rule| actual.contains_key(rule) && actual.get(rule) == texts.get(rule);
        !rules.is_empty() && rules.keys().all(is_as_said)
    };
    let form = &label.form;
    if is_held(form) {
        return Some(label.clone());
    }
    let all = rules(form);
    let mut descriptions = all.keys().map(|rule| actual.get(rule));
    if let Some(Some(first)) = descriptions.next()
        && descriptions.all(|other| other == Some(first))
        && is_writable(first)
    {
        return Some(rewritten(
            label,
            ShortForm {
                description: first.clone(),
                ..form.clone()
            },
        ));
    }
    let mut left = form.clone();
    left.peers.retain(|peer| {
        is_held(&ShortForm {
            peers: vec![peer.clone()],
            ..form.clone()
        })
    });
    if left.peers.is_empty() {
        left.peers.clone_from(&form.peers);
        left.traffic.retain(|item| {
            is_held(&ShortForm {
                traffic: vec![item.clone()],
                ..form.clone()
            })
        });
    }
    (!left.traffic.is_empty()).then(|| rewritten(label, left))
}

fn rewritten(label: &Label, form: ShortForm) -> Label {
    let text = ShortForm::write(
        label.direction,
        form.traffic.iter().map(|item| item.text.as_str()),
        form.peers.iter().map(|peer| peer.text.as_str()),
        &form.description,
    );
    Label {
        text,
        form,
        ..label.clone()
    }
}

#[cfg(test)]
mod tests;
