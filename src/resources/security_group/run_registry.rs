//! The groups of the run: those that the state has, and what is planned for each; those that are to be
//! created, and those that were.
//!
//! Terraform sends one resource at a time and names none of the others, but shows every stored group before
//! it plans it. So a resource that finds a group of its name in EC2 can look up here whether the state has
//! that group. A tainted resource is planned as if it didn't exist: its group is known here, but has no
//! plan.

use std::collections::{HashMap, HashSet};

use super::model;
use crate::resources::common::config_hash::ConfigHash;
use crate::resources::common::other_plans::Seen;
use crate::resources::common::per_run::PerRun;
use crate::tf_provider::value::Value;

/// The plan for a group that the state has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PlannedAction {
    /// Its plan hasn't come.
    Pending,
    /// It stays, perhaps changed.
    Keep,
    /// Another group replaces it.
    Replace,
    /// It is destroyed.
    Destroy,
}

/// Everything about the groups of the run.
#[derive(Debug, Default)]
pub(super) struct RunRegistry(PerRun<Run>);

#[derive(Debug, Default)]
struct Run {
    /// Groups that the state holds, by id.
    stored: HashMap<String, Stored>,
    /// Ids of groups that this run has made, and of those that it must not take for its own.
    made: HashSet<String>,
    /// Names that no group had before this run made its own.
    free: HashSet<NameKey>,
    /// Groups that are to be made.
    planned: HashMap<NameKey, NewGroup>,
}

/// A group that is to be created.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct NewGroup {
    /// Its name, as the configuration has it.
    pub(super) name: String,
    /// Its description, as far as it is known.
    pub(super) description: String,
    /// Whether the configuration of the group that was looked up is the same.
    pub(super) is_of_same_config: bool,
    config: ConfigHash,
}

/// Region, VPC and name of a group.
type NameKey = [String; 3];

#[derive(Clone, Copy, Debug)]
struct Stored {
    action: PlannedAction,
    /// The configuration for which it is kept.
    config: Option<ConfigHash>,
}

impl RunRegistry {
    /// Forgets the notes of an earlier run. Called before each use.
    pub(super) fn enter(&self, number: usize) {
        self.0.enter(number);
    }

    /// Notes a group of the state, and what is planned for it.
    pub(super) fn record(&self, state: &Value, action: PlannedAction) {
        let config = None;
        self.insert(state, Stored { action, config });
    }

    /// Notes a group of the state that is kept for a configuration.
    pub(super) fn note_kept(&self, state: &Value, config: &Value) {
        let (action, config) = (PlannedAction::Keep, Some(ConfigHash::of(config)));
        self.insert(state, Stored { action, config });
    }

    /// Whether a group is kept for this configuration. Then a plan for it without a prior state is the second
    /// half of a replacement that the user requested (`-replace`), which hosts don't tell providers.
    pub(super) fn is_kept_for(&self, id: &str, config: &Value) -> bool {
        let stored = self.0.lock().stored.get(id).copied();
        stored.is_some_and(|stored| stored.config == Some(ConfigHash::of(config)))
    }

    /// Claims a group for the resource that has just created it. `false` if the group is another one's:
    /// another resource of this run has claimed it, or the state has it.
    pub(super) fn reserve(&self, id: &str) -> bool {
        self.now(id).is_none() && self.0.lock().made.insert(id.to_owned())
    }

    /// Notes a group that existed before this run, so that no resource claims it.
    pub(super) fn disown(&self, id: &str) {
        self.0.lock().made.insert(id.to_owned());
    }

    /// Notes that a read before the creation of a group showed none of that name.
    pub(super) fn note_free(&self, region: &str, vpc_id: &str, name: &str) {
        let name = [region, vpc_id, name].map(str::to_owned);
        self.0.lock().free.insert(name);
    }

    /// Whether it was noted that no group had that name.
    pub(super) fn was_free(&self, region: &str, vpc_id: &str, name: &str) -> bool {
        let name = [region, vpc_id, name].map(str::to_owned);
        self.0.lock().free.contains(&name)
    }

