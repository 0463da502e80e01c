//! Waiting for the plans of other resources: the one place where a plan may depend on the order and time
//! in which other plans are made.
//!
//! Terraform sends one resource at a time and names none of the others. A resource that finds its name or
//! one of its rules in EC2 has to know what is planned for the resource that has it: whether that one is
//! kept or destroyed, or isn't in this state at all. Terraform shows each stored resource before it plans
//! it, all within moments, but in no order that a provider can rely on. So a plan waits here for a short
//! time, for the other resource's state and then for its plan. If neither comes, the plan goes on with
//! what is known. The worst result is a less helpful message, or a warning in place of an error: when the
//! plan is applied, EC2 refuses what is impossible. A tainted resource has no plan of its own, since
//! Terraform plans it as if it didn't exist.

use std::time::{Duration, Instant};

use crate::ec2::Scope;

/// Longest wait for another resource's state, which Terraform shows within moments.
const SHOWN_WITHIN: Duration = Duration::from_millis(500);
/// Longest wait for the plan of a resource that was shown, which comes within moments too.
const PLANNED_WITHIN: Duration = Duration::from_secs(2);
/// Pause between two reads.
const POLL: Duration = Duration::from_millis(50);

/// The plan of another resource, as far as it is known at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::resources) enum Seen<T> {
    /// Its state wasn't shown: it may not exist, or be shown later.
    NotShown(T),
    /// Its state was shown, and its plan hasn't come.
    NotPlanned(T),
    /// Its plan has come, or can't change the result.
    Decided(T),
}

/// A wait for states to be shown that all resources of a run share: many may wait for the same, or for
/// what never comes.
#[derive(Debug, Default)]
pub(in crate::resources) struct SharedWait(Option<Instant>);

impl SharedWait {
    /// Whether whatever is shown at all was shown by now, counted from the first time that this is asked.
    pub(in crate::resources) fn is_over(&mut self) -> bool {
        self.0.get_or_insert_with(Instant::now).elapsed() >= SHOWN_WITHIN
    }
}

impl<T> Seen<T> {
    /// The plans of several resources together, so that one wait serves all of them. Decided once each
    /// of them is.
    pub(in crate::resources) fn all(each: impl IntoIterator<Item = Self>) -> Seen<Vec<T>> {
        let (mut are_shown, mut are_planned) = (true, true);
        let known = each.into_iter().map(|seen| match seen {
            Self::Decided(known) => known,
            Self::NotPlanned(known) => {
                are_planned = false;
                known
            }
            Self::NotShown(known) => {
                are_shown = false;
                known
            }
        });
        let known = known.collect();
        if !are_planned {
            Seen::NotPlanned(known)
        } else if !are_shown {
            Seen::NotShown(known)
        } else {
            Seen::Decided(known)
        }
    }

    /// What is known so far.
    pub(in crate::resources) fn known(self) -> T {
        match self {
            Self::NotShown(known) | Self::NotPlanned(known) | Self::Decided(known) => known,
        }
    }
}

/// Reads until another resource's plan is decided, or the longest wait is over, or the scope ends. Returns
/// what is known by then.
pub(in crate::resources) async fn settled<T>(scope: &Scope, read: impl Fn() -> Seen<T>) -> T {
    settled_by(scope, read).await
}

/// A clock, which tests replace.
trait Clock: Sync {
    /// Waits for a time. `false` if the run ends before.
    fn pass(&self, time: Duration) -> impl Future<Output = bool> + Send;
}

impl Clock for Scope {
    fn pass(&self, time: Duration) -> impl Future<Output = bool> + Send {
        self.wait(time)
    }
}

async fn settled_by<T>(clock: &impl Clock, read: impl Fn() -> Seen<T>) -> T {
    let mut waited = Duration::ZERO;
    let mut waited_for_its_plan = Duration::ZERO;
    loop {
        let (known, is_over) = match read() {
            Seen::Decided(known) => return known,
            Seen::NotShown(known) => (known, waited >= SHOWN_WITHIN),
            Seen::NotPlanned(known) => {
                let is_over = waited_for_its_plan >= PLANNED_WITHIN;
                waited_for_its_plan += POLL;
                (known, is_over)
            }
        };
        if is_over || !clock.pass(POLL).await {
            return known;
        }
        waited += POLL;
    }
}

#[cfg(test)]
mod tests {
    use std::future::ready;
    use std::sync::atomic::{AtomicU64, Ordering};

    use tokio_util::sync::CancellationToken;

    use super::*;

    /// A clock in milliseconds that advances only by waits, and the time at which the run ends.
    struct PausedClock {
        now: AtomicU64,
        end: u64,
    }

