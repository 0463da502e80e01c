//! The credentials before any role of the provider block: its keys or its profile, or what the
//! places where AWS tools look have, in their order.

use std::env;
use std::error::Error as _;
use std::time::Duration;

use aws_config::Region;
use aws_config::ecs::EcsCredentialsProvider;
use aws_config::environment::EnvironmentVariableCredentialsProvider;
use aws_config::profile::ProfileFileCredentialsProvider;
use aws_config::provider_config::ProviderConfig;
use aws_credential_types::Credentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{
    ProvideCredentials, Result as Provided, SharedCredentialsProvider, future,
};
use aws_sdk_sts::error::SdkError;
use aws_sdk_sts::operation::assume_role::AssumeRoleError;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;

use super::chain::Chain;
use super::files::SharedFiles;
use super::{metadata, web_identity};
use crate::ec2::api::sts::Sts;
use crate::ec2::config::settings::Settings;
use crate::ec2::error::{Error, chain, innermost};

/// No service of the machine may keep a user waiting longer: it answers at once or isn't there.
const LOCAL_TIMEOUT: Duration = Duration::from_secs(3);

pub(super) fn provider(
    settings: &Settings,
    config: &ProviderConfig,
    files: &SharedFiles,
    sts: &Sts,
) -> SharedCredentialsProvider {
    if let (Some(access_key), Some(secret_key)) = (&settings.access_key, &settings.secret_key) {
        let token = settings.token.clone();
        let keys = Credentials::new(access_key, secret_key, token, None, "provider block");
        return SharedCredentialsProvider::new(keys);
    }
    let chain = match settings.profile {
        // What the environment has may be of another account.
        Some(_) => Chain::default(),
        None => {
            let block = "the provider block (access_key and secret_key, or profile)";
            environment(Chain::default().but_not(block, "none is set"), sts)
        }
    };
    let chain = profile(chain, settings, config, files, sts);
    SharedCredentialsProvider::new(machine(chain, settings, config))
}

fn environment(chain: Chain, sts: &Sts) -> Chain {
    let keys = "the environment (AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY)";
    let token = "a web identity (AWS_WEB_IDENTITY_TOKEN_FILE and AWS_ROLE_ARN)";
    let unset = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"]
        .into_iter()
        .find(|name| is_unset(name));
    let chain = match unset {
        Some(name) => chain.but_not(keys, format!("{name} isn't set")),
        None => chain.then(keys, EnvironmentVariableCredentialsProvider::new(), None),
    };
    match web_identity::of_environment(sts) {
        Ok(role) => chain.then(token, role, None),
        Err(missing) => chain.but_not(token, format!("{missing} isn't set")),
    }
}

fn profile(
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
    // A role of the profile is assumed where those of the provider block are.
    let config = config
        .clone()
        .with_region(Some(Region::new(sts.region().to_owned())));
    let inner = ProfileFileCredentialsProvider::builder()
        .configure(&config)
        .profile_files(files.with_endpoints(&settings.endpoints))
        .profile_name(files.profile())
        .with_custom_provider(
            "Ec2InstanceMetadata",
            metadata::provider(&settings.metadata, &config),
        );
    let inner = inner.build();
    let region = sts.region().to_owned();
    let files = files.clone();
    chain.then(
        name,
        Profile {
            inner,
            region,
            files,
        },
        None,
    )
}

fn machine(chain: Chain, settings: &Settings, config: &ProviderConfig) -> Chain {
    let variables = [
        "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
        "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    ];
    let container = "the container's credentials";
    let chain = match variables.iter().all(|name| is_unset(name)) {
        true => chain.but_not(container, format!("{} aren't set", variables.join(" and "))),
        false => {
            let provider = EcsCredentialsProvider::builder().configure(config).build();
            chain.then(container, provider, Some(LOCAL_TIMEOUT))
        }
    };
    let metadata = "the instance metadata service";
    match metadata::why_not(&settings.metadata) {
        Some(cause) => chain.but_not(metadata, cause),
        None => {
            let provider = metadata::provider(&settings.metadata, config);
            chain.then(metadata, provider, Some(LOCAL_TIMEOUT))
        }
    }
}

fn is_unset(name: &str) -> bool {
    env::var_os(name).is_none_or(|value| value.is_empty())
}

/// The SDK's reading of the shared files, with words of our own where it finds no credentials.
#[derive(Debug)]
struct Profile {
    inner: ProfileFileCredentialsProvider,
    region: String,
    files: SharedFiles,
}

impl Profile {
    async fn credentials(&self) -> Provided {
        self.files.require_profile()?;
        let error = match self.inner.provide_credentials().await {
            Err(error) => error,
            found => return found,
        };
        match &error {
            CredentialsError::CredentialsNotLoaded(_) if !self.is_broken(&error) => {
                Err(CredentialsError::not_loaded(self.files.nothing()))
            }
            _ => Err(self.files.failed(self.cause(&error)).into()),
        }
    }

    /// Whether the profile is there and leads nowhere, of which the SDK says no more than of one
    /// that has no credentials.
    fn is_broken(&self, error: &CredentialsError) -> bool {
        error.source().is_some() && self.files.has_profile()
    }

    /// What STS said of a role of the profile, or the last cause.
    fn cause(&self, error: &CredentialsError) -> String {
        let refused = chain(error)
            .find_map(|cause| cause.downcast_ref::<SdkError<AssumeRoleError, HttpResponse>>());
        match refused {
            Some(refused) => Error::new("AssumeRole", &self.region, refused).to_string(),
            None => innermost(error),
        }
    }
}

impl ProvideCredentials for Profile {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(self.credentials())
    }
}
