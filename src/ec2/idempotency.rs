//! Whether a call may be repeated.

/// The effect of a call, by which it is decided whether it may be repeated after an attempt without an
/// answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Idempotency {
    /// Changes nothing: may be repeated blindly, and given up at any moment.
    ReadOnly,
    /// Changes something, and the same again: may be repeated blindly. Once begun, its answer is
    /// waited for, since it tells what exists.
    Idempotent,
    /// Changes something once: after an attempt without an answer, the caller must look.
    NotIdempotent,
}
