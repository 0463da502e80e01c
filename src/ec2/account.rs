//! Who we are to AWS: STS is asked once, which also proves that the credentials are good.

use aws_config::SdkConfig;

use super::call::{self, Effect, Scope, Way};
use super::error::Error;
use super::retry::Retrier;

/// The account behind the credentials.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Account {
    /// Twelve digits.
    pub(super) id: String,
}

impl Account {
    pub(super) async fn ask(
        config: &SdkConfig,
        endpoint: Option<&str>,
        region: &str,
        retrier: &Retrier,
        scope: &Scope,
    ) -> Result<Self, Error> {
        let builder = aws_sdk_sts::config::Builder::from(config);
        let builder = match endpoint {
            Some(endpoint) => builder.endpoint_url(endpoint),
            None => builder,
        };
        let sts = aws_sdk_sts::Client::from_conf(builder.build());
        let request = sts.get_caller_identity();
        let attempt = || request.clone().send();
        let way = Way {
            action: "GetCallerIdentity",
            region,
            retrier,
            turns: None,
        };
        let reply = call::call(way, Effect::Repeatable, scope, attempt);
        let id = reply.await?.account.unwrap_or_default();
        Ok(Self { id })
    }
}
