//! Joins writes to rules that several resources make at the same time: one call for each group,
//! direction and verb, since EC2's calls take many rules. The write that holds the lock `turn`
//! makes the call for all queued ones; there is no background task. [`traffic`] decides how long it
//! waits for more.
//!
//! EC2 carries out a call as a whole or not at all. If it refuses a shared call for a reason that
//! may concern one write only, the call is repeated in parts until the refused write is alone.
//!
//! "50 groups with six rules, each rule a resource of its own" in `docs/benchmarks.md` measures it:
//! three writes for each group if its rules follow each other, instead of eight.

mod queue;
#[cfg(test)]
mod tests;
mod traffic;
mod write;

use std::sync::atomic::Ordering;

use tokio::sync::oneshot;
use tokio::time::Instant;

use self::queue::{Waiting, may_concern_one, split, together};
use self::traffic::GroupInProgress;
use self::write::WriteResult;
use super::error::{CarriedOut, Error};
use super::region_client::Ec2;
use super::scope::Scope;

pub(super) use self::queue::SharedWrites;
pub use self::write::{RuleWrite, RuleWriteKind};

impl Ec2 {
    /// Notes that a group is being made whose rules other resources make, until the guard is
    /// dropped. Meanwhile, writes to the rules of a group wait a little for more of the same group.
    pub fn begin_group(&self) -> GroupInProgress<'_> {
        self.shared_writes.traffic.make_group()
    }

    /// Makes a write to the rules of a group, in one call with others of its kind that come at the
    /// same time. EC2 carries it out as a whole or not at all. Returns the rules that it added.
    ///
    /// # Errors
    /// EC2 refused this write, or the call failed. A refusal that another write caused is never
    /// returned.
    pub async fn write_rules(
        &self,
        group_id: &str,
        kind: &RuleWriteKind,
        write: RuleWrite,
        scope: &Scope,
    ) -> WriteResult {
        let queue = self.shared_writes.queue(group_id, kind);
        let traffic = &self.shared_writes.traffic;
        let _asked = traffic.join(queue.group);
        let (sender, mut answer) = oneshot::channel();
        let number = queue.arrivals.fetch_add(1, Ordering::Relaxed);
        queue.waiting().push(Waiting {
            number,
            write,
            answer: sender,
        });
        loop {
            let turn = tokio::select! {
                biased;
                answer = &mut answer => return self.written(answer, kind, scope),
                turn = queue.turn.lock() => turn,
                () = scope.end() => {
                    if queue.withdraw(number) {
                        return Err(self.never_written(kind, scope));
                    }
                    // The write was sent, and its answer says what exists.
                    return self.written(answer.await, kind, scope);
                }
            };
            if let Ok(answer) = answer.try_recv() {
                return answer;
            }
            let since = Instant::now();
            queue.gather().await;
            while traffic.wait_for_more(queue.group, since).await {
                queue.gather().await;
            }
            // Writes that come until the rate limiter has a token are sent with this call.
            let has_token = tokio::select! {
                biased;
                () = self.rate_limiter.wait(kind.action()) => true,
                () = scope.end() => false,
            };
            let batch = queue.next_batch();
            let scope_of_call = if has_token {
                scope.with_token()
            } else {
                scope.clone()
            };
            let made = self.write_all(group_id, kind, batch, &scope_of_call).await;
            if scope_of_call.take_token() {
                self.rate_limiter.unused(kind.action());
            }
            if let Err(left) = made {
                // Other writes may have more time, and go on.
                queue.waiting().splice(0..0, left);
                queue.withdraw(number);
                drop(turn);
                let answered = answer.try_recv();
                return answered.unwrap_or_else(|_| Err(self.never_written(kind, scope)));
            }
        }
    }

    /// Makes one call for all writes of a batch, or several, and answers each write.
    ///
    /// # Errors
    /// The writes that weren't sent because the time was up.
    async fn write_all(
        &self,
        group_id: &str,
        kind: &RuleWriteKind,
        batch: Vec<Waiting>,
        scope: &Scope,
    ) -> Result<(), Vec<Waiting>> {
        let mut parts = vec![batch];
        while let Some(part) = parts.pop() {
            if part.is_empty() {
                continue;
            }
            let shared = together(&part);
            match self.send(group_id, kind, &shared, scope).await {
                Ok(rules) => part.into_iter().for_each(|waiting| {
                    let own = rules
                        .iter()
                        .filter(|r| waiting.write.rules.contains_key(&r.rule));
                    let own = own.cloned().collect();
                    // The receiver may be gone.
                    let _ = waiting.answer.send(Ok(own));
                }),
                Err(error) if part.len() > 1 && may_concern_one(&error, group_id) => {
                    tracing::debug!(%error, writes = part.len(), "sent again in parts");
                    let (some, others) = split(part, &error);
                    parts.extend([some, others]);
                }
                Err(error) if error.carried_out == CarriedOut::No && scope.is_over() => {
                    let left = parts.into_iter().rev().flatten();
                    return Err(part.into_iter().chain(left).collect());
                }
                Err(error) => part.into_iter().for_each(|waiting| {
                    let _ = waiting.answer.send(Err(error.clone()));
                }),
            }
        }
        Ok(())
    }

    async fn send(
        &self,
        group_id: &str,
        kind: &RuleWriteKind,
        write: &RuleWrite,
        scope: &Scope,
    ) -> WriteResult {
        let _out = self.shared_writes.traffic.send();
        let rules = &write.rules;
        let ids = || write.ids.values().cloned().collect();
        match kind {
            RuleWriteKind::Authorize(direction, tags) => {
                return self
                    .authorize_tagged(group_id, *direction, rules, tags, scope)
                    .await;
            }
            RuleWriteKind::Revoke(direction) => {
                self.revoke(group_id, *direction, rules, scope).await?;
            }
            RuleWriteKind::Describe(direction) => {
                self.update_rule_descriptions(group_id, *direction, rules, scope)
                    .await?;
            }
            RuleWriteKind::Modify(_) => {
                self.modify_by_ids(group_id, &write.changes, &write.ids, scope)
                    .await?;
            }
            RuleWriteKind::Tag(tags) => {
                let _write = self.write(group_id);
                self.tag(ids(), tags, scope).await?;
            }
            RuleWriteKind::Untag(keys) => {
                let _write = self.write(group_id);
                self.untag(ids(), keys, scope).await?;
            }
        }
        Ok(Vec::new())
    }

    fn written(
        &self,
        answer: Result<WriteResult, oneshot::error::RecvError>,
        kind: &RuleWriteKind,
        scope: &Scope,
    ) -> WriteResult {
        // An answer is sent before its sender is dropped.
        answer.unwrap_or_else(|_| Err(self.never_written(kind, scope)))
    }

    fn never_written(&self, kind: &RuleWriteKind, scope: &Scope) -> Error {
        let what = "it was given up before it was sent";
        let (action, region) = (kind.action(), &self.region);
        scope.ended(Error::given_up(action, region, what, CarriedOut::No))
    }
}
