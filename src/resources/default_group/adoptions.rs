//! The default groups of the resources of a run, so that no two resources have the same one: EC2 has one for
//! each VPC, and two resources would revoke each other's rules.

use std::collections::{HashMap, HashSet};

use crate::resources::common::config_hash::ConfigHash;
use crate::resources::common::per_run::PerRun;
use crate::tf_provider::value::Value;

/// The adoptions of a run.
#[derive(Debug, Default)]
pub(super) struct Adoptions(PerRun<Run>);

#[derive(Debug, Default)]
struct Run {
    /// Ids of groups that this run has adopted.
    adopted: HashSet<String>,
    /// Ids of groups that resources of the state keep, each with the configuration for which it is kept.
    kept: HashMap<String, ConfigHash>,
    /// Ids of groups that new resources are to adopt, each with the configuration of its resource.
    planned: HashMap<String, ConfigHash>,
    /// Those of them that are new for certain, and no second half of a replacement.
    new: HashSet<String>,
}

impl Adoptions {
    /// Forgets the notes of an earlier run. Called before each use.
    pub(super) fn enter(&self, number: usize) {
        self.0.enter(number);
    }

    /// Notes that a resource of the state keeps a group, with this configuration. `false` if a new resource is
    /// to adopt it. Plans come in any order, so the later one reports the conflict.
    pub(super) fn note_kept(&self, id: &str, config: &Value) -> bool {
        let mut run = self.0.lock();
        run.kept.insert(id.to_owned(), ConfigHash::of(config));
        is_alone(run.planned.get(id), config) && !run.new.contains(id)
    }

    /// Notes that a new resource is to adopt a group. `false` if another one keeps it or is to adopt it too. A
    /// plan of the same configuration without a prior state may be the second half of a replacement, unless
    /// it is certainly of a new resource.
    pub(super) fn note_planned(&self, id: &str, config: &Value, is_new: bool) -> bool {
        let mut run = self.0.lock();
        let before = run.planned.insert(id.to_owned(), ConfigHash::of(config));
        if is_new {
            let is_alone = before.is_none() && !run.kept.contains_key(id);
            run.new.insert(id.to_owned());
            return is_alone;
        }
        is_alone(before.as_ref(), config) && is_alone(run.kept.get(id), config)
    }

    /// Notes that a group is adopted. `false` if another resource of this run has adopted it.
    pub(super) fn adopt(&self, id: &str) -> bool {
        let mut run = self.0.lock();
        run.planned.remove(id);
        run.new.remove(id);
        run.adopted.insert(id.to_owned())
    }

    /// Notes that a resource no longer has a group.
    pub(super) fn release(&self, id: &str) {
        let mut run = self.0.lock();
        run.adopted.remove(id);
        run.kept.remove(id);
    }
}

fn is_alone(other: Option<&ConfigHash>, config: &Value) -> bool {
    other.is_none_or(|other| *other == ConfigHash::of(config))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_belongs_to_one_resource_of_a_run() {
        let adoptions = Adoptions::default();
        adoptions.enter(1);
        assert!(adoptions.adopt("sg-1") && !adoptions.adopt("sg-1"));
        adoptions.release("sg-1");
        assert!(adoptions.adopt("sg-1"));
        adoptions.enter(2);
        assert!(adoptions.adopt("sg-1"), "another run");
    }

    #[test]
    fn a_replacement_differs_from_a_second_resource_by_its_configuration() {
        let adoptions = Adoptions::default();
        let [one, other] = ["a", "b"].map(Value::from);
        assert!(adoptions.note_kept("sg-1", &one));
        assert!(adoptions.note_planned("sg-1", &one, false));
        assert!(!adoptions.note_planned("sg-1", &other, false));
        assert!(adoptions.note_planned("sg-2", &other, false));
    }

    #[test]
    fn a_second_resource_is_reported_whichever_plan_comes_first() {
        let [one, other] = ["a", "b"].map(Value::from);
        let adoptions = Adoptions::default();
        assert!(adoptions.note_planned("sg-1", &one, false));
        assert!(!adoptions.note_kept("sg-1", &other), "one of the state");
        let adoptions = Adoptions::default();
        assert!(adoptions.note_planned("sg-1", &one, false));
        assert!(
            !adoptions.note_planned("sg-1", &other, false),
            "two new ones"
        );
        adoptions.adopt("sg-1");
        assert!(adoptions.note_kept("sg-1", &other), "the plan was applied");
        let adoptions = Adoptions::default();
        assert!(adoptions.note_planned("sg-1", &one, true));
        assert!(
            !adoptions.note_planned("sg-1", &one, true),
            "two of one configuration"
        );
        assert!(
            !adoptions.note_kept("sg-1", &one),
            "one of them in the state"
        );
    }
}
