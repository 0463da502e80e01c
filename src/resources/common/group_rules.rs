//! What the plans of a run do with the rules of a group: those that the group lets go of, those that it
//! declares, and those that resources outside of it are to have. Groups and such resources ask here,
//! since hosts hand over one resource at a time and name none of the others. A resource that is to have a
//! rule which its group lets go of makes it once the group has revoked it: hosts change a group before
//! what refers to it. Must not know any of the resource types.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::MutexGuard;

use super::desired_rules::{DesiredRules, RuleContext};
use super::group_state::planned_rules;
use super::model;
use super::other_plans::{Seen, SharedWait};
use super::per_run::{Current, PerRun};
use crate::rules::{Rule, RuleSet};
use crate::session::Session;
use crate::tf_provider::diagnostics::{Diagnostic, Diagnostics};
use crate::tf_provider::resource::Plan;
use crate::tf_provider::value::Value;

/// Region and id of a group.
pub(in crate::resources) type Place = [String; 2];

/// The rules of all groups of a run.
#[derive(Debug, Default)]
pub(in crate::resources) struct GroupRules(PerRun<Run>);

/// The knowledge about one run.
#[derive(Debug, Default)]
pub(in crate::resources) struct Run {
    groups: HashMap<Place, GroupPlan>,
    /// Rules that resources outside of the group are to have.
    outside: HashMap<Place, BTreeMap<Rule, Outside>>,
    /// The wait for groups that were not shown.
    shared_wait: SharedWait,
}

/// A resource outside of a group that is to have a rule.
#[derive(Debug)]
struct Outside {
    /// The resource in words.
    who: String,
    /// Whether the plan gives it the rule. It has it already otherwise.
    is_new: bool,
}

/// The plan for a group, as far as it has come.
#[derive(Debug, Default)]
struct GroupPlan {
    is_planned: bool,
    let_go: BTreeMap<Rule, LetGoRule>,
    /// The declared rules, each with whether the plan gives it to the group.
    declared: BTreeMap<Rule, bool>,
}

/// Why a group takes a rule away that its configuration doesn't have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::resources) enum LetGoRule {
    /// Its configuration declared the rule until now.
    Declared,
    /// It has its rules for itself, and nothing in EC2 says that another resource owns this one.
    Undeclared,
    /// One of the two, of a default group, which nothing tells.
    OfDefaultGroup,
}

/// Region and id of the group of a state; `None` while they aren't known.
pub(in crate::resources) fn place(state: &Value) -> Option<Place> {
    let state = model::of(state);
    Some([state.region().known()?, state.id().known()?].map(str::to_owned))
}

/// The errors about rules that a group declares and that resources outside of it are to have, each
/// with that resource.
pub(in crate::resources) fn two_resources(
    [_, id]: &Place,
    both: Vec<(Rule, String)>,
    desired: &DesiredRules,
) -> Diagnostics {
    let mut found = Diagnostics::new();
    for (rule, who) in both {
        let error = Diagnostic::error(
            format!("Two resources have the rule \"{rule}\" of {id}"),
            format!(
                "{who} is to have it too. EC2 holds a rule only once, and it can belong to one resource \
                 only. Take it out of that resource: where that one has it already, it stays in EC2 \
                 as the group's."
            ),
        );
        found.push(error.at(desired.place(&rule).0));
    }
    found
}

impl GroupRules {
    /// A group that the state holds.
    pub(in crate::resources) fn stored(&self, session: &Session, state: &Value) {
        if let Some(place) = place(state) {
            self.run(session).groups.entry(place).or_default();
        }
    }

    /// Whether a resource of this run has a group.
    pub(in crate::resources) fn knows(&self, session: &Session, place: &Place) -> bool {
        self.run(session).groups.contains_key(place)
    }

    /// A group that is destroyed or replaced: none of its rules is kept for it.
    pub(in crate::resources) fn note_gone(&self, session: &Session, state: &Value) {
        if let Some(place) = place(state) {
            let gone = GroupPlan {
                is_planned: true,
                ..GroupPlan::default()
            };
            self.run(session).groups.insert(place, gone);
        }
    }

