//! Decides when to list a region's groups instead of reading them by id. A listing saves calls if
//! many of the region's groups are read, which isn't known beforehand. So it may never take more
//! calls than reading by id took before. Its callers pass the time.
//!
//! The refreshes of 50 and of 1,000 groups in `docs/benchmarks.md` measure it: 2 and 3 calls.

use std::time::Duration;

use tokio::time::Instant;

/// Most reads that are no reason to list yet: hosts send ten at a time.
pub(super) const PARALLELISM: usize = 10;
/// Most reads after the first batch that are no reason to list: a second batch is as cheap as a
/// page.
const MIN_READS: usize = 15;
/// Longest pause between calls of one burst.
const BURST_WINDOW: Duration = Duration::from_secs(10);

/// The calls of the current burst.
#[derive(Debug, Default)]
pub(super) struct ListingPolicy {
    last: Option<Instant>,
    /// Number of reads that batches answered.
    asked: usize,
    /// Number of batches.
    batches: usize,
    /// Number of pages that were listed.
    pages: usize,
}

impl ListingPolicy {
    /// Whether the next call is a page, if `waiting` reads are queued and a batch takes `most` ids.
    pub(super) fn lists(&mut self, waiting: usize, most: usize, now: Instant) -> bool {
        self.forget(now);
        let many = match self.batches {
            0 => waiting > most,
            1 => self.asked + waiting > MIN_READS,
            _ => self.asked + waiting > PARALLELISM,
        };
        waiting > 0 && many && self.pages < self.batches.max(1)
    }

    /// Counts a page.
    pub(super) fn page(&mut self, now: Instant) {
        self.forget(now);
        self.pages += 1;
        self.last = Some(now);
    }

    /// Counts a batch of this many reads.
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

    /// The calls for waves of reads (`b` for a batch, `p` for a page), if each page has the share
    /// `found` of the queued ones.
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
