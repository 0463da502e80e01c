//! One call to EC2 or STS, from the first attempt to the last: its turn, backoff, deadline,
//! cancellation, and a log line an attempt.
//!
//! The SDK's own retries are off. EC2 has no client token for what we change, so whether a call
//! may be sent again depends on what it does, which the SDK can't know.

use std::collections::HashMap;
use std::error::Error as StdError;
use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use aws_sdk_ec2::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_ec2::operation::RequestId;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::error::{CarriedOut, Error, Retry};
use super::retry::{Cost, Retrier, pause};
use crate::ec2::api::lookup::Lookups;
use crate::ec2::api::tags::IgnoredTags;
use crate::ec2::rate_limit::limiter::RateLimiter;
use crate::ec2::read_cache::Reads;
use crate::ec2::rule_cache::RuleReads;
use crate::ec2::shared_writes::SharedWrites;
use crate::ec2::stop_reason::StopReason;

/// How long an operation may take, and what ends it early.
#[derive(Clone, Debug)]
pub struct Scope {
    /// Cancelled when the user interrupts.
    pub cancel: CancellationToken,
    /// No attempt begins after this, and none that only reads goes on.
    pub deadline: Instant,
    limit: Duration,
    /// Attempts in vain, by action: a caller that looks and sends again goes on counting.
    tried: Arc<Mutex<HashMap<&'static str, u32>>>,
}

/// A last look may take this long, even after an interruption.
const LAST_LOOK: Duration = Duration::from_secs(5);
/// What a run can do without may take this long.
const OPTIONAL: Duration = Duration::from_secs(5);

impl Scope {
    /// From now on, for at most `limit`.
    pub fn new(cancel: CancellationToken, limit: Duration) -> Self {
        Self {
            cancel,
            deadline: Instant::now() + limit,
            limit,
            tried: Arc::default(),
        }
    }

    /// For finding out what exists when the time is up or the user interrupted, where a call's
    /// answer was lost before.
    pub fn for_a_last_look() -> Self {
        Self::new(CancellationToken::new(), LAST_LOOK)
    }

    /// For what the operation can do without: it ends after a few seconds, and leaves at least half
    /// of the time that is left for what is needed.
    #[must_use]
    pub fn for_something_optional(&self) -> Self {
        let left = self.deadline.saturating_duration_since(Instant::now());
        self.at_most(OPTIONAL.min(left / 2))
    }

    /// For one question that the operation can do without.
    #[must_use]
    pub(super) fn for_a_lookup(&self) -> Self {
        self.at_most(OPTIONAL)
    }

    /// The same for a shorter time, with counts of its own.
    fn at_most(&self, limit: Duration) -> Self {
        let deadline = self.deadline.min(Instant::now() + limit);
        Self {
            cancel: self.cancel.clone(),
            deadline,
            limit: limit.min(self.limit),
            tried: Arc::default(),
        }
    }

    /// How long it may take in all.
    pub fn limit(&self) -> Duration {
        self.limit
    }

    /// Whether nothing more may be begun.
    pub fn is_over(&self) -> bool {
        self.cancel.is_cancelled() || Instant::now() >= self.deadline
    }

    /// Whether it is for want of time that a call failed: somebody with more of it may ask again.
    pub(super) fn has_cut(&self, error: &Error) -> bool {
        let by_time = |ended: StopReason| !ended.is_final();
        self.is_over() || error.ended.is_some_and(by_time)
    }

    /// The error, with what keeps the operation from trying again: for use where
    /// [`wait`](Self::wait) gave `false`.
    pub fn ended(&self, error: Error) -> Error {
        Error {
            ended: error.ended.or(Some(self.why())),
            ..error
        }
    }

    fn why(&self) -> StopReason {
        if self.cancel.is_cancelled() {
            StopReason::Interrupted
        } else {
            StopReason::TimeIsUp(self.limit)
        }
    }

    fn tried(&self, action: &'static str) -> u32 {
        let tried = self.tried.lock().unwrap_or_else(PoisonError::into_inner);
        tried.get(action).copied().unwrap_or(0)
    }

    fn set_tried(&self, action: &'static str, attempts: u32) {
        let mut tried = self.tried.lock().unwrap_or_else(PoisonError::into_inner);
        match attempts {
            0 => tried.remove(action),
            attempts => tried.insert(action, attempts),
        };
    }

    /// Waits until nothing more may be begun.
    pub(super) async fn end(&self) {
        tokio::select! {
            () = self.cancel.cancelled() => {}
            () = tokio::time::sleep_until(self.deadline) => {}
        }
    }

    /// Waits, unless the time is up before or the user interrupts: then `false`.
    pub async fn wait(&self, pause: Duration) -> bool {
        if Instant::now() + pause > self.deadline {
            return false;
        }
        tokio::select! {
            () = self.cancel.cancelled() => false,
            () = tokio::time::sleep(pause) => true,
        }
    }
}

/// EC2 in one region. Cheap to share; calls may run at the same time.
#[derive(Debug)]
pub struct Ec2 {
    pub(super) sdk: aws_sdk_ec2::Client,
    pub(super) region: String,
    pub(super) lookups: Lookups,
    pub(super) reads: Reads,
    pub(super) rule_reads: RuleReads,
    pub(super) shared_writes: SharedWrites,
    pub(super) ignored_tags: Arc<IgnoredTags>,
    pub(super) retrier: Arc<Retrier>,
    pub(super) rate_limiter: RateLimiter,
}

