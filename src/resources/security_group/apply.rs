//! Carries a plan out: creation, the calls that [`crate::rules::steps`] orders, tags. Every
//! answer is folded into the group, so that it says at any moment what EC2 holds.
//!
//! A call whose answer never came is resolved by looking. So is one that EC2 refuses because it
//! holds something else than was thought.

use std::time::Duration;

use tokio::time::Instant;

use crate::ec2::{Created, Ec2, Error, Fate, Group, NewGroup, Scope, Tags, Vpc};
use crate::resources::security_group::run_registry::Ledger;
use crate::rules::{self, Limits, Rule, RuleSet, Step};

/// EC2 may take this long to show a group that it has just made.
const VISIBLE_WITHIN: Duration = Duration::from_secs(60);
/// A group that isn't there is looked for once more after this: reads lag behind writes.
const SECOND_LOOK: Duration = Duration::from_millis(500);
/// How often EC2 may hold something else than was thought, before that is the answer.
const SURPRISES: u32 = 3;

/// A group, and whether EC2 is known to have it where others look.
pub(super) struct Held {
    pub(super) group: Group,
    /// EC2 has shown it, or has carried out a write to it.
    pub(super) proven: bool,
}

/// What went wrong with a creation, and what exists all the same.
pub(super) struct NotCreated {
    /// Why.
    pub(super) error: Error,
    /// The group, as far as it is known, if EC2 made it.
    pub(super) group: Option<Box<Group>>,
}

/// Pauses that double, up to a longest one.
struct Pauses(Duration);

impl Pauses {
    fn new() -> Self {
        Self(Duration::from_millis(100))
    }

    /// Waits for the next pause. `false` when the time is up or the user interrupts.
    async fn wait(&mut self, scope: &Scope) -> bool {
        let pause = self.0;
        self.0 = (pause * 2).min(Duration::from_secs(5));
        scope.wait(pause).await
    }
}

/// The group of an id, for a refresh; `None` only if it isn't there twice.
pub(super) async fn look(ec2: &Ec2, id: &str, scope: &Scope) -> Result<Option<Group>, Error> {
    if let Some(group) = ec2.read_security_group(id, scope).await? {
        return Ok(Some(group));
    }
    scope.wait(SECOND_LOOK).await;
    ec2.describe_security_group(id, scope).await
}

/// Makes a group. It is looked at only if what it is like isn't known without. If the answer is
/// lost, the group is found again by what it was to be like, unless another resource of this run
/// has made it.
pub(super) async fn create(
    ec2: &Ec2,
    new: &NewGroup<'_>,
    ledger: &Ledger,
    scope: &Scope,
) -> Result<Held, NotCreated> {
    let mut pauses = Pauses::new();
    let mut lost = None;
    loop {
        let error = match ec2.create_security_group(new, scope).await {
            Ok(created) if ledger.claim(&created.id) => {
                return made(ec2, new, &created, scope).await;
            }
            Ok(created) => {
                let error = Error::mistaken(ec2.region(), &created.id);
                return Err(NotCreated { error, group: None });
            }
            Err(error) => error,
        };
        if error.fate == Fate::Unknown {
            lost = lost.or(Some(Instant::now()));
        }
        let Some(since) = lost else {
            return Err(NotCreated { error, group: None });
        };
        let found = find(ec2, new, ledger, scope).await;
        // No answer may be asked for again; "taken" is final once EC2 must have shown by whom.
        let hopeless = since.elapsed() > VISIBLE_WITHIN || matches!(found, Ok(Found::Theirs));
        if let Ok(Found::Ours(group)) = found {
            return Ok(Held::shown(*group));
        }
        if error.fate == Fate::NotDone && hopeless {
            return Err(NotCreated { error, group: None });
        }
        if error.is_spent() || !pauses.wait(scope).await {
            // Nobody else would ever know of the group.
            return match find(ec2, new, ledger, &Scope::for_a_last_look()).await {
                Ok(Found::Ours(group)) => Ok(Held::shown(*group)),
                Ok(_) | Err(_) => Err(NotCreated {
                    error: scope.ended(error),
                    group: None,
                }),
            };
        }
    }
}

/// Gives a group the wanted rules and tags. Whatever fails, `held` says what EC2 holds. A new group
/// to which nothing was written is waited for until EC2 shows it.
pub(super) async fn converge(
    ec2: &Ec2,
    held: &mut Held,
    wanted: &RuleSet,
    tags: &Tags,
    limits: &Limits,
    scope: &Scope,
) -> Result<(), Error> {
    let before = held.group.rules.clone();
    // Rules that appear meanwhile weren't in the plan: they are left for the next one to show.
    let ours = |rule: &Rule| before.contains_key(rule) || wanted.contains_key(rule);
    let started = Instant::now();
    let mut pauses = Pauses::new();
    let mut surprises = 0;
    loop {
        let error = match run(ec2, held, wanted, limits, scope).await {
            Ok(()) => break,
            Err(error) => error,
        };
        match surprise(&error, &held.group.id) {
            None => return Err(error),
            Some(Surprise::Other) => surprises += 1,
            Some(Surprise::NotThereYet) if started.elapsed() > VISIBLE_WITHIN => return Err(error),
            Some(Surprise::NoAnswer | Surprise::NotThereYet) => {}
        }
        if let Some(actual) = actual(ec2, &held.group.id, scope).await {
            held.proven = true;
            held.group.rules = actual.rules;
            held.group.rules.retain(|rule, _| ours(rule));
        }
        if surprises > SURPRISES {
            return Err(error);
        }
        if error.is_spent() || !pauses.wait(scope).await {
            return Err(scope.ended(error));
        }
    }
    let changed = change_tags(ec2, held, tags, scope).await;
    if let Err(error) = &changed
        && error.fate == Fate::Unknown
        && let Some(actual) = actual(ec2, &held.group.id, scope).await
    {
        held.group.tags = actual.tags;
    }
    changed?;
    match held.proven {
        true => Ok(()),
        false => wait_until_visible(ec2, &held.group.id, scope)
            .await
            .map(drop),
    }
}

