//! Carries a plan out: waits, the calls that [`crate::rules::steps`] orders, tags, and deletion.
//! Every answer is folded into the group, so that it says at any moment what EC2 holds.

use std::time::Duration;

use super::diagnose;
use crate::ec2::{Ec2, Error, Fate, Group, Scope, Tags};
use crate::rules::{self, Limits, RuleSet, Step};
use crate::tf_provider::diagnostics::Diagnostic;

/// EC2 may take this long to show a group that it has just made, or say again that it is gone.
const VISIBLE_WITHIN: Duration = Duration::from_secs(60);
/// A group that isn't there is looked for once more after this: reads lag behind writes.
const SECOND_LOOK: Duration = Duration::from_millis(500);
/// Between attempts to delete a group that something transient holds.
const RETRY_DELETE: Duration = Duration::from_secs(2);
/// How often the truth is looked up when it turns out to be another than was thought.
const LOOKS: u32 = 3;

/// The group of an id; `None` only if it isn't there twice.
pub(super) async fn look(ec2: &Ec2, id: &str, scope: &Scope) -> Result<Option<Group>, Error> {
    if let Some(group) = ec2.describe_security_group(id, scope).await? {
        return Ok(Some(group));
    }
    scope.wait(SECOND_LOOK).await;
    ec2.describe_security_group(id, scope).await
}

/// A group that was made just now, as soon as EC2 shows it.
pub(super) async fn wait_until_visible(ec2: &Ec2, id: &str, scope: &Scope) -> Result<Group, Error> {
    let mut pause = Duration::from_millis(100);
    let mut waited = Duration::ZERO;
    loop {
        if let Some(group) = ec2.describe_security_group(id, scope).await? {
            return Ok(group);
        }
        if waited >= VISIBLE_WITHIN || !scope.wait(pause).await {
            return Err(Error::unseen(ec2.region(), id));
        }
        waited += pause;
        pause = (pause * 2).min(Duration::from_secs(5));
    }
}

/// Gives a group the wanted rules and tags. Whatever fails, `group` says what EC2 holds.
pub(super) async fn converge(
    ec2: &Ec2,
    group: &mut Group,
    wanted: &RuleSet,
    tags: &Tags,
    scope: &Scope,
) -> Result<(), Error> {
    // Rules that appear meanwhile weren't in the plan: they are left for the next one to show.
    let planned_away = group.rules.clone();
    for look in 1.. {
        let error = match run(ec2, group, wanted, scope).await {
            Ok(()) => break,
            Err(error) => error,
        };
        if !is_surprise(&error) {
            return Err(error);
        }
        // What EC2 holds isn't what was thought, or nobody knows: look, and go on from there.
        let Ok(Some(actual)) = ec2.describe_security_group(&group.id, scope).await else {
            return Err(error);
        };
        group.rules = actual.rules;
        if look == LOOKS {
            return Err(error);
        }
        let ours =
            |rule: &rules::Rule| planned_away.contains_key(rule) || wanted.contains_key(rule);
        group.rules.retain(|rule, _| ours(rule));
    }
    change_tags(ec2, group, tags, scope).await
}

/// Removes a group. Gone already is success. One that is in use fails as soon as it is clear
/// what holds it; as long as nothing visible does, EC2 is given time to let go.
pub(super) async fn delete(ec2: &Ec2, id: &str, scope: &Scope) -> Result<(), Diagnostic> {
    loop {
        let error = match ec2.delete_security_group(id, scope).await {
            Ok(()) => return Ok(()),
            Err(error) if error.is_no_such_group() => return Ok(()),
            Err(error) => error,
        };
        let doing = format!("delete the security group {id}");
        if !error.is("DependencyViolation") && !error.is("InvalidGroup.InUse") {
            return Err(diagnose::failed(&doing, &error));
        }
        // Not being allowed to look doesn't make the group deletable: go on without.
        let holders = ec2.holders(id, scope).await.unwrap_or_default();
        if !holders.is_empty() {
            return Err(diagnose::in_use(id, &holders, &error));
        }
        if !scope.wait(RETRY_DELETE).await {
            return Err(diagnose::failed(&doing, &error));
        }
    }
}

async fn run(ec2: &Ec2, group: &mut Group, wanted: &RuleSet, scope: &Scope) -> Result<(), Error> {
    for step in rules::steps(&group.rules, wanted, &Limits::default()) {
        take(ec2, &group.id, &step, scope).await?;
        step.apply(&mut group.rules);
    }
    Ok(())
}

async fn take(ec2: &Ec2, id: &str, step: &Step, scope: &Scope) -> Result<(), Error> {
    match step {
        Step::Describe { direction, rules } => {
            ec2.update_rule_descriptions(id, *direction, rules, scope)
                .await
        }
        Step::Authorize { direction, rules } => ec2.authorize(id, *direction, rules, scope).await,
        Step::Revoke { direction, rules } => ec2.revoke(id, *direction, rules, scope).await,
        Step::Modify { changes, .. } => ec2.modify(id, changes, scope).await,
    }
}

async fn change_tags(
    ec2: &Ec2,
    group: &mut Group,
    wanted: &Tags,
    scope: &Scope,
) -> Result<(), Error> {
    let set: Tags = wanted
        .iter()
        .filter(|(key, value)| group.tags.get(*key) != Some(value))
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect();
    if !set.is_empty() {
        ec2.create_tags(&group.id, &set, scope).await?;
        group.tags.extend(set);
    }
    let unset: Vec<String> = group
        .tags
        .keys()
        .filter(|k| !wanted.contains_key(*k))
        .cloned()
        .collect();
    if !unset.is_empty() {
        ec2.delete_tags(&group.id, &unset, scope).await?;
        group.tags.retain(|key, _| wanted.contains_key(key));
    }
    Ok(())
}

/// Whether an error says that EC2 holds something else than was thought, or may do so.
fn is_surprise(error: &Error) -> bool {
    error.fate == Fate::Unknown
        || error.is("InvalidPermission.Duplicate")
        || error.is("InvalidPermission.NotFound")
}
