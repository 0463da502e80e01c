//! The client of STS, at the region and endpoint of the settings. The caller chooses the
//! credentials that sign a call.

use std::sync::Arc;

use aws_config::SdkConfig;
use aws_credential_types::Credentials;
use aws_sdk_sts::Client;
use aws_sdk_sts::config::{Builder, SharedCredentialsProvider};

use crate::ec2::call::CallContext;
use crate::ec2::config::endpoints;
use crate::ec2::config::settings::Settings;
use crate::ec2::retry::Retrier;

/// One client for all calls, which share its connections.
#[derive(Clone, Debug)]
pub(in crate::ec2) struct Sts {
    client: Client,
    retrier: Arc<Retrier>,
}

impl Sts {
    /// A client configured by the settings, the environment and the profile.
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

    /// The client for calls that are unsigned or signed by [`signed_by`].
    pub(in crate::ec2) fn client(&self) -> &Client {
        &self.client
    }

    /// The region whose STS is called.
    pub(in crate::ec2) fn region(&self) -> &str {
        self.client.config().region().map_or("", AsRef::as_ref)
    }

    /// The context of a call.
    pub(in crate::ec2) fn context(&self, action: &'static str) -> CallContext<'_> {
        CallContext {
            action,
            region: self.region(),
            retrier: &self.retrier,
            rate_limiter: None,
        }
    }
}

/// A change to a call's configuration that has the call signed with these credentials.
pub(in crate::ec2) fn signed_by(credentials: Credentials) -> Builder {
    Builder::new().credentials_provider(SharedCredentialsProvider::new(credentials))
}
