//! The rules that the groups of a run are to revoke. A resource outside of the group that is to have such
//! a rule creates it after the group has revoked it: hosts change a group before resources that refer to
//! it. Must not know any of the resource types.

use std::collections::{BTreeSet, HashMap};

use super::desired_rules::RuleContext;
use super::group_state::{planned_rules, rules_of};
use super::model;
use super::per_run::PerRun;
use crate::rules::{Rule, RuleSet};
use crate::session::Session;
use crate::tf_provider::resource::Plan;

/// By region and group: the rules that a group has and that its plan revokes.
#[derive(Debug, Default)]
pub(in crate::resources) struct PlannedRevocations(PerRun<HashMap<[String; 2], BTreeSet<Rule>>>);

impl PlannedRevocations {
    /// Notes the rules that the plan of a group revokes. `unshown` are rules that leave its state and stay in
    /// EC2.
    pub(in crate::resources) fn note(&self, session: &Session, plan: &Plan, unshown: &RuleSet) {
        let Some(prior) = &plan.prior else {
            return;
        };
        let (state, planned) = (model::of(prior), &plan.planned);
        let (Some(region), Some(id)) = (state.region().known(), state.id().known()) else {
            return;
        };
        let mut rules = BTreeSet::new();
        if model::of(planned).rules().is_wholly_known() {
            let catalog = session.catalog();
            let kept = planned_rules(planned, RuleContext::of(prior, &catalog));
            rules.extend(rules_of(prior, &catalog).into_keys());
            rules.retain(|rule| !kept.contains_key(rule) && !unshown.contains_key(rule));
        }
        let key = [region.to_owned(), id.to_owned()];
        self.0.enter(session.run());
        self.0.lock().insert(key, rules);
    }

    /// Whether the plan of a group revokes a rule, if that plan has been made.
    pub(in crate::resources) fn has(
        &self,
        session: &Session,
        [region, group]: [&str; 2],
        rule: &Rule,
    ) -> bool {
        self.0.enter(session.run());
        let groups = self.0.lock();
        let rules = groups.get(&[region.to_owned(), group.to_owned()]);
        rules.is_some_and(|rules| rules.contains(rule))
    }
}
