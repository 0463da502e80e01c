//! Lets creations that end at the same moment return one after the other. Hosts start on the dependents of
//! a resource in the order in which resources return: if groups return one by one, the rules of each
//! group are created together, and can share calls.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

/// Time between two returns, in which a host starts on the dependents of a resource.
const APART: Duration = Duration::from_millis(10);

/// The earliest time of the next return.
#[derive(Debug, Default)]
pub(in crate::resources) struct OneByOne(Mutex<Option<Instant>>);

impl OneByOne {
    /// Waits until [`APART`] has passed since the return before.
    pub(in crate::resources) async fn turn(&self) {
        sleep_until(self.reserve(Instant::now())).await;
    }

    /// The time of a return that is ready at `now`.
    fn reserve(&self, now: Instant) -> Instant {
        let mut next = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let turn = next.map_or(now, |next| next.max(now));
        *next = Some(turn + APART);
        turn
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn jobs_that_end_at_the_same_moment_end_apart_and_no_other_waits() {
        let (all, now) = (OneByOne::default(), Instant::now());
        let turns = [0, 0, 0, 1, 9].map(|later| {
            let now = now + APART * later;
            (all.reserve(now) - now).as_millis() / APART.as_millis()
        });
        assert_eq!(turns, [0, 1, 2, 2, 0]);
    }
}
