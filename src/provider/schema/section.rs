//! A section of the provider block: the arguments of one matter. A section is a typed model of its own
//! arguments, which it reads once and all together. It is handed no argument of another section.

use std::collections::BTreeSet;

use crate::ec2::settings::Settings;
use crate::tf_provider::diagnostics::Diagnostics;
use crate::tf_provider::schema::{Attribute, NestedBlock};
use crate::tf_provider::value::{Attr, Value};

/// The values of the arguments of one matter, each by its type.
pub(super) trait Section<'a> {
    /// The arguments that aren't blocks.
    fn attributes() -> Vec<Attribute>
    where
        Self: Sized;

    /// The nested blocks.
    fn blocks() -> Vec<NestedBlock>
    where
        Self: Sized,
    {
        Vec::new()
    }

    /// Reads the arguments.
    fn read(arguments: &Arguments<'a>) -> Self
    where
        Self: Sized;

    /// Checks that need more than one argument; values may be unknown.
    fn validate(&self) -> Diagnostics {
        Diagnostics::new()
    }

    /// Puts known, checked values into the settings of a connection.
    fn add_to(&self, _settings: &mut Settings) {}
}

/// Reads a section of a provider block.
pub(super) fn read<'a, S: Section<'a>>(config: &'a Value) -> S {
    let attributes = S::attributes();
    let blocks = S::blocks();
    let names = attributes.iter().map(|attribute| attribute.name);
    S::read(&Arguments {
        config,
        names: names.chain(blocks.iter().map(|block| block.name)).collect(),
    })
}

/// The part of a provider block that one section declares.
pub(super) struct Arguments<'a> {
    config: &'a Value,
    names: BTreeSet<&'static str>,
}

impl<'a> Arguments<'a> {
    /// The value of an argument or of a list of blocks. One of another section is a fault of the section,
    /// of which debug builds panic.
    pub(super) fn get(&self, name: &str) -> &'a Value {
        debug_assert!(
            self.names.contains(name),
            "the section declares no argument {name:?}"
        );
        self.config.get(name)
    }

    /// A text. As in the environment, an empty one is none.
    pub(super) fn text(&self, name: &str) -> Option<&'a str> {
        text(self.get(name))
    }

    /// True or false, if it is known.
    pub(super) fn bool(&self, name: &str) -> Option<bool> {
        self.get(name).as_bool()
    }

    /// The elements of a list, a set or a list of blocks.
    pub(super) fn elements(&self, name: &str) -> Attr<&'a [Value]> {
        self.get(name).elements()
    }
}

/// A known text. As in the environment, an empty one is none.
pub(super) fn text(value: &Value) -> Option<&str> {
    value.as_str().filter(|text| !text.is_empty())
}

/// The known texts of a list or a set.
pub(super) fn texts(value: &Value) -> impl Iterator<Item = &str> {
    let elements = value.as_elements().unwrap_or_default();
    elements.iter().filter_map(Value::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tf_provider::value::Type;

    struct Own(Option<String>);

    impl<'a> Section<'a> for Own {
        fn attributes() -> Vec<Attribute> {
            vec![Attribute::optional("own", Type::String, "Its own.")]
        }

        fn read(arguments: &Arguments<'a>) -> Self {
            Self(arguments.text("own").map(str::to_owned))
        }
    }

    struct Curious;

    impl<'a> Section<'a> for Curious {
        fn attributes() -> Vec<Attribute> {
            Own::attributes()
        }

        fn read(arguments: &Arguments<'a>) -> Self {
            arguments.get("other");
            Self
        }
    }

    fn config() -> Value {
        Value::object([("own", "a"), ("other", "b")])
    }

    #[test]
    fn a_section_reads_its_own_arguments() {
        assert_eq!(read::<Own>(&config()).0.as_deref(), Some("a"));
    }

    #[test]
    #[should_panic(expected = "the section declares no argument \"other\"")]
    fn a_section_alone_read_an_argument_of_another() {
        read::<Curious>(&config());
    }
}
