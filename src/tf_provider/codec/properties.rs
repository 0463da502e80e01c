//! Properties of both codecs: a value that was written is read back, and no bytes make a reader panic.

use proptest::prelude::*;

use super::{json, msgpack};
use crate::tf_provider::value::arbitrary::{Unknowns, ty, typed_value};
use crate::tf_provider::value::{Type, Value};

/// Bytes with small damage done to them: cut off, or one byte changed, dropped or doubled.
fn damaged(bytes: &[u8]) -> impl Iterator<Item = Vec<u8>> {
    let cut = (0..bytes.len()).map(|end| bytes[..end].to_vec());
    let changed = (0..bytes.len()).flat_map(|at| {
        [0x01, 0x80, 0xff].map(|mask| {
            let mut changed = bytes.to_vec();
            changed[at] ^= mask;
            changed
        })
    });
    let dropped = (0..bytes.len()).map(|at| [&bytes[..at], &bytes[at + 1..]].concat());
    let doubled = (0..bytes.len()).map(|at| [&bytes[..=at], &bytes[at..]].concat());
    cut.chain(changed).chain(dropped).chain(doubled)
}

/// A value that a reader accepts can be written and read again: no reader returns a part of one.
fn reads_whole_or_not_at_all(bytes: &[u8], ty: &Type) {
    if let Ok(value) = msgpack::decode(bytes, ty) {
        let again = msgpack::encode(&value, ty).and_then(|bytes| msgpack::decode(&bytes, ty));
        assert_eq!(again, Ok(value));
    }
    for decode in [json::decode, json::decode_state] {
        if let Ok(value) = decode(bytes, ty) {
            let again = json::encode(&value, ty).and_then(|bytes| json::decode(&bytes, ty));
            assert_eq!(again, Ok(value));
        }
    }
}

proptest! {
    #[test]
    fn msgpack_comes_back((ty, value) in typed_value(Unknowns::Some)) {
        let bytes = msgpack::encode(&value, &ty).expect("a value of its type");
        prop_assert_eq!(msgpack::decode(&bytes, &ty), Ok(value));
    }

    #[test]
    fn json_comes_back((ty, value) in typed_value(Unknowns::None)) {
        let bytes = json::encode(&value, &ty).expect("a value of its type");
        prop_assert_eq!(json::decode_state(&bytes, &ty), Ok(value.clone()));
        prop_assert_eq!(json::decode(&bytes, &ty), Ok(value));
    }

    #[test]
    fn json_takes_what_is_wholly_known((ty, value) in typed_value(Unknowns::Some)) {
        prop_assert_eq!(json::encode(&value, &ty).is_ok(), value.is_wholly_known());
    }

    #[test]
    fn a_value_of_one_type_is_none_of_another(
        (ty, value) in typed_value(Unknowns::None),
        other in ty(),
    ) {
        // It may be a value of the other type, or an error.
        if let Ok(bytes) = msgpack::encode(&value, &other) {
            prop_assert_eq!(msgpack::decode(&bytes, &other), Ok(value.clone()));
        }
        let bytes = msgpack::encode(&value, &ty).expect("a value of its type");
        reads_whole_or_not_at_all(&bytes, &other);
    }

    #[test]
    fn any_bytes_are_read_or_refused(
        bytes in proptest::collection::vec(any::<u8>(), 0..64),
        ty in ty(),
    ) {
        reads_whole_or_not_at_all(&bytes, &ty);
    }

    /// How a string begins that isn't known yet is read, whatever else is said of it.
    #[test]
    fn the_beginning_of_an_unknown_string_is_read(text in "\\PC{1,20}", rest in proptest::collection::vec(any::<u8>(), 0..20)) {
        let length = u8::try_from(text.len()).expect("short");
        let body = [&[0x82, 1, 0xc2, 2, 0xd9, length], text.as_bytes(), &rest].concat();
        let bytes = [&[0xc7, u8::try_from(body.len()).expect("short"), 12], &*body].concat();
        let value = msgpack::decode(&bytes, &Type::String).expect("an unknown string");
        prop_assert_eq!(value.beginning(), Some(&*text));
        prop_assert_eq!(msgpack::encode(&value, &Type::String), Ok(vec![0xd4, 0, 0]));
    }

    /// What is said of an unknown value may be anything: then it is only unknown.
    #[test]
    fn any_extension_is_unknown(code: u8, body in proptest::collection::vec(any::<u8>(), 0..40), ty in ty()) {
        let bytes = [&[0xc7, u8::try_from(body.len()).expect("short"), code], &*body].concat();
        prop_assert_eq!(msgpack::decode(&bytes, &ty), Ok(Value::Unknown));
    }

    #[test]
    fn any_text_is_read_or_refused(
        text in "[\\[\\]{}\",:a-z0-9.\\-+eE ]{0,40}",
        ty in ty(),
    ) {
        reads_whole_or_not_at_all(text.as_bytes(), &ty);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn damaged_bytes_are_read_or_refused((ty, value) in typed_value(Unknowns::Some)) {
        let bytes = msgpack::encode(&value, &ty).expect("a value of its type");
        for bytes in damaged(&bytes) {
            reads_whole_or_not_at_all(&bytes, &ty);
        }
        if let Ok(bytes) = json::encode(&value, &ty) {
            for bytes in damaged(&bytes) {
                reads_whole_or_not_at_all(&bytes, &ty);
            }
        }
    }
}

/// A type of the greatest depth works; a deeper one, which only code can make, fails.
#[test]
fn depth_is_bounded_when_writing_too() {
    let deep = |levels: usize| {
        (0..levels).fold((Type::Bool, Value::Bool(true)), |(ty, value), _| {
            (Type::list(ty), Value::List(vec![value]))
        })
    };
    let (ty, value) = deep(63);
    reads_whole_or_not_at_all(&msgpack::encode(&value, &ty).expect("64 levels"), &ty);
    reads_whole_or_not_at_all(&json::encode(&value, &ty).expect("64 levels"), &ty);
    let (ty, value) = deep(64);
    for error in [
        msgpack::encode(&value, &ty)
            .expect_err("65 levels")
            .to_string(),
        json::encode(&value, &ty)
            .expect_err("65 levels")
            .to_string(),
    ] {
        assert!(error.contains("64 levels"), "{error}");
    }
}
