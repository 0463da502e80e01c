//! Compares the blocks of a configuration with those of a state: whether they declare the same rules, and
//! what a plan shows while some are unknown. Pure. Must not know any of the resource types.

use super::desired_rules::{self, RuleContext};
use super::{rule_blocks, short_form};
use crate::rules::Direction;
use crate::tf_provider::contract;
use crate::tf_provider::value::Value;

/// A planned state with the prior state's blocks and labels where the configured ones declare the same
/// rules.
pub(in crate::resources) fn keep_words(
    mut planned: Value,
    config: &Value,
    prior: &Value,
    context: RuleContext<'_>,
) -> Value {
    for direction in Direction::BOTH {
        let name = direction.name();
        if says_the_same(config, prior, direction, context) {
            planned = planned.with(name, prior.get(name).clone());
        } else if may_say_the_same(config, prior, direction, context) {
            planned = planned.with(name, either(config.get(name), prior.get(name)));
        }
    }
    short_form::or_as_imported(planned, config, prior, context)
}

/// Whether the configured blocks declare the rules that the state's blocks declare, in any spelling, order or
/// grouping. Then the plan keeps the state's blocks, and changes nothing.
fn says_the_same(
    config: &Value,
    prior: &Value,
    direction: Direction,
    context: RuleContext<'_>,
) -> bool {
    let rules = desired_rules::block_rules(config, direction, context);
    rules.is_some() && rules == desired_rules::block_rules(prior, direction, context)
}

/// Whether the configured blocks, some of which are unknown, may turn out to declare the rules of the state's
/// blocks in another spelling.
fn may_say_the_same(
    config: &Value,
    prior: &Value,
    direction: Direction,
    context: RuleContext<'_>,
) -> bool {
    let (blocks, before) = (config.get(direction.name()), prior.get(direction.name()));
    if blocks.as_elements().is_none() || blocks.is_wholly_known() || contract::fits(blocks, before)
    {
        return false;
    }
    let before = desired_rules::block_rules(prior, direction, context).unwrap_or_default();
    let known = desired_rules::known_block_rules(config, direction, context);
    if desired_rules::may_share_rules(config, direction, context) {
        return known.keys().all(|rule| before.contains_key(rule));
    }
    // No rule may be declared twice: unknown rules come in addition, so that a change may be certain.
    known.len() < before.len()
        && known
            .iter()
            .all(|(rule, text)| before.get(rule) == Some(text))
}

/// Blocks that may turn out to be the configured ones or those of the state. Terraform plans once more when
/// everything is known, and the second plan must fit the first. Blocks that are in both stay; the others are
/// unknown.
fn either(config: &Value, prior: &Value) -> Value {
    let elements = |blocks: &'_ Value| blocks.as_elements().unwrap_or_default().to_vec();
    let (configured, before) = (elements(config), elements(prior));
    let most = configured.len().max(before.len());
    let both = configured
        .into_iter()
        .filter(|block| before.contains(block));
    let mut blocks: Vec<Value> = both.collect();
    let rule = rule_blocks::schema("");
    let attributes = rule.attributes.iter();
    let unknown = Value::object(attributes.map(|a| (a.name, Value::Unknown)));
    blocks.resize(most.max(blocks.len()), unknown);
    Value::set(blocks)
}
