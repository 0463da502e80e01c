//! The types of resources that own rules, one in each file, and helpers by which they convert their arguments
//! to blocks of a group.

pub(super) mod bundle;
mod model;
pub(super) mod single;
pub(super) mod vpc_rule;

use crate::resources::common::rule_blocks;
use crate::rules::Direction;
use crate::tf_provider::value::Value;

/// A group with these blocks in one direction, and no other blocks or labels.
fn group_with(direction: Direction, blocks: Value) -> Value {
    let names = ["ingress", "egress", "ingress_rules", "egress_rules"];
    let group = Value::object(names.map(|name| (name, Value::Null)));
    group.with(direction.name(), blocks)
}

/// A group with one block, which has these attributes.
fn one_block<const N: usize>(direction: Direction, attributes: [(&str, Value); N]) -> Value {
    let empty = rule_blocks::schema("").empty();
    let attributes = attributes.into_iter();
    let block = attributes.fold(empty, |block, (name, value)| block.with(name, value));
    group_with(direction, Value::set([block]))
}

/// A set of one element; null if the element is. An unknown element counts as one that isn't null.
fn set_of_one(element: &Value) -> Value {
    if element.is_null() {
        Value::Null
    } else {
        Value::set([element.clone()])
    }
}

/// A text, or null for an empty one.
fn no_empty_text(text: &str) -> Value {
    match text {
        "" => Value::Null,
        text => text.into(),
    }
}
