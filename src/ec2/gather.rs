//! Waits for requests that come at the same moment and can share a call. Must not know what they ask.

use std::time::Duration;

/// Most pauses of one wait.
const MOST_PAUSES: u32 = 5;

/// Waits as long as further requests come, each time for a pause. `waiting` counts the requests that wait;
/// where it counts none, the wait ends.
pub(super) async fn gather(pause: Duration, waiting: impl Fn() -> usize) {
    let mut before = 0;
    for _ in 0..MOST_PAUSES {
        let count = waiting();
        if count <= before {
            break;
        }
        before = count;
        tokio::time::sleep(pause).await;
    }
}
