//! Reads a snapshot of a region for the curation: groups, and everything that has, references or
//! names one, in pages instead of a call for each group. A refused call is noted, and what it would
//! have shown counts as unknown.

mod calls;
mod endpoints;
mod groups;
mod interfaces;
mod launching;
mod reader;
mod shared;
mod vpcs;

use std::collections::BTreeMap;
use std::sync::Arc;

use tokio::sync::Semaphore;

use self::calls::{
    ASSOCIATIONS, CLIENT_VPNS, FLEETS, GROUPS, INSTANCE_CONNECT, INTERFACES, SPOT_FLEETS,
    SPOT_REQUESTS, TEMPLATE_VERSIONS, VERIFIED_ACCESS, VPC_ENDPOINTS, VPCS,
};
use self::launching::{Named, NamedUse};
use self::reader::Reader;
use self::shared::LastReading;
pub(in crate::ec2) use self::shared::SharedSnapshot;
use super::error::{CarriedOut, Error};
use super::region_client::Ec2;
use super::scope::Scope;
use crate::snapshot::{Group, Region, Use, Vpc};

/// The result of reading a region.
#[derive(Debug)]
pub struct Reading {
    /// The snapshot; empty but for the note of the refusal if the groups couldn't be listed.
    pub region: Region,
    /// Why EC2's list of security groups couldn't be read.
    pub failed: Option<Error>,
}

impl Ec2 {
    /// Most pages of groups and interfaces that are held in memory at once, over all regions. A page of
    /// a thousand interfaces takes some megabytes while it is read.
    pub const LARGE_PAGES: usize = 8;

    /// Reads the region. The id of the account is empty if it isn't known.
    pub async fn snapshot(&self, account: &str, large_pages: &Semaphore, scope: &Scope) -> Reading {
        let reader = Reader::new(self, scope, large_pages);
        let mut region = Region {
            account: account.to_owned(),
            name: self.region().to_owned(),
            ..Region::default()
        };
        let read = read(&reader, &mut region).await;
        let failed = read.err();
        if let Some(error) = &failed {
            reader.refused(GROUPS, error);
        }
        (region.looked_at, region.not_looked_at) = reader.record();
        Reading { region, failed }
    }

    /// A snapshot of the region, which callers at the same time share.
    ///
    /// # Errors
    /// EC2's list of security groups couldn't be read. The next caller tries again.
    pub async fn shared_snapshot(
        &self,
        account: &str,
        scope: &Scope,
    ) -> Result<Arc<Region>, Error> {
        let mut last = tokio::select! {
            last = self.snapshots.last.lock() => last,
            () = scope.end() => {
                let why = scope.why().to_string();
                return Err(Error::given_up(
                    "DescribeSecurityGroups",
                    self.region(),
                    &why,
                    CarriedOut::No,
                ));
            }
        };
        let writes = self.snapshots.writes();
        if let Some(taken) = last.as_ref().filter(|taken| taken.writes == writes) {
            return Ok(Arc::clone(&taken.region));
        }
        let large_pages = Semaphore::new(Self::LARGE_PAGES);
        // Boxed, since the future of a snapshot is large and would make every waiting task as
        // large.
        let reading = Box::pin(self.snapshot(account, &large_pages, scope)).await;
        if let Some(error) = reading.failed {
            return Err(error);
        }
        let region = Arc::new(reading.region);
        *last = Some(LastReading {
            writes,
            region: Arc::clone(&region),
        });
        Ok(region)
    }
}

async fn read(reader: &Reader<'_>, region: &mut Region) -> Result<(), Error> {
    // The groups come first: if their list is refused, no other call is made.
    let mut groups = reader.groups().await?;
    let (interfaces, vpcs, associations, connected, templates, launching, endpoints, lists) = tokio::join!(
        reader.interfaces(),
        reader.vpcs(),
        reader.associations(),
        reader.connected_vpcs(),
        reader.templates(),
        launching(reader),
        endpoints(reader),
        async {
            reader.stale(&mut groups).await;
            reader.prefix_lists(&groups.groups).await
        },
    );
    region.prefix_lists = lists;
    region.interfaces = reader.optional(INTERFACES, interfaces).unwrap_or_default();
    region.vpcs = reader.optional(VPCS, vpcs).unwrap_or_default();
    let mut uses = endpoints;
    uses.extend(
        reader
            .optional(ASSOCIATIONS, associations)
            .unwrap_or_default(),
    );
    let templates = reader
        .optional(TEMPLATE_VERSIONS, templates)
        .unwrap_or_default();
    let (mut named, fleets) = launching;
    named.extend(templates.uses());
    named.extend(templates.uses_of(&fleets));
    uses.extend(resolved(named, &groups.groups, &region.vpcs));
    let asked = vpcs::without_known_use(&groups.groups, &region.interfaces, &connected);
    uses.extend(reader.references(&asked).await);
    uses.sort();
    uses.dedup();
    region.uses = uses;
    region.groups = groups.groups;
    region.stale = groups.stale;
    Ok(())
}

