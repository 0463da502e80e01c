//! One snapshot of a region for all that look at it in a run: several data sources ask at the same time,
//! and each would read every page again. It holds until this process writes anything to the region.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::{Mutex, Semaphore};

use crate::ec2::error::{CarriedOut, Error};
use crate::ec2::region_client::Ec2;
use crate::ec2::scope::Scope;
use crate::snapshot::Region;

/// The snapshot of a region that was read last.
#[derive(Debug, Default)]
pub(in crate::ec2) struct SharedSnapshot {
    /// How many writes have begun or ended.
    writes: AtomicU64,
    /// Held while the region is read: all others wait for that reading.
    last: Mutex<Option<Taken>>,
}

#[derive(Debug)]
struct Taken {
    /// The writes when it was begun.
    writes: u64,
    region: Arc<Region>,
}

impl SharedSnapshot {
    /// A write begins or has ended.
    pub(in crate::ec2) fn written(&self) {
        self.writes.fetch_add(1, Ordering::SeqCst);
    }

    fn writes(&self) -> u64 {
        self.writes.load(Ordering::SeqCst)
    }
}

impl Ec2 {
    /// The region as it is, read by one of those that ask for it at the same time.
    ///
    /// # Errors
    /// EC2's list of security groups couldn't be read. The next one to ask tries again.
    pub async fn shared_snapshot(
        &self,
        account: &str,
        scope: &Scope,
    ) -> Result<Arc<Region>, Error> {
        let mut last = tokio::select! {
            last = self.snapshots.last.lock() => last,
            () = scope.end() => {
                let why = scope.why().to_string();
                return Err(Error::given_up(
                    "DescribeSecurityGroups",
                    self.region(),
                    &why,
                    CarriedOut::No,
                ));
            }
        };
        let writes = self.snapshots.writes();
        if let Some(taken) = last.as_ref().filter(|taken| taken.writes == writes) {
            return Ok(Arc::clone(&taken.region));
        }
        let large_pages = Semaphore::new(Self::LARGE_PAGES);
        // Boxed, since a reading is large, and so is what waits for it.
        let reading = Box::pin(self.snapshot(account, &large_pages, scope)).await;
        if let Some(error) = reading.failed {
            return Err(error);
        }
        let region = Arc::new(reading.region);
        *last = Some(Taken {
            writes,
            region: Arc::clone(&region),
        });
        Ok(region)
    }
}
