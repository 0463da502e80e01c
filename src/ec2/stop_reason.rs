//! Why a call isn't repeated although it might still succeed, in words for its error.

use std::fmt;
use std::time::Duration;

use super::config::setting_source::SettingSource;

/// A reason to end the attempts of a call that might still succeed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum StopReason {
    /// The user interrupted.
    Interrupted,
    /// The operation's time limit is over.
    TimeIsUp(Duration),
    /// The setting's limit of attempts is reached.
    TriedEnough(&'static SettingSource),
    /// None of the answers was a reply of AWS.
    NeverSense,
    /// The retries of all calls have used up the tokens.
    OutOfTokens {
        /// Number of tokens when all are there.
        capacity: u32,
    },
}

impl StopReason {
    /// Whether no further attempt is allowed, however much time is left.
    pub(super) fn is_final(self) -> bool {
        match self {
            Self::Interrupted | Self::TimeIsUp(_) => false,
            Self::TriedEnough(_) | Self::OutOfTokens { .. } | Self::NeverSense => true,
        }
    }

    /// Writes the end of an error's words: the number of attempts, if it is known, and why there
    /// was no other.
    pub(super) fn write_attempts(self, attempts: u32, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let times = match attempts {
            0 | 1 => String::new(),
            attempts => format!(", {attempts} times"),
        };
        match self {
            Self::Interrupted => {
                write!(f, ". It was tried until the run was interrupted{times}")
            }
            Self::NeverSense => write!(f, ". It was tried {attempts} times"),
            Self::TriedEnough(by) if attempts > 1 => {
                write!(
                    f,
                    ". It was tried {attempts} times, as often as {by} allows"
                )
            }
            Self::TriedEnough(by) => write!(f, ". It was tried once, as often as {by} allows"),
            ended => write!(f, ". It was tried until {ended}{times}"),
        }
    }
}

impl fmt::Display for StopReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Interrupted => write!(f, "interrupted"),
            Self::TimeIsUp(limit) => write!(
                f,
                "the time for it was up ({})",
                humantime::format_duration(*limit)
            ),
            Self::NeverSense => write!(f, "nothing of AWS came back"),
            Self::TriedEnough(by) => write!(f, "as often as {by} allows"),
            Self::OutOfTokens { capacity } => write!(
                f,
                "the retries of all calls together had used up \
                 token_bucket_rate_limiter_capacity ({capacity})"
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::error::{CarriedOut, Error, Retry};
    use super::*;

    #[test]
    fn words_for_how_often_and_why_no_more() {
        let throttled = |attempts, ended| Error {
            code: Some("RequestLimitExceeded".to_owned()),
            retry: Retry::Backoff,
            attempts,
            ended,
            ..Error::given_up("Act", "eu-west-1", "too many", CarriedOut::No)
        };
        let enough = Some(StopReason::TriedEnough(&SettingSource::Argument(
            "max_retries",
        )));
        let no_tokens = Some(StopReason::OutOfTokens { capacity: 12 });
        let time = Some(StopReason::TimeIsUp(Duration::from_secs(2)));
        let cases = [
            (throttled(1, None), ""),
            (throttled(4, None), ". It was tried 4 times"),
            (
                throttled(1, enough),
                ". It was tried once, as often as max_retries allows",
            ),
            (
                throttled(3, enough),
                ". It was tried 3 times, as often as max_retries allows",
            ),
            (
                throttled(3, no_tokens),
                ". It was tried until the retries of all calls together had used up \
                 token_bucket_rate_limiter_capacity (12), 3 times",
            ),
            (
                throttled(5, Some(StopReason::NeverSense)),
                ". It was tried 5 times",
            ),
            (
                throttled(7, time),
                ". It was tried until the time for it was up (2s), 7 times",
            ),
            (
                throttled(7, Some(StopReason::Interrupted)),
                ". It was tried until the run was interrupted, 7 times",
            ),
        ];
        for (error, expected) in cases {
            let refused = "Act in eu-west-1 was refused: RequestLimitExceeded: too many";
            assert_eq!(error.to_string(), format!("{refused}{expected}"));
        }
    }

    #[test]
    fn spent_is_what_more_time_would_not_help() {
        let error = Error::given_up("Act", "eu-west-1", "", CarriedOut::No);
        assert!(!error.is_spent());
        for (ended, expected) in [
            (StopReason::Interrupted, false),
            (StopReason::TimeIsUp(Duration::ZERO), false),
            (
                StopReason::TriedEnough(&SettingSource::Profile("max_attempts")),
                true,
            ),
            (StopReason::OutOfTokens { capacity: 5 }, true),
            (StopReason::NeverSense, true),
        ] {
            let error = Error {
                ended: Some(ended),
                ..error.clone()
            };
            assert_eq!(error.is_spent(), expected, "{ended:?}");
        }
    }
}
