//! Which rules the resources of a run have, which they are to have, and which they have made.
//!
//! Terraform hands over one resource at a time and names none of the others, but it shows every
//! stored one before it plans it. So whoever finds a rule of its own in EC2 can ask here whose it is.

use std::collections::{BTreeSet, HashMap};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::resources::common::other_plans::Seen;
use crate::rules::{Direction, Rule, RuleSet};
use crate::tf_provider::value::Value;

/// A rule of a group.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Place {
    pub(super) region: String,
    pub(super) group: String,
    pub(super) rule: Rule,
}

/// A resource of the state: its type and its id.
pub(super) type Name = (&'static str, String);

/// What becomes of a stored resource.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Future {
    /// No plan for it has come.
    Pending,
    /// It stays, with these rules, for a configuration.
    Keeps(BTreeSet<Rule>, u64),
    /// It is destroyed or replaced.
    Goes,
}

/// Why a rule that EC2 has can't be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Claim {
    /// No resource of the state has it.
    Stranger,
    /// A resource of the state keeps it.
    Kept(Name),
    /// A resource of the state lets go of it.
    Free,
}

/// Everything about the run. Emptied when the provider is configured anew.
#[derive(Debug, Default)]
pub(super) struct RunRegistry {
    run: Mutex<Run>,
}

#[derive(Debug, Default)]
struct Run {
    /// Tells runs of one process apart.
    connection: usize,
    stored: HashMap<Place, BTreeSet<Name>>,
    futures: HashMap<Name, Future>,
    /// Rules that are to be made, each with what tells its configuration apart.
    planned: HashMap<Place, u64>,
    /// Rules that were made or taken over, each with the resource that did.
    made: HashMap<Place, u64>,
    makers: u64,
    owner: String,
}

impl RunRegistry {
    /// Begins anew where the connection is another one.
    pub(super) fn enter(&self, connection: usize) {
        let mut run = self.run();
        if run.connection != connection {
            let stored = std::mem::take(&mut run.stored);
            let is_first = run.connection == 0;
            *run = Run {
                connection,
                ..Run::default()
            };
            if is_first {
                // Hosts show states before they configure the provider.
                run.stored = stored;
            }
        }
    }

    /// A resource that the state holds.
    pub(super) fn stored(&self, name: &Name, places: Vec<Place>) {
        let mut run = self.run();
        for place in places {
            run.stored.entry(place).or_default().insert(name.clone());
        }
        let future = run.futures.entry(name.clone());
        future.or_insert(Future::Pending);
    }

    /// A resource that stays, and the rules that it is to have.
    pub(super) fn keeps(&self, name: &Name, rules: &RuleSet, config: &Value) {
        let rules = rules.keys().cloned().collect();
        let future = Future::Keeps(rules, mark(config));
        self.run().futures.insert(name.clone(), future);
    }

    /// A resource that is destroyed, or replaced.
    pub(super) fn goes(&self, name: &Name) {
        self.run().futures.insert(name.clone(), Future::Goes);
    }

    /// Who has a rule that a resource with this configuration is to have.
    pub(super) fn claim(&self, place: &Place, own: Option<&Name>, config: &Value) -> Seen<Claim> {
        let run = self.run();
        let holders = run.stored.get(place).into_iter().flatten();
        let others: Vec<&Name> = holders.filter(|name| Some(*name) != own).collect();
        if others.is_empty() {
            return Seen::Decided(Claim::Stranger);
        }
        let mut is_pending = false;
        for name in others {
            match run.futures.get(name) {
                Some(Future::Keeps(rules, _)) if !rules.contains(&place.rule) => {}
                // A plan for the same configuration that knows of nothing before is the second half
                // of a replacement that the user asked for, which no provider is told.
                Some(Future::Keeps(_, same)) if own.is_none() && *same == mark(config) => {}
                Some(Future::Keeps(..)) => return Seen::Decided(Claim::Kept(name.clone())),
                Some(Future::Goes) => {}
                Some(Future::Pending) | None => is_pending = true,
            }
        }
        if is_pending {
            Seen::NotPlanned(Claim::Free)
        } else {
            Seen::Decided(Claim::Free)
        }
    }

    /// Notes a rule that a resource with this configuration is to make. `false` where another one is
    /// to make it.
    pub(super) fn plan(&self, place: &Place, config: &Value) -> bool {
        let mut run = self.run();
        let by = *run.planned.entry(place.clone()).or_insert(mark(config));
        by == mark(config)
    }

    /// Rules of a group that resources of this run are to make.
    pub(super) fn planned(&self, region: &str, group: &str, direction: Direction) -> RuleSet {
        let run = self.run();
        let there = run.planned.keys().filter(|place| {
            place.region == region && place.group == group && place.rule.direction == direction
        });
        there
            .map(|place| (place.rule.clone(), String::new()))
            .collect()
    }

