//! The queued reads of one region and the call that they wait for. Makes no call: [`super`] does.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::oneshot;
use tokio::time::Instant;

use super::batcher::{Page, PendingCall, ReadBatcher, ReadResult, RequestId};
use super::listing_policy;
use crate::ec2::api::group::Group;
use crate::ec2::gather::gather;
use crate::ec2::rule_cache::RuleReads;

/// Hosts request many groups at the same moment: before a call, further reads are waited for until
/// none has come for this long.
const QUIET: Duration = Duration::from_millis(10);

/// The reads of one region.
#[derive(Debug, Default)]
pub(in crate::ec2) struct Reads {
    pub(super) batcher: Mutex<ReadBatcher<Group>>,
    /// Held by the task that makes the call for all, during the call.
    pub(super) turn: tokio::sync::Mutex<()>,
}

/// A queued read, which leaves the queue when this is dropped.
pub(super) struct Waiting<'a> {
    pub(super) reads: &'a Reads,
    pub(super) request: RequestId,
    pub(super) answer: oneshot::Receiver<ReadResult<Group>>,
}

/// A call under way, which counts as ended when this is dropped.
pub(super) struct OngoingCall<'a> {
    pub(super) reads: &'a Reads,
    pub(super) pending: PendingCall,
}

/// A write to a group. When this is dropped, cached answers about the group become unusable,
/// whatever the result of the write.
#[derive(Debug)]
pub(in crate::ec2) struct Write<'a> {
    pub(super) reads: &'a Reads,
    pub(super) rule_reads: &'a RuleReads,
    pub(super) id: &'a str,
}

impl Reads {
    /// The next call; `None` if no read is queued.
    pub(super) fn next(&self) -> Option<OngoingCall<'_>> {
        let pending = self.batcher().next(Instant::now())?;
        Some(OngoingCall {
            reads: self,
            pending,
        })
    }

    /// Waits as long as further reads come that can share the next call. If as many are queued as
    /// hosts send at a time, no further read comes.
    pub(super) async fn gather(&self) {
        gather(QUIET, || match self.batcher().waiting() {
            listing_policy::PARALLELISM => 0,
            waiting => waiting,
        })
        .await;
    }

    /// Adds groups that a search found, in a call that began at `began`, for later reads.
    pub(super) fn offer(&self, groups: Page<Group>, began: Instant) {
        self.batcher().offer(groups, began, Instant::now());
    }

    pub(super) fn batcher(&self) -> MutexGuard<'_, ReadBatcher<Group>> {
        self.batcher.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.reads.batcher().leave(self.request);
    }
}

impl Drop for OngoingCall<'_> {
    fn drop(&mut self) {
        self.reads.batcher().ended(&self.pending);
    }
}

impl Drop for Write<'_> {
    fn drop(&mut self) {
        self.reads.batcher().wrote(self.id, Instant::now());
        self.rule_reads.wrote(self.id);
    }
}
