//! Exit codes of `curated`. Scripts rely on them: a code never changes its meaning.

use std::process::ExitCode;

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Exit {
    /// The command did what it was asked to do, whatever it found.
    Done,
    /// A finding has the severity on which the command was to fail, or a worse one; or something is
    /// left to do, and the command was to fail then.
    Findings,
    /// The arguments, or a file that they name, can't be understood.
    Usage,
    /// Not everything that was needed could be read or written.
    Unread,
    /// The account differs from the plan: what differs was left as it is.
    Differs,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        let code = match exit {
            Exit::Done => 0,
            Exit::Findings => 1,
            Exit::Usage => 2,
            Exit::Unread => 3,
            Exit::Differs => 4,
        };
        Self::from(code)
    }
}
