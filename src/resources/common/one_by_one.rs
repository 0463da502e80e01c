//! Has what ends at the same moment end one after the other. Hosts take in hand whatever depends on a
//! resource in the order in which resources were done: where groups that were made side by side end one
//! by one, the rules of each group come together, and can share calls.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

/// A host takes so long to take in hand what depends on a resource.
const APART: Duration = Duration::from_millis(10);

/// When the next may end.
#[derive(Debug, Default)]
pub(in crate::resources) struct OneByOne(Mutex<Option<Instant>>);

impl OneByOne {
    /// Waits until the one before has ended for a moment.
    pub(in crate::resources) async fn turn(&self) {
        let turn = {
            let mut next = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            let now = Instant::now();
            let turn = next.map_or(now, |next| next.max(now));
            *next = Some(turn + APART);
            turn
        };
        sleep_until(turn).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_ends_at_the_same_moment_ends_apart_and_nobody_else_waits() {
        let all = OneByOne::default();
        let began = Instant::now();
        all.turn().await;
        assert!(began.elapsed() < APART, "the first");
        tokio::join!(all.turn(), all.turn());
        assert!(began.elapsed() >= APART * 2);
    }
}
