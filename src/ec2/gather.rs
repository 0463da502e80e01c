//! Waits for requests that come at the same moment and can share a call. Must not know what they
//! request.

use std::time::Duration;

/// Most pauses in one wait.
const MOST_PAUSES: u32 = 5;

/// Pauses for as long as each pause brings further requests. `waiting` counts the requests in the
/// queue; with none, there is no pause.
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
