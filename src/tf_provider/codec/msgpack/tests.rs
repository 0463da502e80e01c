//! MessagePack byte for byte, as hosts write it, and the messages to bytes that are wrong.

use super::*;

fn number(text: &str) -> Value {
    Value::Number(text.parse().expect("a number in a test"))
}

fn rule() -> Type {
    Type::object([
        ("port", Type::Number),
        ("cidr_blocks", Type::set(Type::String)),
    ])
}

/// Values that hosts write are read, and written again with the same bytes.
#[test]
fn writes_and_reads_the_same_bytes_as_hosts() {
    let big = "18446744073709551616";
    let cases: &[(Type, Value, &[u8])] = &[
        (Type::String, Value::Null, &[0xc0]),
        (Type::Dynamic, Value::Null, &[0xc0]),
        (rule(), Value::Null, &[0xc0]),
        (Type::String, Value::Unknown, &[0xd4, 0, 0]),
        (Type::Dynamic, Value::Unknown, &[0xd4, 0, 0]),
        (rule(), Value::Unknown, &[0xd4, 0, 0]),
        (Type::Bool, true.into(), &[0xc3]),
        (Type::Bool, false.into(), &[0xc2]),
        (Type::String, "".into(), &[0xa0]),
        (Type::String, "é".into(), &[0xa2, 0xc3, 0xa9]),
        (Type::Number, 0.into(), &[0x00]),
        (Type::Number, 80.into(), &[0x50]),
        (Type::Number, (-1).into(), &[0xff]),
        (Type::Number, 443.into(), &[0xcd, 0x01, 0xbb]),
        (
            Type::Number,
            i64::MIN.into(),
            &[0xd3, 0x80, 0, 0, 0, 0, 0, 0, 0],
        ),
        (
            Type::Number,
            number("1.5"),
            &[0xcb, 0x3f, 0xf8, 0, 0, 0, 0, 0, 0],
        ),
        (Type::Number, number("0.1"), b"\xa30.1"),
        (Type::Number, number(big), b"\xb418446744073709551616"),
        (Type::list(Type::Bool), Value::List(vec![]), &[0x90]),
        (
            Type::set(Type::String),
            Value::set(["b", "a"]),
            b"\x92\xa1a\xa1b",
        ),
        (
            Type::map(Type::String),
            Value::map([("team", "web")]),
            b"\x81\xa4team\xa3web",
        ),
        (
            rule(),
            Value::object([("port", Value::from(22)), ("cidr_blocks", Value::Null)]),
            b"\x82\xabcidr_blocks\xc0\xa4port\x16",
        ),
        (
            Type::Tuple(vec![Type::String, Type::Bool]),
            Value::List(vec!["a".into(), true.into()]),
            b"\x92\xa1a\xc3",
        ),
        (
            Type::Dynamic,
            Value::dynamic(Type::list(Type::String), Value::list(["a"])),
            b"\x92\xc4\x11[\"list\",\"string\"]\x91\xa1a",
        ),
    ];
    for (ty, value, bytes) in cases {
        assert_eq!(encode(value, ty).as_deref(), Ok(*bytes), "{value:?}");
        assert_eq!(decode(bytes, ty).as_ref(), Ok(value), "{bytes:x?}");
    }
}

#[test]
fn reads_numbers_in_every_form() {
    let cases: &[(&[u8], &str)] = &[
        (&[0xcc, 0x50], "80"),
        (&[0xcd, 0x00, 0x50], "80"),
        (&[0xce, 0, 0, 0, 0x50], "80"),
        (&[0xcf, 0, 0, 0, 0, 0, 0, 0, 0x50], "80"),
        (&[0xcf; 9], "14974415777481871311"),
        (&[0xd0, 0xb0], "-80"),
        (&[0xd1, 0xff, 0xb0], "-80"),
        (&[0xd2, 0xff, 0xff, 0xff, 0xb0], "-80"),
        (&[0xca, 0x3f, 0xc0, 0, 0], "1.5"),
        (
            &[0xcb, 0x3f, 0xb9, 0x99, 0x99, 0x99, 0x99, 0x99, 0x9a],
            "0.1",
        ),
        (&[0xcb, 0x40, 0x54, 0, 0, 0, 0, 0, 0], "80"),
        (b"\xa280", "80"),
        (b"\xd9\x0518e-1", "1.8"),
    ];
    for (bytes, text) in cases {
        assert_eq!(decode(bytes, &Type::Number), Ok(number(text)), "{bytes:x?}");
    }
}

