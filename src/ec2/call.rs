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
    // What follows is compiled for each action, so that all but the attempt itself is elsewhere.
    let mut attempts = Attempts::begin(context, effect, scope)?;
    loop {
        let started = attempts.turn().await?;
        let answer = tokio::select! {
            biased;
            answer = attempt() => answer,
            () = scope.end(), if effect == Idempotency::ReadOnly => {
                return Err(attempts.given_up());
            }
        };
        match answer {
            Ok(output) => {
                attempts.succeeded(started, output.request_id());
                return Ok(output);
            }
            Err(error) => {
                let error = Error::new(context.action, context.region, &error);
                attempts.failed(started, error).await?;
            }
        }
    }
}

/// The attempts of a call so far.
struct Attempts<'a> {
    context: CallContext<'a>,
    effect: Idempotency,
    scope: &'a Scope,
    /// The number of the attempt, counted from 1.
    number: u32,
    cost: Cost,
    /// The failure of the last attempt.
    last: Option<Error>,
    /// An attempt without an answer may have been carried out, whatever a later attempt is answered.
    carried_out: CarriedOut,
}

impl<'a> Attempts<'a> {
    /// # Errors
    /// The call is given up already.
    fn begin(
        context: CallContext<'a>,
        effect: Idempotency,
        scope: &'a Scope,
    ) -> Result<Self, Error> {
        let attempts = Self {
            context,
            effect,
            scope,
            number: scope.tried(context.action),
            cost: Cost::default(),
            last: None,
            carried_out: CarriedOut::No,
        };
        if scope.is_over() {
            return Err(attempts.given_up());
        }
        Ok(attempts)
    }

    /// Waits for the turn of the next attempt, and gives the time at which it starts.
    ///
    /// # Errors
    /// The call is given up before.
    async fn turn(&mut self) -> Result<Instant, Error> {
        if !self.context.turn(self.scope).await {
            return Err(match self.last.take() {
                Some(error) => self.scope.ended(error),
                None => self.context.never_sent(self.scope),
            });
        }
        self.number += 1;
        Ok(Instant::now())
    }

    fn given_up(&self) -> Error {
        let CallContext { action, region, .. } = self.context;
        Error::given_up(
            action,
            region,
            &self.scope.why().to_string(),
            CarriedOut::No,
        )
    }

    fn succeeded(&self, started: Instant, request_id: Option<&str>) {
        self.context.log(self.number, started, request_id, None);
        self.context.retrier.succeeded(self.cost);
        self.scope.set_tried(self.context.action, 0);
    }

    /// Waits as long as the failure of an attempt asks for.
    ///
    /// # Errors
    /// No further attempt makes sense.
    async fn failed(&mut self, started: Instant, error: Error) -> Result<(), Error> {
        let CallContext {
            action, retrier, ..
        } = self.context;
        let error = Error {
            attempts: self.number,
            ..error
        };
        self.context.failed(&error, started);
        if error.carried_out == CarriedOut::Maybe {
            self.carried_out = CarriedOut::Maybe;
        }
        let error = Error {
            carried_out: self.carried_out,
            ..error
        };
        self.cost = match retrier.again(&error, self.effect, self.number) {
            Ok(cost) => cost,
            Err(ended) => {
                let counts = matches!(
                    error.retry,
                    Retry::Backoff | Retry::Foreign | Retry::Gateway
                );
                let tried = if counts { self.number } else { 0 };
                self.scope.set_tried(action, tried);
                return Err(Error { ended, ..error });
            }
        };
        if !self.scope.wait(pause(self.number)).await {
            return Err(self.scope.ended(error));
        }
        self.last = Some(error);
        Ok(())
    }
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
