//! From the caller's settings to EC2 clients: credentials are found and proven once, and each
//! region gets one client, made when it is first needed.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use aws_config::provider_config::ProviderConfig;
use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};

use super::credentials::{self, SharedFiles};
use super::open_error::OpenError;
use super::region_client::Ec2;
use super::retry::{self, Retrier};
use super::scope::Scope;
use crate::ec2::api::account::Account;
use crate::ec2::api::lookups::Lookups;
use crate::ec2::api::shared_lookup::SharedLookup;
use crate::ec2::api::sts::Sts;
use crate::ec2::api::tags::IgnoredTags;
use crate::ec2::config::settings::Settings;
use crate::ec2::config::{endpoints, region};
use crate::ec2::http;
use crate::ec2::rate_limit::limiter::RateLimiter;
use crate::ec2::read_cache::Reads;
use crate::ec2::rule_cache::RuleReads;
use crate::ec2::shared_writes::SharedWrites;
use crate::ec2::snapshot::SharedSnapshot;

/// Proven credentials, and a client per region.
pub struct Connection {
    config: SdkConfig,
    ec2_endpoint: Option<String>,
    region: String,
    account: Option<Account>,
    retrier: Arc<Retrier>,
    regions: Mutex<HashMap<String, Arc<Ec2>>>,
    ignored_tags: Arc<IgnoredTags>,
}

impl Connection {
    /// Finds region and credentials and, if the settings want the account, proves the credentials.
    pub async fn open(settings: &Settings, scope: &Scope) -> Result<Self, OpenError> {
        let http_client = http::client(settings).map_err(OpenError::Network)?;
        let base = ProviderConfig::without_region().with_http_client(http_client.clone());
        let files = SharedFiles::load(settings).await;
        let files = files.map_err(OpenError::Credentials)?;
        let retrier = Arc::new(retrier(settings, &files)?);
        let region = region::find(settings, &base, &files).await?;

        let config = aws_config::defaults(BehaviorVersion::latest())
            .region(region.clone())
            .no_credentials()
            .profile_files(files.for_sdk())
            .profile_name(files.profile())
            .retry_config(RetryConfig::disabled())
            .timeout_config(timeouts())
            .http_client(http_client);
        let config = endpoints::of_kind(settings, config).load().await;
        endpoints::check(settings, &config).await?;
        let base = base
            .with_region(Some(region.clone()))
            .with_use_fips(config.use_fips())
            .with_use_dual_stack(config.use_dual_stack());
        let sts = Sts::new(&config, settings, &retrier);
        let provider = credentials::find(settings, &base, &files, &sts, scope).await?;
        let config = config.into_builder().credentials_provider(provider).build();
        // Finding the credentials may have taken the whole time: a program may have waited for a
        // person.
        let account = Account::ask(settings, &config, &sts, &scope.anew()).await?;
        Ok(Self {
            config,
            ec2_endpoint: settings.endpoints.ec2.clone(),
            region: region.to_string(),
            account,
            retrier,
            regions: Mutex::default(),
            ignored_tags: Arc::new(settings.ignored_tags.clone()),
        })
    }

    /// The region of all that doesn't name its own.
    pub fn default_region(&self) -> &str {
        &self.region
    }

    /// The id of the account; `None` if the settings don't want it known.
    pub fn account_id(&self) -> Option<&str> {
        self.account.as_ref().map(|a| a.id.as_str())
    }

    /// The client of EC2 in a region: always the same one for the same region.
    pub fn ec2(&self, region: &str) -> Arc<Ec2> {
        let mut regions = self.regions.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(ec2) = regions.get(region) {
            return Arc::clone(ec2);
        }
        let config = endpoints::ec2(&self.config, self.ec2_endpoint.as_deref())
            .region(Region::new(region.to_owned()));
        let ec2 = Arc::new(Ec2 {
            sdk: aws_sdk_ec2::Client::from_conf(config.build()),
            region: region.to_owned(),
            lookups: Lookups::default(),
            reads: Reads::default(),
            rule_reads: RuleReads::default(),
            interface_reads: SharedLookup::default(),
            reference_reads: SharedLookup::default(),
            association_reads: SharedLookup::default(),
            shared_writes: SharedWrites::default(),
            snapshots: SharedSnapshot::default(),
            ignored_tags: Arc::clone(&self.ignored_tags),
            retrier: Arc::clone(&self.retrier),
            rate_limiter: RateLimiter::new(region, self.retrier.mode),
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

/// When calls are sent again, as settings, environment and profile say.
fn retrier(settings: &Settings, files: &SharedFiles) -> Result<Retrier, OpenError> {
    retry::resolve(
        &settings.retries,
        |name| std::env::var(name).ok(),
        |key| files.get(key).map(str::to_owned),
    )
}

fn timeouts() -> TimeoutConfig {
    TimeoutConfig::builder()
        .connect_timeout(Duration::from_secs(5))
        .operation_attempt_timeout(Duration::from_secs(60))
        .build()
}
