//! Where credentials come from, and what is said when there are none.
//!
//! Nothing here prints, logs or returns a credential.

use std::time::Duration;

use aws_config::ecs::EcsCredentialsProvider;
use aws_config::environment::EnvironmentVariableCredentialsProvider;
use aws_config::imds::client::Client as ImdsClient;
use aws_config::imds::credentials::ImdsCredentialsProvider;
use aws_config::meta::credentials::CredentialsProviderChain;
use aws_config::profile::ProfileFileCredentialsProvider;
use aws_config::provider_config::ProviderConfig;
use aws_config::web_identity_token::WebIdentityTokenCredentialsProvider;
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;

use super::settings::Settings;

/// The instance metadata service answers at once or isn't there.
const METADATA_TIMEOUT: Duration = Duration::from_secs(1);

/// The metadata service, asked once and briefly.
pub(super) fn metadata_client(config: &ProviderConfig) -> ImdsClient {
    ImdsClient::builder()
        .configure(config)
        .max_attempts(1)
        .connect_timeout(METADATA_TIMEOUT)
        .read_timeout(METADATA_TIMEOUT)
        .build()
}

/// The configured keys or profile, or the places where AWS tools look for credentials, in their
/// order: environment, shared files, web identity, container, instance metadata.
pub(super) fn provider(settings: &Settings, config: &ProviderConfig) -> SharedCredentialsProvider {
    if let (Some(access_key), Some(secret_key)) = (&settings.access_key, &settings.secret_key) {
        let token = settings.token.clone();
        return SharedCredentialsProvider::new(Credentials::new(
            access_key,
            secret_key,
            token,
            None,
            "provider block",
        ));
    }
    let profile = ProfileFileCredentialsProvider::builder().configure(config);
    if let Some(name) = &settings.profile {
        // A profile that the configuration names is meant: what is found elsewhere may be of
        // another account.
        return SharedCredentialsProvider::new(profile.profile_name(name).build());
    }
    let environment = EnvironmentVariableCredentialsProvider::new();
    let web_identity = WebIdentityTokenCredentialsProvider::builder().configure(config);
    let container = EcsCredentialsProvider::builder().configure(config);
    let mut chain = CredentialsProviderChain::first_try("environment", environment)
        .or_else("shared files", profile.build())
        .or_else("web identity", web_identity.build())
        .or_else("container", container.build());
    if settings.metadata.skip != Some(true) {
        let metadata = ImdsCredentialsProvider::builder()
            .configure(config)
            .imds_client(metadata_client(config))
            .build();
        chain = chain.or_else("instance metadata", metadata);
    }
    SharedCredentialsProvider::new(chain)
}

/// The places that were looked at.
pub(super) fn places(settings: &Settings) -> Vec<String> {
    if let Some(profile) = &settings.profile {
        return vec![format!("the profile \"{profile}\" of the shared files")];
    }
    let mut places = vec![
        "the provider block (access_key and secret_key, or profile)".to_owned(),
        "the environment (AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY)".to_owned(),
        "the shared files (~/.aws/credentials, ~/.aws/config, AWS_PROFILE)".to_owned(),
        "a web identity (AWS_WEB_IDENTITY_TOKEN_FILE and AWS_ROLE_ARN)".to_owned(),
        "the container's credentials".to_owned(),
    ];
    if settings.metadata.skip != Some(true) {
        places.push("the instance metadata service".to_owned());
    }
    places
}
