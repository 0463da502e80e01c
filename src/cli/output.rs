//! Writes what a command prints. A reader that closes the pipe early, as `head` does, has what it
//! wanted: that is no error.

use std::io::{self, ErrorKind, Write as _};

use super::exit::Exit;

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

/// Prints an error to standard error: what is wrong, where, and what to do.
pub(super) fn error_line(text: &str) {
    // Nobody can be told that standard error is gone.
    let _ = writeln!(io::stderr(), "error: {text}");
}
