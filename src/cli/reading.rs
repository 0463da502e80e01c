//! Reads accounts and regions concurrently, with a progress line on a terminal.

use std::sync::Arc;

use indicatif::{ProgressBar, ProgressStyle};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use super::connection::{self, ConnectionArguments, Target};
use super::failure::Failure;
use crate::ec2::{Ec2, Error};
use crate::snapshot::{Region, Snapshot};

/// A snapshot, and messages about regions that couldn't be read.
pub(super) struct Read {
    pub(super) snapshot: Snapshot,
    pub(super) failures: Vec<Failure>,
    /// The regions that were read, with their clients.
    pub(super) targets: Vec<Target>,
}

/// Most regions that are read at the same time: their partial snapshots are held in memory.
const AT_ONCE: usize = 4;

/// Reads all places that the arguments name.
pub(super) async fn read(arguments: &ConnectionArguments) -> Result<Read, Failure> {
    let targets = arguments.targets().await?;
    let mut snapshot = Snapshot::default();
    let failures = read_each(&targets, |region| snapshot.regions.push(region)).await?;
    let target = |region: &Region| (region.account.clone(), region.name.clone());
    snapshot.regions.sort_by_key(target);
    Ok(Read {
        snapshot,
        failures,
        targets,
    })
}

/// Reads regions, and passes each one to `take` as soon as it is read. Returns the errors of the
/// others.
pub(super) async fn read_each(
    targets: &[Target],
    mut take: impl FnMut(Region),
) -> Result<Vec<Failure>, Failure> {
    let progress = progress(targets.len());
    let mut reading = JoinSet::new();
    let large_pages = Arc::new(Semaphore::new(Ec2::LARGE_PAGES));
    let at_once = Arc::new(Semaphore::new(AT_ONCE));
    for target in targets {
        let target = target.clone();
        let large_pages = Arc::clone(&large_pages);
        let at_once = Arc::clone(&at_once);
        reading.spawn(async move {
            let turn = at_once.acquire_owned().await;
            let scope = connection::reading();
            let read = target.ec2.snapshot(&target.account, &large_pages, &scope);
            (read.await, turn)
        });
    }
    let mut failures = Vec::new();
    while let Some(done) = reading.join_next().await {
        // The permit is kept until the region is passed on.
        let (done, _turn) = done.map_err(|error| {
            Failure::unread("Reading failed", format!("This is a bug: {error}."))
        })?;
        progress.inc(1);
        progress.set_message(done.region.name.clone());
        if let Some(error) = &done.failed {
            failures.push(unread(&done.region, error));
        }
        take(done.region);
    }
    progress.finish_and_clear();
    failures.sort_by(|a, b| a.summary.cmp(&b.summary));
    Ok(failures)
}

/// The progress line on standard error, if that is a terminal.
fn progress(count: usize) -> ProgressBar {
    let bar = ProgressBar::new(count as u64);
    let style = ProgressStyle::with_template("{spinner} {pos} of {len} regions read  {msg}");
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    bar.enable_steady_tick(std::time::Duration::from_millis(100));
    bar
}

fn unread(region: &Region, error: &Error) -> Failure {
    let account = match region.account.as_str() {
        "" => String::new(),
        account => format!(" of the account {account}"),
    };
    let hint = match error.code.as_deref() {
        Some("UnauthorizedOperation") => {
            "Allow ec2:DescribeSecurityGroups: the guide to the IAM policy has the permissions of an \
             audit."
        }
        Some("AuthFailure" | "OptInRequired" | "InvalidClientTokenId") => {
            "Check that the region is enabled for the account; leave it out otherwise."
        }
        _ => "Leave the region out, or try again.",
    };
    let summary = format!("{}{account} can't be looked at", region.name);
    connection::refused(summary, error, hint)
}
