//! Finds the owner of rules that EC2 holds already when they are to be made.

use std::time::Duration;

use super::Work;
use crate::ec2::GroupRule;
use crate::resources::owned_rules::held::Held;
use crate::rules::RuleSet;

/// Longest wait for a resource of the state that lets go of a rule: Terraform hands over one
/// after the other, and its turn may be yet to come.
const COMES_WITHIN: Duration = Duration::from_secs(10);
/// Time between two looks at the registry.
const POLL: Duration = Duration::from_millis(50);

impl Work<'_> {
    /// One of the wanted rules that EC2 shows and that is neither of this resource nor of another of
    /// the state. Waits for such another to come. Of a resource that is being made there is none.
    pub(super) async fn foreign_rule(
        &self,
        held: &Held,
        before: &RuleSet,
        wanted: &RuleSet,
        shown: &[GroupRule],
    ) -> Option<GroupRule> {
        let deadline = tokio::time::Instant::now() + COMES_WITHIN;
        loop {
            let foreign_rule = self.foreign_rule_now(held, before, wanted, shown)?;
            if tokio::time::Instant::now() >= deadline || !self.scope.wait(POLL).await {
                return Some(foreign_rule.clone());
            }
        }
    }

    /// Such a rule, by the resources that have come so far.
    pub(super) fn foreign_rule_now<'s>(
        &self,
        held: &Held,
        before: &RuleSet,
        wanted: &RuleSet,
        shown: &'s [GroupRule],
    ) -> Option<&'s GroupRule> {
        if self.is_new {
            return None;
        }
        let mut new = shown
            .iter()
            .filter(|shown| wanted.contains_key(&shown.rule) && !before.contains_key(&shown.rule));
        new.find(|shown| {
            let is_own = match &self.owner {
                // No other resource makes rules with this tag.
                Some(owner) => shown.owner.as_ref() == Some(owner),
                None => shown.owner.is_none() && held.doubtful.contains(&shown.rule),
            };
            let rule_key = self.rule_key(&shown.rule);
            !is_own
                && !self.registry.is_of_the_state(&rule_key)
                && !self.is_made_by_another(&shown.rule)
        })
    }
}