async fn launching(reader: &Reader<'_>) -> (Vec<NamedUse>, Vec<launching::FromTemplate>) {
    let (fleets, spot_fleets, requests) = tokio::join!(
        reader.fleets(),
        reader.spot_fleets(),
        reader.spot_requests()
    );
    let mut templates = reader.optional(FLEETS, fleets).unwrap_or_default();
    let spot_fleets = reader.optional(SPOT_FLEETS, spot_fleets);
    let (mut uses, more_templates) = spot_fleets.unwrap_or_default();
    templates.extend(more_templates);
    uses.extend(reader.optional(SPOT_REQUESTS, requests).unwrap_or_default());
    (uses, templates)
}

async fn endpoints(reader: &Reader<'_>) -> Vec<Use> {
    let (of_vpcs, vpns, connect, verified) = tokio::join!(
        reader.vpc_endpoints(),
        reader.client_vpns(),
        reader.instance_connect(),
        reader.verified_access(),
    );
    [
        reader.optional(VPC_ENDPOINTS, of_vpcs),
        reader.optional(CLIENT_VPNS, vpns),
        reader.optional(INSTANCE_CONNECT, connect),
        reader.optional(VERIFIED_ACCESS, verified),
    ]
    .into_iter()
    .flatten()
    .flatten()
    .collect()
}

/// Replaces the names of groups by ids. A name means a group of the default VPC, or of any VPC if
/// the default one isn't known.
fn resolved(
    named: Vec<NamedUse>,
    groups: &BTreeMap<String, Group>,
    vpcs: &BTreeMap<String, Vpc>,
) -> Vec<Use> {
    let has_default = vpcs.values().any(|vpc| vpc.is_default);
    let is_meant = |group: &&Group, name: &str| {
        let vpc = vpcs.get(&group.vpc_id);
        group.name == name && (!has_default || vpc.is_some_and(|vpc| vpc.is_default))
    };
    let mut found = Vec::new();
    for NamedUse {
        group,
        kind,
        by,
        detail,
    } in named
    {
        let ids: Vec<String> = match group {
            Named::Id(id) => vec![id],
            Named::Name(name) => {
                let meant = groups.values().filter(|group| is_meant(group, &name));
                meant.map(|group| group.id.clone()).collect()
            }
        };
        found.extend(ids.into_iter().map(|group_id| Use {
            group_id,
            kind,
            by: by.clone(),
            detail: detail.clone(),
        }));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::snapshot::UseKind;

    #[test]
    fn a_name_in_a_launch_template_means_a_group_of_the_default_vpc() {
        let group = |id: &str, vpc: &str| {
            let group = Group {
                id: id.to_owned(),
                name: "web".to_owned(),
                vpc_id: vpc.to_owned(),
                ..Group::default()
            };
            (id.to_owned(), group)
        };
        let groups = BTreeMap::from([group("sg-1", "vpc-1"), group("sg-2", "vpc-2")]);
        let vpc = |id: &str, is_default| {
            let vpc = Vpc {
                is_default,
                ..Vpc::default()
            };
            (id.to_owned(), vpc)
        };
        let known = BTreeMap::from([vpc("vpc-1", false), vpc("vpc-2", true)]);
        for (vpcs, expected) in [(known, &["sg-2"][..]), (BTreeMap::new(), &["sg-1", "sg-2"])] {
            let named = NamedUse {
                group: Named::Name("web".to_owned()),
                kind: UseKind::LaunchTemplate,
                by: "lt-1".to_owned(),
                detail: String::new(),
            };
            let found = resolved(vec![named], &groups, &vpcs);
            let ids: Vec<&str> = found.iter().map(|found| found.group_id.as_str()).collect();
            assert_eq!(ids, expected);
        }
    }
}
