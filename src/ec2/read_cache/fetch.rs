//! DescribeSecurityGroups with a filter, or page by page, which are the forms with EC2's higher
//! rate. Must not know the queued reads.

use aws_sdk_ec2::types::{Filter, SecurityGroup};

use crate::ec2::api::group::Group;
use crate::ec2::api::ip_permission;
use crate::ec2::api::lookups::Named;
use crate::ec2::api::pages::each_page;
use crate::ec2::api::tags::{IgnoredTags, decode_tags};
use crate::ec2::error::Error;
use crate::ec2::idempotency::Idempotency;
use crate::ec2::read_cache::batcher::Page;
use crate::ec2::region_client::Ec2;
use crate::ec2::scope::Scope;

pub(super) const ACTION: &str = "DescribeSecurityGroups";

/// Most groups that EC2 returns in a page.
pub(super) const PAGE: i32 = 1000;

impl Ec2 {
    /// DescribeSecurityGroups: every group that matches a filter, as EC2 has it now. A filter
    /// leaves out ids that don't exist, which would fail a call with an id parameter. A group that
    /// can't be decoded is left out too: reads of its id report it.
    pub async fn describe_security_groups(
        &self,
        filter: &str,
        value: &str,
        scope: &Scope,
    ) -> Result<Vec<Group>, Error> {
        self.describe_groups_with(filter, &[value.to_owned()], scope)
            .await
    }

    /// Every group that matches one of the values of a filter, as EC2 has it now.
    pub(in crate::ec2) async fn describe_groups_with(
        &self,
        filter: &str,
        values: &[String],
        scope: &Scope,
    ) -> Result<Vec<Group>, Error> {
        let shown = self.filtered(filter, values, scope).await?;
        let understood = shown.into_iter().filter_map(|(id, group)| {
            group
                // Logged without the reason, which quotes a rule that may be secret.
                .inspect_err(|_| tracing::debug!(id, region = self.region, "left out"))
                .ok()
        });
        Ok(understood.collect())
    }

    /// Ids, names and owners of the groups that match a filter, as EC2 has them now.
    pub(in crate::ec2) async fn names_with(
        &self,
        filter: &str,
        value: &str,
        scope: &Scope,
    ) -> Result<Vec<Named>, Error> {
        let text = |value: Option<&str>| value.unwrap_or_default().to_owned();
        let name = |group: &SecurityGroup| Named {
            id: text(group.group_id()),
            name: text(group.group_name()),
            owner_id: text(group.owner_id()),
        };
        let mut names = Vec::new();
        let each = |groups: &[SecurityGroup]| names.extend(groups.iter().map(name));
        self.each_page(filter, &[value.to_owned()], scope, each)
            .await?;
        Ok(names)
    }

    /// The groups that match one of the values of a filter, each with its id or why it can't be
    /// decoded.
    pub(super) async fn filtered(
        &self,
        filter: &str,
        values: &[String],
        scope: &Scope,
    ) -> Result<Page<Group>, Error> {
        let mut groups = Vec::new();
        let each = |shown: &[SecurityGroup]| groups.extend(self.shown(shown));
        self.each_page(filter, values, scope, each).await?;
        Ok(groups)
    }

    async fn each_page(
        &self,
        filter: &str,
        values: &[String],
        scope: &Scope,
        mut each: impl FnMut(&[SecurityGroup]),
    ) -> Result<(), Error> {
        let values = Some(values.to_vec());
        let filter = Filter::builder().name(filter).set_values(values).build();
        let request = self.sdk.describe_security_groups();
        let request = request.filters(filter).max_results(PAGE);
        each_page!(self, ACTION, scope, request, |reply| {
            each(reply.security_groups());
        });
        Ok(())
    }

    /// One page of all groups, and the token of the next page.
    pub(super) async fn page(
        &self,
        token: Option<String>,
        scope: &Scope,
    ) -> Result<(Page<Group>, Option<String>), Error> {
        let request = self.sdk.describe_security_groups();
        let request = request.max_results(PAGE).set_next_token(token);
        let attempt = || request.clone().send();
        let reply = self.call(ACTION, Idempotency::ReadOnly, scope, attempt);
        let reply = reply.await?;
        let next = reply.next_token().filter(|token| !token.is_empty());
        let groups = self.shown(reply.security_groups()).collect();
        Ok((groups, next.map(str::to_owned)))
    }

    pub(super) fn shown(
        &self,
        groups: &[SecurityGroup],
    ) -> impl Iterator<Item = (String, Result<Group, Error>)> {
        let shown = |group: &SecurityGroup| {
            let id = group.group_id().unwrap_or_default().to_owned();
            let decoded =
                decode(group, &self.ignored_tags).map_err(|what| self.malformed(ACTION, &what));
            (id, decoded)
        };
        groups.iter().map(shown)
    }
}

fn decode(group: &SecurityGroup, ignored: &IgnoredTags) -> Result<Group, String> {
    let text = |value: Option<&str>| value.unwrap_or_default().to_owned();
    Ok(Group {
        id: text(group.group_id()),
        arn: text(group.security_group_arn()),
        owner_id: text(group.owner_id()),
        vpc_id: text(group.vpc_id()),
        name: text(group.group_name()),
        description: text(group.description()),
        tags: decode_tags(group.tags(), ignored),
        rules: ip_permission::decode(group)?,
    })
}
