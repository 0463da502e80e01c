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
    /// Whether it is about the form of an id of EC2's, as in `InputError`.
    pub of_an_id: bool,
    /// The name, if the error is that there is no such service.
    pub unknown_service: Option<String>,
}
