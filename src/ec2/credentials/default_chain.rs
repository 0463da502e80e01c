//! The credentials before any role of the settings is assumed: the keys or the profile of the
//! settings, or else the places where AWS tools look, in their order.

use std::env;
use std::time::Duration;

use aws_config::provider_config::ProviderConfig;
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;

use super::chain::Chain;
use super::environment::Environment;
use super::error::Source;
use super::files::SharedFiles;
use super::sendable::Checked;
use super::{container, metadata, profile, web_identity};
use crate::ec2::api::sts::Sts;
use crate::ec2::config::settings::Settings;

/// Name of the first source in messages that list the sources. The layer that knows where users
/// write settings replaces it.
pub const SETTINGS: &str = "the settings";

/// Longest wait for a service of the machine itself, which answers at once or doesn't exist.
const LOCAL_TIMEOUT: Duration = Duration::from_secs(3);

pub(super) fn provider(
    settings: &Settings,
    config: &ProviderConfig,
    files: &SharedFiles,
    sts: &Sts,
) -> SharedCredentialsProvider {
    if let (Some(access_key), Some(secret_key)) = (&settings.access_key, &settings.secret_key) {
        let token = settings.token.clone();
        let keys = Credentials::new(access_key, secret_key, token, None, SETTINGS);
        return SharedCredentialsProvider::new(Checked::new(Source::Block, keys));
    }
    let chain = match settings.profile {
        // Credentials in the environment may belong to another account than the profile's.
        Some(_) => Chain::default(),
        None => environment(
            Chain::default().then_unavailable(SETTINGS, "none is set"),
            sts,
        ),
    };
    let chain = shared_files(chain, settings, config, files, sts);
    SharedCredentialsProvider::new(machine(chain, settings, config))
}

fn environment(chain: Chain, sts: &Sts) -> Chain {
    let keys = "the environment (AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY)";
    let token = "a web identity (AWS_WEB_IDENTITY_TOKEN_FILE and AWS_ROLE_ARN)";
    let unset = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"]
        .into_iter()
        .find(|name| is_unset(name));
    let chain = match unset {
        Some(name) => chain.then_unavailable(keys, format!("{name} isn't set")),
        None => chain.then(keys, Environment::default(), None),
    };
    match web_identity::of_environment(sts) {
        Ok(role) => chain.then(token, role, None),
        Err(missing) => chain.then_unavailable(token, format!("{missing} isn't set")),
    }
}

fn shared_files(
    chain: Chain,
    settings: &Settings,
    config: &ProviderConfig,
    files: &SharedFiles,
    sts: &Sts,
) -> Chain {
    let name = match &settings.profile {
        Some(profile) => format!("the profile {profile:?} of the shared files"),
        None => "the shared files (~/.aws/credentials, ~/.aws/config, AWS_PROFILE)".to_owned(),
    };
    chain.then(name, profile::provider(settings, config, files, sts), None)
}

fn machine(chain: Chain, settings: &Settings, config: &ProviderConfig) -> Chain {
    let variables = [
        "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
        "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    ];
    let container = "the container's credentials";
    let chain = if variables.iter().all(|name| is_unset(name)) {
        chain.then_unavailable(container, format!("{} aren't set", variables.join(" and ")))
    } else {
        chain.then(container, container::provider(config), Some(LOCAL_TIMEOUT))
    };
    let metadata = "the instance metadata service";
    match metadata::why_not(&settings.metadata) {
        Some(cause) => chain.then_unavailable(metadata, cause),
        None => {
            let provider = metadata::provider(&settings.metadata, config);
            chain.then(metadata, provider, Some(LOCAL_TIMEOUT))
        }
    }
}

fn is_unset(name: &str) -> bool {
    env::var_os(name).is_none_or(|value| value.is_empty())
}
