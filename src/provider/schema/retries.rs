//! When a call that failed is sent again.

use super::section::{Arguments, Section};
use crate::ec2::settings::{RetryMode, Settings};
use crate::tf_provider::diagnostics::{Diagnostic, Diagnostics};
use crate::tf_provider::path::Path;
use crate::tf_provider::schema::Attribute;
use crate::tf_provider::value::{Type, Value};

/// The arguments that say when a call is sent again.
pub(super) struct Retries<'a> {
    max_retries: Option<u32>,
    retry_mode: Option<&'a str>,
    token_bucket_rate_limiter_capacity: Option<u32>,
}

impl<'a> Section<'a> for Retries<'a> {
    fn attributes() -> Vec<Attribute> {
        vec![
            Attribute::optional(
                "max_retries",
                Type::Number,
                "Maximum number of attempts for a call, including the first, while AWS throttles \
                 it or has a temporary fault. Default, and meaning of 0: `AWS_MAX_ATTEMPTS`, the \
                 profile's `max_attempts=…`, else as often as the resource's `timeouts` allow.",
            )
            .must_be("a whole number, 0 or more", count),
            Attribute::optional(
                "retry_mode",
                Type::String,
                "Reaction to throttling: `\"standard\"` (the throttled action slows down) or \
                 `\"adaptive\"` (all actions of the region do). Default: `AWS_RETRY_MODE`, the \
                 profile's setting of the same name, else `\"standard\"`.",
            )
            .must_be("`\"standard\"` or `\"adaptive\"`", mode),
            Attribute::optional(
                "token_bucket_rate_limiter_capacity",
                Type::Number,
                "Tokens that the retries of all calls share. A retry takes 5, or 10 after a \
                 timeout; a successful one returns them. When no tokens are left, calls fail \
                 without a retry. Default: 0, which is no limit.",
            )
            .must_be("a whole number, 0 or more", count),
        ]
    }

    fn read(arguments: &Arguments<'a>) -> Self {
        Self {
            max_retries: count_of(arguments.get("max_retries")),
            retry_mode: arguments.text("retry_mode"),
            token_bucket_rate_limiter_capacity: count_of(
                arguments.get("token_bucket_rate_limiter_capacity"),
            ),
        }
    }

    fn add_to(&self, settings: &mut Settings) {
        settings.retries.max_attempts = self.max_retries.filter(|attempts| *attempts > 0);
        settings.retries.mode = self.retry_mode.and_then(RetryMode::of);
        settings.retries.token_capacity = self.token_bucket_rate_limiter_capacity;
    }
}

/// A known number that is whole and not negative.
fn count_of(value: &Value) -> Option<u32> {
    value.as_i64().and_then(|number| u32::try_from(number).ok())
}

fn count(value: &Value, path: &Path) -> Diagnostics {
    if count_of(value).is_some() {
        return Diagnostics::new();
    }
    let number = value.as_number().map(ToString::to_string);
    Diagnostic::error(
        format!("{} is not a count", number.unwrap_or_default()),
        format!("Write a whole number from 0 to {}.", u32::MAX),
    )
    .at(path.clone())
    .into()
}

fn mode(value: &Value, path: &Path) -> Diagnostics {
    let text = value.as_str().unwrap_or_default();
    if text.is_empty() || RetryMode::of(text).is_some() {
        return Diagnostics::new();
    }
    Diagnostic::error(
        format!("\"{text}\" is not a retry mode"),
        "Write \"standard\" or \"adaptive\".",
    )
    .at(path.clone())
    .into()
}

#[cfg(test)]
mod tests {
    use super::super::section::read;
    use super::*;
    use crate::tf_provider::schema::Block;

    fn config() -> Value {
        let block = Block {
            attributes: Retries::attributes(),
            ..Block::default()
        };
        block.empty()
    }

    #[test]
    fn what_is_set_arrives() {
        let mut settings = Settings::default();
        let config = config()
            .with("max_retries", 3)
            .with("retry_mode", "adaptive")
            .with("token_bucket_rate_limiter_capacity", 500);
        read::<Retries>(&config).add_to(&mut settings);
        assert_eq!(settings.retries.max_attempts, Some(3));
        assert_eq!(settings.retries.mode, Some(RetryMode::Adaptive));
        assert_eq!(settings.retries.token_capacity, Some(500));
    }

    #[test]
    fn what_is_not_set_is_left_to_environment_and_profile() {
        for config in [
            config(),
            config().with("max_retries", 0).with("retry_mode", ""),
        ] {
            let mut settings = Settings::default();
            read::<Retries>(&config).add_to(&mut settings);
            assert_eq!(settings.retries.max_attempts, None);
            assert_eq!(settings.retries.mode, None);
        }
    }

    #[test]
    fn counts_are_whole_and_not_negative() {
        let path = Path::root().attribute("max_retries");
        let number = |text: &str| Value::Number(text.parse().expect("a number"));
        for good in ["0", "1", "25", "4294967295"] {
            assert!(count(&number(good), &path).is_empty(), "{good}");
        }
        for bad in ["-1", "2.5", "4294967296"] {
            let found = count(&number(bad), &path);
            let one = found.iter().next().expect("an error");
            assert!(one.summary.starts_with(bad), "{}", one.summary);
            assert_eq!(one.path, path);
        }
    }

    #[test]
    fn modes_are_two() {
        let path = Path::root().attribute("retry_mode");
        for good in ["standard", "adaptive", ""] {
            assert!(mode(&good.into(), &path).is_empty(), "{good}");
        }
        for bad in ["legacy", "Standard"] {
            assert!(mode(&bad.into(), &path).has_errors(), "{bad}");
        }
    }
}
