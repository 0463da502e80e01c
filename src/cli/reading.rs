//! Reads accounts and regions, all at the same time, and shows on a terminal how far it is.

use std::sync::Arc;

use indicatif::{ProgressBar, ProgressStyle};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use super::connection::{self, ConnectionArguments, Place};
use super::failure::Failure;
use crate::ec2::{Ec2, Error};
use crate::snapshot::{Region, Snapshot};

/// What was read, and what is to be said of regions that couldn't be.
pub(super) struct Read {
    pub(super) snapshot: Snapshot,
    pub(super) failures: Vec<Failure>,
    /// What was read, ready to be asked again.
    pub(super) places: Vec<Place>,
}

/// Reads all places that the arguments name.
pub(super) async fn read(arguments: &ConnectionArguments) -> Result<Read, Failure> {
    let places = arguments.places().await?;
    let progress = progress(places.len());
    let mut reading = JoinSet::new();
    let large_pages = Arc::new(Semaphore::new(Ec2::LARGE_PAGES));
    for Place { account, ec2 } in places.clone() {
        let large_pages = Arc::clone(&large_pages);
        reading.spawn(async move {
            let scope = connection::reading();
            ec2.snapshot(&account, &large_pages, &scope).await
        });
    }
    let mut read = Read {
        snapshot: Snapshot::default(),
        failures: Vec::new(),
        places,
    };
    while let Some(done) = reading.join_next().await {
        let done = done.map_err(|error| {
            Failure::unread("Reading failed", format!("This is a bug: {error}."))
        })?;
        progress.inc(1);
        progress.set_message(done.region.name.clone());
        if let Some(error) = &done.failed {
            read.failures.push(unread(&done.region, error));
        }
        read.snapshot.regions.push(done.region);
    }
    progress.finish_and_clear();
    let place = |region: &Region| (region.account.clone(), region.name.clone());
    read.snapshot.regions.sort_by_key(place);
    read.failures.sort_by(|a, b| a.summary.cmp(&b.summary));
    Ok(read)
}

/// On standard error, and only where that is a terminal.
fn progress(places: usize) -> ProgressBar {
    let bar = ProgressBar::new(places as u64);
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
    let mend = match error.code.as_deref() {
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
    connection::refused(summary, error, mend)
}
