//! The error of a connection to AWS that can't be opened.

use std::error::Error as StdError;
use std::fmt;

use super::config::endpoint_error::EndpointError;
use super::config::setting_source::SettingSource;
use super::config::settings::Accounts;
use super::credentials::CredentialsLoadError;
use super::error::Error;
use super::http::NetworkError;
use crate::rules::InputError;

/// Why there is no connection.
#[derive(Debug)]
pub enum OpenError {
    /// No setting names a region.
    NoRegion,
    /// The environment or the profile names something that isn't a region.
    BadRegion {
        /// The setting that names it.
        source: SettingSource,
        /// The profile that was read; empty if none was.
        profile: String,
        /// What is wrong with the name.
        fault: Box<InputError>,
    },
    /// A service has no endpoint for these settings.
    Endpoint(EndpointError),
    /// The credentials belong to an account that the settings exclude.
    WrongAccount {
        /// The account; empty if STS doesn't return it.
        account: String,
        /// The accounts that the settings allow.
        accounts: Accounts,
    },
    /// No source gave credentials.
    Credentials(CredentialsLoadError),
    /// The settings for certificates or proxies are wrong.
    Network(NetworkError),
    /// STS refused the credentials, or can't be reached.
    Identity(Error),
    /// A setting of the environment or the profile has a wrong value.
    Setting {
        /// The caller's setting that would override it.
        argument: &'static str,
        /// The place of the setting.
        source: SettingSource,
        /// Its value.
        value: String,
        /// Words for its valid values.
        expected: &'static str,
    },
    /// The user interrupted.
    Interrupted,
}

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoRegion => f.write_str("nothing says which region to work in"),
            Self::BadRegion { source, fault, .. } => {
                write!(f, "{source} names no region: {}", fault.summary)
            }
            Self::Endpoint(error) => error.fmt(f),
            Self::WrongAccount { account, .. } if account.is_empty() => {
                f.write_str("STS doesn't say which account the credentials are of")
            }
            Self::WrongAccount { account, .. } => {
                write!(
                    f,
                    "the credentials are of the account {account}, which is not allowed"
                )
            }
            Self::Credentials(error) => error.fmt(f),
            Self::Network(error) => error.fmt(f),
            Self::Identity(error) => {
                write!(
                    f,
                    "could not look up the account of the credentials: {error}"
                )
            }
            Self::Setting {
                source,
                value,
                expected,
                ..
            } => write!(f, "{source} is \"{value}\", and must be {expected}"),
            Self::Interrupted => f.write_str("interrupted"),
        }
    }
}

impl StdError for OpenError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Self::Endpoint(error) => Some(error),
            Self::Credentials(error) => Some(error),
            Self::Network(error) => Some(error),
            Self::Identity(error) => Some(error),
            Self::NoRegion
            | Self::BadRegion { .. }
            | Self::WrongAccount { .. }
            | Self::Setting { .. }
            | Self::Interrupted => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::config::endpoint_error::EndpointUrl;
    use super::super::credentials::{Attempt, Role, SETTINGS};
    use super::super::error::CarriedOut;
    use super::*;

    fn each() -> Vec<OpenError> {
        let fault = || {
            let summary = "\"eu-wset-1\" is not a region";
            Box::new(InputError::new("region", summary, "Write one."))
        };
        let refused = || Error::given_up("Act", "eu-west-1", "no answer", CarriedOut::No);
        let endpoint = |address| EndpointError {
            service: "sts",
            address,
        };
        vec![
            OpenError::NoRegion,
            OpenError::BadRegion {
                source: SettingSource::Profile("region"),
                profile: "work".to_owned(),
                fault: fault(),
            },
            OpenError::Endpoint(endpoint(EndpointUrl::Setting {
                source: SettingSource::Variable("AWS_ENDPOINT_URL"),
                fault: fault(),
            })),
            OpenError::Endpoint(endpoint(EndpointUrl::NoSuchKind {
                fips: true,
                dualstack: false,
                otherwise: None,
                cause: "not in this partition".to_owned(),
            })),
            OpenError::WrongAccount {
                account: "123456789012".to_owned(),
                accounts: Accounts::Any,
            },
            OpenError::Credentials(CredentialsLoadError::NoneFound(vec![Attempt {
                source: SETTINGS.to_owned(),
                cause: "none is set".to_owned(),
            }])),
            OpenError::Credentials(CredentialsLoadError::Role {
                role: Role::Block(0),
                arn: "arn:aws:iam::123456789012:role/x".to_owned(),
                error: Box::new(refused()),
            }),
            OpenError::Network(NetworkError::Proxy(SettingSource::Argument("https_proxy"))),
            OpenError::Network(NetworkError::Bundle {
                setting: SettingSource::Variable("AWS_CA_BUNDLE"),
                path: "/ca.pem".into(),
                cause: "no certificate".to_owned(),
            }),
            OpenError::Identity(refused()),
            OpenError::Setting {
                argument: "retry_mode",
                source: SettingSource::Profile("retry_mode"),
                value: "brisk".to_owned(),
                expected: "\"standard\" or \"adaptive\"",
            },
            OpenError::Interrupted,
        ]
    }

    #[test]
    fn errors_say_facts_in_words_that_no_configuration_is_needed_for() {
        for error in each() {
            let reported = error.to_string();
            for word in [
                "provider block",
                "configuration",
                "attribute",
                "skip_",
                " = ",
            ] {
                assert!(!reported.contains(word), "{reported}");
            }
            assert!(
                reported.len() > 10 || reported == "interrupted",
                "{reported}"
            );
            assert!(!reported.ends_with('.'), "{reported}");
        }
    }

    #[test]
    fn an_error_behind_another_is_its_source() {
        let [first, last] = [0, 9].map(|at| each().swap_remove(at));
        assert!(StdError::source(&first).is_none());
        assert!(StdError::source(&last).is_some_and(|source| source.to_string().contains("Act")));
    }
}
