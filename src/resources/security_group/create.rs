//! Makes a group. If the answer is lost, the group is found again by what it was to be like: in its
//! VPC, of this account, with the rules of a new group. What another run may have made is never
//! taken without a word.

use std::time::Duration;

use tokio::time::{Instant, timeout};

use super::errors;
use super::run_registry::RunRegistry;
use crate::ec2::{CarriedOut, Ec2, Error, Group, NewGroup, Scope, Vpc};
use crate::resources::common::apply::{
    Backoff, Maker, TrackedGroup, VISIBLE_WITHIN, wait_until_visible,
};
use crate::resources::common::owners::is_refused;
use crate::tf_provider::diagnostics::Diagnostic;
use crate::tf_provider::host::Host;

/// A run that made a group changes it within this time: then the group no longer looks new.
const UNTOUCHED_FOR: Duration = Duration::from_secs(2);

/// A creation, and what is known beside it.
pub(super) struct Creation<'a> {
    pub(super) ec2: &'a Ec2,
    pub(super) new: &'a NewGroup<'a>,
    /// The account that makes the group, where it is known.
    pub(super) account: Option<&'a str>,
    /// Whether the provider made the name up, so that no other run makes the same.
    pub(super) has_unique_name: bool,
    pub(super) registry: &'a RunRegistry,
}

/// The error of a creation, and the group that exists all the same.
pub(super) struct CreateError {
    /// Why.
    pub(super) error: Error,
    /// The group, as far as it is known, if EC2 made it.
    pub(super) group: Option<Box<Group>>,
    /// An answer was lost, and nobody could look whether the group is there.
    pub(super) may_exist: bool,
}

/// The owner of the name that a new group was to have.
enum NameOwner {
    /// A group that is like the one that was to be made.
    Alike(Box<Group>),
    /// Another group.
    Theirs,
    /// No group that EC2 shows.
    None,
    /// It isn't known in which VPC to look.
    Nowhere,
}

impl From<Error> for CreateError {
    fn from(error: Error) -> Self {
        Self {
            error,
            group: None,
            may_exist: false,
        }
    }
}

impl CreateError {
    /// What is said of it.
    pub(super) fn diagnostic(&self, name: &str, host: &Host) -> Diagnostic {
        let doing = format!("create the security group \"{name}\"");
        let mut diagnostic = errors::failed(&doing, &self.error, host);
        if self.may_exist {
            diagnostic.detail += &errors::may_exist(name, host);
        }
        diagnostic
    }

    /// An answer was lost, and this came of the look for the group.
    fn lost(error: Error, found: &Result<NameOwner, Error>) -> Self {
        Self {
            may_exist: !matches!(found, Ok(NameOwner::Theirs)),
            ..error.into()
        }
    }
}

