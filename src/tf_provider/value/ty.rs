//! Types of values, and their JSON form, which schemas and dynamic values use. Must not know values or
//! schemas.

use std::collections::BTreeMap;
use std::fmt;

use serde_json::Value as Json;

/// Most levels of types, and of values with them: far more than configurations have, and few enough that
/// random bytes can't exhaust the stack.
pub const MAX_DEPTH: usize = 64;

/// The type of a value.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Type {
    /// Unicode text.
    String,
    /// A decimal number of any size.
    Number,
    /// True or false.
    Bool,
    /// Any type: each value names its own.
    Dynamic,
    /// A sequence of elements of one type.
    List(Box<Type>),
    /// Distinct elements of one type, in no order.
    Set(Box<Type>),
    /// Elements of one type by text keys.
    Map(Box<Type>),
    /// Named attributes, each of its own type, none of them absent.
    Object(BTreeMap<String, Type>),
    /// A fixed sequence of elements, each of its own type.
    Tuple(Vec<Type>),
}

impl Type {
    /// A list of `element`.
    pub fn list(element: Type) -> Self {
        Self::List(Box::new(element))
    }

    /// A set of `element`.
    pub fn set(element: Type) -> Self {
        Self::Set(Box::new(element))
    }

    /// A map of `element`.
    pub fn map(element: Type) -> Self {
        Self::Map(Box::new(element))
    }

    /// An object of these attributes.
    pub fn object<N: Into<String>>(attributes: impl IntoIterator<Item = (N, Type)>) -> Self {
        let attributes = attributes.into_iter();
        let attributes: Vec<(String, Type)> =
            attributes.map(|(name, ty)| (name.into(), ty)).collect();
        // The compiler makes the sorting of a map for each type of iterator: a `Vec` has it made once.
        Self::Object(attributes.into_iter().collect())
    }

    /// The type of JSON bytes such as `["list","string"]`. The third element of an object type, which lists
    /// optional attributes, is ignored.
    ///
    /// # Errors
    /// The bytes are no type, or one of more than [`MAX_DEPTH`] levels.
    pub fn from_json(bytes: &[u8]) -> Result<Self, TypeError> {
        let json = serde_json::from_slice(bytes)
            .map_err(|error| TypeError(format!("the type is not valid JSON: {error}")))?;
        Self::from_json_value(&json)
    }

    /// The same as [`Type::from_json`], from JSON that has been parsed.
    pub fn from_json_value(json: &Json) -> Result<Self, TypeError> {
        parse(json, MAX_DEPTH)
    }

    /// The JSON form as bytes, without spaces.
    pub fn to_json(&self) -> Vec<u8> {
        self.to_json_value().to_string().into_bytes()
    }

    /// The JSON form.
    pub fn to_json_value(&self) -> Json {
        let of = |kind: &str, inner: Json| Json::Array(vec![Json::from(kind), inner]);
        match self {
            Self::String => Json::from("string"),
            Self::Number => Json::from("number"),
            Self::Bool => Json::from("bool"),
            Self::Dynamic => Json::from("dynamic"),
            Self::List(element) => of("list", element.to_json_value()),
            Self::Set(element) => of("set", element.to_json_value()),
            Self::Map(element) => of("map", element.to_json_value()),
            Self::Object(attributes) => of(
                "object",
                attributes
                    .iter()
                    .map(|(name, ty)| (name.clone(), ty.to_json_value()))
                    .collect(),
            ),
            Self::Tuple(elements) => {
                of("tuple", elements.iter().map(Self::to_json_value).collect())
            }
        }
    }
}

