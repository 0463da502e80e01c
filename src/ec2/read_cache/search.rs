//! Searches groups by filters, page by page: each page is read when it is needed. Its groups are
//! kept for reads by id.

use aws_sdk_ec2::types::{Filter, SecurityGroup};
use tokio::time::Instant;

use super::fetch::{ACTION, PAGE};
use crate::ec2::api::group::Group;
use crate::ec2::api::page_tokens::Tokens;
use crate::ec2::error::Error;
use crate::ec2::idempotency::Idempotency;
use crate::ec2::region_client::Ec2;
use crate::ec2::scope::Scope;
use crate::snapshot;

/// A search in progress.
#[derive(Debug)]
pub struct GroupSearch<'a> {
    ec2: &'a Ec2,
    filters: Vec<Filter>,
    token: Option<String>,
    tokens: Tokens,
    is_over: bool,
    left_out: Option<fn(&snapshot::Group) -> bool>,
}

impl Ec2 {
    /// The groups that match all filters; without filters, all groups. Each is the name of a filter
    /// of DescribeSecurityGroups, and values of which one has to match. Nothing is sent before the
    /// first page is asked for.
    pub fn search_groups(&self, filters: &[(String, Vec<String>)]) -> GroupSearch<'_> {
        let filters = filters.iter().map(|(name, values)| {
            let values = Some(values.clone());
            Filter::builder().name(name).set_values(values).build()
        });
        GroupSearch {
            ec2: self,
            filters: filters.collect(),
            token: None,
            tokens: Tokens::default(),
            is_over: false,
            left_out: None,
        }
    }
}

impl GroupSearch<'_> {
    /// Leaves out groups for which the predicate is true. It gets the name, the description and all
    /// tags, including those of AWS's services (`aws:…`), which a [`Group`] doesn't have.
    #[must_use]
    pub fn leaving_out(self, left_out: fn(&snapshot::Group) -> bool) -> Self {
        Self {
            left_out: Some(left_out),
            ..self
        }
    }

    /// The groups of the next page; `None` after the last one. A group that can't be decoded is
    /// left out and logged.
    ///
    /// # Errors
    /// EC2 refuses the call, or the listing wouldn't end.
    pub async fn next_page(&mut self, scope: &Scope) -> Result<Option<Vec<Group>>, Error> {
        if self.is_over {
            return Ok(None);
        }
        let ec2 = self.ec2;
        let request = ec2.sdk.describe_security_groups();
        let filters = (!self.filters.is_empty()).then(|| self.filters.clone());
        let request = request.set_filters(filters).max_results(PAGE);
        let request = request.set_next_token(self.token.take());
        let attempt = || request.clone().send();
        let began = Instant::now();
        let reply = ec2.call(ACTION, Idempotency::ReadOnly, scope, attempt);
        let mut reply = reply.await?;
        let wanted = reply.security_groups.take().unwrap_or_default();
        ec2.reads.offer(ec2.shown(&wanted).collect(), began);
        let is_wanted = |group: &SecurityGroup| {
            let is_left_out = self
                .left_out
                .is_some_and(|left_out| left_out(&marks(group)));
            !is_left_out
        };
        let wanted: Vec<SecurityGroup> = wanted.into_iter().filter(is_wanted).collect();
        let shown = ec2.shown(&wanted);
        let groups = shown.filter_map(|(id, group)| {
            let region = ec2.region();
            group
                .inspect_err(|error| tracing::debug!(id, region, %error, "left out"))
                .ok()
        });
        let groups = groups.collect();
        let next = self.tokens.next(reply.next_token);
        self.token = next.map_err(|what| ec2.endless(ACTION, what))?;
        self.is_over = self.token.is_none();
        Ok(Some(groups))
    }

    /// The groups of all remaining pages.
    ///
    /// # Errors
    /// As for [`next_page`](Self::next_page).
    pub async fn all(mut self, scope: &Scope) -> Result<Vec<Group>, Error> {
        let mut groups = Vec::new();
        while let Some(page) = self.next_page(scope).await? {
            groups.extend(page);
        }
        Ok(groups)
    }
}

/// The properties by which the tool that manages a group is recognised.
fn marks(group: &SecurityGroup) -> snapshot::Group {
    let text = |value: Option<&str>| value.unwrap_or_default().to_owned();
    let tags = group.tags().iter();
    snapshot::Group {
        name: text(group.group_name()),
        description: text(group.description()),
        tags: tags
            .map(|tag| (text(tag.key()), text(tag.value())))
            .collect(),
        ..snapshot::Group::default()
    }
}
