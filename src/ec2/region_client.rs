//! The client of EC2 in one region, with its caches and queues. Each family of calls adds its
//! methods, in a file of `api/` or beside the cache of its answers.

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

/// The client of EC2 in one region. Calls may run at the same time.
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
        let context = CallContext {
            action,
            region: &self.region,
            retrier: &self.retrier,
            rate_limiter: Some(&self.rate_limiter),
        };
        if effect == Idempotency::ReadOnly {
            return call(context, effect, scope, attempt).await;
        }
        // Counted before and after, since a snapshot that is read during the write may or may not
        // show it.
        self.snapshots.written();
        let answer = call(context, effect, scope, attempt).await;
        self.snapshots.written();
        answer
    }

    /// The error for an answer that can't be decoded.
    pub(in crate::ec2) fn malformed(&self, action: &'static str, what: &str) -> Error {
        let message = format!("the reply can't be understood: {what}");
        Error::given_up(action, &self.region, &message, CarriedOut::Maybe)
    }

    /// The error for a look-up that was given up before its call.
    pub(in crate::ec2) fn never_asked(&self, action: &'static str) -> Error {
        let what = "it was given up before EC2 was asked";
        Error::given_up(action, &self.region, what, CarriedOut::No)
    }

    /// The error for a listing that wouldn't end.
    pub(in crate::ec2) fn endless(&self, action: &'static str, what: &str) -> Error {
        let message = format!("the list can't be read to its end: {what}");
        Error::given_up(action, self.region(), &message, CarriedOut::No)
    }
}
