//! What planning would like to know: looked up once for each connection, and shared by everyone
//! who asks. All of it is optional: where EC2 doesn't answer, most often for want of a
//! permission, there is no answer, a debug line, and never an error.

use std::collections::{BTreeMap, HashMap};
use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};

use aws_sdk_ec2::types::ManagedPrefixList;
use tokio::sync::OnceCell;

use super::call::{Ec2, Scope};
use super::error::Error;
use super::pages::each_page;
use super::vpcs::Vpcs;

/// The answers so far.
#[derive(Debug, Default)]
pub(super) struct Lookups {
    pub(super) vpcs: Vpcs,
    prefix_lists: Once<Weights>,
    names: Mutex<HashMap<String, Arc<Once<Vec<Named>>>>>,
}

/// An answer that is asked for once, and may be none.
type Once<T> = OnceCell<Option<Arc<T>>>;

/// How many rules each prefix list counts as, by its id.
pub type Weights = BTreeMap<String, usize>;

/// A group's name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// The group.
    pub id: String,
    /// Its name.
    pub name: String,
}

impl Ec2 {
    /// DescribeManagedPrefixLists: what each prefix list of the region counts as.
    pub async fn prefix_list_weights(&self, scope: &Scope) -> Option<Arc<Weights>> {
        let ask = || optional(self.find_prefix_lists(scope));
        self.lookups.prefix_lists.get_or_init(ask).await.clone()
    }

    /// DescribeSecurityGroups: the name of every group of a VPC, as it was when first asked.
    pub async fn names_in_vpc(&self, vpc_id: &str, scope: &Scope) -> Option<Arc<Vec<Named>>> {
        let cell = {
            let names = &self.lookups.names;
            let mut names = names.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(names.entry(vpc_id.to_owned()).or_default())
        };
        let ask = || optional(self.find_names(vpc_id, scope));
        cell.get_or_init(ask).await.clone()
    }

    async fn find_prefix_lists(&self, scope: &Scope) -> Result<Arc<Weights>, Error> {
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
        Ok(Arc::new(weights))
    }

    async fn find_names(&self, vpc_id: &str, scope: &Scope) -> Result<Arc<Vec<Named>>, Error> {
        let groups = self
            .describe_security_groups("vpc-id", vpc_id, scope)
            .await?;
        let named = groups.into_iter().map(|group| Named {
            id: group.id,
            name: group.name,
        });
        Ok(Arc::new(named.collect()))
    }
}

pub(super) async fn optional<T>(answer: impl Future<Output = Result<T, Error>>) -> Option<T> {
    match answer.await {
        Ok(answer) => Some(answer),
        Err(error) => {
            tracing::debug!(action = error.action, region = &*error.region, %error, "a check is skipped");
            None
        }
    }
}

/// A list of one's own counts as the most entries that it may have.
fn weight(list: &ManagedPrefixList) -> Option<(String, usize)> {
    let id = list.prefix_list_id()?.to_owned();
    let own = list.max_entries().and_then(|n| usize::try_from(n).ok());
    let name = list.prefix_list_name().unwrap_or_default();
    Some((
        id,
        own.filter(|n| *n > 0)
            .unwrap_or_else(|| published_weight(name)),
    ))
}

/// What AWS publishes for its own lists, by the end of their names.
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
