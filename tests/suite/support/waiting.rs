//! Waits for what is to happen in an EC2, instead of for a time in which it may have happened.

use std::thread;
use std::time::{Duration, Instant};

use super::emulator::Emulator;

/// More than anything takes that is waited for.
const PATIENCE: Duration = Duration::from_secs(30);
/// Pause between two looks.
const POLL: Duration = Duration::from_millis(5);

impl Emulator {
    /// Waits until an action has been called so often since the counts were reset.
    pub async fn called(&self, action: &str, times: u64) {
        let since = Instant::now();
        while self.counts().get(action).copied().unwrap_or(0) < times {
            assert!(since.elapsed() < PATIENCE, "{action} isn't called");
            tokio::time::sleep(POLL).await;
        }
    }

    /// Waits until every call that has come is answered. One that was let go on is a moment later.
    pub fn wait_until_answered(&self) {
        let since = Instant::now();
        while self.log().iter().any(|call| call["outcome"] == "arrived") {
            assert!(since.elapsed() < PATIENCE, "a call is never carried out");
            thread::sleep(POLL);
        }
    }
}
