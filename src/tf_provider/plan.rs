//! The parts of a plan that follow from the schema alone, before and after a resource makes its own
//! decisions.
//!
//! Before: defaults are set, and on creation computed attributes that aren't configured become unknown.
//! After: attributes whose change replaces the resource are collected.

use super::path::Path;
use super::schema::{Attribute, Block};
use super::value::Value;

/// The planned state that a resource starts from. `proposed` is Terraform's own merge of configuration
/// and prior state.
pub fn before(block: &Block, config: &Value, prior: Option<&Value>, proposed: Value) -> Value {
    let Value::Object(mut planned) = proposed else {
        return proposed;
    };
    for attribute in &block.attributes {
        let Some(slot) = planned.get_mut(attribute.name) else {
            continue;
        };
        if attribute.write_only {
            // Hosts refuse a plan that holds a write-only value.
            *slot = Value::Null;
            continue;
        }
        if !config.get(attribute.name).is_null() {
            continue;
        }
        if let Some(default) = &attribute.default {
            *slot = default.clone();
        } else if prior.is_none() && attribute.mode.is_computed() {
            *slot = Value::Unknown;
        }
    }
    Value::Object(planned)
}

/// The attributes whose values change and that replace the resource by the schema.
pub fn replaced(block: &Block, prior: Option<&Value>, planned: &Value) -> Vec<Path> {
    let Some(prior) = prior else {
        return Vec::new();
    };
    let differs = |a: &&Attribute| a.replaces && prior.get(a.name) != planned.get(a.name);
    block
        .attributes
        .iter()
        .filter(differs)
        .map(|a| Path::root().attribute(a.name))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tf_provider::value::Type;

    fn block() -> Block {
        Block {
            attributes: vec![
                Attribute::optional_computed("name", Type::String, "").replaces(),
                Attribute::optional_computed("exclusive", Type::Bool, "").default(true),
                Attribute::computed("id", Type::String, ""),
                Attribute::optional("note", Type::String, ""),
            ],
            ..Block::default()
        }
    }

    fn object(members: [(&str, Value); 4]) -> Value {
        Value::Object(members.map(|(k, v)| (k.to_owned(), v)).into())
    }

    fn nulls() -> Value {
        block().empty()
    }

    #[test]
    fn on_creation_computed_attributes_are_unknown_and_defaults_are_filled() {
        let planned = before(&block(), &nulls(), None, nulls());
        let expected = object([
            ("name", Value::Unknown),
            ("exclusive", true.into()),
            ("id", Value::Unknown),
            ("note", Value::Null),
        ]);
        assert_eq!(planned, expected);
    }

    #[test]
    fn on_update_computed_attributes_keep_what_they_were() {
        let prior = object([
            ("name", "web".into()),
            ("exclusive", true.into()),
            ("id", "sg-1".into()),
            ("note", Value::Null),
        ]);
        let planned = before(&block(), &nulls(), Some(&prior), prior.clone());
        assert_eq!(planned, prior);
        assert!(replaced(&block(), Some(&prior), &planned).is_empty());
    }

    #[test]
    fn only_marked_attributes_that_differ_replace() {
        let prior = object([
            ("name", "web".into()),
            ("exclusive", true.into()),
            ("id", "sg-1".into()),
            ("note", Value::Null),
        ]);
        let planned = object([
            ("name", Value::Unknown),
            ("exclusive", false.into()),
            ("id", "sg-1".into()),
            ("note", "x".into()),
        ]);
        let paths = replaced(&block(), Some(&prior), &planned);
        assert_eq!(paths, vec![Path::root().attribute("name")]);
        assert!(replaced(&block(), None, &planned).is_empty());
    }
}
