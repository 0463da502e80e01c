//! Decides whether a call that is ready should wait a little for more writes. It counts the
//! resources that the host is working on, the calls under way, and the groups of the latest writes.
//!
//! A host works on a limited number of resources at a time, by default ten, and starts the next one
//! only when one is done. Rules of one group mostly follow each other, then those of the next
//! group. So while the host is busy, the writes of the two latest groups may be incomplete: more of
//! them come once another resource is done. Those of earlier groups are complete. If the host has
//! reached its limit and no call is under way, the one of the two groups with more writes is sent.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::{Instant, timeout_at};

/// Number of concurrent resources below which no call waits for more: a host with so few has no
/// further resources.
const MANY: usize = 8;
/// Longest time in which a host starts the next resource once one is done.
const HANDOVER: Duration = Duration::from_millis(100);
/// Longest wait of a call for more writes.
const LONGEST_WAIT: Duration = Duration::from_secs(1);

/// The work under way in a region.
#[derive(Debug, Default)]
pub(super) struct Traffic {
    counts: Mutex<Counts>,
    changed: Notify,
}

#[derive(Debug, Default)]
struct Counts {
    /// Number of unanswered writes, by group.
    writes: HashMap<u64, usize>,
    /// Number of groups that are being made and whose rules come next.
    groups: usize,
    /// The highest sum of both so far: the host's limit.
    most: usize,
    /// Time at which the last of them was done.
    done: Option<Instant>,
    /// Number of calls under way.
    calls: usize,
    /// The groups of the latest writes, the latest first.
    last: [Option<u64>; 2],
}

/// Counts an unanswered write until it is dropped.
pub(super) struct AskedWrite<'a>(&'a Traffic, u64);

/// Counts a call under way until it is dropped.
pub(super) struct OngoingCall<'a>(&'a Traffic);

/// Counts a group that is being made, whose rules other resources make, until it is dropped.
pub struct GroupInProgress<'a>(&'a Traffic);

impl Traffic {
    /// Counts a write to the group with this number.
    pub(super) fn join(&self, group: u64) -> AskedWrite<'_> {
        self.change(|counts| {
            *counts.writes.entry(group).or_default() += 1;
            if counts.last[0] != Some(group) {
                counts.last = [Some(group), counts.last[0]];
            }
            counts.note_most();
        });
        AskedWrite(self, group)
    }

    /// Counts a group that is being made.
    pub(super) fn make_group(&self) -> GroupInProgress<'_> {
        self.change(|counts| {
            counts.groups += 1;
            counts.note_most();
        });
        GroupInProgress(self)
    }

    /// Counts a call under way.
    pub(super) fn send(&self) -> OngoingCall<'_> {
        self.change(|counts| counts.calls += 1);
        OngoingCall(self)
    }

    /// Waits while more writes may come for a group. Returns whether it waited and the longest wait
    /// isn't over.
    pub(super) async fn wait_for_more(&self, group: u64, since: Instant) -> bool {
        let end = since + LONGEST_WAIT;
        let mut has_waited = false;
        loop {
            let mut changed = std::pin::pin!(self.changed.notified());
            changed.as_mut().enable();
            let now = Instant::now();
            let Some(until) = self.counts().may_bring_more_until(group, now) else {
                return has_waited;
            };
            if now >= end {
                return false;
            }
            has_waited = true;
            // The next round finds out which of the two ended the wait.
            let _ = timeout_at(until.min(end), changed).await;
        }
    }

    fn change(&self, how: impl FnOnce(&mut Counts)) {
        how(&mut self.counts());
        self.changed.notify_waiters();
    }

    fn counts(&self) -> MutexGuard<'_, Counts> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Counts {
    fn in_progress(&self) -> usize {
        self.writes.values().sum::<usize>() + self.groups
    }

    fn note_most(&mut self) {
        self.most = self.most.max(self.in_progress());
    }

    /// Time until which more writes may come for a group; `None` if no more are expected.
    fn may_bring_more_until(&self, group: u64, now: Instant) -> Option<Instant> {
        let in_progress = self.in_progress();
        if !self.last.contains(&Some(group)) || self.most < MANY {
            return None;
        }
        if in_progress < self.most
            && let Some(done) = self.done
            && now < done + HANDOVER
        {
            // The host is about to start further resources.
            return Some(done + HANDOVER);
        }
        let is_under_way = self.calls > 0 || self.groups > 0;
        let waits = in_progress >= MANY && (is_under_way || !self.has_most_writes(group));
        waits.then_some(now + LONGEST_WAIT)
    }

    /// Whether no other group has more writes, or as many and a lower number.
    fn has_most_writes(&self, group: u64) -> bool {
        let rank = |(number, writes): (&u64, &usize)| (*writes, std::cmp::Reverse(*number));
        let most = self.writes.iter().map(rank).max();
        most.is_none_or(|(_, number)| number.0 == group)
    }
}

