//! An estimate of EC2's token bucket for one action. It grants tokens for calls and is corrected
//! when EC2 throttles one. The caller passes the time; must not know clocks or calls.
//!
//! EC2 publishes its rates, but not how full its buckets are: another tool may use the same account,
//! the run before may have left a bucket empty, and AWS raises an account's rates on request. So:
//!
//! - The first throttled call may only mean that EC2's bucket held fewer tokens than ours, so ours
//!   is emptied. If EC2 throttles again soon, another tool uses a share of the rate: ours is lowered,
//!   and each later call raises it a little again.
//! - When many calls in a row have been sent at the published rate and more are waiting, the rate
//!   is raised step by step until EC2 throttles. An account with raised rates can use them; any other
//!   pays one throttled call, and the rate isn't raised again.
//!
//! Raising the rate takes the place of an argument in the provider block that users would have to
//! know and keep up to date. Two tests measure it:
//! `a_higher_rate_is_tried_after_many_calls_in_a_row` shows when and how far the rate rises, and
//! `never_more_than_ec2_publishes` that fewer calls never exceed the published rate (`cargo test
//! --lib rate_limit::token_bucket`).

use std::time::{Duration, Instant};

use crate::ec2::rate_limit::published_rates::Rate;

/// Time by which our bucket starts to refill later than EC2's. EC2 takes a token when a call
/// arrives, which for the first call of a connection is some time after it was sent.
const FILLS_AFTER: Duration = Duration::from_millis(500);
/// Token balance after a throttled call. Negative, because EC2's bucket is evidently emptier than
/// ours.
const THROTTLE_PENALTY: f64 = -1.0;
/// Time after a throttled call within which a second one means that the rate is too high.
const COOLDOWN: Duration = Duration::from_secs(10);
/// Factor by which a throttled call lowers the rate.
const DECREASE_FACTOR: f64 = 0.7;
/// The lowest rate, as a share of the published one, so that calls go on however often EC2
/// throttles.
const LOWEST: f64 = 0.1;
/// Amount that each call adds to a lowered rate, as a share of the published rate.
const RECOVERY_STEP: f64 = 1.0 / 200.0;
/// Number of calls in a row out of a nearly empty bucket after which a higher rate is tried.
const PROBE_AFTER: u32 = 150;
/// Share of the capacity below which the bucket counts as nearly empty.
const NEARLY_EMPTY: f64 = 0.1;
/// Amount that each call adds to a rate that is being raised, as a share of the published rate.
const PROBE_STEP: f64 = 1.0 / 40.0;
/// The highest rate that is tried, as a multiple of the published one.
const HIGHEST: f64 = 20.0;
/// Balance that counts as a whole token, since sums of fractions may fall slightly short of 1.
const EPSILON: f64 = 1.0 - 1e-6;

/// Tokens for one action in one region.
#[derive(Clone, Debug)]
pub(in crate::ec2) struct TokenBucket {
    published: Rate,
    per_second: f64,
    tokens: f64,
    /// Time at which `tokens` was last computed. It may lie in the future: then nothing is refilled
    /// before it.
    at: Instant,
    corrected: Option<Instant>,
    /// Number of calls in a row that left the bucket nearly empty.
    at_the_limit: u32,
    /// Whether EC2 throttled at a higher rate than the published one.
    is_refuted: bool,
}

impl TokenBucket {
    /// A full bucket.
    pub(in crate::ec2) fn full(published: Rate, now: Instant) -> Self {
        Self {
            published,
            per_second: published.per_second,
            tokens: published.capacity,
            at: now,
            corrected: None,
            at_the_limit: 0,
            is_refuted: false,
        }
    }

    /// An empty bucket that refills at a share of its published rate.
    pub(in crate::ec2) fn slowed(published: Rate, pace: f64, now: Instant) -> Self {
        Self {
            per_second: published.per_second * pace,
            tokens: 0.0,
            ..Self::full(published, now)
        }
    }

    /// Its rate, as a share of the published one.
    pub(in crate::ec2) fn pace(&self) -> f64 {
        self.per_second / self.published.per_second
    }

    /// Tokens that are added each second at present.
    pub(in crate::ec2) fn per_second(&self) -> f64 {
        self.per_second
    }

    /// Takes a token for a call that is sent now.
    ///
    /// # Errors
    /// The time until there is a token.
    pub(in crate::ec2) fn try_acquire(&mut self, now: Instant) -> Result<(), Duration> {
        self.fill(now);
        if self.tokens < EPSILON {
            let missing = Duration::from_secs_f64((1.0 - self.tokens) / self.per_second);
            return Err(self.at.saturating_duration_since(now) + missing);
        }
        self.stay_behind(now);
        self.tokens -= 1.0;
        self.at_the_limit = if self.tokens < self.published.capacity * NEARLY_EMPTY {
            self.at_the_limit + 1
        } else {
            0
        };
        self.adapt();
        Ok(())
    }

    /// Gives back the token of a call that didn't reach EC2.
    pub(in crate::ec2) fn refund(&mut self, now: Instant) {
        self.fill(now);
        self.tokens = (self.tokens + 1.0).min(self.published.capacity);
    }

    /// EC2 throttled a call. A call that was sent before the last correction says nothing new.
    pub(in crate::ec2) fn throttled(&mut self, sent: Instant, now: Instant) {
        if self.corrected.is_some_and(|at| sent < at) {
            return;
        }
        let again = self
            .corrected
            .is_some_and(|at| now.saturating_duration_since(at) < COOLDOWN);
        let published = self.published.per_second;
        let is_lowered = self.per_second < published;
        let was_raised = self.per_second > published;
        self.empty(now);
        self.is_refuted |= was_raised;
        self.per_second = if was_raised {
            published
        } else if again || is_lowered {
            self.lowered()
        } else {
            self.per_second
        };
    }

    /// Another action of the region was throttled, and all actions slow down.
    pub(in crate::ec2) fn slow_down(&mut self, sent: Instant, now: Instant) {
        if self.corrected.is_some_and(|at| sent < at) {
            return;
        }
        self.empty(now);
        self.is_refuted = true;
        self.per_second = self.lowered().min(self.published.per_second);
    }

    fn empty(&mut self, now: Instant) {
        self.fill(now);
        self.tokens = self.tokens.min(THROTTLE_PENALTY);
        self.at = now;
        self.corrected = Some(now);
        self.at_the_limit = 0;
    }

    fn lowered(&self) -> f64 {
        (self.per_second * DECREASE_FACTOR).max(self.published.per_second * LOWEST)
    }

    fn adapt(&mut self) {
        let published = self.published.per_second;
        if self.per_second < published {
            self.per_second = (self.per_second + published * RECOVERY_STEP).min(published);
        } else if self.at_the_limit > PROBE_AFTER && !self.is_refuted {
            self.per_second = (self.per_second + published * PROBE_STEP).min(published * HIGHEST);
        }
    }

    /// Delays the refill of a bucket that was full or nearly so. EC2's bucket only starts to refill
    /// when the call arrives.
    fn stay_behind(&mut self, now: Instant) {
        let missing = (self.published.capacity - self.tokens) / self.published.per_second;
        let behind = FILLS_AFTER.saturating_sub(Duration::from_secs_f64(missing));
        self.at = self.at.max(now + behind);
    }

    fn fill(&mut self, now: Instant) {
        let seconds = now.saturating_duration_since(self.at).as_secs_f64();
        let filled = self.tokens + seconds * self.per_second;
        self.tokens = filled.min(self.published.capacity);
        self.at = self.at.max(now);
    }
}

#[cfg(test)]
mod tests;
