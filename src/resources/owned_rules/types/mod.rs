//! The types of resources that own rules, one a file, and what several of them need to write a rule
//! down.

pub(super) mod bundle;
mod model;
pub(super) mod single;
pub(super) mod vpc_rule;

use crate::resources::common::rule_blocks;
use crate::rules::Direction;
use crate::tf_provider::value::Value;

/// The rules of a group as blocks and labels: none but those of one direction, which are these.
fn group_with(direction: Direction, blocks: Value) -> Value {
    let names = ["ingress", "egress", "ingress_rules", "egress_rules"];
    let group = Value::object(names.map(|name| (name, Value::Null)));
    group.with(direction.name(), blocks)
}

/// A group's blocks with the one of a direction that has these attributes.
fn one_block<const N: usize>(direction: Direction, attributes: [(&str, Value); N]) -> Value {
    let empty = rule_blocks::schema("").empty();
    let attributes = attributes.into_iter();
    let block = attributes.fold(empty, |block, (name, value)| block.with(name, value));
    group_with(direction, Value::set([block]))
}

/// A set of one element; none where that is null. One that isn't known may turn out to be null, and
/// is taken for one that isn't.
fn set_of_one(element: &Value) -> Value {
    if element.is_null() {
        Value::Null
    } else {
        Value::set([element.clone()])
    }
}

/// An empty text is none.
fn no_empty_text(text: &str) -> Value {
    match text {
        "" => Value::Null,
        text => text.into(),
    }
}
