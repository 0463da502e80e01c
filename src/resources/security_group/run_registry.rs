//! Which groups the state owns, and what the plan in the making does with each; which groups this run
//! is to make, and which it has made.
//!
//! Terraform hands over one resource at a time and names none of the others. But it shows every
//! stored group before it plans it; so a resource that finds a group of its own name in EC2 can ask here
//! whose it is. A tainted resource is planned as if there were nothing before: its group is known
//! here, and no plan for it ever comes.

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::model;
use crate::resources::common::config_hash::ConfigHash;
use crate::resources::common::other_plans::Seen;
use crate::tf_provider::value::Value;

/// The plan for a group that the state owns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PlannedAction {
    /// No plan for it has come.
    Pending,
    /// It stays, maybe changed.
    Keep,
    /// Another takes its place.
    Replace,
    /// It is destroyed.
    Destroy,
}

/// Every stored group of the run, by its id, and the ids of those that were made.
#[derive(Debug, Default)]
pub(super) struct RunRegistry {
    stored: Mutex<HashMap<String, Stored>>,
    made: Mutex<HashSet<String>>,
    free: Mutex<HashSet<NameKey>>,
    planned: Mutex<Planned>,
}

/// Groups that are to be made. Emptied when the provider is configured anew.
#[derive(Debug, Default)]
struct Planned {
    /// Number of the run, which tells runs of one process apart.
    run: usize,
    groups: HashMap<NameKey, NewGroup>,
}

/// A group that a plan is to make.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct NewGroup {
    /// Its name, as the configuration has it.
    pub(super) name: String,
    /// Its description, as far as it is known.
    pub(super) description: String,
    /// Whether its configuration is that of the other one.
    pub(super) is_of_same_config: bool,
    config: ConfigHash,
}

/// Region, VPC and name of a group that is to be made.
type NameKey = [String; 3];

#[derive(Clone, Copy, Debug)]
struct Stored {
    action: PlannedAction,
    /// The configuration that it stays for.
    config: Option<ConfigHash>,
}

impl RunRegistry {
    /// A group that the state holds.
    pub(super) fn note(&self, state: &Value, action: PlannedAction) {
        let config = None;
        self.insert(state, Stored { action, config });
    }

    /// A group that the state holds, and that stays for a configuration.
    pub(super) fn note_kept(&self, state: &Value, config: &Value) {
        let (action, config) = (PlannedAction::Keep, Some(ConfigHash::of(config)));
        self.insert(state, Stored { action, config });
    }

    /// Whether a group stays for a configuration like this one. Then a plan for it that knows of no
    /// group before is the second half of a replacement that the user asked for (`-replace`), which
    /// no provider is told.
    pub(super) fn is_kept_for(&self, id: &str, config: &Value) -> bool {
        let stored = lock(&self.stored).get(id).copied();
        stored.is_some_and(|stored| stored.config == Some(ConfigHash::of(config)))
    }

    /// Takes a group for one's own that was just made. `false` if it isn't its own: another
    /// resource of this run has it, or the state had it before.
    pub(super) fn claim(&self, id: &str) -> bool {
        self.now(id).is_none() && lock(&self.made).insert(id.to_owned())
    }

    /// A group that was there before this run makes its own.
    pub(super) fn disown(&self, id: &str) {
        lock(&self.made).insert(id.to_owned());
    }

    /// A read before a group is made showed that no group has its name there.
    pub(super) fn note_free(&self, region: &str, vpc_id: &str, name: &str) {
        lock(&self.free).insert([region, vpc_id, name].map(str::to_owned));
    }

    /// Whether no group had that name there before this run made its groups.
    pub(super) fn was_free(&self, region: &str, vpc_id: &str, name: &str) -> bool {
        lock(&self.free).contains(&[region, vpc_id, name].map(str::to_owned))
    }

    /// Notes a group that a plan is to make. The other one that has its name in the same VPC, whatever
    /// the case, if there is one.
    pub(super) fn plan_new(
        &self,
        run: usize,
        [region, vpc_id]: [&str; 2],
        planned: &Value,
        config: &Value,
    ) -> Option<NewGroup> {
        let new = model::of(planned);
        let name = new.name().known().unwrap_or_default();
        let description = new.description().known().unwrap_or_default();
        let mut planned_groups = lock(&self.planned);
        if planned_groups.run != run {
            *planned_groups = Planned {
                run,
                ..Planned::default()
            };
        }
        let place = [region, vpc_id, &name.to_ascii_lowercase()].map(str::to_owned);
        if let Some(other) = planned_groups.groups.get(&place) {
            return Some(NewGroup {
                is_of_same_config: other.config == ConfigHash::of(config),
                ..other.clone()
            });
        }
        let new = NewGroup {
            name: name.to_owned(),
            description: description.to_owned(),
            is_of_same_config: false,
            config: ConfigHash::of(config),
        };
        planned_groups.groups.insert(place, new);
        None
    }

