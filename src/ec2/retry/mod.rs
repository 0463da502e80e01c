//! Whether a call that failed is sent again: how often at the most, what all retries together may
//! cost, and how long to pause before. Must not know what is called, nor of clocks.
//!
//! Without `max_retries`, only the operation's time limits the attempts. terraform-provider-aws
//! has a default of 25, with pauses so long that 25 of them take longer than any operation may;
//! our pauses are short, and would use up 25 in two minutes of an account's throttling.

mod setting_sources;
mod tokens;

use std::time::Duration;

use super::call::Effect;
use super::error::{Error, Fate, Retry};
use crate::ec2::config::settings::RetryMode;
use crate::ec2::stop_reason::{By, Ended};
use tokens::Tokens;

pub(super) use setting_sources::settle;

/// Attempts against an address where nobody listens.
const UNREACHABLE_ATTEMPTS: u32 = 4;
/// Attempts where what comes back is no reply of AWS.
const FOREIGN_ATTEMPTS: u32 = 5;
const FIRST_PAUSE: Duration = Duration::from_millis(200);
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

/// What a provider block, the environment and the profile say of retries. One for all calls.
#[derive(Debug, Default)]
pub(super) struct Retrier {
    /// Throttling of one action slows down all others of its region.
    pub(super) mode: RetryMode,
    limit: Option<Limit>,
    tokens: Option<Tokens>,
}

/// How often a call may be sent, the first time included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Limit {
    attempts: u32,
    by: By,
}

/// What a retry took from the tokens. Comes back if the retry succeeds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Cost(u32);

impl Retrier {
    /// Whether there may be another attempt, after so many; what it costs, or why there may be
    /// none. `None` where none would make sense.
    pub(super) fn again(
        &self,
        error: &Error,
        effect: Effect,
        attempts: u32,
    ) -> Result<Cost, Option<Ended>> {
        if let Some(limit) = self.limit
            && matches!(error.retry, Retry::Backoff | Retry::Foreign)
            && attempts >= limit.attempts
        {
            return Err(Some(Ended::TriedEnough(limit.by)));
        }
        if error.retry == Retry::Foreign && attempts >= FOREIGN_ATTEMPTS {
            return Err(Some(Ended::NeverSense));
        }
        if !may_repeat(error, effect, attempts) {
            return Err(None);
        }
        let Some(tokens) = &self.tokens else {
            return Ok(Cost::default());
        };
        let capacity = tokens.capacity();
        let cost = tokens.take(error.timed_out);
        cost.map(Cost).ok_or(Some(Ended::OutOfTokens { capacity }))
    }

    /// A call succeeded, by an attempt that cost this.
    pub(super) fn succeeded(&self, cost: Cost) {
        if let Some(tokens) = &self.tokens {
            tokens.give_back(cost.0);
        }
    }
}

fn may_repeat(error: &Error, effect: Effect, attempts: u32) -> bool {
    match error.retry {
        Retry::Never | Retry::Unsigned => false,
        Retry::Unreachable => attempts < UNREACHABLE_ATTEMPTS,
        Retry::Backoff | Retry::Foreign => effect != Effect::Once || error.fate == Fate::NotDone,
    }
}

