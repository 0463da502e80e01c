//! Reads VPCs, associations of groups with further VPCs, and references over a peering or a transit
//! gateway.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_ec2::types::VpcPeeringConnection;

use super::calls::{ASSOCIATIONS, PEERINGS, REFERENCES, TRANSIT, VPCS};
use super::groups::tags;
use super::reader::{Reader, text};
use crate::ec2::api::pages::each_page;
use crate::ec2::error::Error;
use crate::ec2::idempotency::Idempotency;
use crate::rules::Peer;
use crate::snapshot::{Group, Interface, Use, UseKind, Vpc};

/// Most groups in one call of DescribeSecurityGroupReferences, which has no pages.
const GROUPS_OF_A_CALL: usize = 200;

impl Reader<'_> {
    /// DescribeVpcs.
    pub(super) async fn vpcs(&self) -> Result<BTreeMap<String, Vpc>, Error> {
        let request = self.ec2.sdk.describe_vpcs().max_results(1000);
        let mut found = BTreeMap::new();
        each_page!(self.ec2, VPCS.action, self.scope, request, |reply| {
            self.answered(VPCS);
            for shown in reply.vpcs() {
                let vpc = Vpc {
                    tags: tags(shown.tags()),
                    is_default: shown.is_default() == Some(true),
                };
                found.insert(text(shown.vpc_id()), vpc);
            }
        });
        Ok(found)
    }

    /// DescribeSecurityGroupVpcAssociations.
    pub(super) async fn associations(&self) -> Result<Vec<Use>, Error> {
        let request = self.ec2.sdk.describe_security_group_vpc_associations();
        let request = request.max_results(1000);
        let mut found = Vec::new();
        each_page!(
            self.ec2,
            ASSOCIATIONS.action,
            self.scope,
            request,
            |reply| {
                self.answered(ASSOCIATIONS);
                for shown in reply.security_group_vpc_associations() {
                    let state = shown.state().map_or("", |state| state.as_str());
                    if !["association-failed", "disassociated"].contains(&state) {
                        found.push(Use {
                            group_id: text(shown.group_id()),
                            kind: UseKind::VpcAssociation,
                            by: text(shown.vpc_id()),
                            detail: state.to_owned(),
                        });
                    }
                }
            }
        );
        Ok(found)
    }

    /// The VPCs whose groups may be referenced from other VPCs, over a peering or a transit
    /// gateway.
    pub(super) async fn connected_vpcs(&self) -> BTreeSet<String> {
        let (peered, attached) = tokio::join!(self.peered_vpcs(), self.attached_vpcs());
        let peered = self.optional(PEERINGS, peered).unwrap_or_default();
        let attached = self.optional(TRANSIT, attached).unwrap_or_default();
        peered.into_iter().chain(attached).collect()
    }

    async fn peered_vpcs(&self) -> Result<Vec<String>, Error> {
        let request = self
            .ec2
            .sdk
            .describe_vpc_peering_connections()
            .max_results(1000);
        let mut found = Vec::new();
        each_page!(self.ec2, PEERINGS.action, self.scope, request, |reply| {
            self.answered(PEERINGS);
            let active = reply
                .vpc_peering_connections()
                .iter()
                .filter(|p| is_active(p));
            let ends = active.flat_map(|p| [p.accepter_vpc_info(), p.requester_vpc_info()]);
            found.extend(
                ends.flatten()
                    .filter_map(|end| end.vpc_id().map(str::to_owned)),
            );
        });
        Ok(found)
    }

    async fn attached_vpcs(&self) -> Result<Vec<String>, Error> {
        let request = self.ec2.sdk.describe_transit_gateway_vpc_attachments();
        let request = request.max_results(1000);
        let mut found = Vec::new();
        each_page!(self.ec2, TRANSIT.action, self.scope, request, |reply| {
            self.answered(TRANSIT);
            for attachment in reply.transit_gateway_vpc_attachments() {
                let options = attachment.options();
                let support = options.and_then(|o| o.security_group_referencing_support());
                let is_supported = support.is_some_and(|support| support.as_str() == "enable");
                let is_available = attachment
                    .state()
                    .is_some_and(|s| s.as_str() == "available");
                if is_supported && is_available {
                    found.push(text(attachment.vpc_id()));
                }
            }
        });
        Ok(found)
    }

    /// DescribeSecurityGroupReferences, for groups without any other known use.
    pub(super) async fn references(&self, groups: &[String]) -> Vec<Use> {
        let mut found = Vec::new();
        for ids in groups.chunks(GROUPS_OF_A_CALL) {
            let references = self.references_to(ids).await;
            found.extend(self.optional(REFERENCES, references).unwrap_or_default());
        }
        found
    }

    async fn references_to(&self, ids: &[String]) -> Result<Vec<Use>, Error> {
        let request = self.ec2.sdk.describe_security_group_references();
        let request = request.set_group_id(Some(ids.to_vec()));
        let attempt = || request.clone().send();
        let effect = Idempotency::ReadOnly;
        let reply = self
            .ec2
            .call(REFERENCES.action, effect, self.scope, attempt);
        let reply = reply.await?;
        self.answered(REFERENCES);
        let shown = reply.security_group_reference_set().iter();
        let references = shown.map(|shown| {
            let over = shown
                .vpc_peering_connection_id()
                .or(shown.transit_gateway_id());
            Use {
                group_id: text(shown.group_id()),
                kind: UseKind::PeerVpc,
                by: text(shown.referencing_vpc_id()),
                detail: text(over),
            }
        });
        Ok(references.collect())
    }
}

fn is_active(peering: &VpcPeeringConnection) -> bool {
    let code = peering.status().and_then(|status| status.code());
    code.is_some_and(|code| code.as_str() == "active")
}

/// The groups in these VPCs that no interface has and no rule of another group references.
pub(super) fn without_known_use(
    groups: &BTreeMap<String, Group>,
    interfaces: &[Interface],
    vpcs: &BTreeSet<String>,
) -> Vec<String> {
    if vpcs.is_empty() {
        return Vec::new();
    }
    let attached = interfaces
        .iter()
        .flat_map(|interface| interface.groups.iter());
    let mut used: BTreeSet<&str> = attached.map(AsRef::as_ref).collect();
    for group in groups.values() {
        used.extend(group.rules.keys().filter_map(|rule| match &rule.peer {
            Peer::Group { id, .. } => Some(id.as_str()),
            _ => None,
        }));
    }
    let asked = groups
        .values()
        .filter(|group| vpcs.contains(&group.vpc_id) && !used.contains(group.id.as_str()));
    asked.map(|group| group.id.clone()).collect()
}
