//! Has no two resources of a run want different things of one rule: one that takes a rule over which EC2
//! has, and one that revokes it. Terraform changes both at the same time.

use std::time::Duration;

use super::Work;
use crate::resources::owned_rules::held::Held;
use crate::resources::owned_rules::run_registry::Reservation;
use crate::rules::RuleSet;

/// Time between two looks at the registry.
const POLL: Duration = Duration::from_millis(20);

impl Work<'_> {
    /// Reserves the wanted rules before it is read which of them EC2 has: none of these is revoked
    /// any more then. Those that another resource is revoking are waited for.
    pub(super) async fn reserve(&self, wanted: &RuleSet) {
        for rule in wanted.keys() {
            let rule_key = self.rule_key(rule);
            while self.registry.reserve(&rule_key, self.maker) == Reservation::BeingRevoked {
                if !self.scope.wait(POLL).await {
                    return;
                }
            }
        }
    }

    /// Leaves wanted rules to others that the resource surely doesn't have in the end.
    pub(super) fn release_missing(&self, held: &Held, wanted: &RuleSet) {
        let is_missing = |rule| !held.rules.contains_key(rule) && !held.doubtful.contains(rule);
        for rule in wanted.keys().filter(|rule| is_missing(rule)) {
            self.registry.release(&self.rule_key(rule), self.maker);
        }
    }
}
