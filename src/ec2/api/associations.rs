//! Associations of groups with further VPCs: the calls that make and end one, which answer before
//! EC2 has done it, and their look-up by group.

use std::collections::{BTreeMap, HashMap};

use aws_sdk_ec2::types::{Filter, SecurityGroupVpcAssociationState};

use super::holder::Holder;
use super::pages::each_page;
use super::vpc_association::{VpcAssociation, read};
use crate::ec2::error::Error;
use crate::ec2::idempotency::Idempotency;
use crate::ec2::region_client::Ec2;
use crate::ec2::scope::Scope;

/// The action that lists them.
const DESCRIBE: &str = "DescribeSecurityGroupVpcAssociations";

impl Ec2 {
    /// DescribeSecurityGroupVpcAssociations: the further VPCs of a group, by id. Requests of the
    /// same moment share a call.
    pub async fn further_vpcs(
        &self,
        group_id: &str,
        scope: &Scope,
    ) -> Result<BTreeMap<String, VpcAssociation>, Error> {
        let ask = |ids| self.associations_of(ids, scope);
        let given_up = || self.never_asked(DESCRIBE);
        let reads = &self.association_reads;
        let found = reads.get(group_id, scope, ask, given_up).await?;
        Ok(found.into_iter().collect())
    }

    /// The associations that keep a group from being deleted.
    pub async fn vpc_associations(&self, id: &str, scope: &Scope) -> Result<Vec<Holder>, Error> {
        let mut shown = self.further_vpcs(id, scope).await?;
        shown.retain(|_, one| !matches!(one, VpcAssociation::AssociationFailed(_)));
        let holders = shown
            .into_iter()
            .map(|(vpc_id, one)| Holder::VpcAssociation {
                vpc_id,
                state: one.name().to_owned(),
            });
        Ok(holders.collect())
    }

    async fn associations_of(
        &self,
        ids: Vec<String>,
        scope: &Scope,
    ) -> Result<HashMap<String, Vec<(String, VpcAssociation)>>, Error> {
        let filter = Filter::builder().name("group-id");
        let filter = filter.set_values(Some(ids)).build();
        let request = self.sdk.describe_security_group_vpc_associations();
        let request = request.filters(filter).max_results(1000);
        let mut found: HashMap<String, Vec<(String, VpcAssociation)>> = HashMap::new();
        each_page!(self, DESCRIBE, scope, request, |reply| {
            for shown in reply.security_group_vpc_associations() {
                if let Some(association) = read(shown) {
                    let group_id = shown.group_id().unwrap_or_default().to_owned();
                    found.entry(group_id).or_default().push(association);
                }
            }
        });
        Ok(found)
    }

    /// AssociateSecurityGroupVpc. EC2 makes the association after its answer. Returns whether it
    /// exists already.
    pub async fn associate_vpc(
        &self,
        group_id: &str,
        vpc_id: &str,
        scope: &Scope,
    ) -> Result<bool, Error> {
        let request = self.sdk.associate_security_group_vpc();
        let request = request.group_id(group_id).vpc_id(vpc_id);
        let attempt = || request.clone().send();
        const ACTION: &str = "AssociateSecurityGroupVpc";
        // EC2 refuses to make an association twice: after an attempt without an answer, the caller
        // looks it up.
        let reply = self.call(ACTION, Idempotency::NotIdempotent, scope, attempt);
        let state = reply.await?.state;
        Ok(state == Some(SecurityGroupVpcAssociationState::Associated))
    }

    /// DisassociateSecurityGroupVpc. EC2 ends the association after its answer.
    pub async fn disassociate_vpc(
        &self,
        group_id: &str,
        vpc_id: &str,
        scope: &Scope,
    ) -> Result<(), Error> {
        let request = self.sdk.disassociate_security_group_vpc();
        let request = request.group_id(group_id).vpc_id(vpc_id);
        let attempt = || request.clone().send();
        const ACTION: &str = "DisassociateSecurityGroupVpc";
        let reply = self.call(ACTION, Idempotency::NotIdempotent, scope, attempt);
        reply.await.map(drop)
    }
}
