//! Typed reading of a value, for code that must not take an unknown value for one that isn't set. Must not
//! know schemas.

use std::collections::BTreeMap;

use super::{Number, Value};

/// The value of an attribute: null, unknown, or known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Attr<T> {
    /// Not set.
    Null,
    /// Not known before apply.
    Unknown,
    /// Known: the value.
    Known(T),
}

impl<T> Attr<T> {
    /// The known value, if it is known.
    pub fn known(self) -> Option<T> {
        match self {
            Self::Known(known) => Some(known),
            Self::Null | Self::Unknown => None,
        }
    }

    /// Whether it is null.
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// Whether it is unknown.
    pub fn is_unknown(&self) -> bool {
        matches!(self, Self::Unknown)
    }

    /// The same, with `f` applied to a known value.
    pub fn map<U>(self, f: impl FnOnce(T) -> U) -> Attr<U> {
        match self {
            Self::Null => Attr::Null,
            Self::Unknown => Attr::Unknown,
            Self::Known(known) => Attr::Known(f(known)),
        }
    }
}

/// Typed reading. Values are decoded by their type, so they are of the expected kind; a value of another
/// kind would read as null.
impl Value {
    /// Reads a string.
    pub fn string(&self) -> Attr<&str> {
        self.read(Value::as_str)
    }

    /// How a string begins that isn't known yet, where the host says so.
    pub fn beginning(&self) -> Option<&str> {
        match self {
            Self::UnknownText(text) => Some(text),
            _ => None,
        }
    }

    /// Reads a bool.
    pub fn bool(&self) -> Attr<bool> {
        self.read(Value::as_bool)
    }

    /// Reads a number. It may have a fraction or be too large for an `i64`: callers check with
    /// [`Number::as_i64`], and report it.
    pub fn number(&self) -> Attr<&Number> {
        self.read(Value::as_number)
    }

    /// Reads the elements of a list, tuple or set.
    pub fn elements(&self) -> Attr<&[Value]> {
        self.read(Value::as_elements)
    }

    /// Reads the entries of an object or map.
    pub fn entries(&self) -> Attr<&BTreeMap<String, Value>> {
        self.read(Value::as_entries)
    }

    fn read<'a, T>(&'a self, known: impl FnOnce(&'a Value) -> Option<T>) -> Attr<T> {
        match known(self) {
            Some(known) => Attr::Known(known),
            None if self.is_unknown() => Attr::Unknown,
            None => Attr::Null,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_null_unknown_and_known_apart() {
        assert_eq!(Value::from("a").string(), Attr::Known("a"));
        assert_eq!(Value::Null.string(), Attr::Null);
        assert_eq!(Value::Unknown.string(), Attr::Unknown);
        assert_eq!(Value::from(true).bool(), Attr::Known(true));
        assert_eq!(
            Value::from(80).number().map(Number::as_i64),
            Attr::Known(Some(80))
        );
        assert_eq!(Value::Unknown.number().map(Number::as_i64), Attr::Unknown);
        assert_eq!(
            Value::set(["b", "a"]).elements().known(),
            Some(&["a".into(), "b".into()][..])
        );
        assert_eq!(
            Value::map([("k", "v")])
                .entries()
                .known()
                .map(BTreeMap::len),
            Some(1)
        );
        assert!(Value::Null.elements().is_null());
        assert!(Value::Unknown.entries().is_unknown());
    }

    #[test]
    fn looks_through_dynamic() {
        use crate::tf_provider::value::Type;
        assert_eq!(Value::dynamic(Type::String, "a").string(), Attr::Known("a"));
        assert_eq!(
            Value::dynamic(Type::String, Value::Unknown).string(),
            Attr::Unknown
        );
    }
}
