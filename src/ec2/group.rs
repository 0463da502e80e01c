//! A security group as EC2 shows it, and the calls that make, read, change and remove it.

use std::collections::BTreeMap;

use aws_sdk_ec2::types::{Filter, ResourceType, SecurityGroup, Tag, TagSpecification};

use super::call::{Ec2, Effect, Scope};
use super::error::Error;
use super::pages::each_page;
use super::permissions;
use super::tags::IgnoredTags;
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
    /// All tags but AWS's own and those that are ignored.
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
    /// Put on likewise, and not seen again: they are ignored from then on.
    pub ignored_tags: &'a Tags,
}

impl NewGroup<'_> {
    /// What is known of the group once it is made, as long as EC2 doesn't show it.
    pub fn unseen(&self, id: &str) -> Group {
        Group {
            id: id.to_owned(),
            arn: String::new(),
            owner_id: String::new(),
            vpc_id: self.vpc_id.unwrap_or_default().to_owned(),
            name: self.name.to_owned(),
            description: self.description.to_owned(),
            tags: self.tags.clone(),
            rules: RuleSet::new(),
        }
    }
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
            .set_tag_specifications(tag_specification(new));
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
        match self.describe_security_groups("group-id", id, scope).await {
            Ok(found) => Ok(found.into_iter().find(|g| g.id == id)),
            Err(error) if error.is_no_such_group() => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// DescribeSecurityGroups: every group for which a filter holds. A filter leaves out what
    /// doesn't exist, where an id parameter would fail the call.
    pub async fn describe_security_groups(
        &self,
        filter: &str,
        value: &str,
        scope: &Scope,
    ) -> Result<Vec<Group>, Error> {
        let filter = Filter::builder().name(filter).values(value).build();
        let request = self
            .sdk
            .describe_security_groups()
            .filters(filter)
            .max_results(PAGE);
        let mut groups = Vec::new();
        each_page!(self, "DescribeSecurityGroups", scope, request, |reply| {
            for group in reply.security_groups() {
                groups.push(self.group(group)?);
            }
        });
        Ok(groups)
    }

    /// DeleteSecurityGroup.
    pub async fn delete_security_group(&self, id: &str, scope: &Scope) -> Result<(), Error> {
        let request = self.sdk.delete_security_group().group_id(id);
        // Repeatable: the second of two deletes finds nothing, and that is what was wanted.
        self.call(
            "DeleteSecurityGroup",
            Effect::RepeatableChange,
            scope,
            || request.clone().send(),
        )
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
        self.call("CreateTags", Effect::RepeatableChange, scope, || {
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
        self.call("DeleteTags", Effect::RepeatableChange, scope, || {
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
            tags: decode_tags(group.tags(), &self.ignored_tags),
            rules,
        })
    }

    /// An answer that arrived and can't be made sense of.
    fn malformed(&self, action: &'static str, what: &str) -> Error {
        let message = format!("the reply can't be understood: {what}");
        Error::given_up(action, &self.region, &message, super::Fate::Unknown)
    }
}

fn tag_specification(new: &NewGroup<'_>) -> Option<Vec<TagSpecification>> {
    let mut tags = encode_tags(new.tags);
    tags.extend(encode_tags(new.ignored_tags));
    let is_needed = !tags.is_empty();
    let specification = TagSpecification::builder()
        .resource_type(ResourceType::SecurityGroup)
        .set_tags(Some(tags))
        .build();
    is_needed.then(|| vec![specification])
}

fn encode_tags(tags: &Tags) -> Vec<Tag> {
    let tag = |(key, value): (&String, &String)| Tag::builder().key(key).value(value).build();
    tags.iter().map(tag).collect()
}

/// Tags as users have them. Those that AWS's own services put on can't be changed by anybody else,
/// and others are other tools'.
fn decode_tags(tags: &[Tag], ignored: &IgnoredTags) -> Tags {
    let text = |value: Option<&str>| value.unwrap_or_default().to_owned();
    let all = tags.iter().map(|t| (text(t.key()), text(t.value())));
    all.filter(|(key, _)| !key.starts_with("aws:") && !ignored.ignores(key))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_of_aws_itself_and_ignored_ones_are_not_shown() {
        let keys = ["aws:cloudformation:stack-id", "k8s/a", "owner", "team"];
        let all = keys.map(|key| (key.to_owned(), "x".to_owned()));
        let ignored = IgnoredTags {
            keys: ["owner".to_owned()].into(),
            key_prefixes: ["k8s/".to_owned()].into(),
        };
        let shown = decode_tags(&encode_tags(&all.into()), &ignored);
        assert_eq!(shown.keys().collect::<Vec<_>>(), ["team"]);
    }

    #[test]
    fn a_new_group_gets_the_ignored_tags_too() {
        let tag = |key: &str| Tags::from([(key.to_owned(), String::new())]);
        let (team, made, none) = (tag("team"), tag("made"), Tags::new());
        for (tags, ignored_tags, expected) in [
            (&team, &made, &["team", "made"][..]),
            (&none, &made, &["made"]),
            (&none, &none, &[]),
        ] {
            let new = NewGroup {
                name: "web",
                description: "web",
                vpc_id: None,
                tags,
                ignored_tags,
            };
            let sent = tag_specification(&new).unwrap_or_default();
            let sent = sent.iter().flat_map(TagSpecification::tags);
            let keys: Vec<&str> = sent.filter_map(Tag::key).collect();
            assert_eq!(keys, expected);
        }
    }
}