/// Which call it is, and what holds for it beside its operation's time.
#[derive(Clone, Copy)]
pub(super) struct CallContext<'a> {
    pub(super) action: &'static str,
    pub(super) region: &'a str,
    pub(super) retrier: &'a Retrier,
    /// Where calls wait for their turn; `None` where nobody published a rate.
    pub(super) rate_limiter: Option<&'a RateLimiter>,
}

/// What a call does, which decides what may be done after an attempt without an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Idempotency {
    /// Changes nothing: may be repeated blindly, and given up at any moment.
    ReadOnly,
    /// Changes something, and the same again: may be repeated blindly. Once begun, its answer is
    /// waited for, since it tells what exists.
    Idempotent,
    /// Changes something once: after an attempt without an answer, the caller must look.
    NotIdempotent,
}

impl Ec2 {
    /// The region's name.
    pub fn region(&self) -> &str {
        &self.region
    }

    pub(super) async fn call<O, E, F>(
        &self,
        action: &'static str,
        effect: Idempotency,
        scope: &Scope,
        attempt: impl FnMut() -> F,
    ) -> Result<O, Error>
    where
        O: RequestId,
        E: ProvideErrorMetadata + StdError + 'static,
        F: Future<Output = Result<O, SdkError<E, HttpResponse>>>,
    {
        let way = CallContext {
            action,
            region: &self.region,
            retrier: &self.retrier,
            rate_limiter: Some(&self.rate_limiter),
        };
        call(way, effect, scope, attempt).await
    }
}

/// Runs attempts until one succeeds or no further one makes sense.
pub(super) async fn call<O, E, F>(
    way: CallContext<'_>,
    effect: Idempotency,
    scope: &Scope,
    mut attempt: impl FnMut() -> F,
) -> Result<O, Error>
where
    O: RequestId,
    E: ProvideErrorMetadata + StdError + 'static,
    F: Future<Output = Result<O, SdkError<E, HttpResponse>>>,
{
    let CallContext { action, region, .. } = way;
    let given_up = || Error::given_up(action, region, &scope.why().to_string(), CarriedOut::No);
    if scope.is_over() {
        return Err(given_up());
    }
    let mut cost = Cost::default();
    let mut last = None;
    for number in scope.tried(action) + 1.. {
        if !way.turn(scope).await {
            return Err(match last {
                Some(error) => scope.ended(error),
                None => way.never_sent(scope),
            });
        }
        let started = Instant::now();
        let result = tokio::select! {
            biased;
            result = attempt() => result,
            () = scope.end(), if effect == Idempotency::ReadOnly => return Err(given_up()),
        };
        let error = match result {
            Ok(output) => {
                way.log(number, started, output.request_id(), None);
                way.retrier.succeeded(cost);
                scope.set_tried(action, 0);
                return Ok(output);
            }
            Err(error) => Error {
                attempts: number,
                ..Error::new(action, region, &error)
            },
        };
        way.failed(&error, started);
        cost = match way.retrier.again(&error, effect, number) {
            Ok(cost) => cost,
            Err(ended) => {
                let counts = matches!(error.retry, Retry::Backoff | Retry::Foreign);
                scope.set_tried(action, if counts { number } else { 0 });
                return Err(Error { ended, ..error });
            }
        };
        if !scope.wait(pause(number)).await {
            return Err(scope.ended(error));
        }
        last = Some(error);
    }
    unreachable!("attempts are counted without an end")
}

impl CallContext<'_> {
    /// Waits for the call's turn. `false` when the time is up before, or the user interrupts.
    async fn turn(&self, scope: &Scope) -> bool {
        let Some(rate_limiter) = self.rate_limiter else {
            return true;
        };
        tokio::select! {
            biased;
            () = rate_limiter.wait(self.action) => true,
            () = scope.end() => false,
        }
    }

    fn never_sent(&self, scope: &Scope) -> Error {
        let why = format!(
            "{}, before the call's turn came: EC2 takes only so many a second",
            scope.why()
        );
        Error::given_up(self.action, self.region, &why, CarriedOut::No)
    }

    /// Notes what an attempt in vain says of EC2's rate.
    fn failed(&self, error: &Error, started: Instant) {
        let code = error.code.as_deref().unwrap_or("no answer");
        let request_id = error.request_id.as_deref();
        self.log(error.attempts, started, request_id, Some(code));
        let Some(rate_limiter) = self.rate_limiter else {
            return;
        };
        match error.retry {
            Retry::Backoff if error.is_throttled() => rate_limiter.throttled(self.action, started),
            Retry::Unreachable | Retry::Unsigned => rate_limiter.unused(self.action),
            Retry::Backoff | Retry::Never | Retry::Foreign => {}
        }
    }

    fn log(&self, attempt: u32, started: Instant, request_id: Option<&str>, code: Option<&str>) {
        let (action, region) = (self.action, self.region);
        let duration_ms = started.elapsed().as_millis() as u64;
        let request_id = request_id.unwrap_or_default();
        match code {
            None => tracing::debug!(action, region, attempt, duration_ms, request_id, "AWS call"),
            Some(code) => tracing::debug!(
                action,
                region,
                attempt,
                duration_ms,
                request_id,
                code,
                "AWS call"
            ),
        }
    }
}