    /// Whether a rule of a group stays where it is, as far as plans have come.
    pub(super) fn stays(&self, place: &Place) -> bool {
        let run = self.run();
        let Some(holders) = run.stored.get(place) else {
            return true;
        };
        let keeps = |name: &Name| match run.futures.get(name) {
            Some(Future::Keeps(rules, _)) => rules.contains(&place.rule),
            Some(Future::Pending | Future::Goes) | None => false,
        };
        holders.iter().any(keeps)
    }

    /// Whether a resource of the state has a rule, as far as they have come.
    pub(super) fn is_of_the_state(&self, place: &Place) -> bool {
        self.run().stored.contains_key(place)
    }

    /// A number for a resource that is being made or changed.
    pub(super) fn maker(&self) -> u64 {
        let mut run = self.run();
        run.makers += 1;
        run.makers
    }

    /// Notes that a resource has made a rule, or taken it over. `false` where another one of this run
    /// has.
    pub(super) fn make(&self, place: &Place, maker: u64) -> bool {
        *self.run().made.entry(place.clone()).or_insert(maker) == maker
    }

    /// Whether another resource of this run has made a rule, or taken it over.
    pub(super) fn is_anothers(&self, place: &Place, maker: u64) -> bool {
        self.run().made.get(place).is_some_and(|by| *by != maker)
    }

    /// A resource has revoked a rule: it may be made again.
    pub(super) fn revoked(&self, place: &Place) {
        self.run().made.remove(place);
    }

    /// What the owner's tag says on single rules that this run makes.
    pub(super) fn owner(&self) -> String {
        let mut run = self.run();
        if run.owner.is_empty() {
            run.owner = new_id("rules-");
        }
        run.owner.clone()
    }

    fn run(&self) -> MutexGuard<'_, Run> {
        self.run.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// An id that nothing else has.
pub(super) fn new_id(prefix: &str) -> String {
    format!("{prefix}{:016x}", fastrand::u64(..))
}

/// The rules that a state has, with where they are.
pub(super) fn places(state: &Value, rules: RuleSet) -> Vec<Place> {
    let text = |name| state.get(name).as_str().unwrap_or_default().to_owned();
    let rules = rules.into_keys();
    let place = |rule| Place {
        region: text("region"),
        group: text("security_group_id"),
        rule,
    };
    rules.map(place).collect()
}

fn mark(config: &Value) -> u64 {
    let mut hasher = DefaultHasher::new();
    config.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "ingress tcp/1 from self";

    fn state() -> Value {
        Value::object([
            ("region", Value::from("eu-west-1")),
            ("security_group_id", "sg-0000000a".into()),
        ])
    }

    fn place() -> Place {
        places(&state(), rules(&[KEY])).remove(0)
    }

    fn name(id: &str) -> Name {
        ("curated_security_group_rules", id.to_owned())
    }

    fn rules(keys: &[&str]) -> RuleSet {
        let rule = |key: &&str| (key.parse().expect("a rule's key"), String::new());
        keys.iter().map(rule).collect()
    }

    #[test]
    fn a_rule_is_free_where_the_resource_that_has_it_lets_go() {
        use Seen::{Decided, NotPlanned};
        let config = Value::object([("a", "b")]);
        let (other, own) = (Value::object([("a", "c")]), name("own"));
        let registry = RunRegistry::default();
        let claim = |own, config| registry.claim(&place(), own, config);
        assert_eq!(claim(None, &config), Decided(Claim::Stranger));
        registry.stored(&name("a"), vec![place()]);
        assert_eq!(claim(None, &config), NotPlanned(Claim::Free));
        registry.keeps(&name("a"), &rules(&[KEY]), &config);
        let kept = Decided(Claim::Kept(name("a")));
        assert_eq!(claim(None, &other), kept);
        assert_eq!(claim(Some(&own), &config), kept);
        // As with -replace.
        assert_eq!(claim(None, &config), Decided(Claim::Free));
        registry.keeps(&name("a"), &rules(&[]), &config);
        assert_eq!(claim(None, &other), Decided(Claim::Free));
        registry.goes(&name("a"));
        assert_eq!(claim(None, &other), Decided(Claim::Free));
    }

    #[test]
    fn a_rule_is_planned_and_made_by_one_resource() {
        let registry = RunRegistry::default();
        let (one, two) = (Value::object([("a", "1")]), Value::object([("a", "2")]));
        assert!(registry.plan(&place(), &one) && registry.plan(&place(), &one));
        assert!(!registry.plan(&place(), &two));
        let (first, second) = (registry.maker(), registry.maker());
        assert!(registry.make(&place(), first) && registry.make(&place(), first));
        assert!(!registry.make(&place(), second));
        assert!(registry.is_anothers(&place(), second) && !registry.is_anothers(&place(), first));
    }

    #[test]
    fn another_connection_is_another_run() {
        let registry = RunRegistry::default();
        registry.stored(&name("a"), vec![place()]);
        registry.enter(1);
        assert!(!registry.stays(&place()));
        registry.enter(2);
        assert!(registry.stays(&place()), "nobody of this run has it");
    }
}
