//! The error of a socket that can't be bound.

use std::fmt;
use std::io;

/// Why no socket could be bound: the address that was tried, and the system's reason.
#[derive(Debug)]
pub struct BindError {
    tried: String,
    reason: io::Error,
    hint: Option<&'static str>,
}

impl BindError {
    pub(super) fn new(tried: String, reason: io::Error) -> Self {
        Self {
            tried,
            reason,
            hint: None,
        }
    }

    /// The same, with a hint for errors of the file system.
    #[cfg(unix)]
    pub(super) fn with_hint(self, hint: &'static str) -> Self {
        let hint = matches!(
            self.reason.kind(),
            io::ErrorKind::NotFound
                | io::ErrorKind::NotADirectory
                | io::ErrorKind::PermissionDenied
                | io::ErrorKind::ReadOnlyFilesystem
                | io::ErrorKind::StorageFull
                | io::ErrorKind::QuotaExceeded
        )
        .then_some(hint);
        Self { hint, ..self }
    }
}

impl fmt::Display for BindError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cannot listen on {}: {}", self.tried, self.reason)?;
        match self.hint {
            Some(hint) => write!(f, ": {hint}"),
            None => f.write_str(advice(&self.reason)),
        }
    }
}

impl std::error::Error for BindError {}

/// A hint for the error that the process or the system has too many open files; empty for others.
#[must_use]
pub fn advice(error: &io::Error) -> &'static str {
    // ENFILE and EMFILE, which std has no kind for.
    match error.raw_os_error() {
        Some(23 | 24) if cfg!(unix) => ": raise the limit of open files (ulimit -n)",
        _ => "",
    }
}
