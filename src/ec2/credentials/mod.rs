//! Finds credentials in the settings or where AWS tools look, and assumes the roles of the settings
//! with them.
//!
//! The SDK's default chain would find the same credentials. Where there are none, it says "no providers in
//! chain provided credentials", and the messages under "Credentials" in docs/guides/troubleshooting.md
//! couldn't be made from that. "No AWS credentials" lists each source with the reason why it gave none
//! (`cargo test --test suite no_credentials_are_one_error_that_lists_the_places_in_order`); "There is no
//! profile" names the profiles of the files (`provider_block::profiles`); and "can't be sent" names the
//! source and the character (`provider_block::unsendable`).
//!
//! Nothing here prints, logs or returns a credential.

mod assume_role;
mod chain;
mod container;
mod default_chain;
mod environment;
mod error;
mod files;
mod metadata;
mod process;
mod profile;
mod sendable;
mod session;
mod stray;
mod web_identity;

use std::fmt;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use aws_config::provider_config::ProviderConfig;
use aws_credential_types::Credentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{
    ProvideCredentials, Result as Provided, SharedCredentialsProvider, future,
};

use super::error::innermost;
use super::scope::Scope;
use crate::ec2::api::sts::Sts;
use crate::ec2::config::settings::Settings;
use crate::ec2::open_error::OpenError;

pub use default_chain::SETTINGS;
pub use error::{Attempt, CredentialsLoadError, Role, Source};
pub(super) use files::SharedFiles;
pub(super) use metadata::client as metadata_client;
pub use stray::{Part, Stray, stray};

/// Longest search for credentials. Each source has a shorter limit of its own and reports by name
/// that it gave no answer; a program of the user's has the longest, since a person may have to
/// answer it.
const LIMIT: Duration = Duration::from_secs(120);

/// Finds credentials, and has the source give some once.
pub(super) async fn find(
    settings: &Settings,
    config: &ProviderConfig,
    files: &SharedFiles,
    sts: &Sts,
    scope: &Scope,
) -> Result<SharedCredentialsProvider, OpenError> {
    let base = match &settings.web_identity {
        Some(block) => web_identity::of_block(block, sts).map_err(OpenError::Credentials)?,
        None => default_chain::provider(settings, config, files, sts),
    };
    let roles = settings.assume_roles.iter().enumerate();
    let last = roles.fold(base, |base, (index, role)| {
        assume_role::provider(base, sts, index, role)
    });
    let found = tokio::select! {
        found = last.provide_credentials() => found,
        () = scope.cancel.cancelled() => return Err(OpenError::Interrupted),
        () = tokio::time::sleep(LIMIT) => return Err(OpenError::Credentials(too_slow())),
    };
    match found {
        Ok(first) => Ok(SharedCredentialsProvider::new(FirstThenFresh {
            first: Mutex::new(Some(first)),
            then: last,
        })),
        Err(error) => Err(OpenError::Credentials(load_error(&error))),
    }
}

fn load_error(error: &CredentialsError) -> CredentialsLoadError {
    CredentialsLoadError::behind(error)
        .cloned()
        .unwrap_or_else(|| {
            CredentialsLoadError::NoneFound(vec![Attempt {
                source: "the place that is set up".to_owned(),
                cause: innermost(error),
            }])
        })
}

fn too_slow() -> CredentialsLoadError {
    let limit = humantime::format_duration(LIMIT);
    CredentialsLoadError::NoneFound(vec![Attempt {
        source: "the first place that is set up".to_owned(),
        cause: format!("no answer within {limit}"),
    }])
}

/// Gives the credentials that were found when the connection was opened once, and from then on
/// those of its provider, so that a role isn't assumed twice at the start.
struct FirstThenFresh {
    first: Mutex<Option<Credentials>>,
    then: SharedCredentialsProvider,
}

impl FirstThenFresh {
    async fn next(&self) -> Provided {
        let first = self
            .first
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        match first {
            Some(first) => Ok(first),
            None => self.then.provide_credentials().await,
        }
    }
}

impl ProvideCredentials for FirstThenFresh {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(self.next())
    }
}

/// Leaves out the credentials.
impl fmt::Debug for FirstThenFresh {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FirstThenFresh").finish_non_exhaustive()
    }
}
