//! How long an operation may take, and what ends it early. Knows nothing of what is done meanwhile.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::error::Error;
use super::stop_reason::StopReason;

/// How long an operation may take, and what ends it early.
#[derive(Clone, Debug)]
pub struct Scope {
    /// Cancelled when the user interrupts.
    pub cancel: CancellationToken,
    /// No attempt begins after this, and none that only reads goes on.
    pub deadline: Instant,
    limit: Duration,
    /// Attempts in vain, by action: a caller that looks and sends again goes on counting.
    tried: Arc<Mutex<HashMap<&'static str, u32>>>,
    /// Whether the next call has had its turn already.
    has_turn: Arc<AtomicBool>,
}

/// A last look may take this long, even after an interruption.
const LAST_LOOK: Duration = Duration::from_secs(5);
/// The longest time for a call whose answer a run can do without.
const OPTIONAL: Duration = Duration::from_secs(5);

impl Scope {
    /// A scope from now on, for at most `limit`.
    pub fn new(cancel: CancellationToken, limit: Duration) -> Self {
        Self {
            cancel,
            deadline: Instant::now() + limit,
            limit,
            tried: Arc::default(),
            has_turn: Arc::default(),
        }
    }

    /// A scope for reading what exists when the time is up or the user interrupted, where a call's
    /// answer was lost before.
    pub fn for_a_last_look() -> Self {
        Self::new(CancellationToken::new(), LAST_LOOK)
    }

    /// The same with all of its time before it.
    #[must_use]
    pub(super) fn anew(&self) -> Self {
        Self::new(self.cancel.clone(), self.limit)
    }

    /// A scope for calls that the operation can do without: it ends after a few seconds, and leaves at
    /// least half of the time that is left for what is needed.
    #[must_use]
    pub fn for_something_optional(&self) -> Self {
        let left = self.deadline.saturating_duration_since(Instant::now());
        self.at_most(OPTIONAL.min(left / 2))
    }

    /// A scope for one look-up that the operation can do without.
    #[must_use]
    pub(super) fn for_a_lookup(&self) -> Self {
        self.at_most(OPTIONAL)
    }

    /// The same for a shorter time, with counts of its own.
    fn at_most(&self, limit: Duration) -> Self {
        let deadline = self.deadline.min(Instant::now() + limit);
        Self {
            cancel: self.cancel.clone(),
            deadline,
            limit: limit.min(self.limit),
            tried: Arc::default(),
            has_turn: Arc::default(),
        }
    }

    /// How long it may take in all.
    pub fn limit(&self) -> Duration {
        self.limit
    }

    /// Whether nothing more may be begun.
    pub fn is_over(&self) -> bool {
        self.cancel.is_cancelled() || Instant::now() >= self.deadline
    }

    /// Whether a call failed because this operation's time was over, so that another operation with more
    /// time may repeat it.
    pub(super) fn has_cut(&self, error: &Error) -> bool {
        let by_time = |ended: StopReason| !ended.is_final();
        self.is_over() || error.ended.is_some_and(by_time)
    }

    /// The error, with what keeps the operation from trying again: for use where
    /// [`wait`](Self::wait) gave `false`.
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

    /// The same for a call that has had its turn already.
    #[must_use]
    pub(super) fn with_a_turn(&self) -> Self {
        Self {
            has_turn: Arc::new(AtomicBool::new(true)),
            ..self.clone()
        }
    }

    /// Whether the next call has had its turn. Asked once, it has it no more.
    pub(super) fn takes_its_turn(&self) -> bool {
        self.has_turn.swap(false, Ordering::Relaxed)
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

    /// Waits until nothing more may be begun.
    pub(super) async fn end(&self) {
        tokio::select! {
            () = self.cancel.cancelled() => {}
            () = tokio::time::sleep_until(self.deadline) => {}
        }
    }

    /// Waits, unless the time is up before or the user interrupts: then `false`.
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
