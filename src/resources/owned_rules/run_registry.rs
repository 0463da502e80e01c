//! The rules that the resources of a run have, are to have, and have created.
//!
//! Terraform sends one resource at a time and names none of the others, but shows every stored one before it
//! plans it. So a resource that finds one of its rules in EC2 can look up here whose it is.

use std::collections::{BTreeSet, HashMap};

use crate::resources::common::config_hash::ConfigHash;
use crate::resources::common::group_rules::Place;
use crate::resources::common::other_plans::Seen;
use crate::resources::common::per_run::PerRun;
use crate::rules::{Direction, Rule, RuleSet, rule_set};
use crate::tf_provider::value::Value;

/// A rule of a group.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct RuleKey {
    pub(super) region: String,
    pub(super) group: String,
    pub(super) rule: Rule,
}

impl RuleKey {
    /// Where its group is.
    pub(super) fn place(&self) -> Place {
        [self.region.clone(), self.group.clone()]
    }
}

/// A resource of the state: its type and its id.
pub(super) type Name = (&'static str, String);

/// The plan for a stored resource.
#[derive(Clone, Debug, PartialEq, Eq)]
enum PlannedAction {
    /// Its plan hasn't come.
    Pending,
    /// It stays with these rules, for a configuration.
    Keep(BTreeSet<Rule>, ConfigHash),
    /// It is destroyed or replaced.
    Destroy,
}

/// Whether a resource may have a rule that EC2 has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Claim {
    /// No resource of the state has the rule.
    NotInState,
    /// A resource of the state keeps it.
    Kept(Name),
    /// The resource of the state that has it gives it up.
    Free,
}

/// The result of a reservation of a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reservation {
    /// The rule is reserved for the resource: no other one of the run revokes it from now on.
    Made,
    /// Another resource of the run has reserved, created or taken over the rule.
    ByAnother,
    /// Another resource is revoking it.
    BeingRevoked,
}

/// The rules that a resource is revoking, until this is dropped.
pub(super) struct Revocation<'a> {
    registry: &'a RunRegistry,
    maker: u64,
}

/// Everything about the run.
#[derive(Debug, Default)]
pub(super) struct RunRegistry(PerRun<Run>);

#[derive(Debug, Default)]
struct Run {
    stored: HashMap<RuleKey, BTreeSet<Name>>,
    planned_actions: HashMap<Name, PlannedAction>,
    /// Rules that are to be created, each with the configuration of its resource, and whether that is
    /// certainly a new one.
    planned: HashMap<RuleKey, (ConfigHash, bool)>,
    /// Rules that were reserved, created or taken over, each with the number of its resource.
    made: HashMap<RuleKey, u64>,
    /// Rules that are being revoked, each with the number of the resource that revokes it.
    going: HashMap<RuleKey, u64>,
    /// Numbers of resources that this run has made or changed, by their names.
    makers: HashMap<Name, u64>,
    last_maker: u64,
    owner: String,
}

impl RunRegistry {
    /// Forgets the notes of an earlier run. Called before each use.
    pub(super) fn enter(&self, number: usize) {
        self.0.enter(number);
    }

    /// Notes a resource of the state, with its rules.
    pub(super) fn stored(&self, name: &Name, rule_keys: Vec<RuleKey>) {
        let mut run = self.0.lock();
        for rule_key in rule_keys {
            run.stored.entry(rule_key).or_default().insert(name.clone());
        }
        let future = run.planned_actions.entry(name.clone());
        future.or_insert(PlannedAction::Pending);
    }

    /// Notes that a resource stays, with the rules that it is to have.
    pub(super) fn note_kept(&self, name: &Name, rules: &RuleSet, config: &Value) {
        let rules = rules.keys().cloned().collect();
        let future = PlannedAction::Keep(rules, ConfigHash::of(config));
        self.0.lock().planned_actions.insert(name.clone(), future);
    }

    /// Notes that a resource is destroyed or replaced.
    pub(super) fn note_destroyed(&self, name: &Name) {
        self.0
            .lock()
            .planned_actions
            .insert(name.clone(), PlannedAction::Destroy);
    }

    /// Whether a resource with this configuration may have a rule that EC2 has. `own` is the resource, if it
    /// exists; `config` is `None` for one that is certainly new.
    pub(super) fn claim(
        &self,
        rule_key: &RuleKey,
        own: Option<&Name>,
        config: Option<&Value>,
    ) -> Seen<Claim> {
        let run = self.0.lock();
        let holders = run.stored.get(rule_key).into_iter().flatten();
        let others: Vec<&Name> = holders.filter(|name| Some(*name) != own).collect();
        if others.is_empty() {
            return Seen::Decided(Claim::NotInState);
        }
        let mut is_pending = false;
        for name in others {
            match run.planned_actions.get(name) {
                Some(PlannedAction::Keep(rules, _)) if !rules.contains(&rule_key.rule) => {}
                // A plan of the same configuration without a prior state is the second half of a
                // replacement that the user requested, which hosts don't tell providers.
                Some(PlannedAction::Keep(_, same))
                    if own.is_none() && config.map(ConfigHash::of) == Some(*same) => {}
                Some(PlannedAction::Keep(..)) => return Seen::Decided(Claim::Kept(name.clone())),
                Some(PlannedAction::Destroy) => {}
                Some(PlannedAction::Pending) | None => is_pending = true,
            }
        }
        if is_pending {
            Seen::NotPlanned(Claim::Free)
        } else {
            Seen::Decided(Claim::Free)
        }
    }

