//! The one place where groups are read, one for each region. Reads that arrive while a call is
//! under way share the next one, and where many groups are read, pages of all groups take the place
//! of many calls.
//!
//! [`batcher`] decides which call comes next and whom it answers, with [`listing_policy`], [`listing`]
//! and what searches have [`offered`];
//! [`fetch`] makes the calls. There is no task in the background: the waiting read that has the turn
//! makes the call for all, with its own deadline; if it gives up, the next one who waits takes over.
//! Nor does a call that takes long hold the others up: they make another.

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

/// A call that takes longer than this isn't waited for by those who would share the next one.
const SLOW: Duration = Duration::from_secs(1);
/// A page is worth more of a wait: it is large, and spares many calls.
const SLOW_PAGE: Duration = Duration::from_secs(10);

impl Ec2 {
    /// The group of an id, or `None` where there is none. It may be what EC2 showed some seconds
    /// ago, but not what it showed before a write of our own.
    pub async fn read_security_group(
        &self,
        id: &str,
        scope: &Scope,
    ) -> Result<Option<Group>, Error> {
        self.read(id, Freshness::Listed, scope).await
    }

    /// The group of an id as EC2 has it now, or `None` where there is none.
    pub async fn describe_security_group(
        &self,
        id: &str,
        scope: &Scope,
    ) -> Result<Option<Group>, Error> {
        self.read(id, Freshness::Now, scope).await
    }

    /// A guard to hold while a group is written to.
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
                // The others may have more time: it is theirs to go on.
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

/// How long the others wait for a call.
fn slow(call: &Call) -> Duration {
    match call {
        Call::Batch(_) => SLOW,
        Call::Page(_) => SLOW_PAGE,
    }
}
