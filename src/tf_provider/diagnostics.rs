//! Messages to a user: errors and warnings, each with the attribute that it is about.
//!
//! An error that a user can correct is a [`Diagnostic`], made once, in the layer that knows the path.
//! It must not hold a credential, since terminals show it and logs keep it.

use super::path::Path;

/// Whether the operation fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// The operation fails.
    Error,
    /// The operation goes on, and the message is shown.
    Warning,
}

/// One message to the user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Error or warning.
    pub severity: Severity,
    /// One line that says what is wrong, without a full stop.
    pub summary: String,
    /// Sentences that say why, and what to do.
    pub detail: String,
    /// The attribute at fault; the root where it is the whole block.
    pub path: Path,
}

impl Diagnostic {
    /// An error about a whole block; [`Diagnostic::at`] narrows it down.
    pub fn error(summary: impl Into<String>, detail: impl Into<String>) -> Self {
        Self::new(Severity::Error, summary, detail)
    }

    /// A warning about a whole block; [`Diagnostic::at`] narrows it down.
    pub fn warning(summary: impl Into<String>, detail: impl Into<String>) -> Self {
        Self::new(Severity::Warning, summary, detail)
    }

    /// An error about arguments that exclude one another; [`Diagnostic::at`] points at the one that
    /// a client may have filled in by itself. All providers use this summary, by which clients such as
    /// Pulumi recognise that they must leave that argument out.
    pub fn conflict(detail: impl Into<String>) -> Self {
        Diagnostic::error("Conflicting configuration arguments", detail)
    }

    /// The same message, pointing at an attribute.
    pub fn at(mut self, path: Path) -> Self {
        self.path = path;
        self
    }

    fn new(severity: Severity, summary: impl Into<String>, detail: impl Into<String>) -> Self {
        Self {
            severity,
            summary: summary.into(),
            detail: detail.into(),
            path: Path::root(),
        }
    }
}

/// Messages in the order in which they were found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Diagnostics(Vec<Diagnostic>);

impl Diagnostics {
    /// No messages.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a message, unless there is an equal one.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        if !self.0.contains(&diagnostic) {
            self.0.push(diagnostic);
        }
    }

    /// Whether any message is an error.
    pub fn has_errors(&self) -> bool {
        self.0.iter().any(|d| d.severity == Severity::Error)
    }

    /// The errors alone.
    pub fn without_warnings(mut self) -> Self {
        self.0.retain(|d| d.severity == Severity::Error);
        self
    }

    /// Whether there is no message at all.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The messages, first found first.
    pub fn iter(&self) -> std::slice::Iter<'_, Diagnostic> {
        self.0.iter()
    }
}

impl From<Diagnostic> for Diagnostics {
    fn from(diagnostic: Diagnostic) -> Self {
        Self(vec![diagnostic])
    }
}

impl Extend<Diagnostic> for Diagnostics {
    fn extend<I: IntoIterator<Item = Diagnostic>>(&mut self, messages: I) {
        messages.into_iter().for_each(|d| self.push(d));
    }
}

impl IntoIterator for Diagnostics {
    type Item = Diagnostic;
    type IntoIter = std::vec::IntoIter<Diagnostic>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_diagnostics_are_kept_once() {
        let mut all = Diagnostics::new();
        all.push(Diagnostic::warning("a", "b"));
        all.push(Diagnostic::warning("a", "b"));
        all.push(Diagnostic::warning("a", "b").at(Path::root().attribute("x")));
        assert_eq!(all.iter().count(), 2);
        assert!(!all.has_errors());
    }
}
