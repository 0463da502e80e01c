//! A group as a state has it: the rules that it holds and is to hold. Must not know any of the
//! resource types.

use super::desired_rules::{Own, desired, known_block_rules, rules_from};
use super::redact;
use super::tags::tags_from;
use crate::catalog::Catalog;
use crate::ec2::Group;
use crate::rules::{Direction, RuleSet};
use crate::tf_provider::value::Value;

/// The rules that a state says EC2 holds. Where `rules` has digests, the blocks and the preset say
/// which they are of.
pub(in crate::resources) fn rules_of(state: &Value, catalog: &Catalog) -> RuleSet {
    let shown = state.get("rules");
    if !redact::is_on(state) {
        return rules_from(shown);
    }
    let own = Own::of(state, catalog);
    let of_blocks = Direction::BOTH.map(|direction| known_block_rules(state, direction, own));
    let mut rules = desired(state, own).rules;
    // Blocks say what EC2 holds, whereas a preset brings rules that somebody may have removed.
    rules.retain(|rule, _| {
        of_blocks.iter().any(|block| block.contains_key(rule))
            || !shown.get(&redact::key(rule)).is_null()
    });
    rules
}

/// The rules that a plan is for, as the group `own` sees them.
pub(in crate::resources) fn planned_rules(planned: &Value, own: Own<'_>) -> RuleSet {
    if redact::is_on(planned) {
        desired(planned, own).rules
    } else {
        own.sees(rules_from(planned.get("rules")))
    }
}

/// The group that a state says.
pub(in crate::resources) fn group_of(state: &Value, catalog: &Catalog) -> Group {
    let text = |name| {
        state
            .get_or_null(name)
            .as_str()
            .unwrap_or_default()
            .to_owned()
    };
    Group {
        id: text("id"),
        arn: text("arn"),
        owner_id: text("owner_id"),
        vpc_id: text("vpc_id"),
        name: text("name"),
        description: text("description"),
        tags: tags_from(state.get("tags_all")),
        rules: rules_of(state, catalog),
    }
}

/// The identity of a group's state.
pub(in crate::resources) fn identity(state: &Value) -> Value {
    Value::object([
        ("id", state.get("id").clone()),
        ("region", state.get("region").clone()),
        ("account_id", state.get("owner_id").clone()),
    ])
}