impl Drop for AskedWrite<'_> {
    fn drop(&mut self) {
        let group = self.1;
        self.0.change(|counts| {
            if let Entry::Occupied(mut writes) = counts.writes.entry(group) {
                *writes.get_mut() -= 1;
                // Groups without writes are removed, since every change sums up all groups.
                if *writes.get() == 0 {
                    writes.remove();
                }
            }
            counts.done = Some(Instant::now());
        });
    }
}

impl Drop for GroupInProgress<'_> {
    fn drop(&mut self) {
        self.0.change(|counts| {
            counts.groups -= 1;
            counts.done = Some(Instant::now());
        });
    }
}

impl Drop for OngoingCall<'_> {
    fn drop(&mut self) {
        self.0.change(|counts| counts.calls -= 1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `writes` unanswered writes to group 1, the latest group.
    fn counts(writes: usize, groups: usize, calls: usize) -> Counts {
        Counts {
            writes: HashMap::from([(1, writes)]),
            groups,
            calls,
            most: writes + groups,
            last: [Some(1), None],
            ..Counts::default()
        }
    }

    fn may_get_more(counts: &Counts) -> bool {
        let now = Instant::now();
        counts.may_bring_more_until(1, now).is_some()
    }

    #[test]
    fn only_the_two_groups_that_came_last_may_get_more_while_the_host_is_busy() {
        assert!(may_get_more(&counts(MANY, 0, 1)));
        assert!(may_get_more(&counts(1, MANY, 0)), "groups are being made");
        for (last, expected) in [([2, 1], true), ([2, 3], false)] {
            let others_have_begun = Counts {
                last: last.map(Some),
                ..counts(MANY, 0, 1)
            };
            assert_eq!(may_get_more(&others_have_begun), expected);
        }
        assert!(
            !may_get_more(&counts(MANY, 0, 0)),
            "nothing is done meanwhile"
        );
        assert!(
            !may_get_more(&counts(MANY - 1, 0, 1)),
            "the host had no more"
        );
    }

    #[test]
    fn the_group_with_the_most_rules_goes_where_the_host_waits_for_an_answer() {
        for (one, two, waits) in [(6, 4, false), (5, 5, false), (4, 6, true)] {
            let full = Counts {
                writes: HashMap::from([(1, one), (2, two)]),
                most: one + two,
                last: [Some(2), Some(1)],
                ..Counts::default()
            };
            assert_eq!(may_get_more(&full), waits, "{one} {two}");
        }
    }

    #[test]
    fn a_host_has_a_moment_to_fill_the_places_that_became_free() {
        let freed = |ago: Duration| Counts {
            most: MANY,
            done: Instant::now().checked_sub(ago),
            ..counts(1, 0, 0)
        };
        assert!(may_get_more(&freed(Duration::ZERO)));
        assert!(!may_get_more(&freed(HANDOVER * 2)));
        let few = Counts {
            most: MANY - 1,
            ..freed(Duration::ZERO)
        };
        assert!(!may_get_more(&few), "it never had many in hand");
    }

    #[tokio::test]
    async fn a_call_waits_until_another_is_answered_and_not_for_long() {
        let traffic = Traffic::default();
        let now = Instant::now();
        assert!(!traffic.wait_for_more(1, now).await);
        let writes: Vec<AskedWrite<'_>> = (0..MANY).map(|_| traffic.join(1)).collect();
        let call = traffic.send();
        let answered = async {
            tokio::time::sleep(Duration::from_millis(20)).await;
            drop(call);
        };
        let (has_waited, ()) = tokio::join!(traffic.wait_for_more(1, now), answered);
        assert!(has_waited);
        drop(writes);
        assert!(traffic.wait_for_more(1, now).await, "the host's moment");
        assert!(!traffic.wait_for_more(1, now).await);
    }

    #[tokio::test]
    async fn a_call_that_is_never_answered_holds_nothing_up() {
        let traffic = Traffic::default();
        let _writes: Vec<AskedWrite<'_>> = (0..MANY).map(|_| traffic.join(1)).collect();
        let _call = traffic.send();
        let before = Instant::now().checked_sub(LONGEST_WAIT);
        let before = before.expect("the clock began before");
        assert!(!traffic.wait_for_more(1, before).await);
    }
}
