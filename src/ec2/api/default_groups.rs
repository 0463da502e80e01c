//! The default group of each VPC, which EC2 makes together with the VPC.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use super::group::{Group, rules_of_a_default_group};
use crate::ec2::error::Error;
use crate::ec2::region_client::Ec2;
use crate::ec2::scope::Scope;
use crate::rules::RuleSet;

/// The name of every default group, which no other group can have.
const NAME: &str = "default";

/// Age after which an answer that lacks a VPC is asked for again.
const FRESH: Duration = Duration::from_secs(1);

impl Ec2 {
    /// DescribeSecurityGroups: the default groups of the region by VPC, in one call that all
    /// requests share. If the answer lacks `vpc_id`, the VPC may be newer than the answer: EC2 is
    /// asked again.
    pub async fn default_groups(
        &self,
        vpc_id: &str,
        scope: &Scope,
    ) -> Option<Arc<BTreeMap<String, Group>>> {
        let groups = &self.lookups.default_groups;
        let ask = async |scope| self.find_default_groups(&scope).await;
        let found = groups.get(None, scope, ask).await?;
        if found.contains_key(vpc_id) {
            return Some(found);
        }
        let ask_again = async |scope| self.find_default_groups(&scope).await;
        groups.get(Some(FRESH), scope, ask_again).await
    }

    /// DescribeSecurityGroups: the default group of a VPC.
    pub async fn default_group(&self, vpc_id: &str, scope: &Scope) -> Result<Option<Group>, Error> {
        let groups = self
            .describe_security_groups("vpc-id", vpc_id, scope)
            .await?;
        Ok(groups.into_iter().find(|group| group.name == NAME))
    }

    /// The rules that EC2 itself gives the default group of a VPC.
    pub async fn rules_of_a_default_group(&self, vpc_id: &str, scope: &Scope) -> RuleSet {
        let place = self.new_group_vpc(Some(vpc_id), scope).await;
        rules_of_a_default_group(place.is_some_and(|place| place.has_ipv6))
    }

    async fn find_default_groups(&self, scope: &Scope) -> Result<BTreeMap<String, Group>, Error> {
        let groups = self
            .describe_security_groups("group-name", NAME, scope)
            .await?;
        let by_vpc = groups.into_iter().filter(|group| group.name == NAME);
        Ok(by_vpc.map(|group| (group.vpc_id.clone(), group)).collect())
    }
}
