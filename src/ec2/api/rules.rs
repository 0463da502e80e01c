//! The calls that change rules: one a group, direction and verb. EC2 has an action of its own
//! for either direction; each takes many rules, and takes all of them or none.

use crate::ec2::api::ip_permission;
use crate::ec2::call::{Ec2, Idempotency, Scope};
use crate::ec2::error::Error;
use crate::rules::{Direction, RuleSet};

/// Sends the request for a direction: `method => "Action"` for ingress, then for egress.
macro_rules! send {
    (
        $ec2:ident, $direction:ident, $effect:ident, $id:ident, $rules:ident, $scope:ident,
        $ingress:ident => $ingress_action:literal, $egress:ident => $egress_action:literal
    ) => {{
        let _write = $ec2.reads.write($id);
        let permissions = Some(ip_permission::encode($rules, $id));
        match $direction {
            Direction::Ingress => {
                let request = $ec2
                    .sdk
                    .$ingress()
                    .group_id($id)
                    .set_ip_permissions(permissions);
                let attempt = || request.clone().send();
                $ec2.call($ingress_action, Idempotency::$effect, $scope, attempt)
                    .await
                    .map(drop)
            }
            Direction::Egress => {
                let request = $ec2
                    .sdk
                    .$egress()
                    .group_id($id)
                    .set_ip_permissions(permissions);
                let attempt = || request.clone().send();
                $ec2.call($egress_action, Idempotency::$effect, $scope, attempt)
                    .await
                    .map(drop)
            }
        }
    }};
}

impl Ec2 {
    /// Adds rules of one direction.
    pub async fn authorize(
        &self,
        id: &str,
        direction: Direction,
        rules: &RuleSet,
        scope: &Scope,
    ) -> Result<(), Error> {
        send!(
            self, direction, NotIdempotent, id, rules, scope,
            authorize_security_group_ingress => "AuthorizeSecurityGroupIngress",
            authorize_security_group_egress => "AuthorizeSecurityGroupEgress"
        )
    }

    /// Removes rules of one direction.
    pub async fn revoke(
        &self,
        id: &str,
        direction: Direction,
        rules: &RuleSet,
        scope: &Scope,
    ) -> Result<(), Error> {
        send!(
            self, direction, NotIdempotent, id, rules, scope,
            revoke_security_group_ingress => "RevokeSecurityGroupIngress",
            revoke_security_group_egress => "RevokeSecurityGroupEgress"
        )
    }

    /// Changes the descriptions of rules of one direction, in place.
    pub async fn update_rule_descriptions(
        &self,
        id: &str,
        direction: Direction,
        rules: &RuleSet,
        scope: &Scope,
    ) -> Result<(), Error> {
        send!(
            self, direction, Idempotent, id, rules, scope,
            update_security_group_rule_descriptions_ingress
                => "UpdateSecurityGroupRuleDescriptionsIngress",
            update_security_group_rule_descriptions_egress
                => "UpdateSecurityGroupRuleDescriptionsEgress"
        )
    }
}
