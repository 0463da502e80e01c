//! Blocks of a configuration beside those of a state: whether they ask for the same rules, and what a
//! plan shows while some of them aren't known. Pure.

use super::desired_rules::{self, RuleContext};
use super::{rule_blocks, short_form};
use crate::rules::Direction;
use crate::tf_provider::contract;
use crate::tf_provider::value::Value;

/// A planned state whose blocks and labels keep the state's own words where they ask for the same
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

/// Whether configured blocks ask for the rules that the state's blocks ask for, in whatever
/// spelling, order or grouping. Then the state keeps its own words, and nothing is to be done.
fn says_the_same(
    config: &Value,
    prior: &Value,
    direction: Direction,
    context: RuleContext<'_>,
) -> bool {
    let rules = desired_rules::block_rules(config, direction, context);
    rules.is_some() && rules == desired_rules::block_rules(prior, direction, context)
}

/// Whether configured blocks, some of which aren't known yet, may turn out to ask for the rules that
/// the state's blocks ask for in another spelling.
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
    // No rule may be written twice: what is not known yet comes on top, and makes a change certain.
    known.len() < before.len()
        && known
            .iter()
            .all(|(rule, text)| before.get(rule) == Some(text))
}

/// Blocks of which the configured ones may come, or those of the state: Terraform plans once more
/// when all is known, and holds the second plan against the first. Those of both stay as they are.
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
