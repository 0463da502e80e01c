//! ModifySecurityGroupRules: changes rules in place, so that the new rule replaces the old one at
//! the same moment. The call takes rule ids, which are looked up first.

use std::collections::BTreeMap;

use aws_sdk_ec2::types::{SecurityGroupRuleRequest, SecurityGroupRuleUpdate};

use crate::ec2::region_client::Ec2;

use crate::ec2::idempotency::Idempotency;

use crate::ec2::error::{CarriedOut, Error};
use crate::ec2::scope::Scope;
use crate::rules::{Change, Peer, Rule};

impl Ec2 {
    /// Changes rules of one direction in place.
    pub async fn modify(&self, id: &str, changes: &[Change], scope: &Scope) -> Result<(), Error> {
        let ids = self.rule_ids(id, scope).await?;
        self.modify_by_ids(id, changes, &ids, scope).await
    }

    /// Changes rules of one direction in place, given the ids of the group's rules.
    pub(in crate::ec2) async fn modify_by_ids(
        &self,
        id: &str,
        changes: &[Change],
        ids: &BTreeMap<Rule, String>,
        scope: &Scope,
    ) -> Result<(), Error> {
        const ACTION: &str = "ModifySecurityGroupRules";
        let mut updates = Vec::new();
        for change in changes {
            let Some(rule_id) = ids.get(&change.old) else {
                let what = format!("the rule \"{}\" isn't there to be changed", change.old);
                return Err(Error::given_up(
                    ACTION,
                    &self.region,
                    &what,
                    CarriedOut::Maybe,
                ));
            };
            let update = SecurityGroupRuleUpdate::builder()
                .security_group_rule_id(rule_id)
                .security_group_rule(request(change, id));
            updates.push(update.build());
        }
        let _write = self.write(id);
        let request = self.sdk.modify_security_group_rules().group_id(id);
        let request = request.set_security_group_rules(Some(updates));
        self.call(ACTION, Idempotency::NotIdempotent, scope, || {
            request.clone().send()
        })
        .await
        .map(drop)
    }

    /// The id of every rule of a group.
    async fn rule_ids(&self, id: &str, scope: &Scope) -> Result<BTreeMap<Rule, String>, Error> {
        // A rule that can't be decoded is left out: it isn't among those to change.
        let rules = self.rules_with("group-id", &[id.to_owned()], scope).await?;
        Ok(rules.into_iter().map(|rule| (rule.rule, rule.id)).collect())
    }
}

fn request(change: &Change, own: &str) -> SecurityGroupRuleRequest {
    let (from, to) = change.new.traffic.ports().unzip();
    let description = &change.description;
    let request = SecurityGroupRuleRequest::builder()
        .ip_protocol(change.new.traffic.protocol())
        .set_from_port(from)
        .set_to_port(to)
        .set_description((!description.is_empty()).then(|| description.clone()));
    match &change.new.peer {
        Peer::Ipv4(net) => request.cidr_ipv4(net.to_string()),
        Peer::Ipv6(net) => request.cidr_ipv6(net.to_string()),
        Peer::PrefixList(id) => request.prefix_list_id(id),
        Peer::Group { id, .. } => request.referenced_group_id(id),
        Peer::SelfReference => request.referenced_group_id(own),
    }
    .build()
}
