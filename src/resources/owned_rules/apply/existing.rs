//! Decides whether a rule that is to be created, and that EC2 holds already, is another's.

use std::time::Duration;

use super::Work;
use crate::ec2::GroupRule;
use crate::resources::owned_rules::held::Held;
use crate::rules::RuleSet;

/// Longest wait for a resource of the state that gives a rule up. Terraform sends one resource after the
/// other, so it may not have been shown yet.
const COMES_WITHIN: Duration = Duration::from_secs(10);
/// Pause between two reads of the registry.
const POLL: Duration = Duration::from_millis(50);

impl Work<'_> {
    /// A wanted rule that EC2 shows, and that belongs neither to this resource nor to another one of the
    /// state. Waits for another resource that may have it. `None` for a resource that is being created.
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

    /// Such a rule, by the resources that were shown so far.
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
                // Rules with this tag are the resource's own.
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
