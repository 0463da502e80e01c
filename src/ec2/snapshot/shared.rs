//! One snapshot of a region for all that look at it in a run: several data sources ask at the same time,
//! and each would read every page again. It holds until this process writes anything to the region.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::Mutex;

use crate::snapshot::Region;

/// The snapshot of a region that was read last.
#[derive(Debug, Default)]
pub(in crate::ec2) struct SharedSnapshot {
    /// How many writes have begun or ended.
    writes: AtomicU64,
    /// Held while the region is read: all others wait for that reading.
    pub(super) last: Mutex<Option<LastReading>>,
}

/// A snapshot, and the writes when it was begun.
#[derive(Debug)]
pub(super) struct LastReading {
    pub(super) writes: u64,
    pub(super) region: Arc<Region>,
}

impl SharedSnapshot {
    /// A write begins or has ended.
    pub(in crate::ec2) fn written(&self) {
        self.writes.fetch_add(1, Ordering::SeqCst);
    }

    /// How many writes have begun or ended so far.
    pub(super) fn writes(&self) -> u64 {
        self.writes.load(Ordering::SeqCst)
    }
}
