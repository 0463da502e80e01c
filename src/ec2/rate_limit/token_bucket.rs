//! An estimate of EC2's token bucket for one action. Pure: told the time, asked whether
//! a call may go out, and told when EC2 saw it otherwise.
//!
//! EC2 publishes its rates, but not how full its buckets are: another tool may use the same account,
//! the run before may have left a bucket empty, and AWS raises an account's rates on request. So:
//!
//! - The first throttled call may mean just that there was less in EC2's bucket than in ours: ours
//!   is emptied. If EC2 throttles again soon, another tool takes a share: the rate is lowered,
//!   and each call that goes out afterwards gives a little of it back.
//! - When many calls in a row have gone out at the published rate, and more are waiting, the rate
//!   is raised step by step, until EC2 throttles. That costs one throttled call where it was wrong,
//!   and isn't tried again; an account with raised rates gets what it was given.
//!
//! The second needs no argument of the provider block that users would have to know and to keep true.
//! It is measured in `tests`: `a_higher_rate_is_tried_after_many_calls_in_a_row` says when and how far
//! the rate rises, and `never_more_than_ec2_publishes` that it never does for less than so many calls
//! (`cargo test --lib rate_limit::token_bucket`).

use std::time::{Duration, Instant};

use crate::ec2::rate_limit::published_rates::Rate;

/// EC2 counts a call when it arrives, and the first one of a connection travels longest. A bucket
/// that filled from the moment of sending would be ahead of EC2's; ours is behind by this.
const FILLS_AFTER: Duration = Duration::from_millis(500);
/// Tokens that a throttled call leaves: less than none, since it shows that we are ahead of EC2.
const THROTTLE_PENALTY: f64 = -1.0;
/// A second throttled call within this time after the first is about the rate, not the bucket.
const COOLDOWN: Duration = Duration::from_secs(10);
/// Factor by which such a call lowers the rate.
const DECREASE_FACTOR: f64 = 0.7;
/// The lowest rate, as a share of the published one: calls go on, however many others there are.
const LOWEST: f64 = 0.1;
/// Amount that each call adds to a lowered rate, as a share of the published one.
const RECOVERY_STEP: f64 = 1.0 / 200.0;
/// Number of calls in a row out of a nearly empty bucket after which a higher rate is tried.
const PROBE_AFTER: u32 = 150;
/// Share of the capacity below which the bucket counts as nearly empty.
const NEARLY_EMPTY: f64 = 0.1;
/// Amount that each call then adds to the rate, as a share of the published one.
const PROBE_STEP: f64 = 1.0 / 40.0;
/// The highest rate that is tried, as a multiple of the published one.
const HIGHEST: f64 = 20.0;
/// Sums of fractions may miss a whole token by a little.
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
    /// Calls in a row that left it nearly empty.
    at_the_limit: u32,
    /// A higher rate than the published one was tried, and EC2 throttled.
    is_refuted: bool,
}

impl TokenBucket {
    /// A full one.
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

    /// An empty one, as slow as this part of its published rate.
    pub(in crate::ec2) fn slowed(published: Rate, pace: f64, now: Instant) -> Self {
        Self {
            per_second: published.per_second * pace,
            tokens: 0.0,
            ..Self::full(published, now)
        }
    }

    /// Its rate, as a part of the published one.
    pub(in crate::ec2) fn pace(&self) -> f64 {
        self.per_second / self.published.per_second
    }

    /// Tokens that come back each second at present.
    pub(in crate::ec2) fn per_second(&self) -> f64 {
        self.per_second
    }

    /// Takes a token for a call that goes out now. Where there is none, says how long until then.
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

    /// EC2 throttled a call. Those that were on their way when the bucket was last corrected say
    /// nothing new.
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

    /// Another action of the region was throttled, and all are to slow down.
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

    /// EC2's bucket doesn't fill while it is full: what ours had been behind by begins anew.
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
