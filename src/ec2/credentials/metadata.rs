//! The instance metadata service: its client, whether it is called, and the credentials of the
//! instance's role.

use std::env;
use std::time::{Duration, SystemTime};

use aws_config::imds::client::{Client, EndpointMode};
use aws_config::imds::credentials::ImdsCredentialsProvider;
use aws_config::provider_config::ProviderConfig;
use aws_credential_types::Credentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{
    ProvideCredentials, Result as Provided, SharedCredentialsProvider, future,
};
use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;
use serde_json::Value;

use super::error::Source;
use super::sendable::Checked;
use crate::ec2::config::settings::Metadata;

/// Longest wait for an answer: the service answers at once or doesn't exist.
const TIMEOUT: Duration = Duration::from_secs(1);

const ROLES: &str = "/latest/meta-data/iam/security-credentials/";

/// A client of the metadata service that makes one short attempt.
pub(in crate::ec2) fn client(settings: &Metadata, config: &ProviderConfig) -> Client {
    let builder = Client::builder()
        .configure(config)
        .max_attempts(1)
        .connect_timeout(TIMEOUT)
        .read_timeout(TIMEOUT);
    let mode = settings.endpoint_mode.as_deref();
    let builder = match mode.and_then(|mode| mode.parse::<EndpointMode>().ok()) {
        Some(mode) => builder.endpoint_mode(mode),
        None => builder,
    };
    match &settings.endpoint {
        // An endpoint that is no address was refused before.
        Some(endpoint) => match builder.clone().endpoint(endpoint) {
            Ok(builder) => builder.build(),
            Err(_) => builder.build(),
        },
        None => builder.build(),
    }
}

/// Why the service isn't called; `None` if it is.
pub(super) fn why_not(settings: &Metadata) -> Option<&'static str> {
    match settings.skip {
        Some(true) => Some("skip_metadata_api_check is set"),
        None if is_disabled() => Some("AWS_EC2_METADATA_DISABLED is set"),
        Some(false) | None => None,
    }
}

/// The credentials of the instance's role.
pub(super) fn provider(settings: &Metadata, config: &ProviderConfig) -> Checked {
    let client = client(settings, config);
    let provider = match settings.skip {
        Some(true) => SharedCredentialsProvider::new(MetadataDisabled),
        // The SDK's provider obeys the environment, which the settings override here.
        Some(false) if is_disabled() => SharedCredentialsProvider::new(Instance { client }),
        _ => {
            let builder = ImdsCredentialsProvider::builder().configure(config);
            SharedCredentialsProvider::new(builder.imds_client(client).build())
        }
    };
    Checked::new(Source::Metadata, provider)
}

fn is_disabled() -> bool {
    env::var("AWS_EC2_METADATA_DISABLED").is_ok_and(|value| value.eq_ignore_ascii_case("true"))
}

/// Fails with the reason why the service isn't called, for a profile that wants the instance's role
/// all the same.
#[derive(Debug)]
struct MetadataDisabled;

impl ProvideCredentials for MetadataDisabled {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        let cause = "the instance metadata service is left alone: skip_metadata_api_check is set";
        future::ProvideCredentials::ready(Err(CredentialsError::provider_error(cause)))
    }
}

/// The credentials of the instance's role, without regard to the environment.
#[derive(Debug)]
struct Instance {
    client: Client,
}

impl ProvideCredentials for Instance {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(self.credentials())
    }
}

impl Instance {
    async fn credentials(&self) -> Provided {
        let roles = self.client.get(ROLES).await;
        let roles = roles.map_err(CredentialsError::not_loaded)?;
        let role = roles.as_ref().lines().next().unwrap_or_default();
        let reply = self.client.get(format!("{ROLES}{role}")).await;
        let reply = reply.map_err(CredentialsError::provider_error)?;
        read(reply.as_ref()).ok_or_else(|| {
            CredentialsError::provider_error("the metadata service answered without credentials")
        })
    }
}

fn read(reply: &str) -> Option<Credentials> {
    let reply: Value = serde_json::from_str(reply).ok()?;
    let text = |name: &str| reply.get(name)?.as_str();
    let expiry = DateTime::from_str(text("Expiration")?, Format::DateTime).ok()?;
    Some(Credentials::new(
        text("AccessKeyId")?,
        text("SecretAccessKey")?,
        Some(text("Token")?.to_owned()),
        Some(SystemTime::try_from(expiry).ok()?),
        "instance metadata",
    ))
}
