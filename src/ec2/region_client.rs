//! EC2 in one region: its client, what is known of it, and where its calls wait. Each family of calls
//! adds its own methods, in a file of `api/` or with the cache that its answers go to.

use std::error::Error as StdError;
use std::future::Future;
use std::sync::Arc;

use aws_sdk_ec2::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_ec2::operation::RequestId;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;

use super::api::holder::Holder;
use super::api::lookups::Lookups;
use super::api::shared_lookup::SharedLookup;
use super::api::tags::IgnoredTags;
use super::api::vpc_association::VpcAssociation;
use super::call::{CallContext, call};
use super::error::{CarriedOut, Error};
use super::idempotency::Idempotency;
use super::rate_limit::limiter::RateLimiter;
use super::read_cache::Reads;
use super::retry::Retrier;
use super::rule_cache::RuleReads;
use super::scope::Scope;
use super::shared_writes::SharedWrites;
use super::snapshot::SharedSnapshot;

/// EC2 in one region. Cheap to share; calls may run at the same time.
#[derive(Debug)]
pub struct Ec2 {
    pub(super) sdk: aws_sdk_ec2::Client,
    pub(super) region: String,
    pub(super) lookups: Lookups,
    pub(super) reads: Reads,
    pub(super) rule_reads: RuleReads,
    pub(super) interface_reads: SharedLookup<Holder>,
    pub(super) reference_reads: SharedLookup<Holder>,
    pub(super) association_reads: SharedLookup<(String, VpcAssociation)>,
    pub(super) shared_writes: SharedWrites,
    pub(super) snapshots: SharedSnapshot,
    pub(super) ignored_tags: Arc<IgnoredTags>,
    pub(super) retrier: Arc<Retrier>,
    pub(super) rate_limiter: RateLimiter,
}

impl Ec2 {
    /// The region's name.
    pub fn region(&self) -> &str {
        &self.region
    }

    pub(super) async fn call<O, E, F>(
        &self,
        action: &'static str,
        effect: Idempotency,
        scope: &Scope,
        attempt: impl FnMut() -> F,
    ) -> Result<O, Error>
    where
        O: RequestId,
        E: ProvideErrorMetadata + StdError + 'static,
        F: Future<Output = Result<O, SdkError<E, HttpResponse>>>,
    {
        let way = CallContext {
            action,
            region: &self.region,
            retrier: &self.retrier,
            rate_limiter: Some(&self.rate_limiter),
        };
        if effect == Idempotency::ReadOnly {
            return call(way, effect, scope, attempt).await;
        }
        // A snapshot that is read during the write may or may not show it.
        self.snapshots.written();
        let answer = call(way, effect, scope, attempt).await;
        self.snapshots.written();
        answer
    }

    /// An answer that arrived and can't be made sense of.
    pub(in crate::ec2) fn malformed(&self, action: &'static str, what: &str) -> Error {
        let message = format!("the reply can't be understood: {what}");
        Error::given_up(action, &self.region, &message, CarriedOut::Maybe)
    }

    /// A listing that wouldn't end.
    pub(in crate::ec2) fn endless(&self, action: &'static str, what: &str) -> Error {
        let message = format!("the list can't be read to its end: {what}");
        Error::given_up(action, self.region(), &message, CarriedOut::No)
    }
}
