//! The short form of rules, `ingress_rules` and `egress_rules`: the schemas of the attributes, and how their
//! labels are read from a configuration or a state, and written for a refresh. Must not know any of the
//! resource types.

use std::collections::BTreeMap;

use super::rule_context::RuleContext;
use crate::catalog::Catalog;
use crate::configuration::{self, Vocabulary};
use crate::rules::short_form::{read as read_text, read_beginning};
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
            "Inbound rules in the short form: a line for each label, such as `\"https, tcp/9100 from \
             10.0.0.0/8, self # Monitoring\"`. Before `\"from\"` write services of the catalog, and \
             traffic as in the keys of `rules`; after it, CIDR blocks, `sg-…`, `account/sg-…`, `pl-…`, \
             `\"self\"`, `\"anywhere-ipv4\"` and `\"anywhere-ipv6\"`; after ` # `, a description. A \
             label is a name of your own; if its value is null, it has no rules. You can combine labels \
             with blocks.",
        ),
        map(
            Direction::Egress,
            "Outbound rules in the short form: like `ingress_rules`, with `\"to\"` for `\"from\"`, such \
             as `\"all to anywhere-ipv4, anywhere-ipv6\"`.",
        ),
    ]
}

/// What stands in messages for the part of a text that isn't known yet.
const REST: &str = "(known after apply)";

/// The labels of a direction, as they were read.
pub(super) struct Written {
    /// The known labels.
    pub(super) labels: Vec<Label>,
    /// Of the others, what is known of them.
    pub(super) begun: Vec<Label>,
    /// Whether all labels are known.
    pub(super) complete: bool,
}

/// Reads the labels of a direction. Unknown labels are left out, and are no errors.
pub(super) fn read(
    direction: Direction,
    value: &Value,
    catalog: &Catalog,
    faults: &mut Vec<InputError>,
) -> Written {
    let mut written = Written {
        labels: Vec::new(),
        begun: Vec::new(),
        complete: true,
    };
    let attribute = value.get(Label::attribute(direction));
    let Attr::Known(entries) = attribute.entries() else {
        written.complete = attribute.is_null();
        return written;
    };
    let service = |name: &str| catalog.service_or_nearest(name);
    for (name, value) in entries {
        let text = value.as_str().map(str::to_owned);
        let begun = value.beginning().map(|text| format!("{text}{REST}"));
        let (form, wrong) = match (value.as_str(), value.beginning()) {
            (Some(text), _) => read_text(direction, text, &service),
            (None, Some(beginning)) => read_beginning(direction, beginning, &service),
            (None, None) => {
                written.complete &= !value.is_unknown();
                continue;
            }
        };
        written.complete &= text.is_some();
        let labels = if text.is_some() {
            &mut written.labels
        } else {
            &mut written.begun
        };
        let text = text.or(begun).unwrap_or_default();
        for fault in wrong {
            let service = fault.unknown_service.as_deref();
            if service.is_some_and(|name| catalog.may_get_service(name)) {
                written.complete = false;
            } else {
                faults.push(Label::fault(direction, name, &text, fault));
            }
        }
        labels.push(Label {
            direction,
            name: name.clone(),
            text,
            form,
        });
    }
    written
}

/// What is known of a label of which only the beginning is, in a line for people.
pub(super) fn line(label: &Label) -> Option<String> {
    let Label {
        direction,
        name,
        text,
        form,
    } = label;
    let word = direction.preposition();
    let items: Vec<&str> = form.traffic.iter().map(|item| &*item.text).collect();
    let items = Some(items.join(", ")).filter(|items| !items.is_empty())?;
    let peers: Vec<&str> = form.peers.iter().map(|peer| &*peer.text).collect();
    let peers = peers.join(", ");
    let mut words = text.split(|c: char| c.is_whitespace() || c == ',');
    let known = if !words.any(|one| one == word) {
        format!("{items}, ")
    } else if text.contains(" #") {
        format!("{items} {word} {peers} # ")
    } else if peers.is_empty() {
        format!("{items} {word} ")
    } else {
        format!("{items} {word} {peers}, ")
    };
    Some(format!("{name}: {direction} {known}{REST}"))
}

/// The diagnostic of an error in a label, at its element.
pub(super) fn diagnostic(fault: InputError) -> Diagnostic {
    let attribute = Path::root().attribute(fault.attribute);
    let path = match &fault.element {
        Some(label) => attribute.key(&**label),
        None => attribute,
    };
    Diagnostic::error(fault.summary, fault.detail).at(path)
}

/// A planned state with the prior state's labels where these were generated by an import and the configured
/// ones declare the same rules: then the plan changes nothing.
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

/// Generates labels for rules of a direction, without rules that the short form can't express.
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

/// Whether a line of the short form can end in a description: one that begins or ends with a blank would
/// lose it.
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

/// The rules of a direction's labels; `None` while not all are known, or if one is wrong.
fn known_rules(value: &Value, direction: Direction, context: RuleContext<'_>) -> Option<RuleSet> {
    let mut faults = Vec::new();
    let written = read(direction, value, context.catalog, &mut faults);
    let labels: Vec<Declaration> = written.labels.into_iter().map(Into::into).collect();
    (written.complete && faults.is_empty()).then(|| context.expand(&labels).rules)
}

/// The first state of an import in the short form. The read that follows generates labels for all rules.
pub(in crate::resources) fn imported(state: Value) -> Value {
    let none = || Value::Map(BTreeMap::new());
    Direction::BOTH.into_iter().fold(state, |state, direction| {
        state.with(Label::attribute(direction), none())
    })
}

/// A state that was read after such an import, without empty maps of labels.
pub(in crate::resources) fn without_empty(state: Value) -> Value {
    Direction::BOTH.into_iter().fold(state, |state, direction| {
        let name = Label::attribute(direction);
        match state.get(name).as_entries() {
            Some(entries) if entries.is_empty() => state.with(name, Value::Null),
            _ => state,
        }
    })
}

/// Whether undeclared rules of a direction become labels, and not blocks.
pub(super) fn prefers_labels(state: &Value, direction: Direction) -> bool {
    let is_used = |direction| !state.get(Label::attribute(direction)).is_null();
    let blocks = state.get(direction.name()).as_elements();
    let has_blocks = blocks.is_some_and(|blocks| !blocks.is_empty());
    is_used(direction) || (!has_blocks && Direction::BOTH.into_iter().any(is_used))
}

/// A label of the rules that EC2 still holds of it; `None` if there are none. `texts` are all declared rules,
/// with their descriptions.
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
