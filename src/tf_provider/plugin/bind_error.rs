//! Why nothing could be listened on.

use std::fmt;
use std::io;

/// Why nothing could be listened on: what was tried, and the system's reason.
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

    /// The same, with what to do where it is the file system that refuses.
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

/// The hint where the process or the system may open no more files; else nothing.
#[must_use]
pub fn advice(error: &io::Error) -> &'static str {
    // ENFILE and EMFILE, which std has no kind for.
    match error.raw_os_error() {
        Some(23 | 24) if cfg!(unix) => ": raise the limit of open files (ulimit -n)",
        _ => "",
    }
}
