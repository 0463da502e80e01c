//! The client, the time limit and the record of calls that the parts of a snapshot share, and
//! how a refusal becomes a note in place of an error.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use tokio::sync::{Semaphore, SemaphorePermit};

use super::calls::Call;
use crate::ec2::error::Error;
use crate::ec2::region_client::Ec2;
use crate::ec2::scope::Scope;
use crate::snapshot::NotLookedAt;

/// Reads one region.
pub(super) struct Reader<'a> {
    pub(super) ec2: &'a Ec2,
    pub(super) scope: &'a Scope,
    large_pages: &'a Semaphore,
    looked_at: Mutex<BTreeMap<&'static str, usize>>,
    not_looked_at: Mutex<Vec<NotLookedAt>>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(ec2: &'a Ec2, scope: &'a Scope, large_pages: &'a Semaphore) -> Self {
        Self {
            ec2,
            scope,
            large_pages,
            looked_at: Mutex::default(),
            not_looked_at: Mutex::default(),
        }
    }

    /// Waits for the permit to hold one more large page in memory.
    pub(super) async fn room(&self) -> Option<SemaphorePermit<'a>> {
        self.large_pages.acquire().await.ok()
    }

    /// Counts a call that was answered.
    pub(super) fn answered(&self, call: Call) {
        let looked_at = self.looked_at.lock();
        let mut looked_at = looked_at.unwrap_or_else(PoisonError::into_inner);
        *looked_at.entry(call.action).or_default() += 1;
    }

    /// The answer of a call. An error becomes `None` and a note.
    pub(super) fn optional<T>(&self, call: Call, reported: Result<T, Error>) -> Option<T> {
        reported.map_err(|error| self.refused(call, &error)).ok()
    }

    /// Notes that a call was refused, once for each action.
    pub(super) fn refused(&self, call: Call, error: &Error) {
        tracing::debug!(action = call.action, %error, "not looked at");
        self.note(NotLookedAt {
            operation: call.action.to_owned(),
            code: error.code.clone().unwrap_or_default(),
            consequence: call.consequence.to_owned(),
            hides_uses: call.hides_uses,
        });
    }

    pub(super) fn note(&self, note: NotLookedAt) {
        let notes = self.not_looked_at.lock();
        let mut notes = notes.unwrap_or_else(PoisonError::into_inner);
        if !notes.contains(&note) {
            notes.push(note);
        }
    }

    /// The number of answered calls by action, and the notes of refused ones.
    pub(super) fn record(self) -> (BTreeMap<String, usize>, Vec<NotLookedAt>) {
        let looked_at = self.looked_at.into_inner();
        let looked_at = looked_at.unwrap_or_else(PoisonError::into_inner);
        let notes = self.not_looked_at.into_inner();
        let mut notes = notes.unwrap_or_else(PoisonError::into_inner);
        notes.sort();
        let named = |(action, count): (&str, usize)| (action.to_owned(), count);
        (looked_at.into_iter().map(named).collect(), notes)
    }
}

/// Items that several tasks take one by one.
pub(super) struct Queue<T> {
    items: Vec<T>,
    taken: AtomicUsize,
}

impl<T> Queue<T> {
    pub(super) fn new(items: Vec<T>) -> Self {
        Self {
            items,
            taken: AtomicUsize::new(0),
        }
    }

    pub(super) fn next(&self) -> Option<&T> {
        self.items.get(self.taken.fetch_add(1, Ordering::Relaxed))
    }
}

/// A text of a reply; empty if the reply lacks it.
pub(super) fn text(value: Option<&str>) -> String {
    value.unwrap_or_default().to_owned()
}
