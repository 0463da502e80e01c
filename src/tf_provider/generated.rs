//! The configuration of an object that exists, as far as it follows from the schema alone. Hosts derive
//! the same where a provider generates none.

use super::schema::{Attribute, Block, Mode};
use super::value::Value;

/// A state in which attributes are null that don't belong in a configuration: computed and deprecated
/// ones, optional ones with an empty text, and an `id` that the provider sets.
pub fn config(block: &Block, state: &Value) -> Value {
    let Value::Object(members) = state else {
        return state.clone();
    };
    let mut members = members.clone();
    for attribute in &block.attributes {
        if let Some(value) = members.get_mut(attribute.name)
            && !is_written(attribute, value)
        {
            *value = Value::Null;
        }
    }
    for nested in &block.blocks {
        if let Some(slot) = members.get_mut(nested.name) {
            *slot = match std::mem::take(slot) {
                Value::List(items) => {
                    Value::List(items.iter().map(|i| config(&nested.block, i)).collect())
                }
                Value::Set(items) => Value::set(items.iter().map(|i| config(&nested.block, i))),
                single => config(&nested.block, &single),
            };
        }
    }
    Value::Object(members)
}

fn is_written(attribute: &Attribute, value: &Value) -> bool {
    let is_optional = attribute.mode != Mode::Required;
    let is_empty_text = is_optional && value.as_str() == Some("");
    let is_own_id = attribute.mode == Mode::OptionalComputed && attribute.name == "id";
    let is_avoided = attribute.mode == Mode::Computed || attribute.deprecated.is_some();
    !(is_empty_text || is_own_id || is_avoided)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tf_provider::schema::{NestedBlock, Nesting};
    use crate::tf_provider::value::Type;

    #[test]
    fn computed_attributes_are_left_out_at_every_depth() {
        let rule = Block {
            attributes: vec![
                Attribute::required("port", Type::Number, ""),
                Attribute::computed("rule_id", Type::String, ""),
            ],
            ..Block::default()
        };
        let block = Block {
            attributes: vec![
                Attribute::required("name", Type::String, ""),
                Attribute::optional("note", Type::String, ""),
                Attribute::optional("old", Type::String, "").deprecated("Use name."),
                Attribute::optional_computed("id", Type::String, ""),
                Attribute::optional_computed("region", Type::String, ""),
                Attribute::computed("arn", Type::String, ""),
            ],
            blocks: vec![
                NestedBlock::new("rule", Nesting::Set, rule.clone()),
                NestedBlock::new("hop", Nesting::List, rule.clone()),
                NestedBlock::new("only", Nesting::Single, rule),
            ],
            ..Block::default()
        };
        let rule = |id: Value| Value::object([("port", Value::from(22)), ("rule_id", id)]);
        let object = |text: &str, name: &str, id: Value| {
            Value::object([
                ("name", Value::from(name)),
                ("note", Value::Null),
                ("old", text.into()),
                ("id", text.into()),
                ("region", "eu-west-1".into()),
                ("arn", text.into()),
                ("rule", Value::set([rule(id.clone())])),
                ("hop", Value::list([rule(id.clone())])),
                ("only", rule(id)),
            ])
        };
        let state = object("x", "", "sgr-1".into()).with("note", "");
        let expected = ["old", "id", "arn"]
            .into_iter()
            .fold(object("x", "", Value::Null), |config, name| {
                config.with(name, Value::Null)
            });
        assert_eq!(config(&block, &state), expected);
        assert_eq!(config(&block, &Value::Null), Value::Null);
    }
}
