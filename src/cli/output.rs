//! Writes what a command prints. A reader that closes the pipe early, as `head` does, has what it
//! wanted: that is no error.

use std::io::{self, ErrorKind, Write as _};

use super::exit::Exit;
use super::failure::Failure;
use crate::ec2::quoted;

/// So much is shown of a text of somebody else's: EC2 takes descriptions of 255 characters.
const LONGEST: usize = 300;

/// Prints a text to standard output.
pub(super) fn print(text: &str) -> Exit {
    let mut stdout = io::stdout().lock();
    let written = stdout.write_all(text.as_bytes());
    match written.and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            error_line(&format!("Standard output can't be written: {error}."));
            Exit::Unread
        }
        _ => Exit::Done,
    }
}

/// A text of somebody else's, fit for one line of a terminal: nothing in it can drive one.
pub(super) fn plain(text: &str) -> String {
    quoted(text, LONGEST)
}

/// Prints an error to standard error: what is wrong, where, and what to do.
pub(super) fn error_line(text: &str) {
    // Nobody can be told that standard error is gone.
    let _ = writeln!(io::stderr(), "error: {text}");
}

/// Prints why a command can't go on, and gives the code that it ends with.
pub(super) fn failure(failure: &Failure) -> Exit {
    let detail = failure.detail.trim_end().replace('\n', "\n  ");
    // Two spaces set the detail off; an empty line of it stays empty.
    let detail = detail.replace("\n  \n", "\n\n");
    match detail.as_str() {
        "" => error_line(&failure.summary),
        detail => error_line(&format!("{}\n  {detail}", failure.summary)),
    }
    failure.exit
}