    /// Notes a group that is to be created. Returns another such group with the same name, in any case, in the
    /// same VPC.
    pub(super) fn plan_new(
        &self,
        [region, vpc_id]: [&str; 2],
        planned: &Value,
        config: &Value,
    ) -> Option<NewGroup> {
        let new = model::of(planned);
        let name = new.name().known().unwrap_or_default();
        let description = new.description().known().unwrap_or_default();
        let mut run = self.0.lock();
        let place = [region, vpc_id, &name.to_ascii_lowercase()].map(str::to_owned);
        if let Some(other) = run.planned.get(&place) {
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
        run.planned.insert(place, new);
        None
    }

    /// Notes that a group is being created, and no longer only planned.
    pub(super) fn make_new(&self, planned: &Value) {
        let new = model::of(planned);
        let region = new.region().known().unwrap_or_default();
        let name = new.name().known().unwrap_or_default().to_ascii_lowercase();
        self.0
            .lock()
            .planned
            .retain(|[its_region, _, its_name], _| *its_region != region || *its_name != name);
    }

    /// Whether the state holds no group.
    pub(super) fn is_empty(&self) -> bool {
        self.0.lock().stored.is_empty()
    }

    fn insert(&self, state: &Value, stored: Stored) {
        if let Some(id) = model::of(state).id().known() {
            self.0.lock().stored.insert(id.to_owned(), stored);
        }
    }

    /// The plan for a group; `None` if the state doesn't have it, as far as states were shown.
    pub(super) fn seen(&self, id: &str) -> Seen<Option<PlannedAction>> {
        match self.now(id) {
            None => Seen::NotShown(None),
            Some(PlannedAction::Pending) => Seen::NotPlanned(Some(PlannedAction::Pending)),
            decided => Seen::Decided(decided),
        }
    }

    /// Whether the state has a group, as far as states were shown.
    pub(super) fn is_stored(&self, id: &str) -> bool {
        self.now(id).is_some()
    }

    fn now(&self, id: &str) -> Option<PlannedAction> {
        let run = self.0.lock();
        run.stored.get(id).map(|stored| stored.action)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn group(id: &str) -> Value {
        Value::object([("id", id)])
    }

    #[test]
    fn the_plan_of_a_group_decides_its_future() {
        let registry = RunRegistry::default();
        assert_eq!(registry.seen("sg-1"), Seen::NotShown(None));
        registry.record(&group("sg-1"), PlannedAction::Pending);
        // A tainted group stays so.
        let pending = Some(PlannedAction::Pending);
        assert_eq!(registry.seen("sg-1"), Seen::NotPlanned(pending));
        assert!(registry.is_stored("sg-1") && !registry.is_stored("sg-2"));
        registry.record(&group("sg-1"), PlannedAction::Destroy);
        let destroyed = Some(PlannedAction::Destroy);
        assert_eq!(registry.seen("sg-1"), Seen::Decided(destroyed));
    }

    #[test]
    fn a_group_that_was_made_belongs_to_one_resource() {
        let registry = RunRegistry::default();
        assert!(registry.reserve("sg-1"));
        assert!(!registry.reserve("sg-1"));
        registry.record(&group("sg-2"), PlannedAction::Pending);
        assert!(!registry.reserve("sg-2"));
    }

    #[test]
    fn a_group_that_was_there_before_is_never_taken_for_one_that_was_made() {
        let registry = RunRegistry::default();
        registry.disown("sg-1");
        assert!(!registry.reserve("sg-1"));
        assert!(registry.reserve("sg-2"));
    }

    #[test]
    fn a_name_was_free_only_where_it_was_looked_up() {
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
        let plan =
            |place, name: &str, config| registry.plan_new(place, &named(name), &group(config));
        registry.enter(1);
        assert_eq!(plan(place, "web", "a"), None);
        assert_eq!(plan(place, "app", "a"), None);
        assert_eq!(plan(["eu-west-1", "vpc-2"], "web", "b"), None);
        assert_eq!(plan(["us-east-1", "vpc-1"], "web", "b"), None);
        for (config, is_of_same_config) in [("b", false), ("a", true)] {
            let other = plan(place, "WEB", config).expect("the first one");
            assert_eq!((&*other.name, &*other.description), ("web", "of the first"));
            assert_eq!(other.is_of_same_config, is_of_same_config);
        }
        registry.enter(2);
        assert_eq!(plan(place, "web", "b"), None, "another run");
        registry.make_new(&named("web").with("region", "eu-west-1"));
        assert_eq!(
            plan(place, "web", "c"),
            None,
            "it isn't to be made any more"
        );
    }

    /// In a process that serves several runs, as one that is debugged.
    #[test]
    fn a_group_of_an_earlier_run_was_taken_for_one_of_the_state() {
        let registry = RunRegistry::default();
        registry.enter(1);
        registry.record(&group("sg-1"), PlannedAction::Keep);
        registry.note_free("eu-west-1", "vpc-1", "web");
        assert!(registry.reserve("sg-2"));
        registry.enter(2);
        assert!(registry.is_empty() && !registry.is_stored("sg-1"));
        assert!(!registry.was_free("eu-west-1", "vpc-1", "web"));
        assert!(registry.reserve("sg-2"));
    }

    #[test]
    fn a_group_is_kept_for_its_configuration_alone() {
        let (registry, config) = (RunRegistry::default(), group("config"));
        assert!(!registry.is_kept_for("sg-1", &config));
        registry.note_kept(&group("sg-1"), &config);
        assert!(registry.is_kept_for("sg-1", &config));
        assert!(!registry.is_kept_for("sg-1", &group("other")));
        registry.record(&group("sg-1"), PlannedAction::Destroy);
        assert!(!registry.is_kept_for("sg-1", &config));
    }
}
