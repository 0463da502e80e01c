//! What the plan of a group and resources with rules outside of it have to know of each other: the
//! rules that the group declares, and those that it lets go of.

use super::declared::{self, Declared};
use super::facts::Facts;
use super::model::{self, DesiredRules};
use super::resource::SecurityGroup;
use super::run_registry::PlannedAction;
use crate::resources::common::group_rules::{self, LetGoRule};
use crate::rules::{Rule, RuleSet};
use crate::tf_provider::resource::Plan;
use crate::tf_provider::value::Value;

impl SecurityGroup {
    /// Notes what becomes of a group that the state holds.
    pub(super) fn note_future(&self, plan: &Plan) {
        match &plan.prior {
            Some(prior) if plan.replace.is_empty() => self.registry.note_kept(prior, &plan.config),
            Some(prior) => self.note_gone(prior, PlannedAction::Replace),
            None => {}
        }
    }

    /// Notes that a group goes.
    pub(super) fn note_gone(&self, state: &Value, action: PlannedAction) {
        self.registry.record(state, action);
        self.group_rules.note_gone(&self.session, state);
    }

    /// Notes the rules that a group declares, and refuses those that another resource is to have too; and
    /// the rules that it lets go of, once it is known which of them others own.
    pub(super) fn note_rules(
        &self,
        plan: &mut Plan,
        facts: &Facts,
        desired: &DesiredRules,
        before: &Declared,
    ) {
        let Some(prior) = plan.prior.as_ref().filter(|_| plan.replace.is_empty()) else {
            return;
        };
        let catalog = self.session.catalog();
        let declared = match before {
            // The blocks of a group that was just imported say what EC2 holds.
            Declared::Unknown => RuleSet::new(),
            Declared::Nothing | Declared::Rules(_) => before.rules_of(prior, &catalog),
        };
        let stored = model::rules_of(prior, &catalog);
        let mut left_alone = declared::undeclared_kept(prior, &plan.planned, &catalog);
        left_alone.extend(facts.owned.clone());
        if facts.owners_are_unknown {
            let undeclared = stored.clone().into_iter();
            left_alone.extend(undeclared.filter(|(rule, _)| !declared.contains_key(rule)));
        }
        let why = |rule: &Rule| {
            if declared.contains_key(rule) {
                LetGoRule::Declared
            } else {
                LetGoRule::Undeclared
            }
        };
        self.group_rules
            .note(&self.session, plan, &stored, &left_alone, why);
        if let Some(place) = group_rules::place(prior) {
            let both = self
                .group_rules
                .declare(&self.session, &place, &desired.rules, &stored);
            let said = group_rules::two_resources(&place, both, desired);
            plan.diagnostics.extend(said);
        }
    }
}
