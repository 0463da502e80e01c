//! Reservations of rules, so that no resource of a run revokes a rule that another one takes over. Terraform
//! changes both at the same time.

use std::time::Duration;

use super::Work;
use crate::resources::owned_rules::held::Held;
use crate::resources::owned_rules::run_registry::Reservation;
use crate::rules::RuleSet;

/// Pause between two reads of the registry.
const POLL: Duration = Duration::from_millis(20);

impl Work<'_> {
    /// Reserves the wanted rules before they are read: from then on no other resource revokes them. Waits
    /// while another resource is revoking one.
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

    /// Releases wanted rules that the resource certainly doesn't have after an error.
    pub(super) fn release_missing(&self, held: &Held, wanted: &RuleSet) {
        let is_missing = |rule| !held.rules.contains_key(rule) && !held.doubtful.contains(rule);
        for rule in wanted.keys().filter(|rule| is_missing(rule)) {
            self.registry.release(&self.rule_key(rule), self.maker);
        }
    }
}
