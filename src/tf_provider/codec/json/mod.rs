//! JSON, as states hold values and as a host may send them.
//!
//! The shapes are those of MessagePack, with a dynamic value as `{"type": …, "value": …}`.
//! JSON has no form for unknowns.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use serde_json::Value as Json;

use super::{CodecError, Depth, Shape, index};
use crate::tf_provider::path::Step;
use crate::tf_provider::value::{Number, NumberError, Type, Value};

/// Reads a value of type `ty`, which takes up all of `bytes`.
///
/// An object must have each attribute of its type, and no other. Nothing is converted.
///
/// # Errors
/// The bytes are no JSON, or a value of another type.
pub fn decode(bytes: &[u8], ty: &Type) -> Result<Value, CodecError> {
    read(parse(bytes)?, ty, Reading::Strict, Depth::START)
}

/// Reads a stored state, which an earlier version may have written for another schema.
///
/// Attributes that are missing are null, also where their type is a collection, and those that
/// `ty` does not have are dropped. Primitives are converted as Terraform would: `"5"` is the
/// number 5 where a number belongs, `5` and `true` are text where text belongs.
///
/// # Errors
/// The bytes are no JSON, or can't be converted.
pub fn decode_state(bytes: &[u8], ty: &Type) -> Result<Value, CodecError> {
    read(parse(bytes)?, ty, Reading::Tolerant, Depth::START)
}

/// Writes `value` as one of type `ty`.
///
/// # Errors
/// The value is of another type, or holds an unknown value.
pub fn encode(value: &Value, ty: &Type) -> Result<Vec<u8>, CodecError> {
    let json = write(value, ty, Depth::START)?;
    Ok(json.to_string().into_bytes())
}

fn parse(bytes: &[u8]) -> Result<Json, CodecError> {
    serde_json::from_slice(bytes)
        .map_err(|error| CodecError::new(format!("the value is not valid JSON: {error}")))
}

/// Whether a value has to be exactly of its type.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reading {
    Strict,
    Tolerant,
}

fn read(json: Json, ty: &Type, reading: Reading, depth: Depth) -> Result<Value, CodecError> {
    let depth = depth.deeper()?;
    let nested =
        |json, ty, step: Step| read(json, ty, reading, depth).map_err(|error| error.under(step));
    match (ty, json) {
        (_, Json::Null) => Ok(Value::Null),
        (Type::String, Json::String(text)) => Ok(Value::String(text)),
        (Type::Number, Json::Number(number)) => read_number(number.as_str()).map(Value::Number),
        (Type::Bool, Json::Bool(truth)) => Ok(Value::Bool(truth)),
        (Type::String | Type::Number | Type::Bool, json) if reading == Reading::Tolerant => {
            convert(&json, ty)
        }
        (Type::List(ty), Json::Array(elements)) => elements
            .into_iter()
            .enumerate()
            .map(|(at, element)| nested(element, ty, index(at)))
            .collect::<Result<_, _>>()
            .map(Value::List),
        (Type::Set(ty), Json::Array(elements)) => elements
            .into_iter()
            .map(|element| nested(element, ty, Step::Element))
            .collect::<Result<Vec<_>, _>>()
            .map(Value::set),
        (Type::Tuple(types), Json::Array(elements)) => {
            if elements.len() != types.len() {
                return Err(CodecError::tuple_length(types.len(), elements.len()));
            }
            let pairs = elements.into_iter().zip(types).enumerate();
            pairs
                .map(|(at, (element, ty))| nested(element, ty, index(at)))
                .collect::<Result<_, _>>()
                .map(Value::List)
        }
        (Type::Map(ty), Json::Object(entries)) => entries
            .into_iter()
            .map(|(key, element)| {
                let value = nested(element, ty, Step::Key(key.clone()))?;
                Ok((key, value))
            })
            .collect::<Result<_, _>>()
            .map(Value::Map),
        (Type::Object(types), Json::Object(mut attributes)) => {
            let mut members = BTreeMap::new();
            for (name, ty) in types {
                let value = match (attributes.remove(name), reading) {
                    (Some(json), _) => nested(json, ty, Step::Attribute(name.clone()))?,
                    (None, Reading::Tolerant) => Value::Null,
                    (None, Reading::Strict) => return Err(CodecError::missing(name)),
                };
                members.insert(name.clone(), value);
            }
            match attributes.keys().next() {
                Some(name) if reading == Reading::Strict => Err(CodecError::unsupported(name)),
                _ => Ok(Value::Object(members)),
            }
        }
        (Type::Dynamic, Json::Object(mut pair)) => {
            let (Some(concrete), Some(value), true) =
                (pair.remove("type"), pair.remove("value"), pair.is_empty())
            else {
                return Err(CodecError::mismatch(ty, "another object"));
            };
            let concrete =
                Type::from_json_value(&concrete).map_err(|e| CodecError::new(e.to_string()))?;
            let value = read(value, &concrete, reading, depth)?;
            Ok(Value::dynamic(concrete, value))
        }
        (ty, json) => Err(CodecError::mismatch(ty, kind(&json))),
    }
}

