//! The calls that authorize, revoke and describe rules. EC2 has one action for each direction; an
//! action takes many rules, and either all of them or none take effect.

use crate::ec2::api::group_rule::GroupRule;
use crate::ec2::api::ip_permission;
use crate::ec2::api::security_group_rules::tag_specification;
use crate::ec2::api::tags::Tags;
use crate::ec2::error::Error;
use crate::ec2::idempotency::Idempotency;
use crate::ec2::region_client::Ec2;
use crate::ec2::scope::Scope;
use crate::rules::{Direction, RuleSet};

/// Sends the request for one direction: `method => "Action"`, and the parameters beside the group's
/// id.
macro_rules! send {
    (
        $ec2:ident, $id:ident, $idempotency:ident, $scope:ident,
        $method:ident => $action:literal, $($set:ident($value:expr)),+
    ) => {{
        let request = $ec2.sdk.$method().group_id($id)$(.$set($value))+;
        let attempt = || request.clone().send();
        $ec2.call($action, Idempotency::$idempotency, $scope, attempt).await
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

    /// Adds rules of one direction, each with these tags, and returns them as EC2 made them. Some
    /// endpoints return nothing or only some of the rules.
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
        let made = match direction {
            Direction::Ingress => {
                send!(
                    self, id, NotIdempotent, scope,
                    authorize_security_group_ingress => "AuthorizeSecurityGroupIngress",
                    set_ip_permissions(permissions), set_tag_specifications(tags)
                )?
                .security_group_rules
            }
            Direction::Egress => {
                send!(
                    self, id, NotIdempotent, scope,
                    authorize_security_group_egress => "AuthorizeSecurityGroupEgress",
                    set_ip_permissions(permissions), set_tag_specifications(tags)
                )?
                .security_group_rules
            }
        };
        Ok(self.shown_rules(&made.unwrap_or_default()).collect())
    }

    /// Removes rules of one direction.
    pub async fn revoke(
        &self,
        id: &str,
        direction: Direction,
        rules: &RuleSet,
        scope: &Scope,
    ) -> Result<(), Error> {
        let _write = self.write(id);
        let permissions = Some(ip_permission::encode(rules, id));
        match direction {
            Direction::Ingress => send!(
                self, id, NotIdempotent, scope,
                revoke_security_group_ingress => "RevokeSecurityGroupIngress",
                set_ip_permissions(permissions)
            )
            .map(drop),
            Direction::Egress => send!(
                self, id, NotIdempotent, scope,
                revoke_security_group_egress => "RevokeSecurityGroupEgress",
                set_ip_permissions(permissions)
            )
            .map(drop),
        }
    }

    /// Changes the descriptions of rules of one direction, in place.
    pub async fn update_rule_descriptions(
        &self,
        id: &str,
        direction: Direction,
        rules: &RuleSet,
        scope: &Scope,
    ) -> Result<(), Error> {
        let _write = self.write(id);
        let permissions = Some(ip_permission::encode(rules, id));
        match direction {
            Direction::Ingress => send!(
                self, id, Idempotent, scope,
                update_security_group_rule_descriptions_ingress
                    => "UpdateSecurityGroupRuleDescriptionsIngress",
                set_ip_permissions(permissions)
            )
            .map(drop),
            Direction::Egress => send!(
                self, id, Idempotent, scope,
                update_security_group_rule_descriptions_egress
                    => "UpdateSecurityGroupRuleDescriptionsEgress",
                set_ip_permissions(permissions)
            )
            .map(drop),
        }
    }
}
