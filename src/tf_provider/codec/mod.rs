//! Values as bytes. Both codecs are directed by a type, since the bytes don't name theirs.
//!
//! - [`msgpack`]: values between host and provider, unknown ones too
//! - [`json`]: stored states, and requests of hosts that send JSON; has no form for unknown values
//!
//! Neither trusts its input: any bytes give a value or a [`CodecError`], nesting is bounded,
//! and no claimed length is believed before the bytes are there. They must not know schemas
//! or protocol messages.

pub mod json;
pub mod msgpack;

#[cfg(test)]
mod properties;

use std::collections::BTreeMap;
use std::fmt;

use super::path::{Path, Step};
use super::value::{MAX_DEPTH, Number, Type, Value};

/// Why bytes can't be decoded, or a value can't be encoded. Never quotes the value, which may be a
/// secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodecError {
    /// The part of the value that is at fault.
    pub path: Path,
    /// The error in words, without a full stop.
    pub message: String,
}

impl CodecError {
    fn new(message: impl Into<String>) -> Self {
        Self {
            path: Path::root(),
            message: message.into(),
        }
    }

    /// The value is of another type: `got` is its kind in words.
    fn mismatch(ty: &Type, got: &str) -> Self {
        let wanted = match ty {
            Type::String => "a string",
            Type::Number => "a number",
            Type::Bool => "a bool",
            Type::Dynamic => "a dynamically typed value",
            Type::List(_) => "a list",
            Type::Set(_) => "a set",
            Type::Map(_) => "a map",
            Type::Object(_) => "an object",
            Type::Tuple(_) => "a tuple",
        };
        Self::new(format!("{wanted} is required, but the value is {got}"))
    }

    /// An object lacks an attribute.
    fn missing(name: &str) -> Self {
        Self::new(format!("the attribute \"{name}\" is missing"))
    }

    /// An object has an attribute that its type does not.
    fn unsupported(name: &str) -> Self {
        Self::new(format!("there is no attribute \"{name}\" here"))
    }

    fn tuple_length(wanted: usize, got: usize) -> Self {
        Self::new(format!(
            "a tuple of {wanted} elements is required, but the value has {got}"
        ))
    }

    /// The same error, with its path as seen from one level further up.
    fn under(mut self, step: Step) -> Self {
        self.path = self.path.under(step);
        self
    }
}

/// `ingress[0].from_port: a number is required, but the value is a string`.
impl fmt::Display for CodecError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.path.is_root() {
            write!(f, "{}: ", self.path)?;
        }
        f.write_str(&self.message)
    }
}

impl std::error::Error for CodecError {}

/// Number of further levels that a value may nest.
#[derive(Clone, Copy)]
struct Depth(usize);

impl Depth {
    const START: Self = Self(MAX_DEPTH);

    fn deeper(self) -> Result<Self, CodecError> {
        self.0.checked_sub(1).map(Self).ok_or_else(|| {
            CodecError::new(format!(
                "the value is nested more than {MAX_DEPTH} levels deep"
            ))
        })
    }
}

/// The step to the element at `position` of a list or tuple.
fn index(position: usize) -> Step {
    // Both are 64 bits wide, and no collection comes near the limit.
    Step::Index(i64::try_from(position).unwrap_or(i64::MAX))
}

/// The input of an encoder: a value together with the type of its slot, which it is of.
enum Shape<'a> {
    Null,
    Unknown,
    Bool(bool),
    Number(&'a Number),
    String(&'a str),
    List(&'a [Value], &'a Type),
    Set(&'a [Value], &'a Type),
    Tuple(&'a [Value], &'a [Type]),
    Map(&'a BTreeMap<String, Value>, &'a Type),
    Object(Vec<(&'a str, &'a Value, &'a Type)>),
    Dynamic(&'a Type, &'a Value),
}

impl<'a> Shape<'a> {
    /// Fails where the value is of another type. The types of elements aren't compared yet.
    fn of(value: &'a Value, ty: &'a Type) -> Result<Self, CodecError> {
        match (value, ty) {
            (Value::Null, _) => Ok(Self::Null),
            (Value::Unknown | Value::UnknownText(_), _) => Ok(Self::Unknown),
            (Value::Bool(truth), Type::Bool) => Ok(Self::Bool(*truth)),
            (Value::Number(number), Type::Number) => Ok(Self::Number(number)),
            (Value::String(text), Type::String) => Ok(Self::String(text)),
            (Value::List(elements), Type::List(ty)) => Ok(Self::List(elements, ty)),
            (Value::Set(elements), Type::Set(ty)) => Ok(Self::Set(elements, ty)),
            (Value::List(elements), Type::Tuple(types)) => {
                if elements.len() != types.len() {
                    return Err(CodecError::tuple_length(types.len(), elements.len()));
                }
                Ok(Self::Tuple(elements, types))
            }
            (Value::Map(entries), Type::Map(ty)) => Ok(Self::Map(entries, ty)),
            (Value::Object(attributes), Type::Object(types)) => {
                Self::object(attributes, types).map(Self::Object)
            }
            (Value::Dynamic(pair), Type::Dynamic) => Ok(Self::Dynamic(&pair.0, &pair.1)),
            (Value::Dynamic(_), _) => Err(CodecError::mismatch(ty, "a dynamic one")),
            _ => Err(CodecError::mismatch(ty, value.kind())),
        }
    }

    /// Pairs each attribute with its type. The host wants all of them and no other.
    fn object(
        attributes: &'a BTreeMap<String, Value>,
        types: &'a BTreeMap<String, Type>,
    ) -> Result<Vec<(&'a str, &'a Value, &'a Type)>, CodecError> {
        if let Some(name) = attributes.keys().find(|name| !types.contains_key(*name)) {
            return Err(CodecError::unsupported(name));
        }
        types
            .iter()
            .map(|(name, ty)| match attributes.get(name) {
                Some(value) => Ok((name.as_str(), value, ty)),
                None => Err(CodecError::missing(name)),
            })
            .collect()
    }
}
