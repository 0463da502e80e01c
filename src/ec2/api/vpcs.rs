//! The VPCs of a region, in one call that all requests share: which one is the default, and which
//! have IPv6. Like all look-ups optional: if EC2 doesn't answer, the result is `None`.

use std::sync::Arc;
use std::time::Duration;

use aws_sdk_ec2::types::{Vpc as SdkVpc, VpcCidrBlockStateCode};

use super::group::NewGroupVpc;
use super::lookups::VpcsFound;
use super::pages::each_page;
use crate::ec2::error::Error;
use crate::ec2::region_client::Ec2;
use crate::ec2::scope::Scope;

/// Age after which an answer is asked for again: a VPC may have been made since, or given IPv6.
const FRESH: Duration = Duration::from_secs(60);

/// The default VPC of a region.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Vpc {
    /// Its id.
    Id(String),
    /// The region has none.
    None,
}

impl Ec2 {
    /// DescribeVpcs: the region's default VPC.
    pub async fn default_vpc(&self, scope: &Scope) -> Option<Vpc> {
        let found = self.vpcs(None, scope).await?;
        Some(found.default.clone().map_or(Vpc::None, Vpc::Id))
    }

    /// DescribeVpcs: the VPC that a new group is made in, which is the default VPC if `vpc_id` is
    /// `None`.
    pub(in crate::ec2) async fn new_group_vpc(
        &self,
        vpc_id: Option<&str>,
        scope: &Scope,
    ) -> Option<NewGroupVpc> {
        let found = self.vpcs(Some(FRESH), scope).await?;
        let vpc_id = vpc_id.or(found.default.as_deref())?;
        Some(NewGroupVpc {
            vpc_id: vpc_id.to_owned(),
            has_ipv6: (*found.has_ipv6.get(vpc_id)?)?,
        })
    }

    async fn vpcs(&self, at_most: Option<Duration>, scope: &Scope) -> Option<Arc<VpcsFound>> {
        let ask = async |scope| self.find_vpcs(&scope).await;
        self.lookups.vpcs.get(at_most, scope, ask).await
    }

    async fn find_vpcs(&self, scope: &Scope) -> Result<VpcsFound, Error> {
        let request = self.sdk.describe_vpcs().max_results(1000);
        let mut found = VpcsFound::default();
        each_page!(self, "DescribeVpcs", scope, request, |reply| {
            reply.vpcs().iter().for_each(|vpc| found.add(vpc));
        });
        Ok(found)
    }
}

impl VpcsFound {
    fn add(&mut self, vpc: &SdkVpc) {
        let id = vpc.vpc_id().unwrap_or_default().to_owned();
        if vpc.is_default() == Some(true) {
            self.default = Some(id.clone());
        }
        self.has_ipv6.insert(id, has_ipv6(vpc));
    }
}

fn has_ipv6(vpc: &SdkVpc) -> Option<bool> {
    use VpcCidrBlockStateCode::{Associated, Disassociated, Failed};
    let mut found = Some(false);
    for block in vpc.ipv6_cidr_block_association_set() {
        let state = block.ipv6_cidr_block_state().and_then(|s| s.state());
        match state {
            Some(Associated) => return Some(true),
            Some(Disassociated | Failed) => {}
            _ => found = None,
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use aws_sdk_ec2::types::{VpcCidrBlockState, VpcIpv6CidrBlockAssociation};

    use super::*;

    #[test]
    fn a_vpc_has_ipv6_once_a_block_is_associated() {
        use VpcCidrBlockStateCode::{Associated, Associating, Disassociated, Disassociating};
        for (states, expected) in [
            (&[][..], Some(false)),
            (&[Associated], Some(true)),
            (&[Disassociated], Some(false)),
            (&[Associating], None),
            (&[Disassociating], None),
            (&[Disassociating, Associated], Some(true)),
        ] {
            let mut vpc = SdkVpc::builder();
            for state in states {
                let state = VpcCidrBlockState::builder().state(state.clone()).build();
                let block = VpcIpv6CidrBlockAssociation::builder().ipv6_cidr_block_state(state);
                vpc = vpc.ipv6_cidr_block_association_set(block.build());
            }
            assert_eq!(has_ipv6(&vpc.build()), expected, "{states:?}");
        }
    }
}
