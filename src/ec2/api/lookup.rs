//! Optional look-ups for plans: made once for each connection, within a few seconds, and shared by
//! all plans. If EC2 doesn't answer, most often because a permission is missing, the result is
//! `None` and a debug line, never an error.

use std::sync::Arc;

use aws_sdk_ec2::types::ManagedPrefixList;

use super::lookups::{Named, Weights};
use super::pages::each_page;
use crate::ec2::error::Error;
use crate::ec2::region_client::Ec2;
use crate::ec2::scope::Scope;

impl Ec2 {
    /// DescribeManagedPrefixLists: the number of rules that each prefix list of the region counts
    /// as.
    pub async fn prefix_list_weights(&self, scope: &Scope) -> Option<Arc<Weights>> {
        let ask = async |scope| self.find_prefix_lists(&scope).await;
        self.lookups.prefix_lists.get(None, scope, ask).await
    }

    /// DescribeSecurityGroups: the name of every group of a VPC, as of the first call.
    pub async fn names_in_vpc(&self, vpc_id: &str, scope: &Scope) -> Option<Arc<Vec<Named>>> {
        let named = self.lookups.names_in(vpc_id);
        let ask = async |scope| self.names_with("vpc-id", vpc_id, &scope).await;
        named.get(None, scope, ask).await
    }

    async fn find_prefix_lists(&self, scope: &Scope) -> Result<Weights, Error> {
        let request = self.sdk.describe_managed_prefix_lists().max_results(100);
        let mut weights = Weights::new();
        each_page!(
            self,
            "DescribeManagedPrefixLists",
            scope,
            request,
            |reply| {
                weights.extend(reply.prefix_lists().iter().filter_map(weight));
            }
        );
        Ok(weights)
    }
}

/// The number of rules that a prefix list counts as: of a customer-managed list, its maximum number
/// of entries.
pub(in crate::ec2) fn weight(list: &ManagedPrefixList) -> Option<(String, usize)> {
    let id = list.prefix_list_id()?.to_owned();
    let own = list.max_entries().and_then(|n| usize::try_from(n).ok());
    let name = list.prefix_list_name().unwrap_or_default();
    Some((
        id,
        own.filter(|n| *n > 0)
            .unwrap_or_else(|| published_weight(name)),
    ))
}

/// The weight that AWS publishes for its own lists, by the end of their names.
fn published_weight(name: &str) -> usize {
    const WEIGHTS: &[(&str, usize)] = &[
        ("cloudfront.origin-facing", 55),
        ("ec2-instance-connect", 2),
        ("groundstation", 5),
        ("route53-healthchecks", 25),
        ("s3express", 6),
        ("secretsmanager", 20),
        ("vpc-lattice", 10),
    ];
    let named = |(part, _): &&(&str, usize)| name.contains(*part);
    WEIGHTS.iter().find(named).map_or(1, |(_, weight)| *weight)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prefix_lists_weigh_what_they_may_hold_or_what_aws_publishes() {
        let list = |name: &str, entries: Option<i32>| {
            let list = ManagedPrefixList::builder()
                .prefix_list_id("pl-1")
                .prefix_list_name(name)
                .set_max_entries(entries);
            weight(&list.build()).map(|(_, weight)| weight)
        };
        assert_eq!(list("office", Some(12)), Some(12));
        let cloudfront = "com.amazonaws.global.cloudfront.origin-facing";
        assert_eq!(list(cloudfront, None), Some(55));
        assert_eq!(list("com.amazonaws.eu-west-1.s3", None), Some(1));
    }
}
