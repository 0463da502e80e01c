//! Reads the rules of a resource.

use std::time::Duration;

use crate::ec2::{Error, GroupRule, RuleFreshness, Scope};
use crate::resources::common::desired_rules::RuleContext;
use crate::resources::common::redact;
use crate::resources::owned_rules::held::{Held, Wanted, group_of};
use crate::resources::owned_rules::resource::{OwnedRules, Target};
use crate::resources::owned_rules::{model, rule_type};
use crate::tf_provider::value::Value;

/// Time after which rules that a read didn't show are read once more, since reads lag behind writes.
const SECOND_READ_AFTER: Duration = Duration::from_millis(500);

impl OwnedRules {
    /// The rules of a resource among those that EC2 shows.
    fn among(&self, state: &Value, shown: &[GroupRule], context: RuleContext<'_>) -> Held {
        let mut rules = rule_type::rules_of(&*self.ty, state, context);
        let told = shown
            .iter()
            .filter(|shown| redact::has_digest_of(state, &shown.rule));
        rules.extend(told.map(|shown| (shown.rule.clone(), shown.description.clone())));
        let state = model::of(state);
        let rule_id = state.security_group_rule_id().known();
        let wanted = Wanted {
            rules: &rules,
            rule_id: rule_id
                .filter(|_| self.ty.keeps_rule_id())
                .unwrap_or_default(),
            owner: state.owner().known(),
            owns_all_tagged: self.ty.is_its_own_owner(),
            id: state.id().known().unwrap_or_default(),
        };
        let held = Held::among(shown, &wanted);
        if held.rules.is_empty() {
            // The rule may have been restored by hand, with another id.
            return Held::among(shown, &wanted.by_rule());
        }
        held
    }

    /// The rules of a resource, as EC2 shows them.
    pub(super) async fn read_rules(
        &self,
        target: &Target,
        state: &Value,
        scope: &Scope,
    ) -> Result<Held, Error> {
        let (catalog, group_id) = (self.session.catalog(), group_of(state));
        let context = target.context(&catalog, &group_id);
        let (name, id) = self.name(state);
        let reader = format!("read of {name} {id}");
        let freshness = RuleFreshness::Cached(&reader);
        let shown = target
            .ec2
            .rules_of_group(&group_id, freshness, scope)
            .await?;
        let held = self.among(state, &shown, context);
        let known = rule_type::rules_of(&*self.ty, state, context);
        let is_all =
            held.rules.len() >= known.len() && !redact::has_more_than(state, &held.rule_set());
        if is_all {
            return Ok(held);
        }
        scope.wait(SECOND_READ_AFTER).await;
        let shown = target
            .ec2
            .rules_of_group(&group_id, RuleFreshness::Now, scope);
        Ok(self.among(state, &shown.await?, context))
    }
}
