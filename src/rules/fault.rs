//! Errors of texts: a [`InputError`] in what a user wrote, and [`DecodeError`] for what EC2
//! or the state answered. Knows no attribute paths and no diagnostics: the caller, who knows where
//! the block stands, makes one out of a fault.

use std::fmt;

/// A mistake in the configuration, in words for the person who made it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InputError {
    /// The HCL attribute at fault, such as `cidr_blocks`. Empty when it is the block as a whole.
    pub attribute: &'static str,
    /// The element of that attribute's set, as written.
    pub element: Option<Box<str>>,
    /// One line that leads with the bad value. No full stop.
    pub summary: String,
    /// Whole sentences: why it is wrong and how to mend it.
    pub detail: String,
    /// Whether it depends on how an id of EC2's reads. A test with mocks makes such ids up, and
    /// nothing is wrong with a configuration for which a test's mock made up `yjehazon`.
    pub of_an_id: bool,
}

impl InputError {
    /// A fault in an attribute that holds a single value.
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

    /// The same fault, which depends on how an id of EC2's reads.
    pub fn of_an_id(self) -> Self {
        Self {
            of_an_id: true,
            ..self
        }
    }

    /// The same fault, in one element of an attribute that holds a set.
    pub fn in_element(self, element: impl Into<Box<str>>) -> Self {
        Self {
            element: Some(element.into()),
            ..self
        }
    }
}

/// Something that EC2 answered, or that the state holds, and that is no rule which we know.
/// The text says what it was; it is a sentence without a full stop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecodeError(pub String);

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for DecodeError {}
