//! One call to EC2 or STS, from the first attempt to the last: rate limit, backoff, deadline,
//! cancellation, and a log line for each attempt.
//!
//! The SDK's own retries are off. EC2 takes no client token for these calls, so whether a call may
//! be repeated depends on what it changes, which the SDK can't know.

use std::error::Error as StdError;
use std::future::Future;

use aws_sdk_ec2::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_ec2::operation::RequestId;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use tokio::time::Instant;

use super::error::{CarriedOut, Error, Retry};
use super::idempotency::Idempotency;
use super::rate_limit::limiter::RateLimiter;
use super::retry::{Cost, Retrier, pause};
use super::scope::Scope;

/// Everything that a single call needs except its deadline: action, region, retry policy, rate limiter.
#[derive(Clone, Copy)]
pub(super) struct CallContext<'a> {
    pub(super) action: &'static str,
    pub(super) region: &'a str,
    pub(super) retrier: &'a Retrier,
    /// The limiter that the call waits for; `None` for a service without published rates.
    pub(super) rate_limiter: Option<&'a RateLimiter>,
}

/// Runs attempts until one succeeds or no further one makes sense.
pub(super) async fn call<O, E, F>(
    context: CallContext<'_>,
    effect: Idempotency,
    scope: &Scope,
    mut attempt: impl FnMut() -> F,
) -> Result<O, Error>
where
    O: RequestId,
    E: ProvideErrorMetadata + StdError + 'static,
    F: Future<Output = Result<O, SdkError<E, HttpResponse>>>,
{
    let CallContext { action, region, .. } = context;
    let given_up = || Error::given_up(action, region, &scope.why().to_string(), CarriedOut::No);
    if scope.is_over() {
        return Err(given_up());
    }
    let mut cost = Cost::default();
    let mut last = None;
    // An attempt without an answer may have been carried out, whatever a later attempt is answered.
    let mut carried_out = CarriedOut::No;
    for number in scope.tried(action) + 1.. {
        if !context.turn(scope).await {
            return Err(match last {
                Some(error) => scope.ended(error),
                None => context.never_sent(scope),
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
                context.log(number, started, output.request_id(), None);
                context.retrier.succeeded(cost);
                scope.set_tried(action, 0);
                return Ok(output);
            }
            Err(error) => Error {
                attempts: number,
                ..Error::new(action, region, &error)
            },
        };
        context.failed(&error, started);
        if error.carried_out == CarriedOut::Maybe {
            carried_out = CarriedOut::Maybe;
        }
        let error = Error {
            carried_out,
            ..error
        };
        cost = match context.retrier.again(&error, effect, number) {
            Ok(cost) => cost,
            Err(ended) => {
                let counts = matches!(
                    error.retry,
                    Retry::Backoff | Retry::Foreign | Retry::Gateway
                );
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
    /// Waits until the rate limiter lets the call go. `false` if the deadline or an interruption
    /// comes first.
    async fn turn(&self, scope: &Scope) -> bool {
        let Some(rate_limiter) = self.rate_limiter else {
            return true;
        };
        if scope.take_token() {
            return true;
        }
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

    /// Logs a failed attempt, and tells the rate limiter if it was throttled or never sent.
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
            Retry::Backoff | Retry::Never | Retry::Foreign | Retry::Gateway => {}
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
