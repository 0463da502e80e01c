//! Detects that no host is left to serve: the parent process has changed, or no connection has been open
//! for a minute. Must not end anything itself.

use std::time::Duration;

use tokio::sync::watch;
use tokio::time::{MissedTickBehavior, interval, sleep};

/// Longest time without a connection, at the start and after the last one was closed. Hosts connect at once
/// and stay connected; a minute is enough for a host that was stopped and continued.
const CLIENT_TIMEOUT: Duration = Duration::from_secs(60);
/// Time between two reads of the parent's process id.
const POLL_INTERVAL: Duration = Duration::from_secs(1);

/// The process that started this one. It must be read before anything is printed: if a host dies right
/// after it has read the handshake line, the system gives this process another parent at once.
#[derive(Clone, Copy, Debug)]
pub(super) struct Parent {
    #[cfg(unix)]
    id: u32,
}

impl Parent {
    /// The parent as it is now.
    pub(super) fn now() -> Self {
        Self {
            #[cfg(unix)]
            id: std::os::unix::process::parent_id(),
        }
    }
}

/// A count of open connections, which clones share.
#[derive(Clone, Debug)]
pub(super) struct Connections(watch::Sender<usize>);

/// One open connection; dropping it takes it out of the count.
#[derive(Debug)]
pub(super) struct OpenConnection(watch::Sender<usize>);

impl Connections {
    /// A count of none.
    pub(super) fn none() -> Self {
        Self(watch::Sender::new(0))
    }

    /// How many are open.
    pub(super) fn count(&self) -> usize {
        *self.0.borrow()
    }

    /// Adds a connection.
    pub(super) fn open(&self) -> OpenConnection {
        self.0.send_modify(|count| *count += 1);
        OpenConnection(self.0.clone())
    }
}

impl Drop for OpenConnection {
    fn drop(&mut self) {
        self.0.send_modify(|count| *count -= 1);
    }
}

/// Returns when this process has become an orphan, with the reason in words.
pub(super) async fn orphaned(connections: &Connections, parent: Parent) -> &'static str {
    tokio::select! {
        () = without_client(connections, || sleep(CLIENT_TIMEOUT)) => "no connection for a minute",
        () = reparented(parent) => "the process that started this one is gone",
    }
}

/// Returns when no connection has been open for as long as `patience` takes.
async fn without_client<T: Future<Output = ()>>(
    connections: &Connections,
    patience: impl Fn() -> T,
) {
    let mut count = connections.0.subscribe();
    loop {
        // The sender is alive in `connections`, so neither wait can fail.
        if count.wait_for(|count| *count == 0).await.is_err() {
            return;
        }
        tokio::select! {
            () = patience() => return,
            _ = count.wait_for(|count| *count > 0) => {}
        }
    }
}

/// Returns when the parent process is no longer `parent`: the system gives an orphan another one.
#[cfg(unix)]
async fn reparented(parent: Parent) {
    let mut polls = interval(POLL_INTERVAL);
    // After the machine slept, one read is enough.
    polls.set_missed_tick_behavior(MissedTickBehavior::Delay);
    while std::os::unix::process::parent_id() == parent.id {
        polls.tick().await;
    }
}

#[cfg(not(unix))]
async fn reparented(_: Parent) {
    std::future::pending().await
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use tokio::sync::Notify;
    use tokio::sync::futures::Notified;
    use tokio::time::timeout;

    use super::*;

    const LONG: Duration = Duration::from_secs(5);

    /// Timeouts that a test ends, in the order in which they begin, and how many have begun.
    #[derive(Default)]
    struct Times {
        over: [Notify; 2],
        begun: Cell<usize>,
    }

    impl Times {
        fn begin(&self) -> Notified<'_> {
            let number = self.begun.get();
            self.begun.set(number + 1);
            self.over[number].notified()
        }
    }

    async fn has_ended(wait: impl Future<Output = ()>) -> bool {
        timeout(Duration::ZERO, wait).await.is_ok()
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn a_parent_that_is_gone_before_the_first_look_is_noticed() {
        // No process's parent has this id: it stands for one that has ended.
        let gone = Parent { id: u32::MAX };
        let why = timeout(LONG, orphaned(&Connections::none(), gone)).await;
        assert_eq!(why, Ok("the process that started this one is gone"));
    }

    #[tokio::test]
    async fn a_client_that_never_comes_ends_the_wait() {
        let (connections, times) = (Connections::none(), Times::default());
        let wait = without_client(&connections, || times.begin());
        tokio::pin!(wait);
        assert!(!has_ended(&mut wait).await);
        times.over[0].notify_one();
        assert!(has_ended(&mut wait).await);
    }

    #[tokio::test]
    async fn an_open_connection_keeps_it_and_the_last_to_go_lets_it_end() {
        let (connections, times) = (Connections::none(), Times::default());
        let (one, other) = (connections.open(), connections.open());
        let wait = without_client(&connections, || times.begin());
        tokio::pin!(wait);
        assert!(!has_ended(&mut wait).await);
        drop(one);
        assert!(!has_ended(&mut wait).await);
        assert_eq!(times.begun.get(), 0);
        drop(other);
        assert!(!has_ended(&mut wait).await);
        times.over[0].notify_one();
        assert!(has_ended(&mut wait).await);
    }

    #[tokio::test]
    async fn a_reconnect_in_time_starts_the_count_anew() {
        let (connections, times) = (Connections::none(), Times::default());
        let wait = without_client(&connections, || times.begin());
        tokio::pin!(wait);
        assert!(!has_ended(&mut wait).await);
        let again = connections.open();
        assert!(!has_ended(&mut wait).await);
        drop(again);
        times.over[0].notify_one();
        assert!(!has_ended(&mut wait).await, "the first count is over");
        times.over[1].notify_one();
        assert!(has_ended(&mut wait).await);
    }
}
