//! What planning would like to know: looked up once for each connection, and shared by everyone
//! who asks. All of it is optional: where EC2 doesn't answer, most often for want of a
//! permission, there is no answer, a debug line, and never an error.

use std::collections::{BTreeMap, HashMap};
use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};

use aws_sdk_ec2::types::ManagedPrefixList;
use tokio::sync::OnceCell;

use super::pages::each_page;
use super::vpcs::Vpcs;
use crate::ec2::call::{Ec2, Scope};
use crate::ec2::error::Error;

/// The answers so far.
#[derive(Debug, Default)]
pub(in crate::ec2) struct Lookups {
    pub(in crate::ec2) vpcs: Vpcs,
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
        let ask = || self.find_prefix_lists(scope);
        once(&self.lookups.prefix_lists, ask, scope).await
    }

    /// DescribeSecurityGroups: the name of every group of a VPC, as it was when first asked.
    pub async fn names_in_vpc(&self, vpc_id: &str, scope: &Scope) -> Option<Arc<Vec<Named>>> {
        let cell = {
            let names = &self.lookups.names;
            let mut names = names.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(names.entry(vpc_id.to_owned()).or_default())
        };
        once(&cell, || self.find_names(vpc_id, scope), scope).await
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
        let named = self.names_with("vpc-id", vpc_id, scope).await?;
        let named = named.into_iter().map(|(id, name)| Named { id, name });
        Ok(Arc::new(named.collect()))
    }
}

/// The answer that a cell has, or is to get. Nobody waits for it longer than their own scope lasts.
async fn once<T, F>(cell: &Once<T>, ask: impl FnOnce() -> F, scope: &Scope) -> Option<Arc<T>>
where
    F: Future<Output = Result<Arc<T>, Error>>,
{
    let answer = cell.get_or_try_init(|| optional(ask(), scope));
    within(scope, answer).await?.ok()?.clone()
}

/// What comes of something optional; `None` where EC2 has no answer to it.
///
/// # Errors
/// The scope ended: that says nothing about an answer, and isn't to be remembered.
pub(in crate::ec2) async fn optional<T>(
    answer: impl Future<Output = Result<T, Error>>,
    scope: &Scope,
) -> Result<Option<T>, ScopeEnded> {
    let error = match answer.await {
        Ok(answer) => return Ok(Some(answer)),
        Err(error) => error,
    };
    tracing::debug!(action = error.action, region = &*error.region, %error, "a check is skipped");
    match scope.has_cut(&error) {
        true => Err(ScopeEnded),
        false => Ok(None),
    }
}

/// There was no time to look something up.
#[derive(Debug)]
pub(in crate::ec2) struct ScopeEnded;

/// What comes of a wait, unless the scope ends before.
pub(in crate::ec2) async fn within<T>(scope: &Scope, wait: impl Future<Output = T>) -> Option<T> {
    tokio::select! {
        biased;
        answer = wait => Some(answer),
        () = scope.end() => None,
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
    use std::time::Duration;

    use tokio::time::Instant;
    use tokio_util::sync::CancellationToken;

    use super::*;
    use crate::ec2::error::Fate;

    fn for_millis(millis: u64) -> Scope {
        Scope::new(CancellationToken::default(), Duration::from_millis(millis))
    }

    #[tokio::test]
    async fn what_one_caller_had_no_time_for_the_next_one_asks_again() {
        let (cell, short) = (Once::<u32>::new(), for_millis(20));
        let given_up = async {
            short.end().await;
            Err(Error::given_up("Act", "eu-west-1", "", Fate::NotDone))
        };
        assert_eq!(once(&cell, || given_up, &short).await, None);
        let found = once(&cell, async || Ok(Arc::new(7)), &for_millis(60_000)).await;
        assert_eq!(found, Some(Arc::new(7)));
    }

    /// The pause before the next attempt would have been longer than what was left.
    #[tokio::test]
    async fn what_is_given_up_before_the_time_is_over_is_asked_again_too() {
        let scope = for_millis(60_000);
        let given_up = scope.ended(Error::given_up("Act", "eu-west-1", "", Fate::NotDone));
        assert!(!scope.is_over());
        let cell = Once::<u32>::new();
        assert_eq!(once(&cell, async || Err(given_up), &scope).await, None);
        let found = once(&cell, async || Ok(Arc::new(7)), &scope).await;
        assert_eq!(found, Some(Arc::new(7)));
    }

    #[tokio::test]
    async fn what_ec2_refuses_is_asked_once() {
        let (cell, scope) = (Once::<u32>::new(), for_millis(60_000));
        let refused = async || Err(Error::given_up("Act", "eu-west-1", "", Fate::NotDone));
        assert_eq!(once(&cell, refused, &scope).await, None);
        let unasked = async || unreachable!("it was refused before");
        assert_eq!(once(&cell, unasked, &scope).await, None);
    }

    #[tokio::test]
    async fn nobody_waits_longer_than_their_own_time_for_what_another_asks() {
        let cell = Once::<u32>::new();
        let (long, short) = (for_millis(60_000), for_millis(20));
        let since = Instant::now();
        tokio::select! {
            biased;
            _ = once(&cell, std::future::pending, &long) => unreachable!("it is never answered"),
            found = once(&cell, std::future::pending, &short) => assert_eq!(found, None),
        }
        assert!(since.elapsed() < Duration::from_secs(30));
    }

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
