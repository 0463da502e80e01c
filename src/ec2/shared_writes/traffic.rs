//! The work under way in a region: how many resources a host has in hand, how many calls are out, and
//! the groups that rules were asked for last. It tells whether a call that could go may get more writes
//! by waiting a little.
//!
//! Hosts have a number of resources at a time in hand, by default ten, and hand the next one over only
//! when one is done. Rules of one group mostly follow each other, and where it ends, those of the next
//! one are among them. So where many are in hand, the two groups that came last may have come by half: the
//! other half comes once something else is done. The groups before them are complete. Where the host
//! has all in hand that it takes, and nothing is out, the one of the two that has more rules goes.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::{Instant, timeout_at};

/// Number of resources in hand below which no call waits for more: the host has handed over all that it
/// had.
const MANY: usize = 8;
/// A host takes at most so long to hand the next resource over once one is done.
const HANDOVER: Duration = Duration::from_millis(100);
/// No call waits longer than this for something else to be done.
const LONGEST_WAIT: Duration = Duration::from_secs(1);

/// The work under way in a region.
#[derive(Debug, Default)]
pub(super) struct Traffic {
    counts: Mutex<Counts>,
    changed: Notify,
}

#[derive(Debug, Default)]
struct Counts {
    /// Writes that have been asked for and not answered, by group.
    writes: HashMap<u64, usize>,
    /// Groups that are being made, and whose rules come next.
    groups: usize,
    /// The most of both at a time, which is what the host takes in hand.
    most: usize,
    /// When the last of them was done.
    done: Option<Instant>,
    /// Calls that are out.
    calls: usize,
    /// The two groups that rules were asked for last.
    last: [Option<u64>; 2],
}

/// A write that was asked for, until it is answered.
pub(super) struct AskedWrite<'a>(&'a Traffic, u64);

/// A call that is out.
pub(super) struct OngoingCall<'a>(&'a Traffic);

/// A group that is being made, and whose rules other resources make.
pub struct GroupInHand<'a>(&'a Traffic);

impl Traffic {
    /// A write to the group of this number is asked for.
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

    /// A group is being made.
    pub(super) fn make_group(&self) -> GroupInHand<'_> {
        self.change(|counts| {
            counts.groups += 1;
            counts.note_most();
        });
        GroupInHand(self)
    }

    /// A call goes out.
    pub(super) fn send(&self) -> OngoingCall<'_> {
        self.change(|counts| counts.calls += 1);
        OngoingCall(self)
    }

    /// Waits while more writes may come for a group. Gives whether there was anything to wait for.
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
            // Whichever it is, the next round tells.
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
    fn in_hand(&self) -> usize {
        self.writes.values().sum::<usize>() + self.groups
    }

    fn note_most(&mut self) {
        self.most = self.most.max(self.in_hand());
    }

    /// Until when more writes may come for a group, as things are; `None` where none are to be expected.
    fn may_bring_more_until(&self, group: u64, now: Instant) -> Option<Instant> {
        let in_hand = self.in_hand();
        if !self.last.contains(&Some(group)) || self.most < MANY {
            return None;
        }
        if in_hand < self.most
            && let Some(done) = self.done
            && now < done + HANDOVER
        {
            // The host has places that it hasn't filled yet.
            return Some(done + HANDOVER);
        }
        let is_under_way = self.calls > 0 || self.groups > 0;
        let waits = in_hand >= MANY && (is_under_way || !self.has_most_writes(group));
        waits.then_some(now + LONGEST_WAIT)
    }

    /// Whether no other group has more writes, or as many and came before it.
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
                // Each change adds up all groups: those that are done must not stay.
                if *writes.get() == 0 {
                    writes.remove();
                }
            }
            counts.done = Some(Instant::now());
        });
    }
}

impl Drop for GroupInHand<'_> {
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

    /// So many writes to the group 1, which came last.
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
