//! Terraform's values: null, unknown or known. Must not know schemas, the wire or AWS.
//!
//! A value doesn't hold its type, except one of type dynamic: code that has a value has the type by which it
//! was decoded.
//!
//! - `ty`: types of values, and their JSON form
//! - `number`: decimal numbers of any size
//! - `attr`: typed reading of a value, in which null and unknown are different cases

mod attr;
mod debug;
mod equality;
mod from;
mod number;
mod ty;

#[cfg(test)]
pub(crate) mod arbitrary;

use std::collections::BTreeMap;

pub use attr::Attr;
pub use number::{Number, NumberError};
pub use ty::{MAX_DEPTH, Type, TypeError};

use super::path::{Path, Step};

/// A value, or a part of one.
///
/// Values are equal as hosts compare them: numbers by value, and sets in any order if they are built with
/// [`Value::set`].
#[derive(Clone, Default)]
pub enum Value {
    /// Not set.
    #[default]
    Null,
    /// Not known before apply.
    Unknown,
    /// A string that isn't known, and not null, of which the host says how it begins. Else as [`Value::Unknown`].
    UnknownText(Box<str>),
    /// Of type bool.
    Bool(bool),
    /// Of type number.
    Number(Number),
    /// Of type string.
    String(String),
    /// Of a list or tuple type.
    List(Vec<Value>),
    /// Of a set type. Build it with [`Value::set`], which brings the elements into order.
    Set(Vec<Value>),
    /// Of a map type.
    Map(BTreeMap<String, Value>),
    /// Of an object type: a resource, a nested block, or an object attribute.
    Object(BTreeMap<String, Value>),
    /// The contents of a slot of type dynamic: the concrete type and the value. A bare null or
    /// unknown in such a slot has no type and is [`Value::Null`] or [`Value::Unknown`].
    Dynamic(Box<(Type, Value)>),
}

static NULL: Value = Value::Null;
static UNKNOWN: Value = Value::Unknown;

/// Building.
impl Value {
    /// A list, or a tuple, of these elements.
    pub fn list<V: Into<Value>>(elements: impl IntoIterator<Item = V>) -> Self {
        Self::List(elements.into_iter().map(Into::into).collect())
    }

    /// A set of these elements: sorted, and each wholly known one only once. Equal elements that hold an
    /// unknown value all stay, since they may turn out to differ.
    pub fn set<V: Into<Value>>(elements: impl IntoIterator<Item = V>) -> Self {
        let mut elements: Vec<Value> = elements.into_iter().map(Into::into).collect();
        elements.sort();
        elements.dedup_by(|a, b| a == b && a.is_wholly_known());
        Self::Set(elements)
    }

    /// A map of these entries; of two with the same key the later one counts.
    pub fn map<K: Into<String>, V: Into<Value>>(entries: impl IntoIterator<Item = (K, V)>) -> Self {
        Self::Map(collect(entries))
    }

    /// An object of these attributes; of two with the same name the later one counts.
    pub fn object<K: Into<String>, V: Into<Value>>(
        attributes: impl IntoIterator<Item = (K, V)>,
    ) -> Self {
        Self::Object(collect(attributes))
    }

    /// The contents of a slot of type dynamic: `value`, which is of type `ty`.
    pub fn dynamic(ty: Type, value: impl Into<Value>) -> Self {
        Self::Dynamic(Box::new((ty, value.into())))
    }

    /// The same object or map with attribute or element `name` set to `value`. Other values, such as null
    /// and unknown, are returned unchanged.
    #[must_use]
    pub fn with(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        if let Self::Object(entries) | Self::Map(entries) = &mut self {
            entries.insert(name.into(), value.into());
        }
        self
    }
}

fn collect<K: Into<String>, V: Into<Value>>(
    entries: impl IntoIterator<Item = (K, V)>,
) -> BTreeMap<String, Value> {
    let entries = entries.into_iter();
    let entries: Vec<(String, Value)> = entries
        .map(|(key, value)| (key.into(), value.into()))
        .collect();
    // The compiler makes the sorting of a map for each type of iterator: a `Vec` has it made once.
    entries.into_iter().collect()
}

/// Reading. All of these look through [`Value::Dynamic`] at the value inside.
impl Value {
    /// Whether this is null.
    pub fn is_null(&self) -> bool {
        matches!(self.inner(), Self::Null)
    }

    /// Whether this itself is unknown. A known value may hold unknown ones: see
    /// [`Value::is_wholly_known`].
    pub fn is_unknown(&self) -> bool {
        matches!(self.inner(), Self::Unknown | Self::UnknownText(_))
    }

