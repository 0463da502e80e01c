//! The time limit of an operation, and its cancellation. Must not know the calls that it applies
//! to.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::error::Error;
use super::stop_reason::StopReason;

/// The time limit of an operation, its cancellation, and counts of attempts that its calls share.
#[derive(Clone, Debug)]
pub struct Scope {
    /// Cancelled when the user interrupts.
    pub cancel: CancellationToken,
    /// No attempt begins after this time, and attempts that only read are given up.
    pub deadline: Instant,
    limit: Duration,
    /// Failed attempts by action, so that a caller that looks up the result and sends a call again
    /// continues the count.
    tried: Arc<Mutex<HashMap<&'static str, u32>>>,
    /// Whether the next call has a token of the rate limiter already.
    has_token: Arc<AtomicBool>,
}

/// Time limit of [`Scope::for_final_read`].
const FINAL_READ: Duration = Duration::from_secs(5);
/// Longest time for optional calls.
const OPTIONAL: Duration = Duration::from_secs(5);

impl Scope {
    /// A scope that begins now and ends after `limit`.
    pub fn new(cancel: CancellationToken, limit: Duration) -> Self {
        Self {
            cancel,
            deadline: Instant::now() + limit,
            limit,
            tried: Arc::default(),
            has_token: Arc::default(),
        }
    }

    /// A short scope for reading what exists after the operation's own scope has ended, if the
    /// answer of a call was lost. An interruption doesn't end it.
    pub fn for_final_read() -> Self {
        Self::new(CancellationToken::new(), FINAL_READ)
    }

    /// The same limit and cancellation, beginning now.
    #[must_use]
    pub(super) fn anew(&self) -> Self {
        Self::new(self.cancel.clone(), self.limit)
    }

    /// A scope for optional calls: a few seconds, and at most half of the remaining time.
    #[must_use]
    pub fn for_optional_calls(&self) -> Self {
        let left = self.deadline.saturating_duration_since(Instant::now());
        self.at_most(OPTIONAL.min(left / 2))
    }

    /// A scope for one optional look-up: a few seconds.
    #[must_use]
    pub(super) fn for_lookup(&self) -> Self {
        self.at_most(OPTIONAL)
    }

    /// The same for a shorter time, with its own counts of attempts.
    fn at_most(&self, limit: Duration) -> Self {
        let deadline = self.deadline.min(Instant::now() + limit);
        Self {
            cancel: self.cancel.clone(),
            deadline,
            limit: limit.min(self.limit),
            tried: Arc::default(),
            has_token: Arc::default(),
        }
    }

    /// The whole time limit.
    pub fn limit(&self) -> Duration {
        self.limit
    }

    /// Whether the deadline has passed or the user has interrupted.
    pub fn is_over(&self) -> bool {
        self.cancel.is_cancelled() || Instant::now() >= self.deadline
    }

    /// Whether a call failed because this operation's time was up, so that another operation with
    /// more time may repeat it.
    pub(super) fn has_cut(&self, error: &Error) -> bool {
        let by_time = |ended: StopReason| !ended.is_final();
        self.is_over() || error.ended.is_some_and(by_time)
    }

    /// Adds to an error why the operation can't try again, after [`wait`](Self::wait) has returned
    /// `false`.
    pub fn ended(&self, error: Error) -> Error {
        Error {
            ended: error.ended.or(Some(self.why())),
            ..error
        }
    }

    pub(super) fn why(&self) -> StopReason {
        if self.cancel.is_cancelled() {
            StopReason::Interrupted
        } else {
            StopReason::TimeIsUp(self.limit)
        }
    }

    /// The same for a call that has a token of the rate limiter already.
    #[must_use]
    pub(super) fn with_token(&self) -> Self {
        Self {
            has_token: Arc::new(AtomicBool::new(true)),
            ..self.clone()
        }
    }

    /// Takes that token: true at most once.
    pub(super) fn take_token(&self) -> bool {
        self.has_token.swap(false, Ordering::Relaxed)
    }

    pub(super) fn tried(&self, action: &'static str) -> u32 {
        let tried = self.tried.lock().unwrap_or_else(PoisonError::into_inner);
        tried.get(action).copied().unwrap_or(0)
    }

    pub(super) fn set_tried(&self, action: &'static str, attempts: u32) {
        let mut tried = self.tried.lock().unwrap_or_else(PoisonError::into_inner);
        match attempts {
            0 => tried.remove(action),
            attempts => tried.insert(action, attempts),
        };
    }

    /// Waits until the deadline or an interruption.
    pub(super) async fn end(&self) {
        tokio::select! {
            () = self.cancel.cancelled() => {}
            () = tokio::time::sleep_until(self.deadline) => {}
        }
    }

    /// Waits for `pause`. `false` if the deadline or an interruption comes first.
    pub async fn wait(&self, pause: Duration) -> bool {
        if Instant::now() + pause > self.deadline {
            return false;
        }
        tokio::select! {
            () = self.cancel.cancelled() => false,
            () = tokio::time::sleep(pause) => true,
        }
    }
}
