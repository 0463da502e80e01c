//! Notes on a configuration: the parts that stay as they are, and those to look at.

use std::fmt;

/// How much a note matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Something stays with the AWS provider until the user does what the note says.
    Left,
    /// Something was migrated, or is none of this command's business, and is worth a look.
    Hint,
}

/// A sentence about a place of the configuration.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Note {
    /// Whether something is left.
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
