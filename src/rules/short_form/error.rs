//! Errors of texts in the short form.

/// An error of a text, and its position.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShortFormError {
    /// The character at which it begins, counted from 1.
    pub column: usize,
    /// One line that leads with the bad value. No full stop.
    pub summary: String,
    /// Whole sentences: what to write.
    pub detail: String,
    /// Whether it depends on how an id of EC2's reads, as in `InputError`.
    pub of_an_id: bool,
    /// The name that is no service, where that is the mistake.
    pub unknown_service: Option<String>,
}
