//! Debug output of values, for tests that fail. Must not be used in messages or logs.

use std::fmt;

use super::Value;

/// Similar to HCL. Values may hold secrets, so they must not be logged.
impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("null"),
            Self::Unknown | Self::UnknownText(_) => f.write_str("(unknown)"),
            Self::Bool(truth) => write!(f, "{truth}"),
            Self::Number(number) => write!(f, "{number}"),
            Self::String(text) => write!(f, "{text:?}"),
            Self::List(elements) => f.debug_list().entries(elements).finish(),
            Self::Set(elements) => {
                f.write_str("set")?;
                f.debug_list().entries(elements).finish()
            }
            Self::Map(entries) => {
                f.write_str("map")?;
                f.debug_map().entries(entries).finish()
            }
            Self::Object(entries) => f
                .debug_map()
                .entries(entries.iter().map(|(name, value)| (Bare(name), value)))
                .finish(),
            Self::Dynamic(pair) => write!(f, "({:?} as {})", pair.1, pair.0),
        }
    }
}

/// A name that debug output shows without quotes.
struct Bare<'a>(&'a str);

impl fmt::Debug for Bare<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tf_provider::value::Type;

    #[test]
    fn debug_is_close_to_a_configuration() {
        let value = Value::object([("port", Value::Unknown), ("self", false.into())])
            .with("tags", Value::map([("a", Value::Null)]))
            .with("cidrs", Value::set(["b", "a"]))
            .with(
                "any",
                Value::dynamic(Type::list(Type::Number), Value::list([1])),
            );
        assert_eq!(
            format!("{value:?}"),
            r#"{any: ([1] as list(number)), cidrs: set["a", "b"], port: (unknown), self: false, tags: map{"a": null}}"#
        );
    }
}