    /// Notes a rule that a resource with this configuration is to create, which may certainly be a new one.
    /// `false` if another one is to create it.
    pub(super) fn plan(&self, rule_key: &RuleKey, config: &Value, is_new: bool) -> bool {
        let mut run = self.0.lock();
        let config = ConfigHash::of(config);
        match run.planned.get_mut(rule_key) {
            Some((_, was_new)) if *was_new && is_new => false,
            Some((same, was_new)) => {
                *was_new |= is_new;
                *same == config
            }
            None => {
                run.planned.insert(rule_key.clone(), (config, is_new));
                true
            }
        }
    }

    /// Rules of a group that resources of this run are to create.
    pub(super) fn planned(&self, region: &str, group: &str, direction: Direction) -> RuleSet {
        let run = self.0.lock();
        let there = run.planned.keys().filter(|rule_key| {
            rule_key.region == region
                && rule_key.group == group
                && rule_key.rule.direction == direction
        });
        rule_set(there.map(|rule_key| (rule_key.rule.clone(), String::new())))
    }

    /// Whether a rule of a group stays, as far as plans have come.
    pub(super) fn stays(&self, rule_key: &RuleKey) -> bool {
        let run = self.0.lock();
        let Some(holders) = run.stored.get(rule_key) else {
            return true;
        };
        let keeps = |name: &Name| match run.planned_actions.get(name) {
            Some(PlannedAction::Keep(rules, _)) => rules.contains(&rule_key.rule),
            Some(PlannedAction::Pending | PlannedAction::Destroy) | None => false,
        };
        holders.iter().any(keeps)
    }

    /// Whether a resource of the state has a rule, as far as states were shown.
    pub(super) fn is_of_the_state(&self, rule_key: &RuleKey) -> bool {
        self.0.lock().stored.contains_key(rule_key)
    }

    /// The number that identifies a resource in this run while it is created or changed: the one that it had
    /// earlier in the run, else a new one. `None` is the name of a resource that is being created.
    pub(super) fn maker(&self, name: Option<&Name>) -> u64 {
        let mut run = self.0.lock();
        if let Some(maker) = name.and_then(|name| run.makers.get(name)) {
            return *maker;
        }
        run.last_maker += 1;
        run.last_maker
    }

    /// Keeps the number of a resource for its later changes in this run. A new resource that has taken over
    /// the rule of the one that it replaces may have the same name, since the rule's id is the name: then the
    /// number isn't kept, so that the deletion of the old one doesn't revoke the rule.
    pub(super) fn keep_maker(&self, maker: u64, name: Name, is_new: bool) {
        let mut run = self.0.lock();
        if !is_new || !run.planned_actions.contains_key(&name) {
            run.makers.insert(name, maker);
        }
    }

    /// Notes that a resource creates or has a rule. `false` if the rule is another one's of this run.
    pub(super) fn make(&self, rule_key: &RuleKey, maker: u64) -> bool {
        *self.0.lock().made.entry(rule_key.clone()).or_insert(maker) == maker
    }

    /// Reserves a rule that EC2 may have, unless another resource is revoking it.
    pub(super) fn reserve(&self, rule_key: &RuleKey, maker: u64) -> Reservation {
        let mut run = self.0.lock();
        if run.going.get(rule_key).is_some_and(|by| *by != maker) {
            return Reservation::BeingRevoked;
        }
        if *run.made.entry(rule_key.clone()).or_insert(maker) == maker {
            Reservation::Made
        } else {
            Reservation::ByAnother
        }
    }

    /// Begins the revocations of a resource.
    pub(super) fn revocation(&self, maker: u64) -> Revocation<'_> {
        Revocation {
            registry: self,
            maker,
        }
    }

    /// Whether another resource of this run has reserved, created or taken over a rule.
    pub(super) fn is_made_by_another(&self, rule_key: &RuleKey, maker: u64) -> bool {
        self.0
            .lock()
            .made
            .get(rule_key)
            .is_some_and(|by| *by != maker)
    }

    /// Notes that a resource no longer has a rule, so that another one may create it.
    pub(super) fn release(&self, rule_key: &RuleKey, maker: u64) {
        let mut run = self.0.lock();
        if run.made.get(rule_key) == Some(&maker) {
            run.made.remove(rule_key);
        }
    }

    /// The value of the owner's tag on single rules that this run creates.
    pub(super) fn owner(&self) -> String {
        let mut run = self.0.lock();
        if run.owner.is_empty() {
            run.owner = new_id("rules-");
        }
        run.owner.clone()
    }
}

impl Revocation<'_> {
    /// Whether a rule may be revoked, since no other resource of the run has it. If so, none can reserve it
    /// until this is dropped.
    pub(super) fn may_revoke(&self, rule_key: RuleKey) -> bool {
        let mut run = self.registry.0.lock();
        let is_anothers = run.made.get(&rule_key).is_some_and(|by| *by != self.maker);
        if !is_anothers {
            run.going.insert(rule_key, self.maker);
        }
        !is_anothers
    }
}

impl Drop for Revocation<'_> {
    fn drop(&mut self) {
        self.registry
            .0
            .lock()
            .going
            .retain(|_, by| *by != self.maker);
    }
}

/// A random id with this prefix.
pub(super) fn new_id(prefix: &str) -> String {
    format!("{prefix}{:016x}", fastrand::u64(..))
}

/// The keys of the rules of a state.
pub(super) fn rule_keys(state: &Value, rules: RuleSet) -> Vec<RuleKey> {
    let text = |name| state.get(name).as_str().unwrap_or_default().to_owned();
    let rules = rules.into_keys();
    let rule_key = |rule| RuleKey {
        region: text("region"),
        group: text("security_group_id"),
        rule,
    };
    rules.map(rule_key).collect()
}

#[cfg(test)]
mod tests;
