//! Every call's turn: it waits until EC2 has a token for it, as far as [`TokenBucket`] knows. Calls of
//! one action stand in one line, in the order in which they came. Must not know what is called.
//!
//! Each region has its own lines, and each process: what others take shows in throttled calls.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::Instant;

use crate::ec2::config::settings::RetryMode;
use crate::ec2::rate_limit::published_rates;
use crate::ec2::rate_limit::token_bucket::TokenBucket;

/// A wait that is worth a line for people who look into a call.
const NOTED: Duration = Duration::from_millis(50);
/// A wait that people may ask about.
const LONG: Duration = Duration::from_secs(1);
/// They are told so often, at the most.
const TOLD_EVERY: Duration = Duration::from_secs(30);

/// The lines of one region, by action.
#[derive(Debug)]
pub(in crate::ec2) struct RateLimiter {
    region: String,
    mode: RetryMode,
    lines: Mutex<HashMap<&'static str, Arc<ActionQueue>>>,
}

#[derive(Debug)]
struct ActionQueue {
    bucket: Mutex<TokenBucket>,
    /// Held by the first call in the queue, and passed on in the order of arrival.
    front: tokio::sync::Mutex<()>,
    /// A token came back unused.
    refunded: Notify,
    waiting: AtomicUsize,
    reported: Mutex<Option<Instant>>,
}

/// One more in the line, until it is dropped.
struct QueuedGuard<'a>(&'a AtomicUsize);

impl<'a> QueuedGuard<'a> {
    fn take(waiting: &'a AtomicUsize) -> Self {
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
    /// No call waits, and none has been made.
    pub(in crate::ec2) fn new(region: &str, mode: RetryMode) -> Self {
        Self {
            region: region.to_owned(),
            mode,
            lines: Mutex::default(),
        }
    }

    /// Waits until a call may go out, and takes its token. Who stops waiting leaves the line, and
    /// takes none.
    pub(in crate::ec2) async fn wait(&self, action: &'static str) {
        let line = self.line(action);
        let since = Instant::now();
        {
            let _place = QueuedGuard::take(&line.waiting);
            let _front = line.front.lock().await;
            line.take().await;
        }
        let waited = since.elapsed();
        if waited >= NOTED {
            self.note(action, &line, waited);
        }
    }

    /// EC2 throttled a call that was sent then.
    pub(in crate::ec2) fn throttled(&self, action: &'static str, sent: Instant) {
        let now = Instant::now().into_std();
        let sent = sent.into_std();
        match self.mode {
            RetryMode::Standard => self.line(action).bucket().throttled(sent, now),
            RetryMode::Adaptive => {
                self.line(action);
                for line in lock(&self.lines).values() {
                    line.bucket().slow_down(sent, now);
                }
            }
        }
        let per_second = self.line(action).bucket().per_second();
        let region = &*self.region;
        tracing::debug!(action, region, per_second, "EC2 throttles");
    }

    /// A call didn't reach EC2: the next one may have its token.
    pub(in crate::ec2) fn unused(&self, action: &'static str) {
        let line = self.line(action);
        line.bucket().refund(std::time::Instant::now());
        line.refunded.notify_one();
    }

    fn line(&self, action: &'static str) -> Arc<ActionQueue> {
        let mut lines = lock(&self.lines);
        if let Some(line) = lines.get(action) {
            return Arc::clone(line);
        }
        let pace = match self.mode {
            RetryMode::Standard => 1.0,
            RetryMode::Adaptive => slowest(lines.values()),
        };
        let (published, now) = (
            published_rates::published(action),
            std::time::Instant::now(),
        );
        let line = Arc::new(ActionQueue::new(if pace < 1.0 {
            TokenBucket::slowed(published, pace, now)
        } else {
            TokenBucket::full(published, now)
        }));
        lines.insert(action, Arc::clone(&line));
        line
    }

    fn note(&self, action: &str, line: &ActionQueue, waited: Duration) {
        let waited_ms = waited.as_millis() as u64;
        let waiting = line.waiting.load(Ordering::Relaxed);
        let per_second = line.bucket().per_second();
        let region = &*self.region;
        tracing::debug!(action, region, waited_ms, waiting, "waited for EC2's rate");
        if waited >= LONG && line.is_to_tell() {
            tracing::info!(
                action,
                region,
                per_second,
                waited_ms,
                waiting,
                "calls wait, since EC2 takes no more of them a second"
            );
        }
    }
}

impl ActionQueue {
    fn new(bucket: TokenBucket) -> Self {
        Self {
            bucket: Mutex::new(bucket),
            front: tokio::sync::Mutex::default(),
            refunded: Notify::new(),
            waiting: AtomicUsize::new(0),
            reported: Mutex::default(),
        }
    }

    fn bucket(&self) -> MutexGuard<'_, TokenBucket> {
        lock(&self.bucket)
    }

    /// For the first in the line. Throttling may have made the wait longer once it is over.
    async fn take(&self) {
        loop {
            let taken = self.bucket().take(std::time::Instant::now());
            let Err(pause) = taken else {
                return;
            };
            tokio::select! {
                () = tokio::time::sleep(pause) => {}
                () = self.refunded.notified() => {}
            }
        }
    }

    fn is_to_tell(&self) -> bool {
        let mut reported = lock(&self.reported);
        let is_due = reported.is_none_or(|at| at.elapsed() >= TOLD_EVERY);
        if is_due {
            *reported = Some(Instant::now());
        }
        is_due
    }
}

fn slowest<'a>(lines: impl Iterator<Item = &'a Arc<ActionQueue>>) -> f64 {
    lines.map(|line| line.bucket().pace()).fold(1.0, f64::min)
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
