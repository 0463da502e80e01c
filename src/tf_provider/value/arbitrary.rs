//! Random types and random values of them, for property tests.

use std::collections::BTreeMap;

use proptest::collection::{btree_map, vec};
use proptest::prelude::*;

use super::{Number, Type, Value};

/// Whether random values may hold unknowns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unknowns {
    Some,
    None,
}

/// A type, and a value of it.
pub(crate) fn typed_value(unknowns: Unknowns) -> impl Strategy<Value = (Type, Value)> {
    ty().prop_flat_map(move |ty| {
        let value = value(&ty, unknowns);
        (Just(ty), value)
    })
}

/// A type.
pub(crate) fn ty() -> impl Strategy<Value = Type> {
    let leaf = prop_oneof![
        3 => Just(Type::String),
        2 => Just(Type::Number),
        2 => Just(Type::Bool),
        1 => Just(Type::Dynamic),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            inner.clone().prop_map(Type::list),
            inner.clone().prop_map(Type::set),
            inner.clone().prop_map(Type::map),
            btree_map("[a-z_]{1,6}", inner.clone(), 0..4).prop_map(Type::Object),
            vec(inner, 0..4).prop_map(Type::Tuple),
        ]
    })
}

/// A value of type `ty`.
pub(crate) fn value(ty: &Type, unknowns: Unknowns) -> BoxedStrategy<Value> {
    let known = known(ty, unknowns);
    match unknowns {
        Unknowns::Some => {
            prop_oneof![8 => known, 1 => Just(Value::Null), 1 => Just(Value::Unknown)].boxed()
        }
        Unknowns::None => prop_oneof![8 => known, 1 => Just(Value::Null)].boxed(),
    }
}

fn known(ty: &Type, unknowns: Unknowns) -> BoxedStrategy<Value> {
    match ty {
        Type::String => text().prop_map(Value::String).boxed(),
        Type::Number => number().prop_map(Value::Number).boxed(),
        Type::Bool => any::<bool>().prop_map(Value::Bool).boxed(),
        Type::List(ty) => vec(value(ty, unknowns), 0..5).prop_map(Value::List).boxed(),
        Type::Set(ty) => vec(value(ty, unknowns), 0..5).prop_map(Value::set).boxed(),
        Type::Map(ty) => btree_map(text(), value(ty, unknowns), 0..5)
            .prop_map(Value::Map)
            .boxed(),
        Type::Object(types) => types
            .iter()
            .map(|(name, ty)| (Just(name.clone()), value(ty, unknowns)))
            .collect::<Vec<_>>()
            .prop_map(|attributes| Value::Object(BTreeMap::from_iter(attributes)))
            .boxed(),
        Type::Tuple(types) => types
            .iter()
            .map(|ty| value(ty, unknowns))
            .collect::<Vec<_>>()
            .prop_map(Value::List)
            .boxed(),
        // Only types of one level: deeper ones test nothing new, and nesting would have no end.
        Type::Dynamic => prop_oneof![
            Just(Type::String),
            Just(Type::Number),
            Just(Type::set(Type::Bool)),
            Just(Type::object([("a", Type::list(Type::Number))])),
        ]
        .prop_flat_map(move |ty| {
            let value = value(&ty, unknowns);
            (Just(ty), value).prop_map(|pair| Value::Dynamic(Box::new(pair)))
        })
        .boxed(),
    }
}

/// Text of any characters, mostly short, sometimes longer than MessagePack's short headers can say.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![8 => "[a-z0-9./:-]{0,12}", 2 => "\\PC{0,40}", 1 => any::<String>()]
}

/// Integers of all sizes, and fractions that doubles can and can't represent.
fn number() -> impl Strategy<Value = Number> {
    let parsed = |text: String| text.parse().expect("a number by construction");
    prop_oneof![
        any::<i16>().prop_map(|n| Number::from(i64::from(n))),
        any::<i64>().prop_map(Number::from),
        any::<u64>().prop_map(Number::from),
        proptest::num::f64::ANY
            .prop_filter_map("not finite", |double| Number::from_f64(double).ok()),
        "-?[0-9]{1,30}(\\.[0-9]{1,30})?(e-?[0-9]{1,3})?".prop_map(parsed),
    ]
}
