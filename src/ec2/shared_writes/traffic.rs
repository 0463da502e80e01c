//! The work under way in a region: how many writes have been asked for and not answered, how many calls
//! are out, and which queue was joined last. It tells whether a call that could go may get more writes
//! by waiting a little.
//!
//! Hosts have a number of resources at a time in hand, by default ten, and hand the next one over only
//! when one is done. Rules of one group mostly follow each other. So where many writes are waiting, those
//! of the group that came last may be the first half of its rules: the other half comes once a call for
//! another group is answered. The groups before it are complete.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::{Instant, timeout_at};

/// Number of waiting writes below which no call waits for more: the host has handed over all that it had.
const MANY: usize = 8;
/// No call waits longer than this for another to be answered.
const LONGEST_WAIT: Duration = Duration::from_secs(1);

/// The work under way in a region.
#[derive(Debug, Default)]
pub(super) struct Traffic {
    counts: Mutex<Counts>,
    changed: Notify,
}

#[derive(Debug, Default)]
struct Counts {
    /// Writes that have been asked for and not answered.
    writes: usize,
    /// Calls that are out.
    calls: usize,
    /// The queue that was joined last.
    joined_last: u64,
}

/// A write that was asked for, until it is answered.
pub(super) struct AskedWrite<'a>(&'a Traffic);

/// A call that is out.
pub(super) struct OngoingCall<'a>(&'a Traffic);

impl Traffic {
    /// A write joins the queue of this number.
    pub(super) fn join(&self, queue: u64) -> AskedWrite<'_> {
        self.change(|counts| {
            counts.writes += 1;
            counts.joined_last = queue;
        });
        AskedWrite(self)
    }

    /// A call goes out.
    pub(super) fn send(&self) -> OngoingCall<'_> {
        self.change(|counts| counts.calls += 1);
        OngoingCall(self)
    }

    /// Waits while a queue may get more writes. Gives whether there was anything to wait for.
    pub(super) async fn wait_for_more(&self, queue: u64, since: Instant) -> bool {
        let mut has_waited = false;
        loop {
            let mut changed = std::pin::pin!(self.changed.notified());
            changed.as_mut().enable();
            if !self.counts().may_bring_more_to(queue) {
                return has_waited;
            }
            has_waited = true;
            if timeout_at(since + LONGEST_WAIT, changed).await.is_err() {
                return false;
            }
        }
    }

    fn change(&self, how: impl FnOnce(&mut Counts)) {
        how(&mut self.counts());
        self.changed.notify_waiters();
    }

    fn counts(&self) -> MutexGuard<'_, Counts> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Counts {
    fn may_bring_more_to(&self, queue: u64) -> bool {
        self.writes >= MANY && self.calls > 0 && self.joined_last == queue
    }
}

impl Drop for AskedWrite<'_> {
    fn drop(&mut self) {
        self.0.change(|counts| counts.writes -= 1);
    }
}

impl Drop for OngoingCall<'_> {
    fn drop(&mut self) {
        self.0.change(|counts| counts.calls -= 1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn may_get_more(writes: usize, calls: usize, joined_last: u64) -> bool {
        let counts = Counts {
            writes,
            calls,
            joined_last,
        };
        counts.may_bring_more_to(1)
    }

    #[test]
    fn only_the_queue_that_was_joined_last_may_get_more_while_the_host_is_busy() {
        assert!(may_get_more(MANY, 1, 1));
        assert!(
            !may_get_more(MANY, 1, 2),
            "the rules of the next group have begun"
        );
        assert!(!may_get_more(MANY, 0, 1), "nothing is answered meanwhile");
        assert!(!may_get_more(MANY - 1, 1, 1), "the host had no more");
    }

    #[tokio::test]
    async fn a_call_waits_until_another_is_answered_and_not_for_long() {
        let traffic = Traffic::default();
        let now = Instant::now();
        assert!(!traffic.wait_for_more(1, now).await);
        let writes: Vec<AskedWrite<'_>> = (0..MANY).map(|_| traffic.join(1)).collect();
        let call = traffic.send();
        let answered = async {
            tokio::time::sleep(Duration::from_millis(20)).await;
            drop(call);
        };
        let (has_waited, ()) = tokio::join!(traffic.wait_for_more(1, now), answered);
        assert!(has_waited);
        drop(writes);
        assert!(!traffic.wait_for_more(1, now).await);
    }

    #[tokio::test]
    async fn a_call_that_is_never_answered_holds_nothing_up() {
        let traffic = Traffic::default();
        let _writes: Vec<AskedWrite<'_>> = (0..MANY).map(|_| traffic.join(1)).collect();
        let _call = traffic.send();
        let before = Instant::now().checked_sub(LONGEST_WAIT);
        let before = before.expect("the clock began before");
        assert!(!traffic.wait_for_more(1, before).await);
    }
}
