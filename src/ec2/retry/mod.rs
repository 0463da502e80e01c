//! Decides whether a failed call is repeated: most attempts, the tokens that all retries share, and
//! the pause before the next attempt. Must not know the calls, nor clocks.
//!
//! Without `max_retries`, only the operation's time limits the attempts. terraform-provider-aws
//! has a default of 25, with pauses so long that 25 of them take longer than any operation may;
//! our pauses are short, and would use up 25 in two minutes of an account's throttling.

mod setting_sources;
mod tokens;

use std::time::Duration;

use super::error::{CarriedOut, Error, Retry};
use super::idempotency::Idempotency;
use crate::ec2::config::setting_source::SettingSource;
use crate::ec2::config::settings::RetryMode;
use crate::ec2::stop_reason::StopReason;
use tokens::Tokens;

pub(super) use setting_sources::resolve;

/// Attempts against an address where no server listens.
const UNREACHABLE_ATTEMPTS: u32 = 4;
/// Attempts if the answer is no reply of AWS.
const FOREIGN_ATTEMPTS: u32 = 5;
/// Attempts if a proxy or gateway fails: with their pauses, at most half a minute.
const GATEWAY_ATTEMPTS: u32 = 8;
const FIRST_PAUSE: Duration = Duration::from_millis(200);
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

/// The retry policy of the settings, the environment and the profile, shared by all calls.
#[derive(Debug, Default)]
pub(super) struct Retrier {
    /// Whether throttling of one action slows down all others of its region.
    pub(super) mode: RetryMode,
    limit: Option<Limit>,
    tokens: Option<Tokens>,
}

/// Most attempts of a call, the first included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Limit {
    attempts: u32,
    source: &'static SettingSource,
}

/// Tokens that a retry took. They are returned if it succeeds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Cost(u32);

impl Retrier {
    /// The cost of another attempt after `attempts` attempts.
    ///
    /// # Errors
    /// Why there may be no other attempt; `None` if none would make sense.
    pub(super) fn again(
        &self,
        error: &Error,
        effect: Idempotency,
        attempts: u32,
    ) -> Result<Cost, Option<StopReason>> {
        if let Some(limit) = self.limit
            && matches!(
                error.retry,
                Retry::Backoff | Retry::Foreign | Retry::Gateway | Retry::Unreachable
            )
            && attempts >= limit.attempts
        {
            return Err(Some(StopReason::TriedEnough(limit.source)));
        }
        let most = match error.retry {
            Retry::Foreign => FOREIGN_ATTEMPTS,
            Retry::Gateway => GATEWAY_ATTEMPTS,
            Retry::Never | Retry::Unsigned | Retry::Unreachable | Retry::Backoff => u32::MAX,
        };
        if attempts >= most {
            return Err(Some(StopReason::NeverSense));
        }
        if !may_repeat(error, effect, attempts) {
            return Err(None);
        }
        let Some(tokens) = &self.tokens else {
            return Ok(Cost::default());
        };
        let capacity = tokens.capacity();
        let cost = tokens.acquire(error.timed_out);
        cost.map(Cost)
            .ok_or(Some(StopReason::OutOfTokens { capacity }))
    }

    /// A call succeeded by an attempt with this cost.
    pub(super) fn succeeded(&self, cost: Cost) {
        if let Some(tokens) = &self.tokens {
            tokens.give_back(cost.0);
        }
    }
}

fn may_repeat(error: &Error, effect: Idempotency, attempts: u32) -> bool {
    match error.retry {
        Retry::Never | Retry::Unsigned => false,
        // Another attempt meets the same certificate.
        Retry::Unreachable if error.is_distrust() => false,
        Retry::Unreachable => attempts < UNREACHABLE_ATTEMPTS,
        Retry::Backoff | Retry::Foreign | Retry::Gateway => {
            effect != Idempotency::NotIdempotent || error.carried_out == CarriedOut::No
        }
    }
}

/// The pause after a failed attempt: exponential backoff with full jitter, so that many calls
/// aren't repeated at the same moment.
pub(super) fn pause(attempts: u32) -> Duration {
    longest_pause(attempts).mul_f64(fastrand::f64())
}