/// Converts a primitive to another primitive type, as Terraform does.
fn convert(json: &Json, ty: &Type) -> Result<Value, CodecError> {
    match (ty, json) {
        (Type::String, Json::Number(number)) => {
            read_number(number.as_str()).map(|number| Value::String(number.to_string()))
        }
        (Type::String, Json::Bool(truth)) => Ok(Value::String(truth.to_string())),
        (Type::Number, Json::String(text)) => read_number(text).map(Value::Number),
        (Type::Bool, Json::String(text)) => match text.as_str() {
            "true" | "1" => Ok(Value::Bool(true)),
            "false" | "0" => Ok(Value::Bool(false)),
            _ => Err(CodecError::new(
                "a bool is required, but the value is a string other than \"true\" and \"false\"",
            )),
        },
        _ => Err(CodecError::mismatch(ty, kind(json))),
    }
}

fn read_number(text: &str) -> Result<Number, CodecError> {
    text.parse()
        .map_err(|error: NumberError| CodecError::new(error.to_string()))
}

/// The kind of a JSON value, in words for a message.
fn kind(json: &Json) -> &'static str {
    match json {
        Json::Null => "null",
        Json::Bool(_) => "a bool",
        Json::Number(_) => "a number",
        Json::String(_) => "a string",
        Json::Array(_) => "an array",
        Json::Object(_) => "an object",
    }
}

fn write(value: &Value, ty: &Type, depth: Depth) -> Result<Json, CodecError> {
    let depth = depth.deeper()?;
    let nested = |value, ty, step: Step| write(value, ty, depth).map_err(|error| error.under(step));
    match Shape::of(value, ty)? {
        Shape::Null => Ok(Json::Null),
        Shape::Unknown => Err(CodecError::new(
            "the value is unknown, which JSON has no form for",
        )),
        Shape::Bool(truth) => Ok(Json::Bool(truth)),
        Shape::Number(number) => number
            .to_string()
            .parse()
            .map(Json::Number)
            .map_err(|error: serde_json::Error| CodecError::new(error.to_string())),
        Shape::String(text) => Ok(Json::from(text)),
        Shape::List(elements, ty) => elements
            .iter()
            .enumerate()
            .map(|(at, element)| nested(element, ty, index(at)))
            .collect(),
        Shape::Set(elements, ty) => elements
            .iter()
            .map(|element| nested(element, ty, Step::Element))
            .collect(),
        Shape::Tuple(elements, types) => {
            let pairs = elements.iter().zip(types).enumerate();
            pairs
                .map(|(at, (element, ty))| nested(element, ty, index(at)))
                .collect()
        }
        Shape::Map(entries, ty) => entries
            .iter()
            .map(|(key, element)| {
                let json = nested(element, ty, Step::Key(key.clone()))?;
                Ok((key.clone(), json))
            })
            .collect(),
        Shape::Object(attributes) => attributes
            .into_iter()
            .map(|(name, value, ty)| {
                let json = nested(value, ty, Step::Attribute(name.to_owned()))?;
                Ok((name.to_owned(), json))
            })
            .collect(),
        Shape::Dynamic(ty, value) => {
            let json = write(value, ty, depth)?;
            let pair = [
                ("type".to_owned(), ty.to_json_value()),
                ("value".to_owned(), json),
            ];
            Ok(pair.into_iter().collect())
        }
    }
}
