//! The cached rules of groups, the queued reads, and the choice of the next call. Makes no call:
//! [`super`] does.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use crate::ec2::api::group_rule::GroupRule;
use crate::ec2::error::Error;
use crate::ec2::gather::gather;

/// Before a call, further reads are waited for until none has come for this long.
const QUIET: Duration = Duration::from_millis(10);
/// Age from which cached rules are read again. A plan over a thousand rules takes minutes on a busy
/// machine.
const LISTED_FOR: Duration = Duration::from_secs(300);
/// Most groups in one call: a filter of EC2 takes 200 values.
const MOST_VALUES: usize = 200;

/// The rules of one group.
type GroupRules = Arc<Vec<GroupRule>>;

/// How old an answer may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RuleFreshness<'a> {
    /// That of a recent call, unless the group was written to since. Each reader, by its name, may
    /// use an answer once.
    Cached(&'a str),
    /// That of a call that begins after the read was queued.
    Now,
}

/// The rules that were read in one region.
#[derive(Debug, Default)]
pub(in crate::ec2) struct RuleReads {
    cache: Mutex<Cache>,
    /// Held by the task that makes the call for all, during the call.
    pub(super) turn: tokio::sync::Mutex<()>,
}

#[derive(Debug, Default)]
pub(super) struct Cache {
    groups: HashMap<String, CachedRules>,
    /// Time at which the last write of this process to each group ended.
    written: HashMap<String, Instant>,
    /// Groups with queued reads.
    pub(super) waiting: HashSet<String>,
    /// Groups that the read cache was asked for, whose rules are likely to be read next.
    seen: HashSet<String>,
    /// Number of calls in the current run, and when the last one began.
    calls: usize,
    last_call: Option<Instant>,
    /// Time at which all rules of the region were listed: a group that isn't in `groups` had none.
    pub(super) listed: Option<Instant>,
    /// Whether there are too many rules to list them all.
    pub(super) is_large: bool,
    /// The error of the last call that was refused, and when the call began.
    pub(super) refused: Option<(Instant, Error)>,
}

/// The rules of a group from one call.
#[derive(Debug)]
struct CachedRules {
    /// Time at which the call began.
    at: Instant,
    rules: GroupRules,
    readers: HashSet<String>,
}

/// The groups that a call reads.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Call {
    Of(Vec<String>),
    All,
}

impl RuleReads {
    /// A group was written to: earlier answers about it can't be used.
    pub(in crate::ec2) fn wrote(&self, group_id: &str) {
        let mut cache = self.cache();
        cache.written.insert(group_id.to_owned(), Instant::now());
    }

    /// A group was read: its rules are likely to be read next.
    pub(in crate::ec2) fn saw(&self, group_id: &str) {
        self.cache().seen.insert(group_id.to_owned());
    }

    /// Waits as long as further reads come that can share the next call.
    pub(super) async fn gather(&self) {
        gather(QUIET, || self.cache().waiting.len()).await;
    }

