//! STS as the settings want it: its region, its address. Whose name a call is signed with is the
//! caller's matter.

use std::sync::Arc;

use aws_config::SdkConfig;
use aws_credential_types::Credentials;
use aws_sdk_sts::Client;
use aws_sdk_sts::config::{Builder, SharedCredentialsProvider};

use crate::ec2::call::CallContext;
use crate::ec2::config::endpoints;
use crate::ec2::config::settings::Settings;
use crate::ec2::retry::Retrier;

/// One client for all calls: connections are shared.
#[derive(Clone, Debug)]
pub(in crate::ec2) struct Sts {
    client: Client,
    retrier: Arc<Retrier>,
}

impl Sts {
    /// A client by the environment, the profile and the settings together.
    pub(in crate::ec2) fn new(
        config: &SdkConfig,
        settings: &Settings,
        retrier: &Arc<Retrier>,
    ) -> Self {
        let mut builder = endpoints::sts(settings, config);
        builder.set_credentials_provider(None);
        Self {
            client: Client::from_conf(builder.build()),
            retrier: Arc::clone(retrier),
        }
    }

    /// For calls that aren't signed, or that are signed by [`signed_by`].
    pub(in crate::ec2) fn client(&self) -> &Client {
        &self.client
    }

    /// The region that is asked.
    pub(in crate::ec2) fn region(&self) -> &str {
        self.client.config().region().map_or("", AsRef::as_ref)
    }

    /// The context of a call.
    pub(in crate::ec2) fn way(&self, action: &'static str) -> CallContext<'_> {
        CallContext {
            action,
            region: self.region(),
            retrier: &self.retrier,
            rate_limiter: None,
        }
    }
}

/// A change of a call that has it signed with these credentials.
pub(in crate::ec2) fn signed_by(credentials: Credentials) -> Builder {
    Builder::new().credentials_provider(SharedCredentialsProvider::new(credentials))
}
