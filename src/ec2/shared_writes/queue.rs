//! The queue of writes that share calls: which of them one call can take, and how a refused call is
//! split. Makes no call.

use std::collections::HashMap;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::oneshot;

use super::traffic::Traffic;
use super::write::{RuleWrite, RuleWriteKind, WriteResult};
use crate::ec2::error::{CarriedOut, Error};
use crate::ec2::gather::gather;
use crate::rules::Rule;

/// Before a call, further writes are waited for until none has come for this long.
const QUIET: Duration = Duration::from_millis(15);

/// The writes of one region.
#[derive(Debug, Default)]
pub(in crate::ec2) struct SharedWrites {
    queues: Mutex<HashMap<Key, Arc<Queue>>>,
    /// A number for each group.
    groups: Mutex<HashMap<String, u64>>,
    pub(super) traffic: Traffic,
}

/// The id of a group, and the kind of writes to its rules.
type Key = (String, RuleWriteKind);

/// Writes of one kind to one group.
#[derive(Debug, Default)]
pub(super) struct Queue {
    /// Number of its group.
    pub(super) group: u64,
    waiting: Mutex<Vec<Waiting>>,
    /// Number of writes that have come so far.
    pub(super) arrivals: AtomicU64,
    /// Held by the task that makes the call for all, during the call.
    pub(super) turn: tokio::sync::Mutex<()>,
}

#[derive(Debug)]
pub(super) struct Waiting {
    /// Number of the write in its queue.
    pub(super) number: u64,
    pub(super) write: RuleWrite,
    pub(super) answer: oneshot::Sender<WriteResult>,
}

impl SharedWrites {
    pub(super) fn queue(&self, group_id: &str, kind: &RuleWriteKind) -> Arc<Queue> {
        let group = {
            let mut groups = self.groups.lock().unwrap_or_else(PoisonError::into_inner);
            let number = groups.len() as u64;
            *groups.entry(group_id.to_owned()).or_insert(number)
        };
        let mut queues = self.queues.lock().unwrap_or_else(PoisonError::into_inner);
        let queue = queues.entry((group_id.to_owned(), kind.clone()));
        let new = || {
            Arc::new(Queue {
                group,
                ..Queue::default()
            })
        };
        Arc::clone(queue.or_insert_with(new))
    }
}

impl Queue {
    /// Waits as long as further writes come that can share the call.
    pub(super) async fn gather(&self) {
        gather(QUIET, || self.waiting().len()).await;
    }

    /// Removes the writes that one call can take, in the order of arrival.
    pub(super) fn next_batch(&self) -> Vec<Waiting> {
        let mut waiting = self.waiting();
        let mut taken: Vec<Waiting> = Vec::new();
        let mut left = Vec::new();
        for one in waiting.drain(..) {
            if taken.iter().any(|t| t.write.collides_with(&one.write)) {
                left.push(one);
            } else {
                taken.push(one);
            }
        }
        *waiting = left;
        taken
    }

    /// Removes a write from the queue. `false` if it has been sent.
    pub(super) fn withdraw(&self, number: u64) -> bool {
        let mut waiting = self.waiting();
        let found = waiting.iter().position(|one| one.number == number);
        found.map(|index| waiting.remove(index)).is_some()
    }

    pub(super) fn waiting(&self) -> MutexGuard<'_, Vec<Waiting>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl RuleWrite {
    /// Whether one call can't take both writes: EC2 refuses a call that names a rule twice.
    fn collides_with(&self, other: &Self) -> bool {
        let becomes = |write: &Self, rule: &Rule| write.changes.iter().any(|c| c.new == *rule);
        self.rules.keys().any(|rule| other.rules.contains_key(rule))
            || self.changes.iter().any(|c| becomes(other, &c.new))
    }

    /// Whether a message names one of its rules, by its peer or its id.
    fn is_named_in(&self, message: &str) -> bool {
        let is_part = |c: char| c.is_ascii_alphanumeric() || "-./:".contains(c);
        let words: Vec<&str> = message
            .split(|c| !is_part(c))
            .map(|word| word.trim_end_matches(['.', ':']))
            .collect();
        let names = |rule: &Rule| {
            let peer = rule.peer.to_string();
            let id = peer.rsplit_once('/').filter(|_| peer.contains("sg-"));
            words.contains(&id.map_or(peer.as_str(), |(_, id)| id))
        };
        self.rules.keys().any(names)
            || self.changes.iter().any(|change| names(&change.new))
            || self.ids.values().any(|id| words.contains(&id.as_str()))
    }
}

/// Joins several writes into one.
pub(super) fn together(part: &[Waiting]) -> RuleWrite {
    let mut all = RuleWrite::default();
    for Waiting { write, .. } in part {
        all.rules.extend(write.rules.clone());
        all.changes.extend(write.changes.iter().cloned());
        all.ids.extend(write.ids.clone());
    }
    all
}

/// Whether a refusal of a shared call may be about one of its writes alone.
pub(super) fn may_concern_one(error: &Error, group_id: &str) -> bool {
    let Some(code) = &error.code else {
        return false;
    };
    let of_all = ["InvalidClientTokenId", "InvalidAction"];
    let is_about_the_group = error.is_no_such_group() && error.message.contains(group_id);
    let of_input = code.starts_with("Invalid") || code.starts_with("Missing");
    let of_room = code == "RulesPerSecurityGroupLimitExceeded" || code == "TagLimitExceeded";
    error.carried_out == CarriedOut::No
        && (of_input || of_room)
        && !of_all.contains(&code.as_str())
        && !is_about_the_group
}

/// Splits a refused batch into the writes that the refusal names and the others, or else into two
/// halves.
pub(super) fn split(part: Vec<Waiting>, error: &Error) -> (Vec<Waiting>, Vec<Waiting>) {
    let all = part.len();
    let named = |one: &Waiting| one.write.is_named_in(&error.message);
    let (mut some, mut others): (Vec<_>, Vec<_>) = part.into_iter().partition(named);
    if some.is_empty() || others.is_empty() {
        some.append(&mut others);
        others = some.split_off(all / 2);
    }
    (some, others)
}
