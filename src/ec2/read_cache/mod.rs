//! Reads groups: all reads of a region go through its cache. Reads that arrive while a call is
//! under way share the next one, and if many groups are read, pages of all groups replace many
//! calls.
//!
//! [`batcher`] decides which call comes next and which reads it answers, with [`listing_policy`],
//! [`listing`] and the groups that searches have [`offered`]; [`fetch`] makes the calls. There is
//! no background task: the read that holds the lock `turn` makes the call for all, with its own
//! deadline, and if it gives up, the next read takes over. A slow call doesn't hold the others up:
//! they make another one.
//!
//! "A plan over 1000 groups" in `docs/benchmarks.md` measures it: 3 calls, where a call for each
//! group makes 1,000.

mod batcher;
mod fetch;
mod listing;
mod listing_policy;
mod offered;
mod reads;
mod search;

use std::time::Duration;

pub(super) use reads::Reads;
use tokio::sync::oneshot;
use tokio::time::Instant;

use self::batcher::{Call, Enqueued, Freshness, PendingCall, ReadResult};
use self::reads::{Waiting, Write};
use super::api::group::Group;
use super::error::{CarriedOut, Error};
use super::region_client::Ec2;
use super::scope::Scope;

/// Time after which reads that would share the next call no longer wait for a batch under way.
const SLOW: Duration = Duration::from_secs(1);
/// The same for a page, which is larger and saves many calls.
const SLOW_PAGE: Duration = Duration::from_secs(10);

impl Ec2 {
    /// The group with an id; `None` if there is none. It may be up to a minute old, but never older
    /// than the last write of this process.
    pub async fn read_security_group(
        &self,
        id: &str,
        scope: &Scope,
    ) -> Result<Option<Group>, Error> {
        self.read(id, Freshness::Listed, scope).await
    }

    /// The group with an id as EC2 has it now; `None` if there is none.
    pub async fn describe_security_group(
        &self,
        id: &str,
        scope: &Scope,
    ) -> Result<Option<Group>, Error> {
        self.read(id, Freshness::Now, scope).await
    }

    /// A guard to hold during a write to a group.
    pub(super) fn write<'a>(&'a self, id: &'a str) -> Write<'a> {
        Write {
            reads: &self.reads,
            rule_reads: &self.rule_reads,
            id,
        }
    }

    async fn read(&self, id: &str, age: Freshness, scope: &Scope) -> ReadResult<Group> {
        if scope.is_over() {
            return Err(self.gave_up(scope));
        }
        if age == Freshness::Listed {
            self.rule_reads.saw(id);
        }
        let asked = self.reads.batcher().ask(id, age, Instant::now());
        let mut waiting = match asked {
            Enqueued::Answered(answer) => return answer,
            Enqueued::Waits(request, answer) => Waiting {
                reads: &self.reads,
                request,
                answer,
            },
        };
        loop {
            let turn = tokio::select! {
                biased;
                answer = &mut waiting.answer => return self.given(answer, scope),
                turn = self.reads.turn.lock() => turn,
                () = scope.end() => return Err(self.gave_up(scope)),
            };
            self.reads.gather().await;
            let Some(pending) = self.reads.next() else {
                continue;
            };
            let call = self.make(&pending.pending, scope);
            let mut call = std::pin::pin!(call);
            let made = tokio::select! {
                biased;
                made = &mut call => made,
                () = tokio::time::sleep(slow(&pending.pending.call)) => {
                    drop(turn);
                    tokio::select! {
                        biased;
                        answer = &mut waiting.answer => return self.given(answer, scope),
                        made = call => made,
                    }
                }
            };
            match made {
                // Other reads may have more time, and go on.
                Err(error) if scope.has_cut(&error) => return Err(error),
                Err(error) => self.reads.batcher().failed(&pending.pending, &error),
                Ok(()) => {}
            }
        }
    }

    fn given(
        &self,
        answer: Result<ReadResult<Group>, oneshot::error::RecvError>,
        scope: &Scope,
    ) -> ReadResult<Group> {
        // An answer is sent before its sender is dropped.
        answer.unwrap_or_else(|_| Err(self.gave_up(scope)))
    }

    async fn make(&self, pending: &PendingCall, scope: &Scope) -> Result<(), Error> {
        match &pending.call {
            Call::Batch(ids) => {
                let groups = self.filtered("group-id", ids, scope).await?;
                tracing::debug!(region = self.region, asked = ids.len(), "groups read");
                self.reads.batcher().found(pending, groups);
            }
            Call::Page(token) => {
                let (groups, next) = self.page(token.clone(), scope).await?;
                let (listed, last) = (groups.len(), next.is_none());
                tracing::debug!(region = self.region, listed, last, "groups listed");
                self.reads
                    .batcher()
                    .listed(pending, groups, next, Instant::now());
            }
        }
        Ok(())
    }

    fn gave_up(&self, scope: &Scope) -> Error {
        let what = "it was given up before EC2 answered";
        scope.ended(Error::given_up(
            fetch::ACTION,
            &self.region,
            what,
            CarriedOut::No,
        ))
    }
}

/// Time for which other reads wait for a call.
fn slow(call: &Call) -> Duration {
    match call {
        Call::Batch(_) => SLOW,
        Call::Page(_) => SLOW_PAGE,
    }
}
