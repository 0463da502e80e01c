//! Writes to rules that are made at the same time for several resources travel together: one call for
//! each group, direction and verb, since EC2's calls take many rules. Whoever has the turn makes the
//! call for all that wait; there is no task in the background.
//!
//! EC2 takes all of a call or nothing. Where it refuses one that several share, for what may be the
//! matter of one of them, the call is made again in parts, until what is refused stands alone.

use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::oneshot;

use super::api::groups::Tags;
use super::api::security_group_rules::GroupRule;
use super::call::{Ec2, Scope};
use super::error::{CarriedOut, Error};
use crate::rules::{Change, Direction, Rule, RuleSet};

/// A call waits for others to share it until none has come for this long.
const QUIET: Duration = Duration::from_millis(15);
/// And no longer than so many times that.
const LONGEST_GATHERING: u32 = 5;

/// What a call does. Writes of the same kind to the same group share calls.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum RuleWriteKind {
    /// Adds rules of one direction, each with the same tags.
    Authorize(Direction, Tags),
    /// Removes rules of one direction.
    Revoke(Direction),
    /// Changes descriptions of rules of one direction.
    Describe(Direction),
    /// Changes rules of one direction in place.
    Modify(Direction),
    /// Puts the same tags on rules.
    Tag(Tags),
    /// Takes tags of the same keys off rules.
    Untag(Vec<String>),
}

/// What a write is about. Each kind looks at its own part.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RuleWrite {
    /// Rules to be added, removed or described.
    pub rules: RuleSet,
    /// Rules to be changed in place.
    pub changes: Vec<Change>,
    /// Ids of rules: of those to be changed in place, and of those to be tagged.
    pub ids: BTreeMap<Rule, String>,
}

/// What comes of a write: the rules that it added, as EC2 shows them.
type WriteResult = Result<Vec<GroupRule>, Error>;

/// The writes of one region.
#[derive(Debug, Default)]
pub(super) struct SharedWrites {
    queues: Mutex<HashMap<Key, Arc<Queue>>>,
}

/// A group, and what is done with its rules.
type Key = (String, RuleWriteKind);

/// Writes of one kind to one group.
#[derive(Debug, Default)]
struct Queue {
    waiting: Mutex<Vec<Waiting>>,
    /// How many have come so far.
    arrivals: AtomicU64,
    /// Held by the one who makes a call for all, while it does.
    turn: tokio::sync::Mutex<()>,
}

#[derive(Debug)]
struct Waiting {
    /// Tells it from others in its queue.
    number: u64,
    write: RuleWrite,
    answer: oneshot::Sender<WriteResult>,
}

impl Ec2 {
    /// Makes a write to rules of a group, together with others of its kind that come at the same
    /// time. EC2 carries it out as a whole or not at all.
    ///
    /// # Errors
    /// What EC2 said to this write: never a refusal that another write caused.
    pub async fn write_rules(
        &self,
        group_id: &str,
        kind: &RuleWriteKind,
        write: RuleWrite,
        scope: &Scope,
    ) -> WriteResult {
        let queue = self.shared_writes.queue(group_id, kind);
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
                    // It is on its way, and its answer tells what exists.
                    return self.written(answer.await, kind, scope);
                }
            };
            if let Ok(answer) = answer.try_recv() {
                return answer;
            }
            queue.gather().await;
            let batch = queue.take();
            let made = self.write_all(group_id, kind, batch, scope).await;
            if let Err(left) = made {
                // The others may have more time: it is theirs to go on.
                queue.waiting().splice(0..0, left);
                queue.withdraw(number);
                drop(turn);
                let answered = answer.try_recv();
                return answered.unwrap_or_else(|_| Err(self.never_written(kind, scope)));
            }
        }
    }

    /// Makes a call for all of these, and answers each. Gives back what wasn't sent for want of time.
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
                    // Whoever asked may be gone.
                    let _ = waiting.answer.send(Ok(own));
                }),
                Err(error) if part.len() > 1 && may_be_of_one(&error, group_id) => {
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

impl RuleWriteKind {
    fn action(&self) -> &'static str {
        use Direction::{Egress, Ingress};
        match self {
            Self::Authorize(Ingress, _) => "AuthorizeSecurityGroupIngress",
            Self::Authorize(Egress, _) => "AuthorizeSecurityGroupEgress",
            Self::Revoke(Ingress) => "RevokeSecurityGroupIngress",
            Self::Revoke(Egress) => "RevokeSecurityGroupEgress",
            Self::Describe(Ingress) => "UpdateSecurityGroupRuleDescriptionsIngress",
            Self::Describe(Egress) => "UpdateSecurityGroupRuleDescriptionsEgress",
            Self::Modify(_) => "ModifySecurityGroupRules",
            Self::Tag(_) => "CreateTags",
            Self::Untag(_) => "DeleteTags",
        }
    }
}

impl RuleWrite {
    /// For kinds that take rules.
    pub fn of_rules(rules: RuleSet) -> Self {
        Self {
            rules,
            ..Self::default()
        }
    }

    /// For kinds that take ids.
    pub fn of_ids(ids: BTreeMap<Rule, String>) -> Self {
        Self {
            ids,
            ..Self::default()
        }
    }

