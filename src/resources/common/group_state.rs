//! The group of a state: its attributes, its rules, and the rules of a planned state. Must not know any of
//! the resource types.

use super::desired_rules::{RuleContext, desired, known_block_rules, rules_from};
use super::tags::tags_from;
use super::{model, redact};
use crate::catalog::Catalog;
use crate::ec2::Group;
use crate::rules::{Direction, RuleSet};
use crate::tf_provider::value::{Attr, Value};

/// The rules that EC2 holds by a state. Where `rules` has digests, they follow from the blocks, labels and
/// preset.
pub(in crate::resources) fn rules_of(state: &Value, catalog: &Catalog) -> RuleSet {
    let shown = model::of(state).rules();
    if !redact::is_on(state) {
        return rules_from(shown);
    }
    let context = RuleContext::of(state, catalog);
    let of_blocks = Direction::BOTH.map(|direction| known_block_rules(state, direction, context));
    let mut rules = desired(state, context).rules;
    // A refresh corrects blocks, but not a preset, whose rules may have been removed in EC2.
    rules.retain(|rule, _| {
        of_blocks.iter().any(|block| block.contains_key(rule))
            || !shown.get(&redact::key(rule)).is_null()
    });
    rules
}

/// The rules of a planned state.
pub(in crate::resources) fn planned_rules(planned: &Value, context: RuleContext<'_>) -> RuleSet {
    if redact::is_on(planned) {
        desired(planned, context).rules
    } else {
        context.sees(rules_from(model::of(planned).rules()))
    }
}

/// The group of a state, without asking EC2.
pub(in crate::resources) fn group_of(state: &Value, catalog: &Catalog) -> Group {
    let text = |attribute: Attr<&str>| attribute.known().unwrap_or_default().to_owned();
    let attributes = model::of(state);
    Group {
        id: text(attributes.id()),
        arn: text(attributes.arn()),
        owner_id: text(attributes.owner_id()),
        vpc_id: text(attributes.vpc_id()),
        name: text(attributes.name()),
        description: text(attributes.description()),
        tags: tags_from(attributes.tags_all()),
        rules: rules_of(state, catalog),
    }
}