#[test]
fn reads_any_extension_as_unknown() {
    let cases: &[&[u8]] = &[
        &[0xd4, 0x07, 0xff],
        &[0xd5, 0x00, 0, 0],
        &[0xd6, 0x0c, 0, 0, 0, 0],
        // A prefix is known, then a minimal length: fixext8, and each larger header.
        b"\xd7\x0c\x82\x01\xc2\x02\xa2-p.",
        b"\xc7\x09\x0c\x82\x01\xc2\x02\xa4pre-",
        b"\xc7\x07\x0c\x82\x01\xc2\x03\x92\x00\xc3",
        b"\xc8\x00\x09\x0c\x82\x01\xc2\x02\xa4pre-",
        b"\xc9\x00\x00\x00\x09\x0c\x82\x01\xc2\x02\xa4pre-",
        &[0xc7, 0x00, 0x0c],
        &[0xd8, 0x0c, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
    ];
    for bytes in cases {
        for ty in [Type::String, Type::Dynamic, rule(), Type::set(rule())] {
            assert_eq!(decode(bytes, &ty), Ok(Value::Unknown), "{bytes:x?}");
        }
    }
    // The value behind an extension is found.
    assert_eq!(
        decode(b"\x92\xc7\x01\x0c\x80\x50", &Type::list(Type::Number)),
        Ok(Value::List(vec![Value::Unknown, 80.into()]))
    );
}

#[test]
fn says_where_bytes_are_wrong_and_why() {
    let nested = || Type::object([("ingress", Type::list(rule()))]);
    let cases: &[(Type, &[u8], &str)] = &[
        (Type::String, b"", "the bytes end before the value does"),
        (
            Type::String,
            b"\xa5ab",
            "the bytes end before the value does",
        ),
        (
            Type::String,
            b"\xa1a\xc0\xc0",
            "the value ends before its bytes do: 2 remain",
        ),
        (Type::String, b"\xa1\xff", "the string is not valid UTF-8"),
        (
            Type::String,
            b"\x01",
            "a string is required, but the value is a number",
        ),
        (
            Type::String,
            b"\xc1",
            "a string is required, but the value is no MessagePack",
        ),
        (
            Type::Bool,
            b"\xa4true",
            "a bool is required, but the value is a string",
        ),
        (
            Type::Number,
            b"\xc3",
            "a number is required, but the value is a bool",
        ),
        (Type::Number, b"\xa1x", "the text is not a decimal number"),
        (
            Type::Number,
            b"\xca\x7f\x80\x00\x00",
            "the number is infinite or not a number: give a finite one",
        ),
        (
            Type::list(Type::Bool),
            b"\x80",
            "a list is required, but the value is a map",
        ),
        (
            Type::list(Type::Bool),
            b"\x92\xc3\x01",
            "[1]: a bool is required, but the value is a number",
        ),
        (
            Type::set(Type::Bool),
            b"\x91\x01",
            "[…]: a bool is required, but the value is a number",
        ),
        (
            Type::map(Type::Bool),
            b"\x81\xa1k\x01",
            "[\"k\"]: a bool is required, but the value is a number",
        ),
        (
            Type::map(Type::Bool),
            b"\x82\xa1k\xc3\xa1k\xc3",
            "the key \"k\" is there twice",
        ),
        (
            Type::map(Type::Bool),
            b"\x81\xc0\xc3",
            "a key must be a string, not null",
        ),
        (
            Type::Tuple(vec![Type::Bool]),
            b"\x92\xc3\xc3",
            "a tuple of 1 elements is required, but the value has 2",
        ),
        (
            rule(),
            b"\x90",
            "an object is required, but the value is an array",
        ),
        (
            rule(),
            b"\x81\xa4port\x16",
            "the attribute \"cidr_blocks\" is missing",
        ),
        (
            rule(),
            b"\x81\xa4prot\x16",
            "there is no attribute \"prot\" here",
        ),
        (
            rule(),
            b"\x82\xa4port\x16\xa4port\x16",
            "the attribute \"port\" is there twice",
        ),
        (
            nested(),
            b"\x81\xa7ingress\x91\x81\xa4port\xa2xx",
            "ingress[0].port: the text is not a decimal number",
        ),
        (
            nested(),
            b"\x81\xa7ingress\x91\x81\xabcidr_blocks\x91\x01",
            "ingress[0].cidr_blocks[…]: a string is required, but the value is a number",
        ),
        (
            Type::Dynamic,
            b"\xa1a",
            "a dynamically typed value is required, but the value is a string",
        ),
        (
            Type::Dynamic,
            b"\x92\xc4\x01[\xc0",
            "the type is not valid JSON: EOF while parsing a list at line 1 column 1",
        ),
    ];
    for (ty, bytes, message) in cases {
        let error = decode(bytes, ty).expect_err(message);
        assert_eq!(error.to_string(), *message, "{bytes:x?}");
    }
}

#[test]
fn believes_no_claimed_length() {
    for bytes in [
        &[0xdd, 0xff, 0xff, 0xff, 0xff][..],
        &[0xdf, 0xff, 0xff, 0xff, 0xff],
        &[0xdb, 0xff, 0xff, 0xff, 0xff],
        &[0xc9, 0xff, 0xff, 0xff, 0xff, 0x0c],
    ] {
        for ty in [Type::list(Type::Bool), Type::map(Type::Bool), Type::String] {
            assert!(decode(bytes, &ty).is_err(), "{bytes:x?}");
        }
    }
}

#[test]
fn bounds_the_depth_of_dynamic_values() {
    let mut bytes = Vec::new();
    for _ in 0..100_000 {
        bytes.extend_from_slice(b"\x92\xc4\x09\"dynamic\"");
    }
    let error = decode(&bytes, &Type::Dynamic).expect_err("too deep");
    assert!(error.message.contains("64 levels"), "{error}");
}

#[test]
fn says_which_value_is_not_of_its_type() {
    let rules = Type::set(rule());
    let cases = [
        (
            Value::set([Value::object([("port", 22)])]),
            "[…]: the attribute \"cidr_blocks\" is missing",
        ),
        (
            Value::set([Value::object([("prot", 22)])]),
            "[…]: there is no attribute \"prot\" here",
        ),
        (
            Value::set([Value::object([
                ("port", Value::from("22")),
                ("cidr_blocks", Value::Null),
            ])]),
            "[…].port: a number is required, but the value is a string",
        ),
        (
            Value::list(["a"]),
            "a set is required, but the value is a list",
        ),
        (
            Value::dynamic(rules.clone(), Value::Null),
            "a set is required, but the value is a dynamic one",
        ),
    ];
    for (value, message) in cases {
        let error = encode(&value, &rules).expect_err(message);
        assert_eq!(error.to_string(), message);
    }
    let error = encode(&"a".into(), &Type::Dynamic).expect_err("it brings no type along");
    let message = "a dynamically typed value is required, but the value is a string";
    assert_eq!(error.to_string(), message);
}

/// As Terraform 1.11 sends `"tcp/8080 from ${terraform_data.new.id}"`: not null, and its beginning.
#[test]
fn the_beginning_of_an_unknown_string_was_passed_over() {
    let sent = |entries: &[&[u8]]| {
        let body = entries.concat();
        let length = u8::try_from(body.len()).expect("short");
        decode(&[&[0xc7, length, 0x0c], &*body].concat(), &Type::String).expect("it is unknown")
    };
    let text: &[u8] = b"\x02\xaetcp/8080 from ";
    let value = sent(&[&[0x82], &[1, 0xc2], text]);
    assert_eq!(value.beginning(), Some("tcp/8080 from "));
    assert_eq!(encode(&value, &Type::String), Ok(vec![0xd4, 0, 0]));
    // It may be null; it may be; the text is no text; the text is cut off; nothing is said.
    for entries in [
        &[&[0x81], text][..],
        &[&[0x82], &[1, 0xc3], text],
        &[&[0x82], &[1, 0xc2], b"\x02\x2a"],
        &[&[0x82], &[1, 0xc2], &text[..9]],
        &[&[0x80]],
    ] {
        let value = sent(entries);
        assert_eq!(value, Value::Unknown);
        assert_eq!(value.beginning(), None, "{entries:?}");
    }
}
