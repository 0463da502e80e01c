//! The errors of this layer: [`InputError`] for the configuration, and [`DecodeError`] for values
//! of EC2 or the state. Must not know attribute paths or diagnostics: the caller knows where the
//! block is, and adds them.

use std::fmt;

/// An error in the configuration, in words for its author.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InputError {
    /// The HCL attribute at fault, such as `cidr_blocks`; empty for the block as a whole.
    pub attribute: &'static str,
    /// The element of that attribute's set, as written.
    pub element: Option<Box<str>>,
    /// One line that leads with the bad value. No full stop.
    pub summary: String,
    /// Whole sentences: why it is wrong and what to write.
    pub detail: String,
    /// Whether it is about the form of an id of EC2's. Tests with mocks generate ids such as
    /// `yjehazon`, which aren't faults of the configuration.
    pub of_an_id: bool,
}

impl InputError {
    /// An error in an attribute that holds a single value.
    pub fn new(
        attribute: &'static str,
        summary: impl Into<String>,
        detail: impl Into<String>,
    ) -> Self {
        Self {
            attribute,
            element: None,
            summary: summary.into(),
            detail: detail.into(),
            of_an_id: false,
        }
    }

    /// The same error, about the form of an id of EC2's.
    pub fn of_an_id(self) -> Self {
        Self {
            of_an_id: true,
            ..self
        }
    }

    /// The same error, in one element of an attribute that holds a set.
    pub fn in_element(self, element: impl Into<Box<str>>) -> Self {
        Self {
            element: Some(element.into()),
            ..self
        }
    }
}

/// A value of EC2 or the state that isn't a rule. The text says what it is, as a sentence without a
/// full stop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecodeError(pub String);

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for DecodeError {}
