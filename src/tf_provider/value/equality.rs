//! When values are equal, and in which order they are. What is known of an unknown string doesn't count:
//! hosts hand it over in one call and leave it out in the next.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::hash::{Hash, Hasher};

use super::{Number, Type, Value};

/// A value as it is compared.
#[derive(PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Compared<'a> {
    Null,
    Unknown,
    Bool(bool),
    Number(&'a Number),
    String(&'a str),
    List(&'a [Value]),
    Set(&'a [Value]),
    Map(&'a BTreeMap<String, Value>),
    Object(&'a BTreeMap<String, Value>),
    Dynamic(&'a (Type, Value)),
}

impl Value {
    fn compared(&self) -> Compared<'_> {
        match self {
            Self::Null => Compared::Null,
            Self::Unknown | Self::UnknownText(_) => Compared::Unknown,
            Self::Bool(truth) => Compared::Bool(*truth),
            Self::Number(number) => Compared::Number(number),
            Self::String(text) => Compared::String(text),
            Self::List(elements) => Compared::List(elements),
            Self::Set(elements) => Compared::Set(elements),
            Self::Map(entries) => Compared::Map(entries),
            Self::Object(entries) => Compared::Object(entries),
            Self::Dynamic(pair) => Compared::Dynamic(pair),
        }
    }
}

impl PartialEq for Value {
    fn eq(&self, other: &Self) -> bool {
        self.compared() == other.compared()
    }
}

impl Eq for Value {}

impl PartialOrd for Value {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Value {
    fn cmp(&self, other: &Self) -> Ordering {
        self.compared().cmp(&other.compared())
    }
}

impl Hash for Value {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.compared().hash(state);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_beginning_of_an_unknown_string_makes_no_difference() {
        let begun = Value::UnknownText("https from ".into());
        assert_eq!(begun, Value::Unknown);
        assert_eq!(begun, Value::UnknownText("ssh".into()));
        assert_eq!(
            Value::map([("web", begun.clone())]),
            Value::map([("web", Value::Unknown)])
        );
        assert_ne!(begun, Value::from("https from "));
        assert_ne!(begun, Value::Null);
        assert!(begun.is_unknown() && !begun.is_wholly_known());
        assert_eq!((begun.kind(), begun.as_str()), ("unknown", None));
        assert_eq!(begun.beginning(), Some("https from "));
        assert_eq!(Value::Unknown.beginning(), None);
        assert_eq!(Value::from("https").beginning(), None);
    }
}