fn parse(json: &Json, depth: usize) -> Result<Type, TypeError> {
    let Some(depth) = depth.checked_sub(1) else {
        return Err(TypeError(format!(
            "the type is nested more than {MAX_DEPTH} levels deep"
        )));
    };
    let unknown = || {
        TypeError(format!(
            "{} is not a type: expected \"string\", \"number\", \"bool\", \"dynamic\", or an \
             array that starts with \"list\", \"set\", \"map\", \"object\" or \"tuple\"",
            excerpt(json)
        ))
    };
    match json {
        Json::String(name) => match name.as_str() {
            "string" => Ok(Type::String),
            "number" => Ok(Type::Number),
            "bool" => Ok(Type::Bool),
            "dynamic" => Ok(Type::Dynamic),
            _ => Err(unknown()),
        },
        Json::Array(parts) => match parts.as_slice() {
            [Json::String(kind), inner] => match (kind.as_str(), inner) {
                ("list", element) => Ok(Type::list(parse(element, depth)?)),
                ("set", element) => Ok(Type::set(parse(element, depth)?)),
                ("map", element) => Ok(Type::map(parse(element, depth)?)),
                ("object", Json::Object(attributes)) => parse_object(attributes, depth),
                ("tuple", Json::Array(elements)) => elements
                    .iter()
                    .map(|element| parse(element, depth))
                    .collect::<Result<_, _>>()
                    .map(Type::Tuple),
                _ => Err(unknown()),
            },
            [
                Json::String(kind),
                Json::Object(attributes),
                Json::Array(_optional),
            ] if kind == "object" => parse_object(attributes, depth),
            _ => Err(unknown()),
        },
        _ => Err(unknown()),
    }
}

fn parse_object(
    attributes: &serde_json::Map<String, Json>,
    depth: usize,
) -> Result<Type, TypeError> {
    attributes
        .iter()
        .map(|(name, ty)| Ok((name.clone(), parse(ty, depth)?)))
        .collect::<Result<_, _>>()
        .map(Type::Object)
}

/// The beginning of a JSON value, short enough for a message.
fn excerpt(json: &Json) -> String {
    const LIMIT: usize = 60;
    let text = json.to_string();
    match text.char_indices().nth(LIMIT) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

/// Displays as configurations spell it: `list(string)`, `object({ name = string })`.
impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::String => f.write_str("string"),
            Self::Number => f.write_str("number"),
            Self::Bool => f.write_str("bool"),
            Self::Dynamic => f.write_str("any"),
            Self::List(element) => write!(f, "list({element})"),
            Self::Set(element) => write!(f, "set({element})"),
            Self::Map(element) => write!(f, "map({element})"),
            Self::Object(attributes) => {
                f.write_str("object({")?;
                for (position, (name, ty)) in attributes.iter().enumerate() {
                    let separator = if position == 0 { " " } else { ", " };
                    write!(f, "{separator}{name} = {ty}")?;
                }
                f.write_str(if attributes.is_empty() { "})" } else { " })" })
            }
            Self::Tuple(elements) => {
                f.write_str("tuple([")?;
                for (position, ty) in elements.iter().enumerate() {
                    let separator = if position == 0 { "" } else { ", " };
                    write!(f, "{separator}{ty}")?;
                }
                f.write_str("])")
            }
        }
    }
}

/// Why something is not the JSON form of a type, in words for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TypeError(String);

