//! A security group as EC2 shows it, and the calls that make, read, change and remove it.

use std::collections::BTreeMap;

use aws_sdk_ec2::types::{Filter, ResourceType, SecurityGroup, Tag, TagSpecification};

use super::call::{Ec2, Effect, Scope};
use super::error::Error;
use super::permissions;
use crate::rules::RuleSet;

/// Tag keys and values.
pub type Tags = BTreeMap<String, String>;

/// EC2 shows at most this many groups a page.
const PAGE: i32 = 1000;

/// A security group as EC2 holds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// `sg-…`, assigned by EC2.
    pub id: String,
    /// Amazon resource name.
    pub arn: String,
    /// The account that owns it.
    pub owner_id: String,
    /// The VPC that it is in.
    pub vpc_id: String,
    /// Unique in its VPC, whatever the case.
    pub name: String,
    /// Fixed at creation.
    pub description: String,
    /// All tags.
    pub tags: Tags,
    /// All rules, both directions, with their descriptions.
    pub rules: RuleSet,
}

/// What a new group needs.
#[derive(Clone, Debug)]
pub struct NewGroup<'a> {
    /// Unique in its VPC.
    pub name: &'a str,
    /// Fixed from now on.
    pub description: &'a str,
    /// The region's default VPC where there is none.
    pub vpc_id: Option<&'a str>,
    /// Put on together with the creation.
    pub tags: &'a Tags,
}

impl Ec2 {
    /// CreateSecurityGroup. Gives the id; EC2 adds an egress rule that opens everything.
    pub async fn create_security_group(
        &self,
        new: &NewGroup<'_>,
        scope: &Scope,
    ) -> Result<String, Error> {
        const ACTION: &str = "CreateSecurityGroup";
        let request = self
            .sdk
            .create_security_group()
            .group_name(new.name)
            .description(new.description)
            .set_vpc_id(new.vpc_id.map(str::to_owned))
            .set_tag_specifications(tag_specification(new.tags));
        let reply = self
            .call(ACTION, Effect::Once, scope, || request.clone().send())
            .await?;
        reply
            .group_id
            .ok_or_else(|| self.malformed(ACTION, "it has no group id"))
    }

    /// DescribeSecurityGroups: the group of an id, or `None` where there is none.
    pub async fn describe_security_group(
        &self,
        id: &str,
        scope: &Scope,
    ) -> Result<Option<Group>, Error> {
        let found = self.describe_security_groups("group-id", id, scope).await?;
        Ok(found.into_iter().find(|g| g.id == id))
    }

    /// DescribeSecurityGroups: every group for which a filter holds. A filter leaves out what
    /// doesn't exist, where an id parameter would fail the call.
    pub async fn describe_security_groups(
        &self,
        filter: &str,
        value: &str,
        scope: &Scope,
    ) -> Result<Vec<Group>, Error> {
        const ACTION: &str = "DescribeSecurityGroups";
        let filter = Filter::builder().name(filter).values(value).build();
        let request = self
            .sdk
            .describe_security_groups()
            .filters(filter)
            .max_results(PAGE);
        let mut groups = Vec::new();
        let mut token = None;
        loop {
            let page = request.clone().set_next_token(token.take());
            let reply = self
                .call(ACTION, Effect::Repeatable, scope, || page.clone().send())
                .await?;
            for group in reply.security_groups() {
                groups.push(self.group(group)?);
            }
            match reply.next_token {
                Some(next) if !next.is_empty() => token = Some(next),
                _ => return Ok(groups),
            }
        }
    }

    /// DeleteSecurityGroup.
    pub async fn delete_security_group(&self, id: &str, scope: &Scope) -> Result<(), Error> {
        let request = self.sdk.delete_security_group().group_id(id);
        // Repeatable: the second of two deletes finds nothing, and that is what was wanted.
        self.call("DeleteSecurityGroup", Effect::Repeatable, scope, || {
            request.clone().send()
        })
        .await
        .map(drop)
    }

    /// CreateTags: adds tags to a group, or changes their values.
    pub async fn create_tags(&self, id: &str, tags: &Tags, scope: &Scope) -> Result<(), Error> {
        let request = self
            .sdk
            .create_tags()
            .resources(id)
            .set_tags(Some(encode_tags(tags)));
        self.call("CreateTags", Effect::Repeatable, scope, || {
            request.clone().send()
        })
        .await
        .map(drop)
    }

    /// DeleteTags: removes tags by their keys.
    pub async fn delete_tags<'a>(
        &self,
        id: &str,
        keys: impl IntoIterator<Item = &'a String>,
        scope: &Scope,
    ) -> Result<(), Error> {
        let tags = keys.into_iter().map(|k| Tag::builder().key(k).build());
        let request = self
            .sdk
            .delete_tags()
            .resources(id)
            .set_tags(Some(tags.collect()));
        self.call("DeleteTags", Effect::Repeatable, scope, || {
            request.clone().send()
        })
        .await
        .map(drop)
    }

    fn group(&self, group: &SecurityGroup) -> Result<Group, Error> {
        let text = |value: Option<&str>| value.unwrap_or_default().to_owned();
        let rules = permissions::decode(group)
            .map_err(|what| self.malformed("DescribeSecurityGroups", &what))?;
        Ok(Group {
            id: text(group.group_id()),
            arn: text(group.security_group_arn()),
            owner_id: text(group.owner_id()),
            vpc_id: text(group.vpc_id()),
            name: text(group.group_name()),
            description: text(group.description()),
            tags: decode_tags(group.tags()),
            rules,
        })
    }

    /// An answer that arrived and can't be made sense of.
    fn malformed(&self, action: &'static str, what: &str) -> Error {
        let message = format!("the reply can't be understood: {what}");
        Error::given_up(action, &self.region, &message, super::Fate::Unknown)
    }
}

fn tag_specification(tags: &Tags) -> Option<Vec<TagSpecification>> {
    let specification = TagSpecification::builder()
        .resource_type(ResourceType::SecurityGroup)
        .set_tags(Some(encode_tags(tags)))
        .build();
    (!tags.is_empty()).then(|| vec![specification])
}

fn encode_tags(tags: &Tags) -> Vec<Tag> {
    let tag = |(key, value): (&String, &String)| Tag::builder().key(key).value(value).build();
    tags.iter().map(tag).collect()
}

fn decode_tags(tags: &[Tag]) -> Tags {
    tags.iter()
        .map(|t| {
            let text = |value: Option<&str>| value.unwrap_or_default().to_owned();
            (text(t.key()), text(t.value()))
        })
        .collect()
}