impl Creation<'_> {
    /// Makes the group. It is read only if EC2's answer doesn't tell all of it.
    pub(super) async fn run(&self, scope: &Scope) -> Result<TrackedGroup, CreateError> {
        let mut pauses = Backoff::new();
        let mut lost = None;
        // Once EC2 says that the name is taken, no creation is sent: the group that has the name is
        // looked up.
        let mut taken: Option<Error> = None;
        loop {
            let sent = match &taken {
                Some(error) => Err(error.clone()),
                None => self.ec2.create_security_group(self.new, scope).await,
            };
            let error = match sent {
                Ok(created) => return self.made(created.group, created.is_complete, scope).await,
                Err(error) => error,
            };
            if error.carried_out == CarriedOut::Maybe {
                lost = lost.or(Some(Instant::now()));
            }
            let Some(since) = lost else {
                return Err(error.into());
            };
            if error.is_name_taken() {
                taken = Some(error.clone());
            }
            let found = self.find(&error, scope).await;
            let found = match found {
                Ok(NameOwner::Alike(group)) => match self.adopt(group, &error, scope).await {
                    Ok(held) => return Ok(held),
                    Err(found) => Ok(found),
                },
                found => found,
            };
            // Who may not look may not later.
            if let Err(refused) = &found
                && taken.is_some()
                && is_refused(refused)
            {
                return Err(CreateError::lost(refused.clone(), &found));
            }
            // A creation without an answer may be sent again; "taken" is final once EC2 must show the
            // group of that name.
            let hopeless =
                since.elapsed() > VISIBLE_WITHIN || matches!(found, Ok(NameOwner::Theirs));
            if error.carried_out == CarriedOut::No && hopeless {
                return Err(CreateError::lost(error, &found));
            }
            if error.is_spent() || !pauses.wait(scope).await {
                return self.last_look(error, scope).await;
            }
        }
    }

    /// A group that EC2 says it has made. One that isn't completely known is looked at.
    async fn made(
        &self,
        group: Group,
        is_complete: bool,
        scope: &Scope,
    ) -> Result<TrackedGroup, CreateError> {
        if !self.registry.claim(&group.id) {
            return Err(Error::mistaken(self.ec2.region(), &group.id).into());
        }
        if is_complete {
            return Ok(TrackedGroup {
                proven: false,
                ..TrackedGroup::shown(group)
            });
        }
        match wait_until_visible(self.ec2, &group.id, scope).await {
            Ok(group) => Ok(TrackedGroup::shown(group)),
            Err(error) => Err(CreateError {
                group: Some(Box::new(group)),
                ..error.into()
            }),
        }
    }

    /// Takes a group that is like the one that was to be made, unless it turns out to be another
    /// run's.
    async fn adopt(
        &self,
        group: Box<Group>,
        error: &Error,
        scope: &Scope,
    ) -> Result<TrackedGroup, NameOwner> {
        let group = if self.has_unique_name || !scope.wait(UNTOUCHED_FOR).await {
            group
        } else {
            match self.find(error, scope).await {
                Ok(NameOwner::Alike(group)) => group,
                Ok(found) => return Err(found),
                Err(_) if scope.is_over() => group,
                Err(_) => return Err(NameOwner::None),
            }
        };
        self.claimed(*group).ok_or(NameOwner::Theirs)
    }

    /// The group, unless another resource of this run has it. No other run makes a name like a unique
    /// one. For others it counts whether the name was free, and whether tags say whose the group is.
    fn claimed(&self, group: Group) -> Option<TrackedGroup> {
        let region = self.ec2.region();
        let was_free = self.registry.was_free(region, &group.vpc_id, self.new.name);
        let maker = if self.has_unique_name {
            Maker::Certain
        } else if was_free && !self.new.tags.is_empty() {
            Maker::Found
        } else {
            Maker::Doubtful
        };
        self.registry.claim(&group.id).then(|| TrackedGroup {
            maker,
            ..TrackedGroup::shown(group)
        })
    }

    /// The time is up, or the user interrupts, and no state would ever hold the group.
    async fn last_look(&self, error: Error, scope: &Scope) -> Result<TrackedGroup, CreateError> {
        let last = Scope::for_final_read();
        let mut found = self.find(&error, &last).await;
        if matches!(found, Ok(NameOwner::Nowhere)) {
            // Only EC2 can tell: it makes the group now, or says in which VPC it is.
            let sent = timeout(
                last.limit(),
                self.ec2.create_security_group(self.new, &last),
            );
            match sent.await {
                Ok(Ok(created)) => {
                    let made = self.made(created.group, created.is_complete, &last).await;
                    return made.map_err(|failed| CreateError {
                        error: scope.ended(error),
                        ..failed
                    });
                }
                Ok(Err(taken)) => found = self.find(&taken, &last).await,
                Err(_) => {}
            }
        }
        found = match found {
            Ok(NameOwner::Alike(group)) => match self.claimed(*group) {
                Some(held) => return Ok(held),
                None => Ok(NameOwner::Theirs),
            },
            found => found,
        };
        Err(CreateError::lost(scope.ended(error), &found))
    }

    /// Looks for a group like the one that was to be made. That it isn't an older one follows from the
    /// plan, which found the name free in that VPC. Another VPC's group of that name was made by another
    /// run, as was another account's in a VPC that is shared. `error` is why it is looked for, and may
    /// name the VPC.
    async fn find(&self, error: &Error, scope: &Scope) -> Result<NameOwner, Error> {
        let Self { ec2, new, .. } = self;
        let named = ec2.describe_security_groups("group-name", new.name, scope);
        let (named, vpc_id) = tokio::join!(named, self.vpc(error, scope));
        let is_ours = |group: &Group| {
            let of_another = |account: &str| group.owner_id != account;
            group.name == new.name && !self.account.is_some_and(of_another)
        };
        let mut named = named?;
        named.retain(is_ours);
        match vpc_id {
            Some(vpc_id) => named.retain(|group| group.vpc_id == vpc_id),
            // EC2 says that there is one where this one was to be: if there is one only, it is that.
            None if error.is_name_taken() && named.len() == 1 => {}
            None => return Ok(NameOwner::Nowhere),
        }
        let is_like = |group: &Group| {
            group.description == new.description
                && group.tags == *new.tags
                && group.has_initial_rules()
        };
        let are_there = !named.is_empty();
        let alike = named.into_iter().find(is_like);
        Ok(match alike {
            Some(group) => NameOwner::Alike(Box::new(group)),
            None if are_there => NameOwner::Theirs,
            None => NameOwner::None,
        })
    }

    /// The VPC of the group: the one that is asked for or that EC2 has named, else the default one.
    async fn vpc(&self, error: &Error, scope: &Scope) -> Option<String> {
        if let Some(id) = self.new.vpc_id.or(error.taken_in_vpc()) {
            return Some(id.to_owned());
        }
        match self.ec2.default_vpc(&scope.for_optional_calls()).await {
            Some(Vpc::Id(id)) => Some(id),
            Some(Vpc::None) | None => None,
        }
    }
}
