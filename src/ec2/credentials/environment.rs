//! The keys in the environment. A key that can't be sent is reported by the name of its variable,
//! before the SDK reads it.

use std::env;

use aws_config::environment::EnvironmentVariableCredentialsProvider;
use aws_credential_types::provider::{ProvideCredentials, Result as Provided, future};

use super::error::{CredentialsLoadError, Source};
use super::sendable;
use super::stray::Part;

/// The variables of each part; the first that isn't blank counts.
const VARIABLES: [(Part, &[&str]); 3] = [
    (Part::AccessKey, &["AWS_ACCESS_KEY_ID"]),
    (
        Part::SecretKey,
        &["AWS_SECRET_ACCESS_KEY", "SECRET_ACCESS_KEY"],
    ),
    (Part::SessionToken, &["AWS_SESSION_TOKEN"]),
];

/// The SDK's provider for the environment, with checks before it.
#[derive(Debug, Default)]
pub(super) struct Environment {
    inner: EnvironmentVariableCredentialsProvider,
}

impl Environment {
    async fn credentials(&self) -> Provided {
        check(text)?;
        self.inner.provide_credentials().await
    }
}

impl ProvideCredentials for Environment {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(self.credentials())
    }
}

fn check(text: impl Fn(&str) -> Option<String>) -> Result<(), CredentialsLoadError> {
    for (part, variables) in VARIABLES {
        let set = variables.iter().find_map(|name| Some((*name, text(name)?)));
        let Some((name, text)) = set else {
            continue;
        };
        // The SDK trims the token itself.
        let sent = match part {
            Part::SessionToken => text.trim(),
            _ => &text,
        };
        sendable::check(&Source::Environment(Some(name)), part, sent)?;
    }
    Ok(())
}

/// The value of a variable; `None` if it is blank. Bytes that aren't UTF-8 become replacement
/// characters, which the check refuses; the SDK would repeat the value in its message.
pub(super) fn text(name: &str) -> Option<String> {
    let text = env::var_os(name)?.to_string_lossy().into_owned();
    (!text.trim().is_empty()).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_sent_is_named_by_its_variable() {
        let result = |set: &[(&str, &str)]| {
            let found = check(|name| {
                let found = set.iter().find(|(n, _)| *n == name);
                found.map(|(_, text)| (*text).to_owned())
            });
            found.map_err(|error| error.to_string())
        };
        for (set, said) in [
            (
                &[("AWS_ACCESS_KEY_ID", "AKIA\n")][..],
                "AWS_ACCESS_KEY_ID ends with a line break",
            ),
            (
                &[("AWS_ACCESS_KEY_ID", "AKIA"), ("SECRET_ACCESS_KEY", "a\rb")],
                "SECRET_ACCESS_KEY holds a carriage return",
            ),
            (
                &[("AWS_SESSION_TOKEN", "a\u{fffd}b\n")],
                "AWS_SESSION_TOKEN holds bytes that are no text",
            ),
        ] {
            assert_eq!(result(set), Err(said.to_owned()));
        }
        // As ever, the token's own white space is taken off.
        assert_eq!(result(&[("AWS_SESSION_TOKEN", " token\n")]), Ok(()));
        assert_eq!(result(&[]), Ok(()));
    }
}