/// Exponential backoff with full jitter, so that many waiting calls don't come back together.
pub(super) fn pause(attempts: u32) -> Duration {
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

    fn limited(attempts: u32) -> Retrier {
        Retrier {
            limit: Some(Limit {
                attempts,
                by: By::Argument,
            }),
            ..Retrier::default()
        }
    }

    #[test]
    fn may_repeat_table() {
        use Effect::{Once, Repeatable, RepeatableChange};
        let throttled = error(Retry::Backoff, Fate::NotDone);
        let lost = error(Retry::Backoff, Fate::Unknown);
        let refused = error(Retry::Never, Fate::NotDone);
        let unreachable = error(Retry::Unreachable, Fate::NotDone);
        let unsigned = error(Retry::Unsigned, Fate::NotDone);
        let cases = [
            (&throttled, Once, 50, true),
            (&lost, Repeatable, 50, true),
            (&lost, RepeatableChange, 50, true),
            (&lost, Once, 1, false),
            (&refused, Repeatable, 1, false),
            (&unsigned, Repeatable, 1, false),
            (&unreachable, Repeatable, UNREACHABLE_ATTEMPTS - 1, true),
            (&unreachable, Once, UNREACHABLE_ATTEMPTS - 1, true),
            (&unreachable, Repeatable, UNREACHABLE_ATTEMPTS, false),
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
        let throttled = error(Retry::Backoff, Fate::NotDone);
        let enough = Err(Some(Ended::TriedEnough(By::Argument)));
        for (limit, attempts, expected) in [
            (1, 1, enough),
            (3, 1, Ok(Cost(0))),
            (3, 2, Ok(Cost(0))),
            (3, 3, enough),
        ] {
            let again = limited(limit).again(&throttled, Effect::Once, attempts);
            assert_eq!(again, expected, "{limit}, {attempts}");
        }
    }

    /// Its caller would look, and send it again.
    #[test]
    fn a_limit_also_ends_what_only_the_caller_may_repeat() {
        let lost = error(Retry::Backoff, Fate::Unknown);
        assert_eq!(limited(3).again(&lost, Effect::Once, 1), Err(None));
        let enough = Err(Some(Ended::TriedEnough(By::Argument)));
        assert_eq!(limited(3).again(&lost, Effect::Once, 3), enough);
    }

    /// A login page stays one: the whole time of an operation is not spent on it.
    #[test]
    fn what_is_no_reply_of_aws_is_asked_for_a_few_times() {
        let foreign = error(Retry::Foreign, Fate::Unknown);
        let (last, none) = (FOREIGN_ATTEMPTS - 1, Retrier::default());
        for (effect, expected) in [
            (Effect::Repeatable, Ok(Cost(0))),
            (Effect::RepeatableChange, Ok(Cost(0))),
            (Effect::Once, Err(None)),
        ] {
            assert_eq!(none.again(&foreign, effect, last), expected, "{effect:?}");
            let ended = none.again(&foreign, effect, FOREIGN_ATTEMPTS);
            assert_eq!(ended, Err(Some(Ended::NeverSense)), "{effect:?}");
        }
        let enough = Err(Some(Ended::TriedEnough(By::Argument)));
        assert_eq!(limited(2).again(&foreign, Effect::Repeatable, 2), enough);
    }

    #[test]
    fn what_is_final_is_not_blamed_on_the_limit() {
        let refused = error(Retry::Never, Fate::NotDone);
        let again = limited(1).again(&refused, Effect::Repeatable, 1);
        assert_eq!(again, Err(None));
    }

    #[test]
    fn retries_share_tokens() {
        let retrier = Retrier {
            tokens: Tokens::new(11),
            ..Retrier::default()
        };
        let throttled = error(Retry::Backoff, Fate::NotDone);
        let late = Error {
            timed_out: true,
            ..error(Retry::Backoff, Fate::Unknown)
        };
        let again = |error| retrier.again(error, Effect::Repeatable, 1);
        let none = Err(Some(Ended::OutOfTokens { capacity: 11 }));
        assert_eq!(again(&throttled), Ok(Cost(5)));
        assert_eq!(again(&late), none);
        assert_eq!(again(&throttled), Ok(Cost(5)));
        assert_eq!(again(&throttled), none);
        retrier.succeeded(Cost(5));
        assert_eq!(again(&throttled), Ok(Cost(5)));
    }

    #[test]
    fn pauses_grow_to_a_limit() {
        for attempts in 1..100 {
            assert!(pause(attempts) <= LONGEST_PAUSE);
        }
        assert!(pause(1) <= FIRST_PAUSE * 2);
    }
}