    pub(super) fn cache(&self) -> MutexGuard<'_, Cache> {
        self.cache.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Cache {
    /// The cached answer to a read that was queued at `since`; `None` if a call is needed.
    pub(super) fn answer(
        &mut self,
        group_id: &str,
        freshness: RuleFreshness<'_>,
        since: Instant,
    ) -> Option<Result<GroupRules, Error>> {
        if let Some((at, error)) = &self.refused
            && *at >= since
        {
            return Some(Err(error.clone()));
        }
        let written = self.written.get(group_id).copied();
        let is_good = |at: Instant| {
            let is_after_our_writes = written.is_none_or(|written| at >= written);
            let is_late_enough = match freshness {
                RuleFreshness::Cached(_) => at.elapsed() < LISTED_FOR || at >= since,
                RuleFreshness::Now => at >= since,
            };
            is_after_our_writes && is_late_enough
        };
        if let Some(at) = self.listed
            && is_good(at)
            && !self.groups.contains_key(group_id)
        {
            self.groups
                .insert(group_id.to_owned(), CachedRules::none(at));
        }
        let shown = self.groups.get_mut(group_id)?;
        if !is_good(shown.at) {
            return None;
        }
        if let RuleFreshness::Cached(reader) = freshness
            && !shown.readers.insert(reader.to_owned())
            && shown.at < since
        {
            return None;
        }
        self.waiting.remove(group_id);
        Some(Ok(Arc::clone(&shown.rules)))
    }

    /// The next call, for a read of this group and others that are queued.
    pub(super) fn next(&mut self, group_id: &str, may_list: bool, now: Instant) -> Call {
        if self.last_call.is_some_and(|at| now - at > LISTED_FOR) {
            self.calls = 0;
        }
        self.last_call = Some(now);
        self.calls += 1;
        let is_known = |id: &String| self.groups.contains_key(id);
        let others: Vec<String> = self
            .seen
            .iter()
            .filter(|id| !is_known(id))
            .cloned()
            .collect();
        let is_new = !self.groups.contains_key(group_id);
        let is_time_to_list = match self.calls {
            1 => false,
            2 => others.is_empty(),
            _ => true,
        };
        let lists = may_list && is_new && !self.is_large && is_time_to_list;
        if lists {
            self.waiting.clear();
            return Call::All;
        }
        let others = if self.calls > 1 { others } else { Vec::new() };
        let mut seen = HashSet::new();
        let ids: Vec<String> = std::iter::once(group_id.to_owned())
            .chain(self.waiting.iter().cloned())
            .chain(others)
            .filter(|id| seen.insert(id.clone()))
            .take(MOST_VALUES)
            .collect();
        for id in &ids {
            self.waiting.remove(id);
        }
        Call::Of(ids)
    }

    /// Adds the rules from a call for the groups `asked`, which began at `at`.
    pub(super) fn fill(&mut self, rules: Vec<GroupRule>, asked: &[String], at: Instant) {
        let mut groups: HashMap<String, Vec<GroupRule>> =
            asked.iter().map(|id| (id.clone(), Vec::new())).collect();
        for rule in rules {
            groups.entry(rule.group_id.clone()).or_default().push(rule);
        }
        for (id, rules) in groups {
            let shown = CachedRules {
                rules: Arc::new(rules),
                ..CachedRules::none(at)
            };
            self.groups.insert(id, shown);
        }
    }
}

impl CachedRules {
    fn none(at: Instant) -> Self {
        Self {
            at,
            rules: GroupRules::default(),
            readers: HashSet::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(call: Call) -> Vec<String> {
        match call {
            Call::Of(mut ids) => {
                ids.sort();
                ids
            }
            Call::All => vec!["all".to_owned()],
        }
    }

    fn found(cache: &mut Cache, id: &str, freshness: RuleFreshness<'_>) -> bool {
        cache.answer(id, freshness, Instant::now()).is_some()
    }

    /// Fills the cache with an answer that is a moment old.
    fn fill(cache: &mut Cache) {
        let before = Instant::now().checked_sub(Duration::from_millis(2));
        let before = before.expect("the clock began before");
        cache.fill(Vec::new(), &["sg-1".to_owned()], before);
    }

    #[test]
    fn each_reader_is_shown_an_answer_once() {
        let mut cache = Cache::default();
        fill(&mut cache);
        for (reader, expected) in [("a", true), ("b", true), ("a", false)] {
            let freshness = RuleFreshness::Cached(reader);
            assert_eq!(found(&mut cache, "sg-1", freshness), expected, "{reader}");
        }
        assert!(!found(&mut cache, "sg-1", RuleFreshness::Now));
        assert!(!found(&mut cache, "sg-2", RuleFreshness::Cached("a")));
    }

    #[test]
    fn what_was_read_before_a_write_is_not_used() {
        let reads = RuleReads::default();
        fill(&mut reads.cache());
        let found = |reader| found(&mut reads.cache(), "sg-1", RuleFreshness::Cached(reader));
        assert!(found("a"));
        reads.wrote("sg-1");
        assert!(!found("b"));
    }

    #[test]
    fn the_second_call_is_for_groups_that_were_read_otherwise_too() {
        let mut cache = Cache::default();
        let now = Instant::now();
        cache
            .seen
            .extend(["sg-1", "sg-2", "sg-3"].map(str::to_owned));
        let first = cache.next("sg-1", true, now);
        cache.fill(Vec::new(), &["sg-1".to_owned()], now);
        assert_eq!(ids(first), ["sg-1"]);
        assert_eq!(ids(cache.next("sg-2", true, now)), ["sg-2", "sg-3"]);
    }

    #[test]
    fn a_region_is_listed_where_nobody_knows_which_groups_will_be_asked_for() {
        let mut cache = Cache::default();
        let now = Instant::now();
        cache.waiting.extend(["sg-1", "sg-2"].map(str::to_owned));
        assert_eq!(ids(cache.next("sg-1", true, now)), ["sg-1", "sg-2"]);
        assert_eq!(ids(cache.next("sg-3", false, now)), ["sg-3"]);
        assert_eq!(ids(cache.next("sg-3", true, now)), ["all"]);
        cache.is_large = true;
        assert_eq!(ids(cache.next("sg-3", true, now)), ["sg-3"]);
    }

    #[test]
    fn groups_beyond_what_a_call_takes_were_dropped_from_the_queue() {
        let mut cache = Cache::default();
        let queued = (0..MOST_VALUES + 50).map(|at| format!("sg-{at}"));
        cache.waiting.extend(queued);
        let asked = ids(cache.next("sg-0", true, Instant::now()));
        assert_eq!(asked.len(), MOST_VALUES);
        assert_eq!(cache.waiting.len(), 50);
        assert!(asked.iter().all(|id| !cache.waiting.contains(id)));
    }

    #[test]
    fn a_group_that_is_known_is_read_again_by_itself() {
        let mut cache = Cache::default();
        let now = Instant::now();
        cache.fill(Vec::new(), &["sg-1".to_owned()], now);
        for _ in 0..4 {
            assert_eq!(ids(cache.next("sg-1", true, now)), ["sg-1"]);
        }
    }
}