/// The longest pause after `attempts` attempts.
fn longest_pause(attempts: u32) -> Duration {
    FIRST_PAUSE
        .saturating_mul(1 << attempts.min(10))
        .min(LONGEST_PAUSE)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(retry: Retry, carried_out: CarriedOut) -> Error {
        Error {
            retry,
            ..Error::given_up("Act", "eu-west-1", "", carried_out)
        }
    }

    fn limited(attempts: u32) -> Retrier {
        Retrier {
            limit: Some(Limit {
                attempts,
                source: &SettingSource::Argument("max_retries"),
            }),
            ..Retrier::default()
        }
    }

    #[test]
    fn may_repeat_table() {
        use Idempotency::{Idempotent, NotIdempotent, ReadOnly};
        let throttled = error(Retry::Backoff, CarriedOut::No);
        let lost = error(Retry::Backoff, CarriedOut::Maybe);
        let refused = error(Retry::Never, CarriedOut::No);
        let unreachable = error(Retry::Unreachable, CarriedOut::No);
        let unsigned = error(Retry::Unsigned, CarriedOut::No);
        let cases = [
            (&throttled, NotIdempotent, 50, true),
            (&lost, ReadOnly, 50, true),
            (&lost, Idempotent, 50, true),
            (&lost, NotIdempotent, 1, false),
            (&refused, ReadOnly, 1, false),
            (&unsigned, ReadOnly, 1, false),
            (&unreachable, ReadOnly, UNREACHABLE_ATTEMPTS - 1, true),
            (&unreachable, NotIdempotent, UNREACHABLE_ATTEMPTS - 1, true),
            (&unreachable, ReadOnly, UNREACHABLE_ATTEMPTS, false),
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
    fn a_limit_counts_the_first_attempt() {
        let throttled = error(Retry::Backoff, CarriedOut::No);
        let enough = Err(Some(StopReason::TriedEnough(&SettingSource::Argument(
            "max_retries",
        ))));
        for (limit, attempts, expected) in [
            (1, 1, enough),
            (3, 1, Ok(Cost(0))),
            (3, 2, Ok(Cost(0))),
            (3, 3, enough),
        ] {
            let again = limited(limit).again(&throttled, Idempotency::NotIdempotent, attempts);
            assert_eq!(again, expected, "{limit}, {attempts}");
        }
    }

    /// The caller would look up the result and send the call again.
    #[test]
    fn a_limit_also_ends_what_only_the_caller_may_repeat() {
        let lost = error(Retry::Backoff, CarriedOut::Maybe);
        assert_eq!(
            limited(3).again(&lost, Idempotency::NotIdempotent, 1),
            Err(None)
        );
        let enough = Err(Some(StopReason::TriedEnough(&SettingSource::Argument(
            "max_retries",
        ))));
        assert_eq!(
            limited(3).again(&lost, Idempotency::NotIdempotent, 3),
            enough
        );
    }

    /// A login page stays one: the whole time of an operation is not spent on it.
    #[test]
    fn what_is_no_reply_of_aws_is_asked_for_a_few_times() {
        for (retry, most) in [
            (Retry::Foreign, FOREIGN_ATTEMPTS),
            (Retry::Gateway, GATEWAY_ATTEMPTS),
        ] {
            let foreign = error(retry, CarriedOut::Maybe);
            let none = Retrier::default();
            for (effect, expected) in [
                (Idempotency::ReadOnly, Ok(Cost(0))),
                (Idempotency::Idempotent, Ok(Cost(0))),
                (Idempotency::NotIdempotent, Err(None)),
            ] {
                let again = none.again(&foreign, effect, most - 1);
                assert_eq!(again, expected, "{retry:?} {effect:?}");
                let ended = none.again(&foreign, effect, most);
                assert_eq!(ended, Err(Some(StopReason::NeverSense)), "{effect:?}");
            }
            let enough = Err(Some(StopReason::TriedEnough(&SettingSource::Argument(
                "max_retries",
            ))));
            assert_eq!(limited(2).again(&foreign, Idempotency::ReadOnly, 2), enough);
        }
    }

    #[test]
    fn what_is_final_is_not_blamed_on_the_limit() {
        let refused = error(Retry::Never, CarriedOut::No);
        let again = limited(1).again(&refused, Idempotency::ReadOnly, 1);
        assert_eq!(again, Err(None));
    }

    #[test]
    fn retries_share_tokens() {
        let retrier = Retrier {
            tokens: Tokens::new(11),
            ..Retrier::default()
        };
        let throttled = error(Retry::Backoff, CarriedOut::No);
        let late = Error {
            timed_out: true,
            ..error(Retry::Backoff, CarriedOut::Maybe)
        };
        let again = |error| retrier.again(error, Idempotency::ReadOnly, 1);
        let none = Err(Some(StopReason::OutOfTokens { capacity: 11 }));
        assert_eq!(again(&throttled), Ok(Cost(5)));
        assert_eq!(again(&late), none);
        assert_eq!(again(&throttled), Ok(Cost(5)));
        assert_eq!(again(&throttled), none);
        retrier.succeeded(Cost(5));
        assert_eq!(again(&throttled), Ok(Cost(5)));
    }

    #[test]
    fn pauses_grow_to_a_limit() {
        let milliseconds = [400, 800, 1_600, 3_200, 6_400, 10_000, 10_000];
        let longest = (1..).zip(milliseconds);
        for (attempts, longest) in longest.chain([(100, 10_000), (u32::MAX, 10_000)]) {
            let longest = Duration::from_millis(longest);
            assert_eq!(longest_pause(attempts), longest, "{attempts}");
        }
    }

    /// Calls that wait together come back one by one.
    #[test]
    fn pauses_take_any_length_up_to_the_longest() {
        let longest = longest_pause(3);
        let drawn: Vec<Duration> = (0..200).map(|_| pause(3)).collect();
        assert!(drawn.iter().all(|pause| *pause <= longest), "{drawn:?}");
        for quarter in 0..4 {
            let part = longest / 4 * quarter..longest / 4 * (quarter + 1);
            assert!(
                drawn.iter().any(|p| part.contains(p)),
                "{part:?}: {drawn:?}"
            );
        }
    }
}
