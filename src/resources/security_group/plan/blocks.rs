//! Blocks of a configuration beside those of a state: whether they ask for the same rules, and what a
//! plan shows while some of them aren't known. Pure.

use crate::resources::security_group::model::{self, Own};
use crate::resources::security_group::schema;
use crate::rules::Direction;
use crate::tf_provider::contract;
use crate::tf_provider::value::Value;

/// Whether configured blocks ask for the rules that the state's blocks ask for, in whatever
/// spelling, order or grouping. Then the state keeps its own words, and nothing is to be done.
pub(super) fn says_the_same(
    config: &Value,
    prior: &Value,
    direction: Direction,
    own: Own<'_>,
) -> bool {
    let rules = model::block_rules(config, direction, own);
    rules.is_some() && rules == model::block_rules(prior, direction, own)
}

/// Whether configured blocks, some of which aren't known yet, may turn out to ask for the rules that
/// the state's blocks ask for in another spelling.
pub(super) fn may_say_the_same(
    config: &Value,
    prior: &Value,
    direction: Direction,
    own: Own<'_>,
) -> bool {
    let (blocks, before) = (config.get(direction.name()), prior.get(direction.name()));
    if blocks.as_elements().is_none() || blocks.is_wholly_known() || contract::fits(blocks, before)
    {
        return false;
    }
    let before = model::block_rules(prior, direction, own).unwrap_or_default();
    let known = model::known_block_rules(config, direction, own);
    if model::may_share_rules(config, direction, own) {
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
pub(super) fn either(config: &Value, prior: &Value) -> Value {
    let elements = |blocks: &'_ Value| blocks.as_elements().unwrap_or_default().to_vec();
    let (configured, before) = (elements(config), elements(prior));
    let most = configured.len().max(before.len());
    let both = configured
        .into_iter()
        .filter(|block| before.contains(block));
    let mut blocks: Vec<Value> = both.collect();
    let groups = schema::schema();
    let attributes = schema::rule(&groups.block).attributes.iter();
    let unknown = Value::object(attributes.map(|a| (a.name, Value::Unknown)));
    blocks.resize(most.max(blocks.len()), unknown);
    Value::set(blocks)
}
