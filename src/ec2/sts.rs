//! STS as the settings want it: its region, its address. Whose name a call is signed with is the
//! caller's matter.

use aws_config::{Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_sdk_sts::Client;
use aws_sdk_sts::config::{Builder, SharedCredentialsProvider};

use super::settings::Settings;

/// One client for all calls: connections are shared.
#[derive(Clone, Debug)]
pub(super) struct Sts {
    client: Client,
    region: String,
}

impl Sts {
    /// From what the environment, the profile and the settings say together.
    pub(super) fn new(config: &SdkConfig, settings: &Settings) -> Self {
        let usual = config.region().map(|region| region.as_ref().to_owned());
        let region = settings.sts_region.clone().or(usual).unwrap_or_default();
        let mut builder = Builder::from(config).region(Region::new(region.clone()));
        builder.set_credentials_provider(None);
        if let Some(endpoint) = &settings.endpoints.sts {
            builder = builder.endpoint_url(endpoint);
        }
        Self {
            client: Client::from_conf(builder.build()),
            region,
        }
    }

    /// For calls that aren't signed, or that are signed by [`signed_by`].
    pub(super) fn client(&self) -> &Client {
        &self.client
    }

    /// The region that is asked.
    pub(super) fn region(&self) -> &str {
        &self.region
    }
}

/// What makes a call be signed with these credentials.
pub(super) fn signed_by(credentials: Credentials) -> Builder {
    Builder::new().credentials_provider(SharedCredentialsProvider::new(credentials))
}
