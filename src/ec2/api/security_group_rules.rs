//! DescribeSecurityGroupRules: rules with their ids and tags, which DescribeSecurityGroups doesn't
//! show. Must not know which requests share a call.

use aws_sdk_ec2::types::{Filter, ResourceType, SecurityGroupRule, Tag, TagSpecification};

use super::group_rule::{ACTION, GroupRule};
use super::page_tokens::Tokens;
use super::pages::each_page;
use super::tags::{IgnoredTags, Tags, decode_tags, encode_tags};
use crate::ec2::error::Error;
use crate::ec2::idempotency::Idempotency;
use crate::ec2::region_client::Ec2;
use crate::ec2::scope::Scope;
use crate::rules::{Direction, Peer, Rule, Traffic};

/// Most rules that EC2 returns in a page.
const PAGE: i32 = 1000;
/// Most values that a filter of EC2 takes.
const FILTER_VALUES: usize = 200;

impl Ec2 {
    /// The rule with an id, as EC2 has it now; `None` if there is none.
    pub async fn describe_security_group_rule(
        &self,
        rule_id: &str,
        scope: &Scope,
    ) -> Result<Option<GroupRule>, Error> {
        let mut found = self
            .rules_with("security-group-rule-id", &[rule_id.to_owned()], scope)
            .await?;
        Ok(found.pop())
    }

    /// The rules of all groups, as EC2 has them now.
    pub async fn security_group_rules(&self, scope: &Scope) -> Result<Vec<GroupRule>, Error> {
        let rules = self.all_rules(usize::MAX, scope).await?;
        Ok(rules.unwrap_or_default())
    }

    /// The rules of these groups, as EC2 has them now.
    pub async fn rules_of_groups(
        &self,
        ids: &[String],
        scope: &Scope,
    ) -> Result<Vec<GroupRule>, Error> {
        let mut found = Vec::new();
        for ids in ids.chunks(FILTER_VALUES) {
            found.extend(self.rules_with("group-id", ids, scope).await?);
        }
        Ok(found)
    }

    /// The rules that match one of the values of a filter, as EC2 has them now.
    pub(in crate::ec2) async fn rules_with(
        &self,
        filter: &str,
        values: &[String],
        scope: &Scope,
    ) -> Result<Vec<GroupRule>, Error> {
        let values = Some(values.to_vec());
        let filter = Filter::builder().name(filter).set_values(values).build();
        let request = self.sdk.describe_security_group_rules().filters(filter);
        let request = request.max_results(PAGE);
        let mut found = Vec::new();
        each_page!(self, ACTION, scope, request, |reply| {
            found.extend(self.shown_rules(reply.security_group_rules()));
        });
        Ok(found)
    }

    /// The rules of all groups; `None` if they fill more pages than `most_pages`.
    pub(in crate::ec2) async fn all_rules(
        &self,
        most_pages: usize,
        scope: &Scope,
    ) -> Result<Option<Vec<GroupRule>>, Error> {
        let request = self.sdk.describe_security_group_rules().max_results(PAGE);
        let (mut found, mut token, mut tokens) = (Vec::new(), None, Tokens::default());
        for _ in 0..most_pages {
            let page = request.clone().set_next_token(token.take());
            let attempt = || page.clone().send();
            let reply = self.call(ACTION, Idempotency::ReadOnly, scope, attempt);
            let reply = reply.await?;
            found.extend(self.shown_rules(reply.security_group_rules()));
            let next = tokens.next(reply.next_token);
            token = next.map_err(|what| self.endless(ACTION, what))?;
            if token.is_none() {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }

    /// The rules of a reply, without those that can't be decoded.
    pub(in crate::ec2) fn shown_rules(
        &self,
        rules: &[SecurityGroupRule],
    ) -> impl Iterator<Item = GroupRule> {
        rules.iter().filter_map(|rule| {
            let shown = decode(rule, &self.ignored_tags);
            if shown.is_none() {
                let id = rule.security_group_rule_id();
                tracing::debug!(id, region = self.region, "a rule is left out");
            }
            shown
        })
    }
}

/// Tags for every rule of an Authorize; `None` where there are none.
pub(in crate::ec2) fn tag_specification(tags: &Tags) -> Option<Vec<TagSpecification>> {
    let specification = TagSpecification::builder()
        .resource_type(ResourceType::SecurityGroupRule)
        .set_tags(Some(encode_tags(tags)))
        .build();
    (!tags.is_empty()).then(|| vec![specification])
}

fn decode(rule: &SecurityGroupRule, ignored: &IgnoredTags) -> Option<GroupRule> {
    let text = |value: Option<&str>| value.unwrap_or_default().to_owned();
    let group_id = text(rule.group_id());
    let account = text(rule.group_owner_id());
    let is_owner = |tag: &&Tag| tag.key() == Some(GroupRule::OWNER_TAG);
    let owner = rule.tags().iter().find(is_owner);
    let mut tags = decode_tags(rule.tags(), ignored);
    tags.remove(GroupRule::OWNER_TAG);
    Some(GroupRule {
        id: rule.security_group_rule_id()?.to_owned(),
        arn: text(rule.security_group_rule_arn()),
        rule: decode_rule(rule, &group_id, &account)?,
        description: text(rule.description()),
        owner: owner.map(|tag| text(tag.value())),
        group_id,
        account,
        tags,
    })
}

fn decode_rule(rule: &SecurityGroupRule, group_id: &str, account: &str) -> Option<Rule> {
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
    let direction = if rule.is_egress()? {
        Direction::Egress
    } else {
        Direction::Ingress
    };
    let (protocol, from, to) = (rule.ip_protocol()?, rule.from_port(), rule.to_port());
    let traffic = Traffic::from_ec2(protocol, from, to).ok()?;
    let shown = Rule {
        direction,
        traffic,
        peer,
    };
    Some(shown.seen_from(account, group_id))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ec2::api::tags::IgnoredTags;

    fn shown(rule: aws_sdk_ec2::types::builders::SecurityGroupRuleBuilder) -> Option<GroupRule> {
        let rule = rule
            .security_group_rule_id("sgr-0123456789abcdef0")
            .group_id("sg-0000000a")
            .group_owner_id("123456789012")
            .is_egress(false)
            .ip_protocol("tcp")
            .from_port(443)
            .to_port(443);
        decode(&rule.build(), &IgnoredTags::default())
    }

    #[test]
    fn the_owner_is_told_apart_from_other_tags() {
        let tag = |key: &str, value: &str| Tag::builder().key(key).value(value).build();
        let rule = SecurityGroupRule::builder()
            .cidr_ipv4("10.0.0.0/8")
            .tags(tag(GroupRule::OWNER_TAG, "rules-1"))
            .tags(tag("aws:cloudformation:stack-id", "x"))
            .tags(tag("team", "web"));
        let rule = shown(rule).expect("a rule");
        assert_eq!(rule.rule.to_string(), "ingress tcp/443 from 10.0.0.0/8");
        assert_eq!(rule.owner.as_deref(), Some("rules-1"));
        let team = ("team".to_owned(), "web".to_owned());
        assert_eq!(rule.tags, Tags::from([team]));
    }

    #[test]
    fn a_rule_without_a_peer_is_left_out() {
        assert_eq!(shown(SecurityGroupRule::builder()), None);
    }

    #[test]
    fn no_tags_are_no_specification() {
        assert_eq!(tag_specification(&Tags::new()), None);
    }
}