    /// Whether neither this nor anything inside it is unknown.
    pub fn is_wholly_known(&self) -> bool {
        match self.inner() {
            Self::Unknown | Self::UnknownText(_) => false,
            Self::List(elements) | Self::Set(elements) => {
                elements.iter().all(Self::is_wholly_known)
            }
            Self::Map(entries) | Self::Object(entries) => {
                entries.values().all(Self::is_wholly_known)
            }
            _ => true,
        }
    }

    /// The text, if this is a known string.
    pub fn as_str(&self) -> Option<&str> {
        match self.inner() {
            Self::String(text) => Some(text),
            _ => None,
        }
    }

    /// The truth, if this is a known bool.
    pub fn as_bool(&self) -> Option<bool> {
        match self.inner() {
            Self::Bool(truth) => Some(*truth),
            _ => None,
        }
    }

    /// The number, if this is a known one.
    pub fn as_number(&self) -> Option<&Number> {
        match self.inner() {
            Self::Number(number) => Some(number),
            _ => None,
        }
    }

    /// The integer, if this is a known number without a fraction, and fits. To tell `80.5` from null, use
    /// [`Value::number`].
    pub fn as_i64(&self) -> Option<i64> {
        self.as_number().and_then(Number::as_i64)
    }

    /// The elements, if this is a known list, tuple or set.
    pub fn as_elements(&self) -> Option<&[Value]> {
        match self.inner() {
            Self::List(elements) | Self::Set(elements) => Some(elements),
            _ => None,
        }
    }

    /// The entries by name, if this is a known object or map.
    pub fn as_entries(&self) -> Option<&BTreeMap<String, Value>> {
        match self.inner() {
            Self::Object(entries) | Self::Map(entries) => Some(entries),
            _ => None,
        }
    }

    /// The attribute or map element `name`. It is null in a map that doesn't have it and in null, and
    /// unknown in an unknown value.
    ///
    /// An object from a host has each attribute of its schema and no other, since both codecs see to it.
    /// So a name that it doesn't have is a mistake of the code. In a value of type dynamic, whose sender
    /// chooses its attributes, an absent one is null.
    ///
    /// # Panics
    /// In builds with debug assertions, if an object has no such attribute. In other builds it reads as
    /// null, so that a mistake of the code doesn't end a user's run. For objects whose type may lack an
    /// attribute, use [`get_or_null`](Self::get_or_null).
    #[track_caller]
    pub fn get(&self, name: &str) -> &Value {
        if cfg!(debug_assertions)
            && let Self::Object(entries) = self
        {
            assert!(
                entries.contains_key(name),
                "there is no attribute {name:?}, but {:?}",
                entries.keys()
            );
        }
        self.get_or_null(name)
    }

    /// The same for an object whose type may lack the attribute, which then is null.
    pub fn get_or_null(&self, name: &str) -> &Value {
        match self.inner() {
            Self::Unknown | Self::UnknownText(_) => &UNKNOWN,
            Self::Object(entries) | Self::Map(entries) => entries.get(name).unwrap_or(&NULL),
            _ => &NULL,
        }
    }

    /// The part at `path`, if it exists. Elements of sets and parts of unknown values have no path.
    pub fn at(&self, path: &Path) -> Option<&Value> {
        path.steps()
            .iter()
            .try_fold(self, |value, step| match (value.inner(), step) {
                (Self::Object(entries), Step::Attribute(name))
                | (Self::Map(entries), Step::Key(name)) => entries.get(name),
                (Self::List(elements), Step::Index(index)) => {
                    usize::try_from(*index).ok().and_then(|i| elements.get(i))
                }
                _ => None,
            })
    }

