//! The calls that change rules: one a group, direction and verb. EC2 has an action of its own
//! for either direction; each takes many rules, and takes all of them or none.

use crate::ec2::api::group_rule::GroupRule;
use crate::ec2::api::ip_permission;
use crate::ec2::api::security_group_rules::tag_specification;
use crate::ec2::api::tags::Tags;
use crate::ec2::error::Error;
use crate::ec2::idempotency::Idempotency;
use crate::ec2::region_client::Ec2;
use crate::ec2::scope::Scope;
use crate::rules::{Direction, RuleSet};

/// Sends the request for a direction: `method => "Action"` for ingress, then for egress.
macro_rules! send {
    (
        $ec2:ident, $direction:ident, $effect:ident, $id:ident, $rules:ident, $scope:ident,
        $ingress:ident => $ingress_action:literal, $egress:ident => $egress_action:literal
    ) => {{
        let _write = $ec2.write($id);
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
        let none = Tags::new();
        let added = self.authorize_tagged(id, direction, rules, &none, scope);
        added.await.map(drop)
    }

    /// Adds rules of one direction, each with these tags, and gives them as EC2 has made them. Some
    /// endpoints don't show what they made: then some rules are missing.
    pub async fn authorize_tagged(
        &self,
        id: &str,
        direction: Direction,
        rules: &RuleSet,
        tags: &Tags,
        scope: &Scope,
    ) -> Result<Vec<GroupRule>, Error> {
        let _write = self.write(id);
        let permissions = Some(ip_permission::encode(rules, id));
        let tags = tag_specification(tags);
        let effect = Idempotency::NotIdempotent;
        let shown = match direction {
            Direction::Ingress => {
                let request = self.sdk.authorize_security_group_ingress().group_id(id);
                let request = request.set_ip_permissions(permissions);
                let request = request.set_tag_specifications(tags);
                let attempt = || request.clone().send();
                let made = self.call("AuthorizeSecurityGroupIngress", effect, scope, attempt);
                made.await?.security_group_rules
            }
            Direction::Egress => {
                let request = self.sdk.authorize_security_group_egress().group_id(id);
                let request = request.set_ip_permissions(permissions);
                let request = request.set_tag_specifications(tags);
                let attempt = || request.clone().send();
                let made = self.call("AuthorizeSecurityGroupEgress", effect, scope, attempt);
                made.await?.security_group_rules
            }
        };
        Ok(self.shown_rules(&shown.unwrap_or_default()).collect())
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
