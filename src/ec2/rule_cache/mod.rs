//! Reads rules with their ids and tags, through a cache for each region. Hosts read many resources
//! with rules of the same group, ten at a time. Reads that arrive while a call is under way share
//! the next one, and each reader may use an answer once, unless the group is written to.
//!
//! It isn't known beforehand how many groups will be read. The first call is for the groups of
//! queued reads; the second also for groups that the read cache was asked for; after that, all
//! rules of the region are listed, if they fit into a few pages.
//!
//! "50 groups with six rules, each rule a resource of its own" in `docs/benchmarks.md` measures it:
//! hardly more calls than writes.

mod reads;

use std::sync::Arc;

use tokio::time::Instant;

use self::reads::Call;
use super::api::group_rule::{ACTION, GroupRule};
use super::error::{CarriedOut, Error};
use super::region_client::Ec2;
use super::scope::Scope;

pub use self::reads::RuleFreshness;
pub(super) use self::reads::RuleReads;

/// Most pages of rules in a region that is listed as a whole.
const MOST_PAGES: usize = 5;

impl Ec2 {
    /// The rules of a group; empty if there is no such group.
    pub async fn rules_of_group(
        &self,
        group_id: &str,
        freshness: RuleFreshness<'_>,
        scope: &Scope,
    ) -> Result<Arc<Vec<GroupRule>>, Error> {
        let since = Instant::now();
        let reads = &self.rule_reads;
        let answer = || reads.cache().answer(group_id, freshness, since);
        loop {
            if let Some(answer) = answer() {
                return answer;
            }
            if scope.is_over() {
                return Err(self.gave_rules_up(scope));
            }
            reads.cache().waiting.insert(group_id.to_owned());
            let _turn = tokio::select! {
                biased;
                turn = reads.turn.lock() => turn,
                () = scope.end() => return Err(self.gave_rules_up(scope)),
            };
            if let Some(answer) = answer() {
                return answer;
            }
            reads.gather().await;
            let began = Instant::now();
            let may_list = freshness != RuleFreshness::Now;
            let call = reads.cache().next(group_id, may_list, began);
            match self.read_rules(&call, began, scope).await {
                Ok(()) => {}
                // Other reads may have more time, and go on.
                Err(error) if scope.has_cut(&error) => return Err(error),
                Err(error) => {
                    reads.cache().refused = Some((began, error.clone()));
                    return Err(error);
                }
            }
        }
    }

    async fn read_rules(&self, call: &Call, began: Instant, scope: &Scope) -> Result<(), Error> {
        match call {
            Call::Of(ids) => {
                let rules = self.rules_with("group-id", ids, scope).await?;
                tracing::debug!(region = self.region, asked = ids.len(), "rules read");
                self.rule_reads.cache().fill(rules, ids, began);
            }
            Call::All => match self.all_rules(MOST_PAGES, scope).await? {
                Some(rules) => {
                    tracing::debug!(region = self.region, listed = rules.len(), "rules listed");
                    let mut cache = self.rule_reads.cache();
                    cache.fill(rules, &[], began);
                    cache.listed = Some(began);
                }
                None => self.rule_reads.cache().is_large = true,
            },
        }
        Ok(())
    }

    fn gave_rules_up(&self, scope: &Scope) -> Error {
        let what = "it was given up before EC2 answered";
        scope.ended(Error::given_up(ACTION, &self.region, what, CarriedOut::No))
    }
}
