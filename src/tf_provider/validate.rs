//! The checks of a configuration that follow from the schema: read-only attributes that are configured,
//! attributes that exclude each other, and each attribute's validators. Hosts check types, required
//! attributes and the number of blocks.

use super::diagnostics::{Diagnostic, Diagnostics};
use super::path::Path;
use super::schema::{Block, Mode, NestedBlock};
use super::value::Value;

/// Checks a configuration by its schema. Unknown values pass, and are checked once they are known.
pub fn validate(block: &Block, config: &Value) -> Diagnostics {
    let mut found = Diagnostics::new();
    walk(block, config, &Path::root(), &mut found);
    found
}

fn walk(block: &Block, config: &Value, path: &Path, found: &mut Diagnostics) {
    if !matches!(config, Value::Object(_)) {
        return;
    }
    for attribute in &block.attributes {
        let value = config.get(attribute.name);
        let path = path.attribute(attribute.name);
        if value.is_null() {
            continue;
        }
        if attribute.mode == Mode::Computed {
            found.push(read_only(attribute.name).at(path.clone()));
        } else if !value.is_unknown() {
            for validator in &attribute.validators {
                found.extend((validator.check)(value, &path));
            }
        }
        for other in &attribute.conflicts {
            // An unknown value may turn out to be null.
            let is_set = |value: &Value| !value.is_null() && !value.is_unknown();
            if is_set(value) && is_set(config.get(other)) {
                found.push(conflict(attribute.name, other).at(path.clone()));
            }
        }
    }
    for nested in &block.blocks {
        walk_nested(nested, config.get(nested.name), path, found);
    }
}

fn walk_nested(nested: &NestedBlock, slot: &Value, path: &Path, found: &mut Diagnostics) {
    let path = path.attribute(nested.name);
    match slot {
        Value::List(items) => {
            for (index, item) in items.iter().enumerate() {
                walk(&nested.block, item, &path.index(index as i64), found);
            }
        }
        Value::Set(items) => {
            for item in items {
                walk(&nested.block, item, &path.element(), found);
            }
        }
        single => walk(&nested.block, single, &path, found),
    }
}

fn conflict(name: &str, other: &str) -> Diagnostic {
    Diagnostic::conflict(format!(
        "\"{name}\" and \"{other}\" exclude each other. Remove one of them."
    ))
}

fn read_only(name: &str) -> Diagnostic {
    Diagnostic::error(
        format!("\"{name}\" is read-only"),
        format!("The provider sets \"{name}\"; remove it from the configuration."),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tf_provider::schema::{Attribute, Nesting};
    use crate::tf_provider::value::Type;

    fn even(value: &Value, path: &Path) -> Diagnostics {
        match value.as_i64() {
            Some(n) if n % 2 != 0 => Diagnostic::error("odd", "").at(path.clone()).into(),
            _ => Diagnostics::new(),
        }
    }

    fn block() -> Block {
        let rule = Block {
            attributes: vec![
                Attribute::optional("port", Type::Number, "").must_be("an even number", even),
            ],
            ..Block::default()
        };
        Block {
            attributes: vec![Attribute::computed("id", Type::String, "")],
            blocks: vec![NestedBlock::new("rule", Nesting::List, rule)],
            ..Block::default()
        }
    }

    #[test]
    fn attributes_that_exclude_each_other_are_an_error_unless_one_is_null() {
        let block = Block {
            attributes: vec![
                Attribute::optional("one", Type::String, "").conflicts_with("two"),
                Attribute::optional("two", Type::String, ""),
            ],
            ..Block::default()
        };
        let both = |one: Value, two: Value| Value::object([("one", one), ("two", two)]);
        let cases = [
            (both("a".into(), "b".into()), 1),
            (both("a".into(), Value::Null), 0),
            (both(Value::Null, "b".into()), 0),
            // It may turn out to be null.
            (both(Value::Unknown, "b".into()), 0),
            (both("a".into(), Value::Unknown), 0),
        ];
        for (config, errors) in cases {
            let found = validate(&block, &config);
            assert_eq!(found.iter().count(), errors, "{config:?}");
            for one in found {
                assert_eq!(one.summary, "Conflicting configuration arguments");
                assert_eq!(one.path.to_string(), "one");
            }
        }
    }

    fn config(id: Value, port: Value) -> Value {
        let rule = Value::Object([("port".to_owned(), port)].into());
        Value::Object(
            [
                ("id".to_owned(), id),
                ("rule".to_owned(), Value::List(vec![rule])),
            ]
            .into(),
        )
    }

    #[test]
    fn a_configured_computed_attribute_is_an_error_that_names_it() {
        let found = validate(&block(), &config("x".into(), Value::Null));
        let one = found.iter().next().expect("one message");
        assert_eq!(one.summary, "\"id\" is read-only");
        assert_eq!(one.path.to_string(), "id");
    }

    #[test]
    fn validators_run_inside_blocks_and_point_there() {
        let found = validate(&block(), &config(Value::Null, 3.into()));
        let one = found.iter().next().expect("one message");
        assert_eq!(one.path.to_string(), "rule[0].port");
    }

    #[test]
    fn unknown_values_are_let_through() {
        assert!(validate(&block(), &config(Value::Null, Value::Unknown)).is_empty());
        assert!(validate(&block(), &Value::Unknown).is_empty());
    }
}
