//! Applies a plan to a group that exists: the calls in the order of [`crate::rules::steps`], and tags.
//! Every answer updates the group, so that it is at any moment what EC2 holds.
//!
//! After a call without an answer, and after one that EC2 refuses because it holds other rules than
//! expected, the group is read again.

use std::time::Duration;

use tokio::time::Instant;

use crate::ec2::{CarriedOut, Ec2, Error, Group, Scope, Tags};
use crate::rules::{self, Limits, Rule, RuleSet, Step};

/// Longest time that EC2 may take to show a group that it has just created.
pub(in crate::resources) const VISIBLE_WITHIN: Duration = Duration::from_secs(60);
/// Time after which a group that a read didn't show is read once more, since reads lag behind writes.
const SECOND_LOOK: Duration = Duration::from_millis(500);
/// Number of retries after refusals that show other rules than expected; the next refusal is the error.
const MOST_RETRIES: u32 = 3;

/// A group, and how certain it is that EC2 has it and that this run created it.
pub(in crate::resources) struct TrackedGroup {
    pub(in crate::resources) group: Group,
    /// Whether EC2 has shown it, or has carried out a write to it.
    pub(in crate::resources) proven: bool,
    /// How it is known that the group is the resource's.
    pub(in crate::resources) maker: Maker,
    /// Whether it was just created, and isn't in use yet.
    pub(in crate::resources) is_new: bool,
}

/// How certain it is that a group is the resource's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::resources) enum Maker {
    /// The state or EC2's answer names it.
    Certain,
    /// Its creation had no answer, and it is very unlikely that another run created one like it.
    Found,
    /// Its creation had no answer, and another run may have created one like it.
    Doubtful,
}

/// Pauses between attempts, which double from 100 ms to 5 s.
pub(in crate::resources) struct Backoff(Duration);

impl Backoff {
    pub(in crate::resources) fn new() -> Self {
        Self(Duration::from_millis(100))
    }

    /// Waits for the next pause. `false` if the time is up or the user interrupts.
    pub(in crate::resources) async fn wait(&mut self, scope: &Scope) -> bool {
        let pause = self.0;
        self.0 = (pause * 2).min(Duration::from_secs(5));
        scope.wait(pause).await
    }
}

/// The group of an id, for a refresh; `None` only if two reads don't show it.
pub(in crate::resources) async fn read_twice(
    ec2: &Ec2,
    id: &str,
    scope: &Scope,
) -> Result<Option<Group>, Error> {
    if let Some(group) = ec2.read_security_group(id, scope).await? {
        return Ok(Some(group));
    }
    scope.wait(SECOND_LOOK).await;
    ec2.describe_security_group(id, scope).await
}

/// Gives a group the wanted rules and tags. Whatever fails, `held` is what EC2 holds. For a new group to
/// which nothing was written, waits until EC2 shows it.
pub(in crate::resources) async fn converge(
    ec2: &Ec2,
    held: &mut TrackedGroup,
    wanted: &RuleSet,
    tags: &Tags,
    limits: &Limits,
    scope: &Scope,
) -> Result<(), Error> {
    let before = held.group.rules.clone();
    // Rules that others add meanwhile weren't in the plan: the next plan shows them.
    let ours = |rule: &Rule| before.contains_key(rule) || wanted.contains_key(rule);
    let started = Instant::now();
    let mut pauses = Backoff::new();
    let mut retries = 0;
    let mut unanswered = false;
    loop {
        let error = match execute_steps(ec2, held, wanted, limits, scope).await {
            Ok(()) => break,
            Err(error) => error,
        };
        match retry_reason(&error, &held.group.id) {
            None => return Err(error),
            Some(RetryReason::Other) => {
                retries += 1;
                // Another tool changes the group at the same time.
                held.doubt_if(!unanswered);
            }
            Some(RetryReason::NotThereYet) if started.elapsed() > VISIBLE_WITHIN => {
                return Err(error);
            }
            Some(RetryReason::NotThereYet) => {}
            Some(RetryReason::NoAnswer) => unanswered = true,
        }
        if let Some(actual) = actual(ec2, &held.group.id, scope).await {
            held.proven = true;
            held.group.rules = actual.rules;
            held.group.rules.retain(|rule, _| ours(rule));
        }
        if retries > MOST_RETRIES {
            return Err(error);
        }
        if error.is_spent() || !pauses.wait(scope).await {
            return Err(scope.ended(error));
        }
    }
    let changed = change_tags(ec2, held, tags, scope).await;
    if let Err(error) = &changed
        && error.carried_out == CarriedOut::Maybe
        && let Some(actual) = actual(ec2, &held.group.id, scope).await
    {
        held.group.tags = actual.tags;
    }
    changed?;
    if held.proven {
        Ok(())
    } else {
        wait_until_visible(ec2, &held.group.id, scope)
            .await
            .map(drop)
    }
}

