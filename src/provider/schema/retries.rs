//! When a call that failed is sent again.

use super::section::{Section, no_blocks, nothing_to_check, text};
use crate::ec2::settings::{RetryMode, Settings};
use crate::tf_provider::diagnostics::{Diagnostic, Diagnostics};
use crate::tf_provider::path::Path;
use crate::tf_provider::schema::Attribute;
use crate::tf_provider::value::{Type, Value};

pub(super) const SECTION: Section = Section {
    attributes,
    blocks: no_blocks,
    validate: nothing_to_check,
    read,
};

fn attributes() -> Vec<Attribute> {
    vec![
        Attribute::optional(
            "max_retries",
            Type::Number,
            "How often a call is tried at the most, the first time included, while AWS throttles \
             or has a fault that may pass. Default, and meaning of 0: `AWS_MAX_ATTEMPTS`, the \
             profile's `max_attempts=…`, else as often as the resource's `timeouts` allow.",
        )
        .must_be("a whole number, 0 or more", count),
        Attribute::optional(
            "retry_mode",
            Type::String,
            "How throttling is met: `\"standard\"` (the throttled action slows down) or \
             `\"adaptive\"` (all actions of the region do). Default: `AWS_RETRY_MODE`, the \
             profile's setting of the same name, else `\"standard\"`.",
        )
        .must_be("`\"standard\"` or `\"adaptive\"`", mode),
        Attribute::optional(
            "token_bucket_rate_limiter_capacity",
            Type::Number,
            "Tokens that the retries of all calls share: a retry takes 5, one after a time-out \
             10, and those that help are given back. When they are used up, a call that fails is \
             an error at once. Default: 0, which is no limit.",
        )
        .must_be("a whole number, 0 or more", count),
    ]
}

fn read(config: &Value, settings: &mut Settings) {
    let count = |name: &str| {
        let number = config.get(name).as_i64();
        number.and_then(|n| u32::try_from(n).ok())
    };
    settings.retries.max_attempts = count("max_retries").filter(|n| *n > 0);
    settings.retries.mode = text(config, "retry_mode")
        .as_deref()
        .and_then(RetryMode::of);
    settings.retries.token_capacity = count("token_bucket_rate_limiter_capacity");
}

fn count(value: &Value, path: &Path) -> Diagnostics {
    let fits = value.as_i64().is_some_and(|n| u32::try_from(n).is_ok());
    if fits {
        return Diagnostics::new();
    }
    let number = value.as_number().map(ToString::to_string);
    Diagnostic::error(
        format!("{} is not a count", number.unwrap_or_default()),
        format!("It must be a whole number from 0 to {}.", u32::MAX),
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
        "There are \"standard\" and \"adaptive\".",
    )
    .at(path.clone())
    .into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tf_provider::schema::Block;

    fn config() -> Value {
        let block = Block {
            attributes: attributes(),
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
        read(&config, &mut settings);
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
            read(&config, &mut settings);
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