impl fmt::Display for TypeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for TypeError {}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::arbitrary::ty;
    use super::*;

    #[test]
    fn reads_and_writes_the_json_form() {
        let rule = || Type::object([("port", Type::Number), ("self", Type::Bool)]);
        for (json, ty) in [
            (r#""string""#, Type::String),
            (r#""number""#, Type::Number),
            (r#""bool""#, Type::Bool),
            (r#""dynamic""#, Type::Dynamic),
            (r#"["list","string"]"#, Type::list(Type::String)),
            (
                r#"["map",["set","number"]]"#,
                Type::map(Type::set(Type::Number)),
            ),
            (r#"["object",{"port":"number","self":"bool"}]"#, rule()),
            (r#"["object",{}]"#, Type::Object(BTreeMap::new())),
            (
                r#"["tuple",["string",["list","bool"]]]"#,
                Type::Tuple(vec![Type::String, Type::list(Type::Bool)]),
            ),
            (r#"["tuple",[]]"#, Type::Tuple(vec![])),
        ] {
            assert_eq!(Type::from_json(json.as_bytes()).as_ref(), Ok(&ty), "{json}");
            assert_eq!(String::from_utf8_lossy(&ty.to_json()), json);
        }
        let optional = br#" ["object", {"port": "number", "self": "bool"}, ["self"]] "#;
        assert_eq!(Type::from_json(optional), Ok(rule()));
    }

    #[test]
    fn refuses_what_is_no_type() {
        let refused = |json: &str| {
            let error = Type::from_json(json.as_bytes()).expect_err(json);
            error.to_string()
        };
        for json in ["", "string", r#""string" "string""#] {
            let reported = refused(json);
            assert!(
                reported.starts_with("the type is not valid JSON: "),
                "{json}: {reported}"
            );
        }
        // The part of a larger type that is no type is named by itself.
        for (json, culprit) in [
            ("null", "null"),
            ("1", "1"),
            (r#""str""#, r#""str""#),
            ("[]", "[]"),
            (r#"["list"]"#, r#"["list"]"#),
            (
                r#"["list","string","string"]"#,
                r#"["list","string","string"]"#,
            ),
            (r#"["list",["string"]]"#, r#"["string"]"#),
            (r#"["bag","string"]"#, r#"["bag","string"]"#),
            (r#"["object",["a"]]"#, r#"["object",["a"]]"#),
            (r#"["object",{"a":1}]"#, "1"),
            (r#"["object",{},{}]"#, r#"["object",{},{}]"#),
            (r#"["tuple",{"a":"string"}]"#, r#"["tuple",{"a":"string"}]"#),
        ] {
            let reported = refused(json);
            assert!(
                reported.starts_with(&format!("{culprit} is not a type")),
                "{json}: {reported}"
            );
        }
    }

    #[test]
    fn bounds_the_depth() {
        let nested = |levels: usize| {
            let open = r#"["list","#.repeat(levels);
            format!(r#"{open}"bool"{}"#, "]".repeat(levels))
        };
        assert!(Type::from_json(nested(MAX_DEPTH - 1).as_bytes()).is_ok());
        let error = Type::from_json(nested(MAX_DEPTH).as_bytes()).expect_err("too deep");
        assert!(error.to_string().contains("levels deep"), "{error}");
        // JSON's reader has a limit of its own.
        let error = Type::from_json(nested(100_000).as_bytes()).expect_err("much too deep");
        assert!(error.to_string().contains("recursion limit"), "{error}");
    }

    #[test]
    fn displays_as_configurations_spell_it() {
        for (json, text) in [
            (r#"["list","string"]"#, "list(string)"),
            (r#"["map","dynamic"]"#, "map(any)"),
            (
                r#"["object",{"b":"bool","a":["set","number"]}]"#,
                "object({ a = set(number), b = bool })",
            ),
            (r#"["object",{}]"#, "object({})"),
            (r#"["tuple",["string","bool"]]"#, "tuple([string, bool])"),
        ] {
            let ty = Type::from_json(json.as_bytes()).expect(json);
            assert_eq!(ty.to_string(), text);
        }
    }

    proptest! {
        #[test]
        fn types_come_back(ty in ty()) {
            prop_assert_eq!(Type::from_json(&ty.to_json()), Ok(ty));
        }

        #[test]
        fn any_bytes_are_a_type_or_an_error(bytes in proptest::collection::vec(any::<u8>(), 0..64)) {
            if let Ok(ty) = Type::from_json(&bytes) {
                prop_assert_eq!(Type::from_json(&ty.to_json()), Ok(ty));
            }
        }

        #[test]
        fn any_json_is_a_type_or_an_error(
            text in r#"(\[|\]|\{|\}|"list"|"object"|"string"|"tuple"|,|:|1| ){0,16}"#,
        ) {
            if let Ok(ty) = Type::from_json(text.as_bytes()) {
                prop_assert_eq!(Type::from_json(&ty.to_json()), Ok(ty));
            }
        }
    }
}
