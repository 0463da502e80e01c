//! Whether a call may be repeated.

/// The effect of a call, which decides whether it may be repeated after an attempt without an
/// answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Idempotency {
    /// Changes nothing: may be repeated, and given up at any moment.
    ReadOnly,
    /// Has the same effect if it is repeated. Once it is sent, its answer is waited for, since it
    /// says what exists.
    Idempotent,
    /// Has a further effect, or fails, if it is repeated: after an attempt without an answer, the
    /// caller must look up what exists.
    NotIdempotent,
}
