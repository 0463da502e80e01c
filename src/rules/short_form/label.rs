//! A text of the short form under its label, and how both are called in messages.

use super::{ShortForm, ShortFormError};
use crate::rules::{Direction, InputError};

/// The longest text of which a message shows the place of a mistake.
const LONGEST_SHOWN: usize = 120;

/// A label with what its text says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// Which of the two maps it is in.
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

    /// How a person finds it again.
    pub(in crate::rules) fn called(&self) -> String {
        let attribute = Self::attribute(self.direction);
        format!("the label {:?} of {attribute}", self.name)
    }

    /// A mistake in the text of a label, as one of its element in the attribute.
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

    /// The same fault, at a character of this label's text.
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
