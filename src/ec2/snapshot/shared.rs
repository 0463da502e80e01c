//! Shares one snapshot of a region between all its users in a run, such as several data sources,
//! each of which would otherwise read every page again. It is valid until this process writes to
//! the region.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::Mutex;

use crate::snapshot::Region;

/// The last snapshot of a region.
#[derive(Debug, Default)]
pub(in crate::ec2) struct SharedSnapshot {
    /// Number of beginnings and ends of writes.
    writes: AtomicU64,
    /// Locked while the region is read, so that other users wait for that snapshot.
    pub(super) last: Mutex<Option<LastReading>>,
}

/// A snapshot, and the number of writes when its reading began.
#[derive(Debug)]
pub(super) struct LastReading {
    pub(super) writes: u64,
    pub(super) region: Arc<Region>,
}

impl SharedSnapshot {
    /// Counts the beginning or the end of a write.
    pub(in crate::ec2) fn written(&self) {
        self.writes.fetch_add(1, Ordering::SeqCst);
    }

    /// Number of beginnings and ends of writes so far.
    pub(super) fn writes(&self) -> u64 {
        self.writes.load(Ordering::SeqCst)
    }
}
