//! The calls that create, tag and delete a security group. `read_cache` reads groups.

use std::pin::pin;
use std::time::Duration;

use aws_sdk_ec2::types::{ResourceType, Tag, TagSpecification};
use tokio::time::timeout;

use super::group::{Created, NewGroup};
use super::tags::{Tags, encode_tags};
use crate::ec2::error::Error;
use crate::ec2::idempotency::Idempotency;
use crate::ec2::region_client::Ec2;
use crate::ec2::scope::Scope;

/// Longest wait for the look-up of a new group's VPC once the group is made. Without it, the group
/// is read.
const VPC_WAIT: Duration = Duration::from_secs(1);

impl Ec2 {
    /// CreateSecurityGroup. EC2 gives the group rules that allow all egress, by IPv6 too if the VPC
    /// has IPv6. So the VPC is looked up while the group is made.
    pub async fn create_security_group(
        &self,
        new: &NewGroup<'_>,
        scope: &Scope,
    ) -> Result<Created, Error> {
        let mut place = pin!(self.new_group_vpc(new.vpc_id, scope));
        let mut known = None;
        let mut created = pin!(self.send_creation(new, scope));
        let (id, arn) = loop {
            tokio::select! {
                biased;
                found = &mut place, if known.is_none() => known = Some(found),
                created = &mut created => break created?,
            }
        };
        let place = match known {
            Some(place) => place,
            None => timeout(VPC_WAIT, place).await.ok().flatten(),
        };
        Ok(new.made(id, arn, place))
    }

    /// The id of the new group, and its ARN if the endpoint returns one.
    async fn send_creation(
        &self,
        new: &NewGroup<'_>,
        scope: &Scope,
    ) -> Result<(String, Option<String>), Error> {
        const ACTION: &str = "CreateSecurityGroup";
        let request = self
            .sdk
            .create_security_group()
            .group_name(new.name)
            .description(new.description)
            .set_vpc_id(new.vpc_id.map(str::to_owned))
            .set_tag_specifications(tag_specification(new));
        let reply = self
            .call(ACTION, Idempotency::NotIdempotent, scope, || {
                request.clone().send()
            })
            .await?;
        let id = reply.group_id;
        let id = id.ok_or_else(|| self.malformed(ACTION, "it has no group id"))?;
        Ok((id, reply.security_group_arn))
    }

    /// DeleteSecurityGroup.
    pub async fn delete_security_group(&self, id: &str, scope: &Scope) -> Result<(), Error> {
        let _write = self.write(id);
        let request = self.sdk.delete_security_group().group_id(id);
        // A repeated deletion finds no group, which is the result that was wanted.
        self.call(
            "DeleteSecurityGroup",
            Idempotency::Idempotent,
            scope,
            || request.clone().send(),
        )
        .await
        .map(drop)
    }

    /// CreateTags: adds tags to a group, or changes their values.
    pub async fn create_tags(&self, id: &str, tags: &Tags, scope: &Scope) -> Result<(), Error> {
        let _write = self.write(id);
        self.tag(vec![id.to_owned()], tags, scope).await
    }

    /// CreateTags for several resources, which all get the same tags.
    pub(in crate::ec2) async fn tag(
        &self,
        ids: Vec<String>,
        tags: &Tags,
        scope: &Scope,
    ) -> Result<(), Error> {
        let request = self.sdk.create_tags().set_resources(Some(ids));
        let request = request.set_tags(Some(encode_tags(tags)));
        self.call("CreateTags", Idempotency::Idempotent, scope, || {
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
        let _write = self.write(id);
        self.untag(vec![id.to_owned()], keys, scope).await
    }

    /// DeleteTags for several resources, which all lose the same tags.
    pub(in crate::ec2) async fn untag<'a>(
        &self,
        ids: Vec<String>,
        keys: impl IntoIterator<Item = &'a String>,
        scope: &Scope,
    ) -> Result<(), Error> {
        let tags = keys.into_iter().map(|k| Tag::builder().key(k).build());
        let request = self.sdk.delete_tags().set_resources(Some(ids));
        let request = request.set_tags(Some(tags.collect()));
        self.call("DeleteTags", Idempotency::Idempotent, scope, || {
            request.clone().send()
        })
        .await
        .map(drop)
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

#[cfg(test)]
mod tests {
    use super::*;

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