    /// Notes the rules that a group declares, as its plan or its change has them; it has those of `before`
    /// already. Gives those that a resource outside of it is to have too, each with that resource. Where both
    /// have a rule already, as states of the AWS provider may show it, nothing is wrong with the plan.
    pub(in crate::resources) fn declare(
        &self,
        session: &Session,
        place: &Place,
        rules: &RuleSet,
        before: &RuleSet,
    ) -> Vec<(Rule, String)> {
        let mut guard = self.run(session);
        let run = &mut **guard;
        let group = run.groups.entry(place.clone()).or_default();
        group.is_planned = true;
        let is_new = |rule: &Rule| !before.contains_key(rule);
        let declared = rules.keys().map(|rule| (rule.clone(), is_new(rule)));
        group.declared = declared.collect();
        let outside = run.outside.get(place).into_iter().flatten();
        let both = outside.filter(|(rule, outside)| {
            rules.contains_key(*rule) && (outside.is_new || is_new(rule))
        });
        both.map(|(rule, outside)| (rule.clone(), outside.who.clone()))
            .collect()
    }

    /// Notes a rule that a resource outside of a group is to have, with this resource in words and whether
    /// the plan gives it the rule. `false` where the group declares the rule, and not both have it already:
    /// then it isn't noted.
    pub(in crate::resources) fn take(
        &self,
        session: &Session,
        place: &Place,
        rule: &Rule,
        who: &str,
        is_new: bool,
    ) -> bool {
        let mut guard = self.run(session);
        let run = &mut **guard;
        let group = run.groups.get(place);
        let of_group = group.and_then(|group| group.declared.get(rule));
        if of_group.is_some_and(|is_new_there| is_new || *is_new_there) {
            return false;
        }
        let outside = run.outside.entry(place.clone()).or_default();
        let who = who.to_owned();
        outside.insert(rule.clone(), Outside { who, is_new });
        true
    }

    /// Those of some rules that a group declares, as far as its plan has come.
    pub(in crate::resources) fn declared_of(
        &self,
        session: &Session,
        place: &Place,
        rules: &RuleSet,
    ) -> Seen<BTreeSet<Rule>> {
        let mut guard = self.run(session);
        let run = &mut **guard;
        let none = BTreeSet::new();
        if let Some(group) = run.groups.get(place) {
            if !group.is_planned {
                return Seen::NotPlanned(none);
            }
            let declared = group.declared.keys();
            let declared = declared.filter(|rule| rules.contains_key(*rule));
            return Seen::Decided(declared.cloned().collect());
        }
        if run.shared_wait.is_over() {
            Seen::Decided(none)
        } else {
            Seen::NotShown(none)
        }
    }

    /// Notes what the plan of a group that stays takes away of the rules before, but for those that it leaves
    /// alone.
    pub(in crate::resources) fn note(
        &self,
        session: &Session,
        plan: &Plan,
        before: &RuleSet,
        left_alone: &RuleSet,
        why: impl Fn(&Rule) -> LetGoRule,
    ) {
        let Some(prior) = &plan.prior else {
            return;
        };
        let planned = &plan.planned;
        let Some(place) = place(prior) else {
            return;
        };
        let mut rules = BTreeMap::new();
        if model::of(planned).rules().is_wholly_known() {
            let catalog = session.catalog();
            let kept = planned_rules(planned, RuleContext::of(prior, &catalog));
            let goes = |rule: &&Rule| !kept.contains_key(*rule) && !left_alone.contains_key(*rule);
            let gone = before.keys().filter(goes);
            rules.extend(gone.map(|rule| (rule.clone(), why(rule))));
        }
        self.run(session).groups.entry(place).or_default().let_go = rules;
    }

    /// Why a group lets go of a rule; `None` where it doesn't, as far as plans have come.
    pub(in crate::resources) fn let_go(
        &self,
        session: &Session,
        place: &Place,
        rule: &Rule,
    ) -> Option<LetGoRule> {
        let run = self.run(session);
        run.groups.get(place)?.let_go.get(rule).copied()
    }

    /// What is known of the run.
    fn run(&self, session: &Session) -> MutexGuard<'_, Current<Run>> {
        self.0.enter(session.run());
        self.0.lock()
    }
}
