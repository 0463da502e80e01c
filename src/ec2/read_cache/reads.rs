//! The reads of one region that wait, and what they wait for. Makes no call: [`super`] does.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::oneshot;
use tokio::time::Instant;

use super::batcher::{Page, PendingCall, ReadBatcher, ReadResult, RequestId};
use super::listing_policy;
use crate::ec2::api::group::Group;
use crate::ec2::gather::gather;
use crate::ec2::rule_cache::RuleReads;

/// Hosts ask for many groups at the same moment: a call waits for others to share it until none
/// has come for this long.
const QUIET: Duration = Duration::from_millis(10);

/// The reads of one region.
#[derive(Debug, Default)]
pub(in crate::ec2) struct Reads {
    pub(super) batcher: Mutex<ReadBatcher<Group>>,
    /// Held by the task that makes the call for all, while it does.
    pub(super) turn: tokio::sync::Mutex<()>,
}

/// A read that waits. It no longer does when this is dropped.
pub(super) struct Waiting<'a> {
    pub(super) reads: &'a Reads,
    pub(super) request: RequestId,
    pub(super) answer: oneshot::Receiver<ReadResult<Group>>,
}

/// A call under way. It no longer is when this is dropped.
pub(super) struct OngoingCall<'a> {
    pub(super) reads: &'a Reads,
    pub(super) pending: PendingCall,
}

/// A write to a group: when it is over, however it ended, what was read before isn't used.
#[derive(Debug)]
pub(in crate::ec2) struct Write<'a> {
    pub(super) reads: &'a Reads,
    pub(super) rule_reads: &'a RuleReads,
    pub(super) id: &'a str,
}

impl Reads {
    /// The next call, if anybody waits for one.
    pub(super) fn next(&self) -> Option<OngoingCall<'_>> {
        let pending = self.batcher().next(Instant::now())?;
        Some(OngoingCall {
            reads: self,
            pending,
        })
    }

    /// Waits as long as further requests come that can share the next call. Where as many wait as hosts
    /// send at a time, no other read comes.
    pub(super) async fn gather(&self) {
        gather(QUIET, || match self.batcher().waiting() {
            listing_policy::PARALLELISM => 0,
            waiting => waiting,
        })
        .await;
    }

    /// Hands over what a search showed, in a call that began at this time, for the reads that come.
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