impl Held {
    /// A group that EC2 has shown, now or before.
    pub(super) fn shown(group: Group) -> Self {
        Self {
            group,
            proven: true,
        }
    }
}

/// A group that EC2 says it has made.
async fn made(
    ec2: &Ec2,
    new: &NewGroup<'_>,
    created: &Created,
    scope: &Scope,
) -> Result<Held, NotCreated> {
    if let Some(group) = ec2.made_security_group(new, created, scope).await {
        return Ok(Held {
            group,
            proven: false,
        });
    }
    match wait_until_visible(ec2, &created.id, scope).await {
        Ok(group) => Ok(Held::shown(group)),
        Err(error) => Err(NotCreated {
            error,
            group: Some(Box::new(new.unseen(created))),
        }),
    }
}

/// What EC2 holds where an answer doesn't tell. It is looked for even when the time is up or the
/// user interrupts: the state that goes back has to say it.
async fn actual(ec2: &Ec2, id: &str, scope: &Scope) -> Option<Group> {
    let found = match ec2.describe_security_group(id, scope).await {
        Err(_) if scope.is_over() => {
            let scope = Scope::for_a_last_look();
            ec2.describe_security_group(id, &scope).await
        }
        found => found,
    };
    found.ok().flatten()
}

async fn wait_until_visible(ec2: &Ec2, id: &str, scope: &Scope) -> Result<Group, Error> {
    let started = Instant::now();
    let mut pauses = Pauses::new();
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

/// Who has the name of a group that was to be made.
enum Found {
    /// The group itself.
    Ours(Box<Group>),
    /// Another group.
    Theirs,
    /// No group that EC2 shows.
    Nobody,
}

/// Looks for a group like the one that was to be made. That it isn't an older one follows from the
/// plan, which found the name free in that VPC. Another VPC's group of that name is a stranger's, so
/// where the VPC isn't known, none is ours.
async fn find(
    ec2: &Ec2,
    new: &NewGroup<'_>,
    ledger: &Ledger,
    scope: &Scope,
) -> Result<Found, Error> {
    let vpc_id = match new.vpc_id {
        Some(id) => id.to_owned(),
        None => match ec2.default_vpc(scope).await {
            Some(Vpc::Id(id)) => id,
            Some(Vpc::None) | None => return Ok(Found::Nobody),
        },
    };
    let named = ec2
        .describe_security_groups("group-name", new.name, scope)
        .await?;
    let mut there = named.into_iter();
    let there = there.find(|group| group.vpc_id == vpc_id && group.name == new.name);
    let is_like = |group: &Group| group.description == new.description && group.tags == *new.tags;
    Ok(match there {
        Some(group) if is_like(&group) && ledger.claim(&group.id) => Found::Ours(Box::new(group)),
        Some(_) => Found::Theirs,
        None => Found::Nobody,
    })
}

async fn run(
    ec2: &Ec2,
    held: &mut Held,
    wanted: &RuleSet,
    limits: &Limits,
    scope: &Scope,
) -> Result<(), Error> {
    for step in rules::steps(&held.group.rules, wanted, limits) {
        take(ec2, &held.group.id, &step, scope).await?;
        held.proven = true;
        step.apply(&mut held.group.rules);
    }
    Ok(())
}

async fn take(ec2: &Ec2, id: &str, step: &Step, scope: &Scope) -> Result<(), Error> {
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
    held: &mut Held,
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

/// Why a refusal isn't the last word.
enum Surprise {
    /// Nobody knows whether the call was carried out.
    NoAnswer,
    /// EC2 doesn't show a group everywhere at once that it has just made.
    NotThereYet,
    /// EC2 holds other rules than was thought.
    Other,
}

fn surprise(error: &Error, id: &str) -> Option<Surprise> {
    if error.fate == Fate::Unknown {
        return Some(Surprise::NoAnswer);
    }
    if error.is_no_such_group() && error.message.contains(id) {
        return Some(Surprise::NotThereYet);
    }
    let other = error.is("InvalidPermission.Duplicate")
        || error.is("InvalidPermission.NotFound")
        || error.is("InvalidSecurityGroupRuleId.NotFound");
    other.then_some(Surprise::Other)
}
