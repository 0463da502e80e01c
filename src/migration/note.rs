//! Notes about a migration: what stays as it is, and what needs a look.

use std::fmt;

/// How much a note matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// A resource stays with the AWS provider until the user follows the note.
    Left,
    /// Something that was migrated, or is out of scope, needs a look.
    Hint,
}

/// A sentence about a place of the configuration.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Note {
    /// How much it matters.
    pub kind: Kind,
    /// The file, relative to the directory.
    pub path: String,
    /// The line, counted from 1.
    pub line: usize,
    /// The fact and the advice, in whole sentences.
    pub text: String,
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.path, self.line, self.text)
    }
}
