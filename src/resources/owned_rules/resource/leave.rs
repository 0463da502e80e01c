//! Rules that a resource lets go of and that its group declares: they stay in EC2, as the group's.

use std::collections::BTreeSet;

use serde_json::{Value as Json, json};

use crate::resources::common::desired_rules::RuleContext;
use crate::resources::common::group_rules::Place;
use crate::resources::common::timeouts::{self, Operation};
use crate::resources::common::{other_plans, redact, rule_checks};
use crate::resources::owned_rules::apply::Work;
use crate::resources::owned_rules::held::{Held, group_of};
use crate::resources::owned_rules::resource::OwnedRules;
use crate::resources::owned_rules::{model, rule_type};
use crate::rules::{Rule, RuleSet};
use crate::tf_provider::diagnostics::Diagnostic;
use crate::tf_provider::path::Path;
use crate::tf_provider::resource::{Call, PlannedDestroy};
use crate::tf_provider::value::Value;

/// The name of the rules that stay, in the bytes that hosts hand over.
const LEFT: &str = "left_to_group";

impl OwnedRules {
    /// The plan of a destroy: the rules that stay, since the group declares them. An apply is shown no
    /// group that doesn't change, so it is told here.
    pub(super) async fn left_to_group(&self, state: &Value, call: &Call) -> PlannedDestroy {
        let (catalog, group_id) = (self.session.catalog(), group_of(state));
        let context = RuleContext {
            id: &group_id,
            ..RuleContext::new(&catalog)
        };
        let rules = rule_type::rules_of(&*self.ty, state, context);
        let region = model::of(state).region().known().unwrap_or_default();
        let place = [region, &*group_id].map(str::to_owned);
        let scope = timeouts::scope(Operation::Read, state, call);
        let declared = || self.group_rules.declared_of(&self.session, &place, &rules);
        let left = other_plans::settled(&scope, declared).await;
        let mut planned = PlannedDestroy::default();
        if !left.is_empty() {
            planned.diagnostics.push(stay(&group_id, &left));
        }
        let keys: Vec<String> = left.iter().map(redact::key).collect();
        planned.private = Some(json!({ LEFT: keys }).to_string().into_bytes());
        planned
    }

    /// Takes rules out of those that a resource holds and is to lose, without revoking them: the group
    /// declares them.
    pub(super) async fn leave_to_group(
        &self,
        work: &Work<'_>,
        held: &mut Held,
        wanted: &RuleSet,
        call: &Call,
    ) {
        let kept: Json = serde_json::from_slice(&call.private).unwrap_or_default();
        let keys = kept[LEFT].as_array().into_iter().flatten();
        let keys: BTreeSet<&str> = keys.filter_map(Json::as_str).collect();
        let mut going = held.rule_set();
        going.retain(|rule, _| !wanted.contains_key(rule));
        let place: Place = [work.ec2.region(), work.group_id].map(str::to_owned);
        let declared = self
            .group_rules
            .declared_of(&self.session, &place, &going)
            .known();
        let is_left = |rule: &&Rule| keys.contains(&*redact::key(rule)) || declared.contains(*rule);
        let left: Vec<Rule> = going.keys().filter(is_left).cloned().collect();
        work.disown(held, &left).await;
        held.rules.retain(|rule, _| !left.contains(rule));
    }
}

fn stay(group_id: &str, rules: &BTreeSet<Rule>) -> Diagnostic {
    let warning = Diagnostic::warning(
        format!("Rules of a resource that goes stay in {group_id}"),
        format!(
            "The configuration of the group declares them too, so they are the group's from now on:\n{}",
            rule_checks::lines(rules.iter())
        ),
    );
    warning.at(Path::root().attribute("rules"))
}
