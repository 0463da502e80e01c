//! The error of a command: one line that can be understood alone, what to do, and the exit code.

use super::exit::Exit;

/// A message on standard error with which a command ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Failure {
    /// One line that leads with the value at fault.
    pub(super) summary: String,
    /// Whole sentences: the facts, and what to do.
    pub(super) detail: String,
    /// How the command ends.
    pub(super) exit: Exit,
}

impl Failure {
    /// The arguments, or a file that they name, can't be understood.
    pub(super) fn usage(summary: impl Into<String>, detail: impl Into<String>) -> Self {
        Self {
            summary: summary.into(),
            detail: detail.into(),
            exit: Exit::Usage,
        }
    }

    /// The account isn't as a plan says.
    pub(super) fn differs(summary: impl Into<String>, detail: impl Into<String>) -> Self {
        Self {
            summary: summary.into(),
            detail: detail.into(),
            exit: Exit::Differs,
        }
    }

    /// Something that is needed couldn't be read or written.
    pub(super) fn unread(summary: impl Into<String>, detail: impl Into<String>) -> Self {
        Self {
            summary: summary.into(),
            detail: detail.into(),
            exit: Exit::Unread,
        }
    }
}
