//! Limits the rate of calls: each waits until [`TokenBucket`], the estimate of EC2's bucket, has a
//! token for it. Calls of one action wait in one queue, in the order in which they came. Must not
//! know what the calls do.
//!
//! Each region of each process has queues of its own. The calls of other processes are noticed only
//! by EC2's throttling.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::Instant;

use crate::ec2::config::settings::RetryMode;
use crate::ec2::rate_limit::published_rates;
use crate::ec2::rate_limit::token_bucket::TokenBucket;

/// Shortest wait that is logged at the level "debug".
const WORTH_A_DEBUG_LINE: Duration = Duration::from_millis(50);
/// Shortest wait that is logged at the level "info".
const WORTH_A_LINE: Duration = Duration::from_secs(1);
/// Shortest time between two lines about one action at the level "info".
const REPORT_INTERVAL: Duration = Duration::from_secs(30);

/// The queues of one region, by action.
#[derive(Debug)]
pub(in crate::ec2) struct RateLimiter {
    region: String,
    mode: RetryMode,
    queues: Mutex<HashMap<&'static str, Arc<ActionQueue>>>,
}

#[derive(Debug)]
struct ActionQueue {
    bucket: Mutex<TokenBucket>,
    /// Held by the first call in the queue, and passed on in the order of arrival.
    head: tokio::sync::Mutex<()>,
    /// Notified when a token is given back.
    refunded: Notify,
    waiting: AtomicUsize,
    reported: Mutex<Option<Instant>>,
}

/// Counts a call that waits in the queue until it is dropped.
struct QueuedGuard<'a>(&'a AtomicUsize);

impl<'a> QueuedGuard<'a> {
    fn new(waiting: &'a AtomicUsize) -> Self {
        waiting.fetch_add(1, Ordering::Relaxed);
        Self(waiting)
    }
}

impl Drop for QueuedGuard<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl RateLimiter {
    /// A limiter without any calls so far.
    pub(in crate::ec2) fn new(region: &str, mode: RetryMode) -> Self {
        Self {
            region: region.to_owned(),
            mode,
            queues: Mutex::default(),
        }
    }

    /// Waits until a call may be sent, and takes its token. A call that is cancelled while it waits
    /// takes no token.
    pub(in crate::ec2) async fn wait(&self, action: &'static str) {
        let queue = self.queue(action);
        let since = Instant::now();
        {
            let _queued = QueuedGuard::new(&queue.waiting);
            let _head = queue.head.lock().await;
            queue.acquire().await;
        }
        let waited = since.elapsed();
        if waited >= WORTH_A_DEBUG_LINE {
            self.note(action, &queue, waited);
        }
    }

    /// EC2 throttled a call that was sent at `sent`.
    pub(in crate::ec2) fn throttled(&self, action: &'static str, sent: Instant) {
        let now = Instant::now().into_std();
        let sent = sent.into_std();
        match self.mode {
            RetryMode::Standard => self.queue(action).bucket().throttled(sent, now),
            RetryMode::Adaptive => {
                self.queue(action);
                for queue in lock(&self.queues).values() {
                    queue.bucket().slow_down(sent, now);
                }
            }
        }
        let per_second = self.queue(action).bucket().per_second();
        let region = &*self.region;
        tracing::debug!(action, region, per_second, "EC2 throttles");
    }

    /// A call didn't reach EC2: the next one may have its token.
    pub(in crate::ec2) fn unused(&self, action: &'static str) {
        let queue = self.queue(action);
        queue.bucket().refund(Instant::now().into_std());
        queue.refunded.notify_one();
    }

    fn queue(&self, action: &'static str) -> Arc<ActionQueue> {
        let mut queues = lock(&self.queues);
        if let Some(queue) = queues.get(action) {
            return Arc::clone(queue);
        }
        let pace = match self.mode {
            RetryMode::Standard => 1.0,
            RetryMode::Adaptive => slowest(queues.values()),
        };
        let (published, now) = (
            published_rates::published(action),
            Instant::now().into_std(),
        );
        let queue = Arc::new(ActionQueue::new(if pace < 1.0 {
            TokenBucket::slowed(published, pace, now)
        } else {
            TokenBucket::full(published, now)
        }));
        queues.insert(action, Arc::clone(&queue));
        queue
    }

    fn note(&self, action: &str, queue: &ActionQueue, waited: Duration) {
        let waited_ms = waited.as_millis() as u64;
        let waiting = queue.waiting.load(Ordering::Relaxed);
        let per_second = queue.bucket().per_second();
        let region = &*self.region;
        tracing::debug!(action, region, waited_ms, waiting, "waited for EC2's rate");
        if waited >= WORTH_A_LINE && queue.is_report_due() {
            tracing::info!(
                action,
                region,
                per_second,
                waited_ms,
                waiting,
                "calls wait for EC2's rate limit"
            );
        }
    }
}

impl ActionQueue {
    fn new(bucket: TokenBucket) -> Self {
        Self {
            bucket: Mutex::new(bucket),
            head: tokio::sync::Mutex::default(),
            refunded: Notify::new(),
            waiting: AtomicUsize::new(0),
            reported: Mutex::default(),
        }
    }

    fn bucket(&self) -> MutexGuard<'_, TokenBucket> {
        lock(&self.bucket)
    }

    /// Takes a token for the first call of the queue. Throttling may lengthen the wait, so the
    /// bucket is asked again after each pause.
    async fn acquire(&self) {
        loop {
            let taken = self.bucket().try_acquire(Instant::now().into_std());
            let Err(pause) = taken else {
                return;
            };
            tokio::select! {
                () = tokio::time::sleep(pause) => {}
                () = self.refunded.notified() => {}
            }
        }
    }

    fn is_report_due(&self) -> bool {
        let mut reported = lock(&self.reported);
        let is_due = reported.is_none_or(|at| at.elapsed() >= REPORT_INTERVAL);
        if is_due {
            *reported = Some(Instant::now());
        }
        is_due
    }
}

fn slowest<'a>(queues: impl Iterator<Item = &'a Arc<ActionQueue>>) -> f64 {
    queues
        .map(|queue| queue.bucket().pace())
        .fold(1.0, f64::min)
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
