//! A label with its text of the short form, and its name in messages.

use super::{ShortForm, ShortFormError};
use crate::rules::{Direction, InputError};

/// Most characters of a text in which a message marks the place of an error.
const LONGEST_SHOWN: usize = 120;

/// A label with its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// The direction, which says which of the two maps it is in.
    pub direction: Direction,
    /// The key.
    pub name: String,
    /// The value as written.
    pub text: String,
    /// The value as read.
    pub form: ShortForm,
}

impl Label {
    /// The attribute that has the labels of a direction.
    pub fn attribute(direction: Direction) -> &'static str {
        match direction {
            Direction::Ingress => "ingress_rules",
            Direction::Egress => "egress_rules",
        }
    }

    /// Words that identify it to its author.
    pub(in crate::rules) fn display_name(&self) -> String {
        let attribute = Self::attribute(self.direction);
        format!("the label {:?} of {attribute}", self.name)
    }

    /// An error in the text of a label, as an error of the attribute's element.
    pub fn fault(
        direction: Direction,
        name: &str,
        text: &str,
        fault: ShortFormError,
    ) -> InputError {
        let reported = InputError {
            of_an_id: fault.of_an_id,
            ..InputError::new("", fault.summary, fault.detail)
        };
        placed(direction, name, text, fault.column, reported)
    }

    /// An error at a character of this label's text.
    pub(in crate::rules) fn fault_at(&self, column: usize, fault: InputError) -> InputError {
        placed(self.direction, &self.name, &self.text, column, fault)
    }
}

fn placed(
    direction: Direction,
    name: &str,
    text: &str,
    column: usize,
    fault: InputError,
) -> InputError {
    let attribute = Label::attribute(direction);
    let place = format!("This is about the label {name:?} of {attribute}, column {column}");
    let is_shown = text.chars().count() <= LONGEST_SHOWN && !text.contains(char::is_control);
    let picture = if is_shown {
        let indent = " ".repeat(column - 1);
        format!(":\n\n    {text}\n    {indent}^")
    } else {
        ".".to_owned()
    };
    InputError {
        attribute,
        element: Some(name.into()),
        detail: format!("{}\n\n{place}{picture}", fault.detail),
        ..fault
    }
}
