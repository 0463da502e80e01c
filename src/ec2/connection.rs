//! From the provider's settings to EC2 clients: credentials are found and proven once, and each
//! region gets one client, made when it is first asked for.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use aws_config::imds::region::ImdsRegionProvider;
use aws_config::meta::region::RegionProviderChain;
use aws_config::profile::ProfileFileRegionProvider;
use aws_config::provider_config::ProviderConfig;
use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{AppName, BehaviorVersion, Region, SdkConfig};
use aws_credential_types::provider::ProvideCredentials;
use aws_credential_types::provider::error::CredentialsError;

use super::account::Account;
use super::call::{Ec2, Scope};
use super::credentials;
use super::error::Error;
use super::lookup::Lookups;
use super::network;
use super::reads::Reads;
use super::settings::Settings;

/// Why there is no connection.
#[derive(Debug)]
pub enum OpenError {
    /// Nothing names a region.
    NoRegion,
    /// Nothing gave credentials: where was looked, and what the last place said.
    NoCredentials {
        /// The places, in the order of the search.
        places: Vec<String>,
        /// Why, without a credential in it; `None` where no place is set up at all.
        cause: Option<String>,
    },
    /// STS refused the credentials, or can't be reached.
    Identity(Error),
    /// The user interrupted.
    Interrupted,
}

/// Proven credentials, and a client per region.
pub struct Connection {
    config: SdkConfig,
    ec2_endpoint: Option<String>,
    region: String,
    account: Option<Account>,
    regions: Mutex<HashMap<String, Arc<Ec2>>>,
}

/// No place for credentials may keep a user waiting longer than this, all together.
const CREDENTIALS_TIMEOUT: Duration = Duration::from_secs(5);

impl Connection {
    /// Finds region and credentials and, where the settings ask for it, proves them.
    pub async fn open(settings: &Settings, scope: &Scope) -> Result<Self, OpenError> {
        let http_client = network::client(&settings.network);
        let base = match &http_client {
            Some(client) => ProviderConfig::without_region().with_http_client(client.clone()),
            None => ProviderConfig::without_region(),
        };
        let region = region(settings, &base).await.ok_or(OpenError::NoRegion)?;
        let base = base.with_region(Some(region.clone()));
        let provider = credentials::provider(settings, &base);
        prove(settings, &provider, scope).await?;

        let config = aws_config::defaults(BehaviorVersion::latest())
            .region(region.clone())
            .credentials_provider(provider)
            .retry_config(RetryConfig::disabled())
            .timeout_config(timeouts())
            .app_name(app_name());
        let config = match http_client {
            Some(client) => config.http_client(client),
            None => config,
        };
        let config = match &settings.profile {
            Some(profile) => config.profile_name(profile).load().await,
            None => config.load().await,
        };
        let account = match settings.ask_identity {
            true => {
                let endpoint = settings.endpoints.sts.as_deref();
                let asked = Account::ask(&config, endpoint, region.as_ref(), scope).await;
                Some(asked.map_err(OpenError::Identity)?)
            }
            false => None,
        };
        Ok(Self {
            config,
            ec2_endpoint: settings.endpoints.ec2.clone(),
            region: region.to_string(),
            account,
            regions: Mutex::default(),
        })
    }

    /// The region of all that doesn't name its own.
    pub fn default_region(&self) -> &str {
        &self.region
    }

    /// The account, where it was asked for.
    pub fn account_id(&self) -> Option<&str> {
        self.account.as_ref().map(|a| a.id.as_str())
    }

    /// EC2 in a region: always the same client for the same region.
    pub fn ec2(&self, region: &str) -> Arc<Ec2> {
        let mut regions = self.regions.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(ec2) = regions.get(region) {
            return Arc::clone(ec2);
        }
        let config =
            aws_sdk_ec2::config::Builder::from(&self.config).region(Region::new(region.to_owned()));
        let config = match &self.ec2_endpoint {
            Some(endpoint) => config.endpoint_url(endpoint),
            None => config,
        };
        let ec2 = Arc::new(Ec2 {
            sdk: aws_sdk_ec2::Client::from_conf(config.build()),
            region: region.to_owned(),
            lookups: Lookups::default(),
            reads: Reads::default(),
        });
        regions.insert(region.to_owned(), Arc::clone(&ec2));
        ec2
    }
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection")
            .field("region", &self.region)
            .finish_non_exhaustive()
    }
}

/// Provider block, environment, profile, instance metadata.
async fn region(settings: &Settings, base: &ProviderConfig) -> Option<Region> {
    let mut profile = ProfileFileRegionProvider::builder().configure(base);
    if let Some(name) = &settings.profile {
        profile = profile.profile_name(name);
    }
    let chain = RegionProviderChain::first_try(settings.region.clone().map(Region::new))
        .or_else(aws_config::environment::EnvironmentVariableRegionProvider::new())
        .or_else(profile.build());
    if let Some(region) = chain.region().await {
        return Some(region);
    }
    if settings.metadata.skip == Some(true) {
        return None;
    }
    let metadata = ImdsRegionProvider::builder()
        .configure(base)
        .imds_client(credentials::metadata_client(base))
        .build();
    metadata.region().await
}

async fn prove(
    settings: &Settings,
    provider: &impl ProvideCredentials,
    scope: &Scope,
) -> Result<(), OpenError> {
    let found = tokio::select! {
        found = tokio::time::timeout(CREDENTIALS_TIMEOUT, provider.provide_credentials()) => found,
        () = scope.cancel.cancelled() => return Err(OpenError::Interrupted),
    };
    let cause = match found {
        Ok(Ok(_)) => return Ok(()),
        // All that it says is that each place isn't set up, which `places` says in our words.
        Ok(Err(CredentialsError::CredentialsNotLoaded(_))) => None,
        Ok(Err(error)) => Some(innermost(&error)),
        Err(_) => {
            let seconds = CREDENTIALS_TIMEOUT.as_secs();
            Some(format!("no answer within {seconds} seconds"))
        }
    };
    Err(OpenError::NoCredentials {
        places: credentials::places(settings),
        cause,
    })
}

fn innermost(error: &dyn std::error::Error) -> String {
    let mut last = error;
    while let Some(source) = last.source() {
        last = source;
    }
    last.to_string().trim_end_matches('.').to_owned()
}

fn timeouts() -> TimeoutConfig {
    TimeoutConfig::builder()
        .connect_timeout(Duration::from_secs(5))
        .operation_attempt_timeout(Duration::from_secs(60))
        .build()
}

/// What AWS sees in its logs as the caller.
fn app_name() -> AppName {
    AppName::new(concat!(
        env!("CARGO_PKG_NAME"),
        "-",
        env!("CARGO_PKG_VERSION")
    ))
    .expect("letters, digits, hyphens and dots make an app name")
}
