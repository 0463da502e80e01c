//! Each of Terraform's rules, with an answer that keeps it and one that breaks it.

use super::*;
use crate::tf_provider::schema::Nesting;
use crate::tf_provider::value::Type;

fn block() -> Block {
    let rule = Block {
        attributes: vec![Attribute::optional("port", Type::Number, "")],
        ..Block::default()
    };
    Block {
        attributes: vec![
            Attribute::optional("note", Type::String, ""),
            Attribute::optional_computed("name", Type::String, ""),
            Attribute::computed("id", Type::String, ""),
        ],
        blocks: vec![
            NestedBlock::new("rule", Nesting::Set, rule.clone()),
            NestedBlock::new("hop", Nesting::List, rule.clone()),
            NestedBlock::new("timeouts", Nesting::Single, rule),
        ],
        ..Block::default()
    }
}

fn with(changes: &[(&str, Value)]) -> Value {
    let Value::Object(mut members) = block().empty() else {
        panic!("not an object");
    };
    for (name, value) in changes {
        members.insert((*name).to_owned(), value.clone());
    }
    Value::Object(members)
}

fn port(n: i64) -> Value {
    Value::Object([("port".to_owned(), n.into())].into())
}

/// Where rules are broken, and which.
type Breached = &'static [(&'static str, &'static str)];

fn breached(found: &Diagnostics) -> Vec<(&str, &str)> {
    let mut all = Vec::new();
    for breach in found.iter() {
        let detail = breach.detail.strip_prefix("At ").expect(&breach.detail);
        let (at, rest) = detail.split_once(": ").expect(detail);
        let (rule, _) = rest.split_once(". This is a bug").expect(rest);
        let at = if at == "the block" { "" } else { at };
        assert_eq!(at, breach.path.to_string());
        all.push((at, rule));
    }
    all
}

#[test]
fn plan_table() {
    let none = with(&[]);
    let unknown = || Value::Unknown;
    let cases: Vec<(&str, Value, Option<Value>, Value, Breached)> = vec![
        ("equal", none.clone(), None, none.clone(), &[]),
        (
            "computed is free",
            none.clone(),
            None,
            with(&[("id", unknown()), ("name", "x".into())]),
            &[],
        ),
        (
            "optional made up",
            none.clone(),
            None,
            with(&[("note", "x".into())]),
            &[("note", "the plan differs from the configuration")],
        ),
        (
            "configured changed",
            with(&[("name", "a".into())]),
            None,
            with(&[("name", "b".into())]),
            &[("name", "the plan differs from the configuration")],
        ),
        (
            "kept as before",
            with(&[("note", "A".into())]),
            Some(with(&[("note", "a".into())])),
            with(&[("note", "a".into())]),
            &[],
        ),
        (
            "unknown kept",
            with(&[("note", unknown())]),
            None,
            with(&[("note", unknown())]),
            &[],
        ),
        (
            "unknown guessed",
            with(&[("note", unknown())]),
            None,
            with(&[("note", "x".into())]),
            &[("note", "the plan differs from the configuration")],
        ),
        (
            "set trusted",
            with(&[("rule", Value::set([port(1)]))]),
            None,
            with(&[("rule", Value::set([port(2), port(3)]))]),
            &[],
        ),
        (
            "set unknown",
            with(&[("rule", Value::set([port(1)]))]),
            None,
            with(&[("rule", unknown())]),
            &[("rule", "the plan doesn't know a block that is known")],
        ),
        (
            "unknown set guessed",
            with(&[("rule", unknown())]),
            None,
            none.clone(),
            &[("rule", "the plan knows a block that isn't known")],
        ),
        (
            "list count",
            with(&[("hop", Value::List(vec![port(1)]))]),
            None,
            none.clone(),
            &[("hop", "the plan has another number of blocks")],
        ),
        (
            "list element",
            with(&[("hop", Value::List(vec![port(1)]))]),
            None,
            with(&[("hop", Value::List(vec![port(2)]))]),
            &[("hop[0].port", "the plan differs from the configuration")],
        ),
        (
            "single made up",
            none.clone(),
            None,
            with(&[("timeouts", port(1))]),
            &[(
                "timeouts",
                "the plan is null where the configuration isn't, or not",
            )],
        ),
    ];
    for (name, config, prior, planned, breaches) in cases {
        let found = plan(&block(), &config, prior.as_ref(), &planned);
        assert_eq!(breached(&found), breaches, "{name}");
    }
}

#[test]
fn apply_table() {
    let map = |v: Value| Value::Map([("k".to_owned(), v)].into());
    let cases: Vec<(&str, Value, Value, Breached)> = vec![
        ("unknown becomes anything", Value::Unknown, Value::Null, &[]),
        (
            "null becomes a value",
            Value::Null,
            "x".into(),
            &[("", "another value came than was planned")],
        ),
        (
            "leaf changes",
            "a".into(),
            "b".into(),
            &[("", "another value came than was planned")],
        ),
        (
            "map key goes",
            map("a".into()),
            Value::Map([].into()),
            &[("", "other members came than were planned")],
        ),
        (
            "map leaf arrives",
            map(Value::Unknown),
            map("a".into()),
            &[],
        ),
        (
            "set as planned",
            Value::set([port(1)]),
            Value::set([port(1)]),
            &[],
        ),
        (
            "set element extra",
            Value::set([port(1)]),
            Value::set([port(1), port(2)]),
            &[("", "other set elements came than were planned")],
        ),
        (
            "unknown remains",
            Value::Unknown,
            Value::Unknown,
            &[("", "a state holds an unknown value")],
        ),
    ];
    for (name, planned, new, breaches) in cases {
        let found = apply(&planned, &new);
        assert_eq!(breached(&found), breaches, "{name}");
        let is_unknown = new.is_unknown();
        assert_eq!(
            fits(&planned, &new),
            breaches.is_empty() || is_unknown,
            "{name}"
        );
    }
}

#[test]
fn a_replaced_path_must_exist() {
    let at = |name: &str| vec![Path::root().attribute(name)];
    assert!(replace(&block(), &at("name")).is_empty());
    let found = replace(&block(), &at("nmae"));
    let expected = [(
        "nmae",
        "it is marked for replacement, and there is no such attribute",
    )];
    assert_eq!(breached(&found), expected);
}
