//! The sources of credentials, asked one after the other. The first that gives credentials ends the
//! search, and so does one that is set up and fails.

use std::time::Duration;

use aws_credential_types::Credentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{
    ProvideCredentials, Result as Provided, SharedCredentialsProvider, future,
};

use crate::ec2::credentials::error::{Attempt, CredentialsLoadError};
use crate::ec2::error::innermost;

/// Sources of credentials, in the order of the search.
#[derive(Debug, Default)]
pub(super) struct Chain {
    sources: Vec<NamedSource>,
}

#[derive(Debug)]
struct NamedSource {
    name: String,
    /// The provider to ask, or why there is none.
    provider: Result<SharedCredentialsProvider, String>,
    /// The longest that its answer may take. `None`: as long as the operation lasts.
    limit: Option<Duration>,
}

/// Why a source gave no credentials, which decides whether the search goes on.
enum NotConfigured {
    /// The source isn't set up: the next one is asked.
    Nothing(String),
    /// The source is set up and fails: the search ends.
    Failed(String),
    /// The source is set up and fails with an error that is reported as it is: the search ends.
    Explained(CredentialsError),
}

impl Chain {
    /// Adds a source that is asked after those before it.
    pub(super) fn then(
        mut self,
        name: impl Into<String>,
        provider: impl ProvideCredentials + 'static,
        limit: Option<Duration>,
    ) -> Self {
        self.sources.push(NamedSource {
            name: name.into(),
            provider: Ok(SharedCredentialsProvider::new(provider)),
            limit,
        });
        self
    }

    /// Adds a source that isn't set up, and why it isn't.
    pub(super) fn then_unavailable(
        mut self,
        name: impl Into<String>,
        cause: impl Into<String>,
    ) -> Self {
        self.sources.push(NamedSource {
            name: name.into(),
            provider: Err(cause.into()),
            limit: None,
        });
        self
    }

    async fn search(&self) -> Provided {
        let mut attempts = Vec::new();
        for source in &self.sources {
            let (cause, ends) = match source.ask().await {
                Ok(credentials) => return Ok(credentials),
                Err(NotConfigured::Explained(error)) => return Err(error),
                Err(NotConfigured::Failed(cause)) => (cause, true),
                Err(NotConfigured::Nothing(cause)) => (cause, false),
            };
            attempts.push(Attempt {
                source: source.name.clone(),
                cause,
            });
            if ends {
                break;
            }
        }
        Err(CredentialsLoadError::NoneFound(attempts).into())
    }
}

impl NamedSource {
    async fn ask(&self) -> Result<Credentials, NotConfigured> {
        let provider = self.provider.as_ref();
        let provider = provider.map_err(|cause| NotConfigured::Nothing(cause.clone()))?;
        let asked = provider.provide_credentials();
        let answer = match self.limit {
            None => asked.await,
            Some(limit) => match tokio::time::timeout(limit, asked).await {
                Ok(answer) => answer,
                Err(_) => {
                    let limit = humantime::format_duration(limit);
                    return Err(NotConfigured::Failed(format!("no answer within {limit}")));
                }
            },
        };
        answer.map_err(|error| match error {
            error if CredentialsLoadError::behind(&error).is_some() => {
                NotConfigured::Explained(error)
            }
            CredentialsError::CredentialsNotLoaded(_) => NotConfigured::Nothing(innermost(&error)),
            error => NotConfigured::Failed(innermost(&error)),
        })
    }
}

impl ProvideCredentials for Chain {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(self.search())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug)]
    struct Gives(fn() -> Provided);

    impl ProvideCredentials for Gives {
        fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
        where
            Self: 'a,
        {
            future::ProvideCredentials::ready((self.0)())
        }
    }

    /// Never answers.
    #[derive(Debug)]
    struct Silent;

    impl ProvideCredentials for Silent {
        fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
        where
            Self: 'a,
        {
            future::ProvideCredentials::new(std::future::pending())
        }
    }

    fn keys() -> Provided {
        Ok(Credentials::new("AKID", "secret", None, None, "test"))
    }

    fn nothing() -> Provided {
        Err(CredentialsError::not_loaded("not set"))
    }

    fn broken() -> Provided {
        Err(CredentialsError::provider_error("broken."))
    }

    async fn causes(chain: Chain) -> Vec<String> {
        let error = chain.provide_credentials().await.expect_err("nothing");
        let Some(CredentialsLoadError::NoneFound(attempts)) = CredentialsLoadError::behind(&error)
        else {
            panic!("{error:?}");
        };
        attempts.iter().map(ToString::to_string).collect()
    }

    #[tokio::test]
    async fn the_first_place_that_has_some_counts() {
        let chain = Chain::default()
            .then_unavailable("a", "off")
            .then("b", Gives(nothing), None)
            .then("c", Gives(keys), None)
            .then("d", Gives(broken), None);
        let found = chain.provide_credentials().await.expect("credentials");
        assert_eq!(found.access_key_id(), "AKID");
    }

    #[tokio::test]
    async fn a_place_that_fails_ends_the_search() {
        let chain = Chain::default()
            .then_unavailable("a", "off")
            .then("b", Gives(nothing), None)
            .then("c", Gives(broken), None)
            .then("d", Gives(keys), None);
        assert_eq!(causes(chain).await, ["a: off", "b: not set", "c: broken"]);
    }

    #[tokio::test]
    async fn a_silent_place_is_given_up_in_time() {
        let limit = Some(Duration::from_millis(20));
        let chain = Chain::default().then("a", Silent, limit);
        assert_eq!(causes(chain).await, ["a: no answer within 20ms"]);
    }
}
