//! When to list a region's groups instead of asking for each by its id. A listing pays where many
//! of the region's groups are read, which isn't known beforehand: so it may never cost more calls
//! than asking has cost before. Knows the time only from its callers.

use std::time::Duration;

use tokio::time::Instant;

/// Number of reads that is no reason to list yet: hosts send ten at a time.
pub(super) const PARALLELISM: usize = 10;
/// Number of reads after the first batch that is no reason to list either: another batch is as cheap as
/// a page.
const MIN_READS: usize = 15;
/// Calls that follow each other within this belong together.
const BURST_WINDOW: Duration = Duration::from_secs(10);

/// The calls of late.
#[derive(Debug, Default)]
pub(super) struct ListingPolicy {
    last: Option<Instant>,
    /// Number of reads that were answered by calls for their ids.
    asked: usize,
    /// Number of calls that answered them.
    batches: usize,
    /// How many pages were listed.
    pages: usize,
}

impl ListingPolicy {
    /// Whether a page is the next call, where so many reads wait and a call takes `most` ids.
    pub(super) fn lists(&mut self, waiting: usize, most: usize, now: Instant) -> bool {
        self.forget(now);
        let many = match self.batches {
            0 => waiting > most,
            1 => self.asked + waiting > MIN_READS,
            _ => self.asked + waiting > PARALLELISM,
        };
        waiting > 0 && many && self.pages < self.batches.max(1)
    }

    /// A page is being asked for.
    pub(super) fn page(&mut self, now: Instant) {
        self.forget(now);
        self.pages += 1;
        self.last = Some(now);
    }

    /// Notes a call for this many ids.
    pub(super) fn batch(&mut self, ids: usize, now: Instant) {
        self.forget(now);
        self.asked += ids;
        self.batches += 1;
        self.last = Some(now);
    }

    fn forget(&mut self, now: Instant) {
        if self
            .last
            .is_some_and(|l| now.duration_since(l) > BURST_WINDOW)
        {
            *self = Self::default();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MOST: usize = 200;

    /// The calls for waves of reads, in a region where each page has this share of those that wait.
    fn calls(waves: &[usize], found: f64) -> String {
        let (mut pace, now, mut calls) = (ListingPolicy::default(), Instant::now(), String::new());
        for wave in waves {
            let mut waiting = *wave;
            while waiting > 0 {
                if pace.lists(waiting, MOST, now) {
                    pace.page(now);
                    calls.push('p');
                    waiting -= (waiting as f64 * found).ceil() as usize;
                } else {
                    let ids = waiting.min(MOST);
                    pace.batch(ids, now);
                    calls.push('b');
                    waiting -= ids;
                }
            }
        }
        calls
    }

    #[test]
    fn what_is_called_for_waves_of_reads() {
        for (waves, found, expected) in [
            (&[1][..], 1.0, "b"),
            (&[10], 1.0, "b"),
            (&[10, 5], 1.0, "bb"),
            (&[3, 3, 3], 1.0, "bbb"),
            (&[10, 10], 1.0, "bp"),
            // Ten reads of one burst in two calls.
            (&[1, 9, 10], 1.0, "bbp"),
            (&[6, 3, 2, 9], 1.0, "bbpp"),
            // A host that sends many at a time.
            (&[150], 1.0, "b"),
            (&[201], 1.0, "p"),
            (&[150, 50], 1.0, "bp"),
            // Far more groups than are read: no more pages than batches.
            (&[10, 10, 10, 10], 0.1, "bpbpbpb"),
        ] {
            assert_eq!(calls(waves, found), expected, "{waves:?} {found}");
        }
    }

    #[test]
    fn reads_far_apart_are_no_reason_to_list() {
        let (mut pace, now) = (ListingPolicy::default(), Instant::now());
        pace.batch(10, now);
        assert!(pace.lists(10, MOST, now + BURST_WINDOW));
        assert!(!pace.lists(10, MOST, now + BURST_WINDOW + Duration::from_millis(1)));
    }
}
