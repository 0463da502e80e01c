//! Creates a group. If EC2's answer is lost, the group is looked up by its name, VPC, account, description and
//! tags, and by the rules of a new group. If another run may have created the group that is found, a warning
//! says so.

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

/// Time within which another run would change a group that it has created. One that is untouched for longer
/// isn't another run's.
const UNTOUCHED_FOR: Duration = Duration::from_secs(2);

/// A group that is to be created.
pub(super) struct Creation<'a> {
    pub(super) ec2: &'a Ec2,
    pub(super) new: &'a NewGroup<'a>,
    /// The account of the credentials, where it is known.
    pub(super) account: Option<&'a str>,
    /// Whether the name has a random suffix, so that no other run uses it.
    pub(super) has_unique_name: bool,
    pub(super) registry: &'a RunRegistry,
}

/// The error of a creation, after which the group may exist all the same.
pub(super) struct CreateError {
    /// The error of the last call.
    pub(super) error: Error,
    /// The group, as far as it is known, if EC2 has created it.
    pub(super) group: Option<Box<Group>>,
    /// Whether the group may exist: an answer was lost, and the group couldn't be looked up.
    pub(super) may_exist: bool,
}

/// The group in EC2 that has the name of the new one, after an answer was lost.
enum NameOwner {
    /// A group like the one that was to be created.
    Alike(Box<Group>),
    /// Another group.
    Theirs,
    /// EC2 shows no such group.
    None,
    /// It isn't known in which VPC the group would be.
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
    /// The message to the user.
    pub(super) fn diagnostic(&self, name: &str, host: &Host) -> Diagnostic {
        let doing = format!("create the security group \"{name}\"");
        let mut diagnostic = errors::failed(&doing, &self.error, host);
        if self.may_exist {
            diagnostic.detail += &errors::may_exist(name, host);
        }
        diagnostic
    }

    /// The error after an answer was lost. `found` is the result of the search for the group.
    fn lost(error: Error, found: &Result<NameOwner, Error>) -> Self {
        Self {
            may_exist: !matches!(found, Ok(NameOwner::Theirs)),
            ..error.into()
        }
    }
}

impl Creation<'_> {
    /// Creates the group. It is read only if EC2's answer is incomplete.
    pub(super) async fn run(&self, scope: &Scope) -> Result<TrackedGroup, CreateError> {
        let mut pauses = Backoff::new();
        let mut lost = None;
        // Once EC2 answers that the name is taken, no creation is sent any more: the group that has the
        // name is looked up.
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
            // Credentials that may not read groups now may not later.
            if let Err(refused) = &found
                && taken.is_some()
                && is_refused(refused)
            {
                return Err(CreateError::lost(refused.clone(), &found));
            }
            // A creation without an answer may be sent again. That the name is taken is final once EC2
            // must show the group that has it.
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

    /// A group that EC2 has created by its answer. It is read if the answer is incomplete.
    async fn made(
        &self,
        group: Group,
        is_complete: bool,
        scope: &Scope,
    ) -> Result<TrackedGroup, CreateError> {
        if !self.registry.reserve(&group.id) {
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

    /// Adopts a group like the one that was to be created, unless it turns out to be another run's.
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

    /// The group, unless another resource of this run has it. With a unique name, it is certain that this run
    /// created it. Otherwise it depends on whether the name was free before, and whether the group has tags.
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
        self.registry.reserve(&group.id).then(|| TrackedGroup {
            maker,
            ..TrackedGroup::shown(group)
        })
    }

    /// Looks for the group once more after the time is up or the user has interrupted: otherwise no state
    /// would have it.
    async fn last_look(&self, error: Error, scope: &Scope) -> Result<TrackedGroup, CreateError> {
        let last = Scope::for_final_read();
        let mut found = self.find(&error, &last).await;
        if matches!(found, Ok(NameOwner::Nowhere)) {
            // Another creation shows it: EC2 creates the group now, or names the VPC in which it is.
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

    /// Looks for a group like the one that was to be created. It isn't an older one, since the plan found the
    /// name free in that VPC. Groups of that name in another VPC, or of another account in a shared VPC,
    /// aren't this run's. `error` is the reason for the search, and may name the VPC.
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
            // EC2 answered that the VPC of the new group has one: if there is only one, it is that.
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

    /// The VPC of the group: the planned one or the one in EC2's error, else the default VPC.
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