    /// The kind of value, in a word or two for a message: "a string", "null", "a list".
    pub fn kind(&self) -> &'static str {
        match self.inner() {
            Self::Null => "null",
            Self::Unknown | Self::UnknownText(_) => "unknown",
            Self::Bool(_) => "a bool",
            Self::Number(_) => "a number",
            Self::String(_) => "a string",
            Self::List(_) => "a list",
            Self::Set(_) => "a set",
            Self::Map(_) => "a map",
            Self::Object(_) => "an object",
            // Unreachable, since `inner` looks through every dynamic value.
            Self::Dynamic(_) => "a dynamic value",
        }
    }

    /// The value inside of a dynamic one, however many are nested.
    fn inner(&self) -> &Value {
        let mut value = self;
        while let Self::Dynamic(pair) = value {
            value = &pair.1;
        }
        value
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(port: Value) -> Value {
        Value::object([("port", port), ("self", false.into())])
    }

    #[test]
    fn sets_have_neither_order_nor_duplicates() {
        assert_eq!(Value::set(["b", "a", "b"]), Value::set(["a", "b"]));
        assert_eq!(
            Value::set([rule(1.into()), rule(1.into())]),
            Value::set([rule(1.into())])
        );
        let one = Value::Number("1.0".parse().expect("a number"));
        assert_eq!(Value::set([Value::from(1), one]), Value::set([1]));
    }

    #[test]
    fn set_elements_that_hold_an_unknown_all_stay() {
        let unknown = || rule(Value::Unknown);
        let set = Value::set([unknown(), rule(1.into()), unknown(), rule(1.into())]);
        assert_eq!(set.as_elements().map(<[Value]>::len), Some(3));
        assert_eq!(set, Value::set([rule(1.into()), unknown(), unknown()]));
        assert_ne!(set, Value::set([rule(1.into()), unknown()]));
    }

    #[test]
    fn wholly_known_looks_inside() {
        for (value, known) in [
            (Value::Null, true),
            (Value::Unknown, false),
            (rule(1.into()), true),
            (rule(Value::Unknown), false),
            (Value::list([rule(Value::Unknown)]), false),
            (Value::set([rule(Value::Unknown)]), false),
            (Value::map([("a", Value::Unknown)]), false),
            (Value::dynamic(Type::String, Value::Unknown), false),
            (Value::dynamic(Type::String, "a"), true),
        ] {
            assert_eq!(value.is_wholly_known(), known, "{value:?}");
        }
        assert!(!rule(Value::Unknown).is_unknown());
    }

    #[test]
    fn parts_of_null_are_null_and_parts_of_unknown_unknown() {
        assert_eq!(rule(80.into()).get("port").as_i64(), Some(80));
        assert!(rule(80.into()).get_or_null("prot").is_null());
        let without = Value::map([("port", 80)]);
        assert!(without.get("prot").is_null());
        assert!(Value::Null.get("port").is_null());
        assert!(Value::Unknown.get("port").is_unknown());
        assert!(Value::from("port").get("port").is_null());
    }

    #[test]
    #[should_panic(expected = "there is no attribute \"prot\"")]
    fn a_name_that_no_schema_has_was_read_as_null() {
        let _ = rule(80.into()).get("prot");
    }

    /// The sender chooses the attributes of an object of type dynamic.
    #[test]
    fn a_value_of_type_dynamic_lacked_an_attribute_and_ended_the_call() {
        let ty = Type::object([("port", Type::Number), ("self", Type::Bool)]);
        assert!(Value::dynamic(ty, rule(80.into())).get("prot").is_null());
    }

    #[test]
    fn with_sets_attributes_of_what_has_some() {
        assert_eq!(rule(1.into()).with("port", 2), rule(2.into()));
        assert_eq!(
            Value::map([("a", 1)]).with("b", 2),
            Value::map([("a", 1), ("b", 2)])
        );
        assert_eq!(Value::Null.with("port", 1), Value::Null);
        assert_eq!(Value::Unknown.with("port", 1), Value::Unknown);
    }

    #[test]
    fn finds_parts_by_path() {
        let group = Value::object([
            ("hops", Value::list([rule(80.into())])),
            ("tags", Value::map([("team", "web")])),
            ("ingress", Value::set([rule(80.into())])),
        ]);
        let root = Path::root();
        let port = root.attribute("hops").index(0).attribute("port");
        assert_eq!(group.at(&root), Some(&group));
        assert_eq!(group.at(&port), Some(&80.into()));
        assert_eq!(
            group.at(&root.attribute("tags").key("team")),
            Some(&"web".into())
        );
        for nowhere in [
            root.attribute("name"),
            root.key("tags"),
            root.attribute("tags").attribute("team"),
            root.attribute("hops").index(1),
            root.attribute("hops").index(-1),
            root.attribute("ingress").element(),
            port.index(0),
        ] {
            assert_eq!(group.at(&nowhere), None, "{nowhere}");
        }
    }

    #[test]
    fn none_is_null() {
        assert_eq!(Value::from(None::<&str>), Value::Null);
        assert_eq!(Value::from(Some(true)), Value::Bool(true));
        assert_eq!(Value::from(Some("a".to_owned())), Value::from("a"));
        assert_eq!(Value::default(), Value::Null);
    }

    #[test]
    fn reads_as_one_kind_only() {
        let text = Value::from("1");
        assert_eq!((text.as_i64(), text.as_bool()), (None, None));
        assert_eq!((text.as_elements(), text.as_entries()), (None, None));
        assert_eq!(Value::from(1).as_str(), None);
        assert_eq!(Value::dynamic(Type::String, "a").as_str(), Some("a"));
        assert!(Value::dynamic(Type::String, Value::Null).is_null());
    }
}