impl TrackedGroup {
    /// A group that EC2 has shown, or that the state names.
    pub(in crate::resources) fn shown(group: Group) -> Self {
        Self {
            group,
            proven: true,
            maker: Maker::Certain,
            is_new: false,
        }
    }

    /// Notes that another run may have created a group that was found, if `is_doubtful`.
    pub(in crate::resources) fn doubt_if(&mut self, is_doubtful: bool) {
        if is_doubtful && self.maker == Maker::Found {
            self.maker = Maker::Doubtful;
        }
    }
}

/// Reads the group as EC2 holds it, even if the time is up or the user has interrupted, since the state
/// that goes back has to be right.
async fn read_at_last(ec2: &Ec2, id: &str, scope: &Scope) -> Result<Option<Group>, Error> {
    match ec2.describe_security_group(id, scope).await {
        Err(_) if scope.is_over() => {
            let scope = Scope::for_final_read();
            ec2.describe_security_group(id, &scope).await
        }
        found => found,
    }
}

/// Whether EC2 shows no group of this id, after a deletion whose answer may have been lost. EC2 may not show
/// a new group yet that it has: of that, this says nothing.
pub(in crate::resources) async fn is_gone(ec2: &Ec2, id: &str, scope: &Scope) -> bool {
    matches!(read_at_last(ec2, id, scope).await, Ok(None))
}

async fn actual(ec2: &Ec2, id: &str, scope: &Scope) -> Option<Group> {
    read_at_last(ec2, id, scope).await.ok().flatten()
}

/// Waits until EC2 shows a group that it has created.
pub(in crate::resources) async fn wait_until_visible(
    ec2: &Ec2,
    id: &str,
    scope: &Scope,
) -> Result<Group, Error> {
    let started = Instant::now();
    let mut pauses = Backoff::new();
    loop {
        let error = match ec2.describe_security_group(id, scope).await {
            Ok(Some(group)) => return Ok(group),
            Ok(None) => Error::unseen(ec2.region(), id),
            Err(error) if scope.is_over() => {
                return actual(ec2, id, scope).await.ok_or(error);
            }
            Err(error) => return Err(error),
        };
        if started.elapsed() > VISIBLE_WITHIN {
            return Err(error);
        }
        if !pauses.wait(scope).await {
            return Err(scope.ended(error));
        }
    }
}

async fn execute_steps(
    ec2: &Ec2,
    held: &mut TrackedGroup,
    wanted: &RuleSet,
    limits: &Limits,
    scope: &Scope,
) -> Result<(), Error> {
    let steps = if held.is_new {
        rules::first_steps(&held.group.rules, wanted)
    } else {
        rules::steps(&held.group.rules, wanted, limits)
    };
    for step in steps {
        execute_step(ec2, &held.group.id, &step, scope).await?;
        held.proven = true;
        step.apply(&mut held.group.rules);
    }
    Ok(())
}

async fn execute_step(ec2: &Ec2, id: &str, step: &Step, scope: &Scope) -> Result<(), Error> {
    let direction = step.direction();
    match step {
        Step::Describe { rules, .. } => {
            ec2.update_rule_descriptions(id, direction, rules, scope)
                .await
        }
        Step::Modify { changes, .. } => ec2.modify(id, changes, scope).await,
        Step::Authorize { rules, .. } => ec2.authorize(id, direction, rules, scope).await,
        Step::Revoke { rules, .. } => ec2.revoke(id, direction, rules, scope).await,
    }
}

async fn change_tags(
    ec2: &Ec2,
    held: &mut TrackedGroup,
    wanted: &Tags,
    scope: &Scope,
) -> Result<(), Error> {
    let group = &mut held.group;
    let mut set = wanted.clone();
    set.retain(|key, value| group.tags.get(key) != Some(value));
    if !set.is_empty() {
        ec2.create_tags(&group.id, &set, scope).await?;
        held.proven = true;
        group.tags.extend(set);
    }
    let mut unset = group.tags.clone();
    unset.retain(|key, _| !wanted.contains_key(key));
    if !unset.is_empty() {
        ec2.delete_tags(&group.id, unset.keys(), scope).await?;
        held.proven = true;
        group.tags.retain(|key, _| wanted.contains_key(key));
    }
    Ok(())
}

/// Why a call that failed is tried again.
enum RetryReason {
    /// It isn't known whether the call was carried out.
    NoAnswer,
    /// EC2 doesn't know a new group on all of its servers yet.
    NotThereYet,
    /// EC2 holds other rules than expected.
    Other,
}

fn retry_reason(error: &Error, id: &str) -> Option<RetryReason> {
    if error.carried_out == CarriedOut::Maybe {
        return Some(RetryReason::NoAnswer);
    }
    if error.is_no_such_group() && error.message.contains(id) {
        return Some(RetryReason::NotThereYet);
    }
    let other = error.is("InvalidPermission.Duplicate")
        || error.is("InvalidPermission.NotFound")
        || error.is("InvalidSecurityGroupRuleId.NotFound");
    other.then_some(RetryReason::Other)
}
