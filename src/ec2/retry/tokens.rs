//! Tokens that the retries of all calls share, which limit retries while a service is broken. The
//! amounts are those of the AWS SDKs.

use std::sync::atomic::{AtomicU32, Ordering};

/// Tokens that a retry takes.
const RETRY: u32 = 5;
/// Tokens that a retry takes after an attempt that ran out of time.
const AFTER_TIME_OUT: u32 = 10;
/// Tokens that a call adds if it succeeds at its first attempt.
const FIRST_SUCCESS: u32 = 1;

/// The tokens that are left.
#[derive(Debug)]
pub(super) struct Tokens {
    capacity: u32,
    left: AtomicU32,
}

impl Tokens {
    /// A full store; `None` for a capacity of 0, which means no limit.
    pub(super) fn new(capacity: u32) -> Option<Self> {
        (capacity > 0).then(|| Self {
            capacity,
            left: AtomicU32::new(capacity),
        })
    }

    /// Number of tokens when all are there.
    pub(super) fn capacity(&self) -> u32 {
        self.capacity
    }

    /// Takes the tokens for a retry and returns their number; `None` if too few are left.
    pub(super) fn acquire(&self, timed_out: bool) -> Option<u32> {
        let cost = if timed_out { AFTER_TIME_OUT } else { RETRY };
        self.update(|left| left.checked_sub(cost)).map(|()| cost)
    }

    /// A call succeeded by an attempt with this cost, which is 0 for a first attempt.
    pub(super) fn give_back(&self, cost: u32) {
        let back = match cost {
            0 => FIRST_SUCCESS,
            cost => cost,
        };
        self.update(|left| Some(left.saturating_add(back).min(self.capacity)));
    }

    fn update(&self, change: impl FnMut(u32) -> Option<u32>) -> Option<()> {
        let (success, failure) = (Ordering::Relaxed, Ordering::Relaxed);
        self.left
            .fetch_update(success, failure, change)
            .ok()
            .map(drop)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn left(tokens: &Tokens) -> u32 {
        tokens.left.load(Ordering::Relaxed)
    }

    #[test]
    fn no_capacity_is_no_limit() {
        assert!(Tokens::new(0).is_none());
    }

    #[test]
    fn a_retry_that_succeeds_gives_back_what_it_took() {
        let tokens = Tokens::new(12).expect("a limit");
        assert_eq!(tokens.acquire(false), Some(5));
        assert_eq!(tokens.acquire(true), None);
        assert_eq!(tokens.acquire(false), Some(5));
        assert_eq!(tokens.acquire(false), None);
        assert_eq!(left(&tokens), 2);
        tokens.give_back(5);
        assert_eq!(left(&tokens), 7);
        tokens.give_back(0);
        assert_eq!(left(&tokens), 8);
    }

    #[test]
    fn there_are_never_more_than_at_first() {
        let tokens = Tokens::new(12).expect("a limit");
        tokens.give_back(10);
        assert_eq!(left(&tokens), 12);
        assert_eq!(tokens.acquire(true), Some(10));
        tokens.give_back(u32::MAX);
        assert_eq!(left(&tokens), 12);
    }
}
