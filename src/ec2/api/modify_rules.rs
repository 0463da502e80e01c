//! ModifySecurityGroupRules: rules changed in place, so that one goes at the moment when the
//! other comes. EC2 wants the ids of the rules for it, which are looked up first.

use std::collections::BTreeMap;

use aws_sdk_ec2::types::{
    Filter, SecurityGroupRule, SecurityGroupRuleRequest, SecurityGroupRuleUpdate,
};

use super::pages::each_page;
use crate::ec2::call::{Ec2, Idempotency, Scope};
use crate::ec2::error::{CarriedOut, Error};
use crate::rules::{Change, Direction, Peer, Rule, Traffic};

impl Ec2 {
    /// Changes rules of one direction in place.
    pub async fn modify(&self, id: &str, changes: &[Change], scope: &Scope) -> Result<(), Error> {
        const ACTION: &str = "ModifySecurityGroupRules";
        let ids = self.rule_ids(id, scope).await?;
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
        let _write = self.reads.write(id);
        let request = self.sdk.modify_security_group_rules().group_id(id);
        let request = request.set_security_group_rules(Some(updates));
        self.call(ACTION, Idempotency::NotIdempotent, scope, || {
            request.clone().send()
        })
        .await
        .map(drop)
    }

    /// DescribeSecurityGroupRules: the id of every rule of a group.
    async fn rule_ids(&self, id: &str, scope: &Scope) -> Result<BTreeMap<Rule, String>, Error> {
        let filter = Filter::builder().name("group-id").values(id).build();
        let request = self.sdk.describe_security_group_rules().filters(filter);
        let request = request.max_results(1000);
        let mut ids = BTreeMap::new();
        each_page!(
            self,
            "DescribeSecurityGroupRules",
            scope,
            request,
            |reply| {
                let rules = reply.security_group_rules().iter();
                // A rule that can't be read isn't one that we are about to change.
                ids.extend(rules.filter_map(|rule| {
                    Some((decode(rule, id)?, rule.security_group_rule_id()?.to_owned()))
                }));
            }
        );
        Ok(ids)
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

fn decode(rule: &SecurityGroupRule, own: &str) -> Option<Rule> {
    let peer = match (rule.cidr_ipv4().or(rule.cidr_ipv6()), rule.prefix_list_id()) {
        (Some(cidr), _) => Peer::from_ec2_cidr(cidr).ok()?,
        (None, Some(id)) => Peer::PrefixList(id.to_owned()),
        (None, None) => {
            let group = rule.referenced_group_info()?;
            Peer::Group {
                account: group.user_id().map(str::to_owned),
                id: group.group_id()?.to_owned(),
            }
        }
    };
    let protocol = rule.ip_protocol()?;
    let rule_of = Rule {
        direction: if rule.is_egress()? {
            Direction::Egress
        } else {
            Direction::Ingress
        },
        traffic: Traffic::from_ec2(protocol, rule.from_port(), rule.to_port()).ok()?,
        peer,
    };
    Some(rule_of.seen_from(rule.group_owner_id().unwrap_or_default(), own))
}