    impl PausedClock {
        fn now(&self) -> u64 {
            self.now.load(Ordering::Relaxed)
        }
    }

    impl Clock for PausedClock {
        fn pass(&self, time: Duration) -> impl Future<Output = bool> + Send {
            let millis = u64::try_from(time.as_millis()).expect("it is short");
            self.now.fetch_add(millis, Ordering::Relaxed);
            ready(self.now() < self.end)
        }
    }

    /// The states of knowledge, each with the milliseconds after which it comes.
    type Arrivals<'a> = &'a [(u64, Seen<&'static str>)];

    /// The result, which is to come after `end` milliseconds.
    async fn settled_with(arrivals: Arrivals<'_>, end: u64) -> (&'static str, u64) {
        let clock = PausedClock {
            now: AtomicU64::new(0),
            end,
        };
        let read = || {
            let mut there = arrivals.iter().filter(|(at, _)| *at <= clock.now());
            there.next_back().expect("the first is there at once").1
        };
        (settled_by(&clock, read).await, clock.now())
    }

    #[tokio::test]
    async fn each_order_of_arrival_ends_with_what_can_be_known() {
        use Seen::{Decided, NotPlanned, NotShown};
        let cases: &[(Arrivals<'_>, &str, u64)] = &[
            // Its plan came before ours.
            (&[(0, Decided("goes"))], "goes", 0),
            // It was shown before ours was planned, and its plan comes during ours.
            (&[(0, NotPlanned("?")), (120, Decided("goes"))], "goes", 150),
            // State and plan come during ours.
            (
                &[
                    (0, NotShown("none")),
                    (200, NotPlanned("?")),
                    (900, Decided("stays")),
                ],
                "stays",
                900,
            ),
            // The plan comes together with the state.
            (
                &[(0, NotShown("none")), (480, Decided("stays"))],
                "stays",
                500,
            ),
            // It isn't in the state, or is shown too late.
            (&[(0, NotShown("none"))], "none", 500),
            (
                &[(0, NotShown("none")), (700, Decided("stays"))],
                "none",
                500,
            ),
            // It is tainted: no plan comes.
            (&[(0, NotPlanned("?"))], "?", 2_000),
            (&[(0, NotShown("none")), (400, NotPlanned("?"))], "?", 2_400),
            // Its plan comes at the last moment, and too late.
            (
                &[(0, NotPlanned("?")), (1_990, Decided("goes"))],
                "goes",
                2_000,
            ),
            (
                &[(0, NotPlanned("?")), (2_010, Decided("goes"))],
                "?",
                2_000,
            ),
        ];
        for (arrivals, known, millis) in cases {
            let expected = (*known, *millis);
            assert_eq!(
                settled_with(arrivals, u64::MAX).await,
                expected,
                "{arrivals:?}"
            );
        }
    }

    /// A plan for the rules of a tainted resource took two seconds for each of them.
    #[tokio::test]
    async fn the_plans_of_several_resources_were_waited_for_one_after_the_other() {
        let clock = PausedClock {
            now: AtomicU64::new(0),
            end: u64::MAX,
        };
        let tainted = || Seen::all((0..60).map(Seen::NotPlanned));
        let known: Vec<u64> = settled_by(&clock, tainted).await;
        assert_eq!((known.len(), clock.now()), (60, 2_000));
    }

    #[test]
    fn several_plans_are_decided_once_each_is() {
        use Seen::{Decided, NotPlanned, NotShown};
        for (each, together) in [
            (vec![], Decided(vec![])),
            (vec![Decided(1), Decided(2)], Decided(vec![1, 2])),
            (vec![Decided(1), NotShown(2)], NotShown(vec![1, 2])),
            (vec![NotShown(1), NotPlanned(2)], NotPlanned(vec![1, 2])),
        ] {
            assert_eq!(Seen::all(each.clone()), together, "{each:?}");
        }
    }

    #[tokio::test]
    async fn a_run_that_ends_does_not_wait_for_plans() {
        use Seen::{Decided, NotPlanned, NotShown};
        let cases: &[(Arrivals<'_>, &str)] = &[
            (&[(0, NotPlanned("?")), (900, Decided("goes"))], "?"),
            (&[(0, NotShown("none")), (100, NotPlanned("?"))], "none"),
        ];
        for (arrivals, known) in cases {
            assert_eq!(
                settled_with(arrivals, 100).await,
                (*known, 100),
                "{arrivals:?}"
            );
        }
    }

    #[tokio::test]
    async fn an_interrupted_plan_says_what_is_known() {
        let cancel = CancellationToken::new();
        cancel.cancel();
        let scope = Scope::new(cancel, Duration::from_secs(60));
        assert_eq!(settled(&scope, || Seen::NotPlanned("?")).await, "?");
    }
}
