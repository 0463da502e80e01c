//! One call to EC2, from the first attempt to the last: backoff, deadline, cancellation, and a
//! log line an attempt.
//!
//! The SDK's own retries are off. EC2 has no client token for what we change, so whether a call
//! may be sent again depends on what it does, which the SDK can't know.

use std::error::Error as StdError;
use std::future::Future;
use std::time::Duration;

use aws_sdk_ec2::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_ec2::operation::RequestId;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::error::{Ended, Error, Fate, Retry};
use super::lookup::Lookups;
use super::reads::Reads;

/// How long an operation may take, and what ends it early.
#[derive(Clone, Debug)]
pub struct Scope {
    /// Cancelled when the user interrupts.
    pub cancel: CancellationToken,
    /// No attempt begins after this, and none that only reads goes on.
    pub deadline: Instant,
    limit: Duration,
}

/// A last look may take this long, even after an interruption.
const LAST_LOOK: Duration = Duration::from_secs(5);

impl Scope {
    /// From now on, for at most `limit`.
    pub fn new(cancel: CancellationToken, limit: Duration) -> Self {
        Self {
            cancel,
            deadline: Instant::now() + limit,
            limit,
        }
    }

    /// For finding out what exists when the time is up or the user interrupted, where a call's
    /// answer was lost before.
    pub fn for_a_last_look() -> Self {
        Self::new(CancellationToken::new(), LAST_LOOK)
    }

    /// Whether nothing more may be begun.
    pub fn is_over(&self) -> bool {
        self.cancel.is_cancelled() || Instant::now() >= self.deadline
    }

    /// The error, with what keeps the operation from trying again: for use where
    /// [`wait`](Self::wait) gave `false`.
    pub fn ended(&self, error: Error) -> Error {
        Error {
            ended: Some(self.why()),
            ..error
        }
    }

    fn why(&self) -> Ended {
        match self.cancel.is_cancelled() {
            true => Ended::Interrupted,
            false => Ended::TimeIsUp(self.limit),
        }
    }

    async fn end(&self) {
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
}

/// What a call does, which decides what may be done after an attempt without an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Effect {
    /// Changes nothing: may be repeated blindly, and given up at any moment.
    Repeatable,
    /// Changes something, and the same again: may be repeated blindly. Once begun, its answer is
    /// waited for, since it tells what exists.
    RepeatableChange,
    /// Changes something once: after an attempt without an answer, the caller must look.
    Once,
}

/// Attempts against an address where nobody listens.
const UNREACHABLE_ATTEMPTS: u32 = 4;
const FIRST_PAUSE: Duration = Duration::from_millis(200);
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

impl Ec2 {
    /// The region's name.
    pub fn region(&self) -> &str {
        &self.region
    }

    pub(super) async fn call<O, E, F>(
        &self,
        action: &'static str,
        effect: Effect,
        scope: &Scope,
        attempt: impl FnMut() -> F,
    ) -> Result<O, Error>
    where
        O: RequestId,
        E: ProvideErrorMetadata + StdError + 'static,
        F: Future<Output = Result<O, SdkError<E, HttpResponse>>>,
    {
        call(action, &self.region, effect, scope, attempt).await
    }
}

/// Runs attempts until one succeeds or no further one makes sense.
pub(super) async fn call<O, E, F>(
    action: &'static str,
    region: &str,
    effect: Effect,
    scope: &Scope,
    mut attempt: impl FnMut() -> F,
) -> Result<O, Error>
where
    O: RequestId,
    E: ProvideErrorMetadata + StdError + 'static,
    F: Future<Output = Result<O, SdkError<E, HttpResponse>>>,
{
    let given_up = || Error::given_up(action, region, &scope.why().to_string(), Fate::NotDone);
    if scope.is_over() {
        return Err(given_up());
    }
    for number in 1.. {
        let started = Instant::now();
        let result = tokio::select! {
            biased;
            result = attempt() => result,
            () = scope.end(), if effect == Effect::Repeatable => return Err(given_up()),
        };
        let duration_ms = started.elapsed().as_millis() as u64;
        let error = match result {
            Ok(output) => {
                let request_id = output.request_id().unwrap_or_default();
                tracing::debug!(
                    action,
                    region,
                    attempt = number,
                    duration_ms,
                    request_id,
                    "EC2 call"
                );
                return Ok(output);
            }
            Err(error) => Error::new(action, region, &error),
        };
        tracing::debug!(
            action,
            region,
            attempt = number,
            duration_ms,
            request_id = error.request_id.as_deref().unwrap_or_default(),
            code = error.code.as_deref().unwrap_or("no answer"),
            "EC2 call"
        );
        if !may_repeat(&error, effect, number) {
            return Err(error);
        }
        if !scope.wait(pause(number)).await {
            return Err(scope.ended(error));
        }
    }
    unreachable!("attempts are counted without an end")
}

fn may_repeat(error: &Error, effect: Effect, attempts: u32) -> bool {
    match error.retry {
        Retry::Never | Retry::Unsigned => false,
        Retry::Unreachable => attempts < UNREACHABLE_ATTEMPTS,
        Retry::Backoff => effect != Effect::Once || error.fate == Fate::NotDone,
    }
}

/// Exponential backoff with full jitter, so that many waiting calls don't come back together.
fn pause(attempts: u32) -> Duration {
    let longest = FIRST_PAUSE
        .saturating_mul(1 << attempts.min(10))
        .min(LONGEST_PAUSE);
    longest.mul_f64(fastrand::f64())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(retry: Retry, fate: Fate) -> Error {
        Error {
            retry,
            ..Error::given_up("Act", "eu-west-1", "", fate)
        }
    }

    #[test]
    fn may_repeat_table() {
        use Effect::{Once, Repeatable, RepeatableChange};
        let throttled = error(Retry::Backoff, Fate::NotDone);
        let lost = error(Retry::Backoff, Fate::Unknown);
        let refused = error(Retry::Never, Fate::NotDone);
        let unreachable = error(Retry::Unreachable, Fate::NotDone);
        let cases = [
            (&throttled, Once, 50, true),
            (&lost, Repeatable, 50, true),
            (&lost, RepeatableChange, 50, true),
            (&lost, Once, 1, false),
            (&refused, Repeatable, 1, false),
            (&unreachable, Once, 3, true),
            (&unreachable, Repeatable, 4, false),
        ];
        for (error, effect, attempts, expected) in cases {
            assert_eq!(
                may_repeat(error, effect, attempts),
                expected,
                "{error:?} {effect:?}"
            );
        }
    }

    #[test]
    fn pauses_grow_to_a_limit() {
        for attempts in 1..100 {
            assert!(pause(attempts) <= LONGEST_PAUSE);
        }
        assert!(pause(1) <= FIRST_PAUSE * 2);
    }
}