    /// A group that a plan was to make is about to be made.
    pub(super) fn make_new(&self, planned: &Value) {
        let new = model::of(planned);
        let region = new.region().known().unwrap_or_default();
        let name = new.name().known().unwrap_or_default().to_ascii_lowercase();
        lock(&self.planned)
            .groups
            .retain(|[its_region, _, its_name], _| *its_region != region || *its_name != name);
    }

    /// Whether the state holds no group.
    pub(super) fn is_empty(&self) -> bool {
        lock(&self.stored).is_empty()
    }

    fn insert(&self, state: &Value, stored: Stored) {
        if let Some(id) = model::of(state).id().known() {
            lock(&self.stored).insert(id.to_owned(), stored);
        }
    }

    /// The plan for a group; `None` if the state doesn't own it, as far as is known.
    pub(super) fn seen(&self, id: &str) -> Seen<Option<PlannedAction>> {
        match self.now(id) {
            None => Seen::NotShown(None),
            Some(PlannedAction::Pending) => Seen::NotPlanned(Some(PlannedAction::Pending)),
            decided => Seen::Decided(decided),
        }
    }

    /// Whether the state owns a group, as far as states have been shown.
    pub(super) fn is_stored(&self, id: &str) -> bool {
        self.now(id).is_some()
    }

    fn now(&self, id: &str) -> Option<PlannedAction> {
        lock(&self.stored).get(id).map(|stored| stored.action)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn group(id: &str) -> Value {
        Value::object([("id", id)])
    }

    #[test]
    fn what_becomes_of_a_group_is_decided_by_its_plan() {
        let registry = RunRegistry::default();
        assert_eq!(registry.seen("sg-1"), Seen::NotShown(None));
        registry.note(&group("sg-1"), PlannedAction::Pending);
        // A tainted group stays so.
        let pending = Some(PlannedAction::Pending);
        assert_eq!(registry.seen("sg-1"), Seen::NotPlanned(pending));
        assert!(registry.is_stored("sg-1") && !registry.is_stored("sg-2"));
        registry.note(&group("sg-1"), PlannedAction::Destroy);
        let destroyed = Some(PlannedAction::Destroy);
        assert_eq!(registry.seen("sg-1"), Seen::Decided(destroyed));
    }

    #[test]
    fn a_group_that_was_made_belongs_to_one_resource() {
        let registry = RunRegistry::default();
        assert!(registry.claim("sg-1"));
        assert!(!registry.claim("sg-1"));
        registry.note(&group("sg-2"), PlannedAction::Pending);
        assert!(!registry.claim("sg-2"));
    }

    #[test]
    fn a_group_that_was_there_before_is_never_taken_for_one_that_was_made() {
        let registry = RunRegistry::default();
        registry.disown("sg-1");
        assert!(!registry.claim("sg-1"));
        assert!(registry.claim("sg-2"));
    }

    #[test]
    fn a_name_was_free_only_where_somebody_looked() {
        let registry = RunRegistry::default();
        registry.note_free("eu-west-1", "vpc-1", "web");
        assert!(registry.was_free("eu-west-1", "vpc-1", "web"));
        for (region, vpc_id, name) in [
            ("us-east-1", "vpc-1", "web"),
            ("eu-west-1", "vpc-2", "web"),
            ("eu-west-1", "vpc-1", "app"),
        ] {
            assert!(!registry.was_free(region, vpc_id, name));
        }
    }

    #[test]
    fn two_new_groups_of_one_name_are_found_in_one_vpc_of_one_run() {
        let named = |name: &str| Value::object([("name", name), ("description", "of the first")]);
        let registry = RunRegistry::default();
        let place = ["eu-west-1", "vpc-1"];
        let plan = |run, place, name: &str, config| {
            registry.plan_new(run, place, &named(name), &group(config))
        };
        assert_eq!(plan(1, place, "web", "a"), None);
        assert_eq!(plan(1, place, "app", "a"), None);
        assert_eq!(plan(1, ["eu-west-1", "vpc-2"], "web", "b"), None);
        assert_eq!(plan(1, ["us-east-1", "vpc-1"], "web", "b"), None);
        for (config, is_of_same_config) in [("b", false), ("a", true)] {
            let other = plan(1, place, "WEB", config).expect("the first one");
            assert_eq!((&*other.name, &*other.description), ("web", "of the first"));
            assert_eq!(other.is_of_same_config, is_of_same_config);
        }
        assert_eq!(plan(2, place, "web", "b"), None, "another run");
        registry.make_new(&named("web").with("region", "eu-west-1"));
        assert_eq!(
            plan(2, place, "web", "c"),
            None,
            "it isn't to be made any more"
        );
    }

    #[test]
    fn a_group_is_kept_for_its_configuration_alone() {
        let (registry, config) = (RunRegistry::default(), group("config"));
        assert!(!registry.is_kept_for("sg-1", &config));
        registry.note_kept(&group("sg-1"), &config);
        assert!(registry.is_kept_for("sg-1", &config));
        assert!(!registry.is_kept_for("sg-1", &group("other")));
        registry.note(&group("sg-1"), PlannedAction::Destroy);
        assert!(!registry.is_kept_for("sg-1", &config));
    }
}
