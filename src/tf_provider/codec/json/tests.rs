//! JSON as states hold it, states of earlier versions, and the messages to JSON that is wrong.

use super::*;

fn group() -> Type {
    Type::object([
        ("name", Type::String),
        ("exclusive", Type::Bool),
        (
            "ingress",
            Type::set(Type::object([
                ("port", Type::Number),
                ("cidr_blocks", Type::list(Type::String)),
            ])),
        ),
    ])
}

#[test]
fn writes_and_reads_states() {
    let big = Value::Number("99999999999999999999".parse().expect("a number"));
    let cases = [
        (Type::String, Value::Null, "null"),
        (Type::String, "a\"é".into(), r#""a\"é""#),
        (Type::Bool, true.into(), "true"),
        (Type::Number, 443.into(), "443"),
        (Type::Number, big, "99999999999999999999"),
        (
            group(),
            Value::object([
                ("name", Value::from("web")),
                ("exclusive", Value::Null),
                (
                    "ingress",
                    Value::set([Value::object([
                        ("port", Value::from(80)),
                        ("cidr_blocks", Value::list(["10.0.0.0/8"])),
                    ])]),
                ),
            ]),
            r#"{"exclusive":null,"ingress":[{"cidr_blocks":["10.0.0.0/8"],"port":80}],"name":"web"}"#,
        ),
        (
            Type::Tuple(vec![Type::Bool, Type::map(Type::Number)]),
            Value::List(vec![false.into(), Value::map([("a", 1)])]),
            r#"[false,{"a":1}]"#,
        ),
        (
            Type::Dynamic,
            Value::dynamic(Type::list(Type::String), Value::list(["a"])),
            r#"{"type":["list","string"],"value":["a"]}"#,
        ),
    ];
    for (ty, value, json) in cases {
        let bytes = encode(&value, &ty).expect(json);
        assert_eq!(String::from_utf8_lossy(&bytes), json);
        assert_eq!(decode(json.as_bytes(), &ty).as_ref(), Ok(&value), "{json}");
        assert_eq!(decode_state(json.as_bytes(), &ty), Ok(value), "{json}");
    }
}

#[test]
fn keeps_numbers_exact() {
    for (json, text) in [
        ("0.1", "0.1"),
        ("1E3", "1000"),
        ("-0", "0"),
        ("1.50", "1.5"),
    ] {
        let number = decode(json.as_bytes(), &Type::Number).expect(json);
        assert_eq!(
            number.as_number().map(ToString::to_string).as_deref(),
            Some(text)
        );
    }
    assert!(decode(b"1e999999999", &Type::Number).is_err());
}

#[test]
fn an_old_state_is_read_with_tolerance() {
    let state = br#"{
        "name": 5, "exclusive": "true", "gone": {"a": [1]},
        "ingress": [{"port": "0443", "cidr_blocks": [true, 1.50, null]}, {}]
    }"#;
    let expected = Value::object([
        ("name", Value::from("5")),
        ("exclusive", true.into()),
        (
            "ingress",
            Value::set([
                Value::object([
                    ("port", Value::from(443)),
                    (
                        "cidr_blocks",
                        Value::list(["true".into(), "1.5".into(), Value::Null]),
                    ),
                ]),
                Value::object([("port", Value::Null), ("cidr_blocks", Value::Null)]),
            ]),
        ),
    ]);
    assert_eq!(decode_state(state, &group()), Ok(expected));
    assert!(decode(state, &group()).is_err());

    let empty = decode_state(b"{}", &group()).expect("an object");
    assert_eq!(empty.as_entries().map(BTreeMap::len), Some(3));
    assert!(empty.get("ingress").is_null());
    assert_eq!(decode_state(b"\"0\"", &Type::Bool), Ok(false.into()));
}

#[test]
fn tolerance_has_its_limits() {
    for (ty, json, message) in [
        (
            Type::Bool,
            r#""yes""#,
            "a bool is required, but the value is a string other than \"true\" and \"false\"",
        ),
        (
            Type::Bool,
            "1",
            "a bool is required, but the value is a number",
        ),
        (
            Type::Number,
            "true",
            "a number is required, but the value is a bool",
        ),
        (
            Type::Number,
            r#""many""#,
            "the text is not a decimal number",
        ),
        (
            Type::String,
            "[]",
            "a string is required, but the value is an array",
        ),
        (
            group(),
            r#"{"ingress": {}}"#,
            "ingress: a set is required, but the value is an object",
        ),
    ] {
        let error = decode_state(json.as_bytes(), &ty).expect_err(json);
        assert_eq!(error.to_string(), message);
    }
}

#[test]
fn says_where_json_is_wrong_and_why() {
    let rule = Type::object([("port", Type::Number)]);
    for (ty, json, message) in [
        (
            Type::Bool,
            "",
            "the value is not valid JSON: EOF while parsing a value at line 1 column 0",
        ),
        (
            Type::Bool,
            "true 1",
            "the value is not valid JSON: trailing characters at line 1 column 6",
        ),
        (
            Type::Bool,
            r#""true""#,
            "a bool is required, but the value is a string",
        ),
        (
            Type::list(rule.clone()),
            r#"[{"port": "22"}]"#,
            "[0].port: a number is required, but the value is a string",
        ),
        (
            Type::set(rule.clone()),
            "[{}]",
            "[…]: the attribute \"port\" is missing",
        ),
        (
            Type::map(rule),
            r#"{"k": {"port": 1, "prot": 2}}"#,
            "[\"k\"]: there is no attribute \"prot\" here",
        ),
        (
            Type::Dynamic,
            r#"{"type": "bool", "value": "true"}"#,
            "a bool is required, but the value is a string",
        ),
        (
            Type::Dynamic,
            r#"{"value": 1}"#,
            "a dynamically typed value is required, but the value is another object",
        ),
        (
            Type::Tuple(vec![]),
            "[1]",
            "a tuple of 0 elements is required, but the value has 1",
        ),
    ] {
        let error = decode(json.as_bytes(), &ty).expect_err(json);
        assert_eq!(error.to_string(), message);
    }
}

#[test]
fn bounds_the_depth_of_dynamic_values() {
    let nested = |levels: usize| {
        let open = r#"{"type":"dynamic","value":"#.repeat(levels);
        format!("{open}null{}", "}".repeat(levels))
    };
    assert!(decode(nested(63).as_bytes(), &Type::Dynamic).is_ok());
    let error = decode(nested(64).as_bytes(), &Type::Dynamic).expect_err("too deep");
    assert!(error.message.contains("64 levels"), "{error}");
    // JSON's reader has a limit of its own.
    let error = decode(nested(100_000).as_bytes(), &Type::Dynamic).expect_err("much too deep");
    assert!(error.message.contains("recursion limit"), "{error}");
}

#[test]
fn has_no_form_for_unknowns() {
    let ty = Type::map(Type::String);
    let error = encode(&Value::map([("a", Value::Unknown)]), &ty).expect_err("unknown");
    assert_eq!(
        error.to_string(),
        "[\"a\"]: the value is unknown, which JSON has no form for"
    );
}
