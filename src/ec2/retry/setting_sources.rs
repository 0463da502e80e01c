//! Reads the retry policy from the settings, the environment and the profile, in this order. Must
//! not know how the profile is read.

use super::tokens::Tokens;
use super::{Limit, Retrier};
use crate::ec2::config::setting_source::SettingSource;
use crate::ec2::config::settings::{Retries, RetryMode};
use crate::ec2::open_error::OpenError;

/// A setting with its name in each of the places.
struct Named {
    argument: SettingSource,
    variable: SettingSource,
    key: SettingSource,
    expected: &'static str,
}

static ATTEMPTS: Named = Named {
    argument: SettingSource::Argument("max_retries"),
    variable: SettingSource::Variable("AWS_MAX_ATTEMPTS"),
    key: SettingSource::Profile("max_attempts"),
    expected: "a whole number, such as 25",
};

static MODE: Named = Named {
    argument: SettingSource::Argument("retry_mode"),
    variable: SettingSource::Variable("AWS_RETRY_MODE"),
    key: SettingSource::Profile("retry_mode"),
    expected: "\"standard\" or \"adaptive\"",
};

/// The retry policy. An empty text counts as unset, and 0 attempts mean the default.
pub(in crate::ec2) fn resolve(
    block: &Retries,
    environment: impl Fn(&str) -> Option<String>,
    profile: impl Fn(&str) -> Option<String>,
) -> Result<Retrier, OpenError> {
    let places = (&environment, &profile);
    let limit = match block.max_attempts {
        Some(attempts) => Some((attempts, &ATTEMPTS.argument)),
        None => find(&ATTEMPTS, places, |text| text.parse().ok())?,
    };
    let mode = match block.mode {
        Some(mode) => mode,
        None => find(&MODE, places, mode)?.map_or(RetryMode::default(), |(mode, _)| mode),
    };
    Ok(Retrier {
        mode,
        limit: limit
            .filter(|(attempts, _)| *attempts > 0)
            .map(|(attempts, source)| Limit { attempts, source }),
        tokens: block.token_capacity.and_then(Tokens::new),
    })
}

/// The mode that a text names. "legacy", the oldest mode of AWS's SDKs, counts as "standard", since
/// profiles still have it.
fn mode(text: &str) -> Option<RetryMode> {
    match text.to_ascii_lowercase().as_str() {
        "legacy" => Some(RetryMode::Standard),
        text => RetryMode::of(text),
    }
}

fn find<T>(
    setting: &'static Named,
    (environment, profile): (
        &impl Fn(&str) -> Option<String>,
        &impl Fn(&str) -> Option<String>,
    ),
    read: impl Fn(&str) -> Option<T>,
) -> Result<Option<(T, &'static SettingSource)>, OpenError> {
    let places = [
        (environment(setting.variable.name()), &setting.variable),
        (profile(setting.key.name()), &setting.key),
    ];
    let set = places.into_iter().find_map(|(text, source)| {
        let text = text?.trim().to_owned();
        (!text.is_empty()).then_some((text, source))
    });
    let Some((text, source)) = set else {
        return Ok(None);
    };
    match read(&text) {
        Some(value) => Ok(Some((value, source))),
        None => Err(OpenError::Setting {
            argument: setting.argument.name(),
            source: *source,
            value: text,
            expected: setting.expected,
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settled(
        block: &Retries,
        environment: &[(&str, &str)],
        profile: &[(&str, &str)],
    ) -> Result<Retrier, OpenError> {
        let look_up = |pairs: &[(&str, &str)], name: &str| {
            let found = pairs.iter().find(|(key, _)| *key == name);
            found.map(|(_, value)| (*value).to_owned())
        };
        resolve(
            block,
            |name| look_up(environment, name),
            |name| look_up(profile, name),
        )
    }

    #[test]
    fn the_block_wins_over_the_environment_and_that_over_the_profile() {
        let block = Retries {
            max_attempts: Some(3),
            mode: Some(RetryMode::Standard),
            token_capacity: None,
        };
        let none = Retries::default();
        let environment = [("AWS_MAX_ATTEMPTS", "4"), ("AWS_RETRY_MODE", "adaptive")];
        let profile = [("max_attempts", " 5 "), ("retry_mode", "Adaptive")];
        let cases = [
            (
                &block,
                &environment[..],
                &profile[..],
                Some((3, &SettingSource::Argument("max_retries"))),
            ),
            (
                &none,
                &environment,
                &profile,
                Some((4, &SettingSource::Variable("AWS_MAX_ATTEMPTS"))),
            ),
            (
                &none,
                &[],
                &profile,
                Some((5, &SettingSource::Profile("max_attempts"))),
            ),
            (&none, &[], &[], None),
        ];
        for (block, environment, profile, limit) in cases {
            let settled = settled(block, environment, profile).expect("all is well");
            let limit = limit.map(|(attempts, source)| Limit { attempts, source });
            assert_eq!(settled.limit, limit);
            let is_adaptive = block.mode.is_none() && !profile.is_empty();
            assert_eq!(settled.mode == RetryMode::Adaptive, is_adaptive);
        }
    }

    #[test]
    fn zero_and_empty_are_none() {
        let zero = Retries {
            max_attempts: Some(0),
            token_capacity: Some(0),
            ..Retries::default()
        };
        let environment = [("AWS_MAX_ATTEMPTS", "0"), ("AWS_RETRY_MODE", "")];
        for block in [zero, Retries::default()] {
            let settled = settled(&block, &environment, &[]).expect("all is well");
            assert_eq!(settled.limit, None);
            assert!(settled.tokens.is_none());
        }
    }

    #[test]
    fn the_mode_of_old_tools_is_accepted_in_a_profile() {
        let settled = settled(&Retries::default(), &[], &[("retry_mode", "legacy")]);
        assert_eq!(settled.expect("all is well").mode, RetryMode::Standard);
    }

    #[test]
    fn what_cannot_be_read_says_where_it_is() {
        let cases = [
            (
                settled(&Retries::default(), &[("AWS_MAX_ATTEMPTS", "-1")], &[]),
                ("max_retries", "AWS_MAX_ATTEMPTS", "-1"),
            ),
            (
                settled(&Retries::default(), &[], &[("retry_mode", "fast")]),
                ("retry_mode", "retry_mode of the profile", "fast"),
            ),
        ];
        for (settled, expected) in cases {
            match settled {
                Err(OpenError::Setting {
                    argument,
                    source,
                    value,
                    ..
                }) => {
                    let found = (argument, source.to_string());
                    assert_eq!(found, (expected.0, expected.1.to_owned()));
                    assert_eq!(value, expected.2);
                }
                other => panic!("{other:?}"),
            }
        }
    }
}