    /// Whether a call can't take both: EC2 refuses one that has the same rule twice.
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

impl SharedWrites {
    fn queue(&self, group_id: &str, kind: &RuleWriteKind) -> Arc<Queue> {
        let mut queues = self.queues.lock().unwrap_or_else(PoisonError::into_inner);
        let queue = queues.entry((group_id.to_owned(), kind.clone()));
        Arc::clone(queue.or_default())
    }
}

impl Queue {
    /// Waits as long as others come who can share the call.
    async fn gather(&self) {
        let mut before = 0;
        for _ in 0..LONGEST_GATHERING {
            let waiting = self.waiting().len();
            if waiting <= before {
                break;
            }
            before = waiting;
            tokio::time::sleep(QUIET).await;
        }
    }

    /// Those that one call can take, in the order of arrival. The others stay.
    fn take(&self) -> Vec<Waiting> {
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

    /// Takes a write back that isn't on its way. `false` where it is.
    fn withdraw(&self, number: u64) -> bool {
        let mut waiting = self.waiting();
        let found = waiting.iter().position(|one| one.number == number);
        found.map(|index| waiting.remove(index)).is_some()
    }

    fn waiting(&self) -> MutexGuard<'_, Vec<Waiting>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One write of several.
fn together(part: &[Waiting]) -> RuleWrite {
    let mut all = RuleWrite::default();
    for Waiting { write, .. } in part {
        all.rules.extend(write.rules.clone());
        all.changes.extend(write.changes.iter().cloned());
        all.ids.extend(write.ids.clone());
    }
    all
}

/// Whether one of several writes may be what a refusal is about.
fn may_be_of_one(error: &Error, group_id: &str) -> bool {
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

/// Parts a batch that was refused: into those that the refusal names and the others, or else in two
/// halves.
fn split(part: Vec<Waiting>, error: &Error) -> (Vec<Waiting>, Vec<Waiting>) {
    let all = part.len();
    let named = |one: &Waiting| one.write.is_named_in(&error.message);
    let (mut some, mut others): (Vec<_>, Vec<_>) = part.into_iter().partition(named);
    if some.is_empty() || others.is_empty() {
        some.append(&mut others);
        others = some.split_off(all / 2);
    }
    (some, others)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(keys: &[&str]) -> RuleWrite {
        let rule = |key: &&str| (key.parse().expect("a rule's key"), String::new());
        RuleWrite::of_rules(keys.iter().map(rule).collect())
    }

    fn waiting(write: RuleWrite) -> Waiting {
        let (answer, _) = oneshot::channel();
        Waiting {
            number: 0,
            write,
            answer,
        }
    }

    fn refused(code: &str, message: &str) -> Error {
        Error {
            code: Some(code.to_owned()),
            ..Error::given_up("X", "eu-west-1", message, CarriedOut::No)
        }
    }

    #[test]
    fn a_call_takes_no_rule_twice() {
        let queue = Queue::default();
        let one = "ingress tcp/1 from 10.0.0.0/8";
        let two = "ingress tcp/2 from 10.0.0.0/8";
        for keys in [&[one][..], &[one, two], &[two]] {
            queue.waiting().push(waiting(rules(keys)));
        }
        assert_eq!(queue.take().len(), 2);
        assert_eq!(queue.take().len(), 1);
        assert!(queue.take().is_empty());
    }

    #[test]
    fn a_refusal_that_names_a_rule_parts_it_from_the_others() {
        let batch = || {
            let keys = [
                "ingress tcp/1 from 10.0.0.0/8",
                "ingress tcp/1 from 10.0.0.0/16",
                "ingress tcp/1 from 123456789012/sg-0000000b",
                "ingress tcp/1 from pl-0000000c",
            ];
            keys.map(|key| waiting(rules(&[key]))).into_iter().collect()
        };
        for (message, named) in [
            ("rule \"peer: 10.0.0.0/8, TCP\" already exists", 1),
            ("The security group 'sg-0000000b' does not exist", 1),
            ("The prefix list ID 'pl-0000000c' does not exist.", 1),
            ("The maximum number of rules has been reached.", 2),
        ] {
            let error = refused("InvalidPermission.Duplicate", message);
            let (some, others) = split(batch(), &error);
            assert_eq!((some.len(), others.len()), (named, 4 - named), "{message}");
        }
    }

    #[test]
    fn only_what_may_be_of_one_rule_is_sent_again_in_parts() {
        for (code, message, expected) in [
            ("InvalidPermission.Duplicate", "", true),
            ("RulesPerSecurityGroupLimitExceeded", "", true),
            (
                "InvalidGroup.NotFound",
                "'sg-0000000b' does not exist",
                true,
            ),
            (
                "InvalidGroup.NotFound",
                "'sg-0000000a' does not exist",
                false,
            ),
            ("UnauthorizedOperation", "", false),
            ("RequestLimitExceeded", "", false),
            ("InvalidClientTokenId", "", false),
        ] {
            let error = refused(code, message);
            assert_eq!(may_be_of_one(&error, "sg-0000000a"), expected, "{code}");
        }
        let lost = Error {
            carried_out: CarriedOut::Maybe,
            ..refused("InvalidPermission.Duplicate", "")
        };
        assert!(!may_be_of_one(&lost, "sg-0000000a"));
    }
}
