//! Queues reads, chooses the next call, and gives its answer to every read that was queued before
//! the call began. Makes no call; its callers pass the time.

use std::collections::HashMap;

use tokio::sync::oneshot;
use tokio::time::Instant;

use super::listing::{CacheLookup, Listing};
use super::offered::Offered;
use crate::ec2::error::{Error, Retry};
use crate::ec2::read_cache::listing_policy::ListingPolicy;

/// Most ids in one call: a filter of EC2 takes 200 values.
pub(super) const MOST_VALUES: usize = 200;

/// The result of a read: a group, or that there is none.
pub(super) type ReadResult<T> = Result<Option<T>, Error>;

/// Groups by their ids. One that can't be decoded fails only the read of that id.
pub(super) type Page<T> = Vec<(String, Result<T, Error>)>;

/// How old an answer may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Freshness {
    /// That of a recent listing or search, unless the group was written to since.
    Listed,
    /// That of a call that begins after the read was queued.
    Now,
}

/// A call to make.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Call {
    /// The groups of these ids.
    Batch(Vec<String>),
    /// A page of all groups: the first, or the one with this token.
    Page(Option<String>),
}

/// Number of a read, in the order of arrival.
pub(super) type RequestId = u64;

/// A call, and the reads that it answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct PendingCall {
    pub(super) call: Call,
    /// It answers reads with lower numbers than this.
    before: RequestId,
    number: u64,
}

/// The state of a read right after it was queued.
#[derive(Debug)]
pub(super) enum Enqueued<T> {
    /// The answer was in the cache.
    Answered(ReadResult<T>),
    /// It waits for a call.
    Waits(RequestId, oneshot::Receiver<ReadResult<T>>),
}

#[derive(Debug)]
struct Waiting<T> {
    request: RequestId,
    id: String,
    age: Freshness,
    answer: oneshot::Sender<ReadResult<T>>,
}

/// The reads of one region.
#[derive(Debug)]
pub(super) struct ReadBatcher<T> {
    /// In the order of arrival.
    waiting: Vec<Waiting<T>>,
    next_request: RequestId,
    calls: u64,
    /// Number of the call that reads the next page.
    page: Option<u64>,
    listing: Option<Listing<Result<T, Error>>>,
    offered: Offered<Result<T, Error>>,
    pace: ListingPolicy,
    /// Ids that EC2 named when it refused a shared call: each is read by a call of its own.
    suspects: Vec<String>,
    /// Most ids in one call.
    most: usize,
}

impl<T> Default for ReadBatcher<T> {
    fn default() -> Self {
        Self {
            waiting: Vec::new(),
            next_request: 0,
            calls: 0,
            page: None,
            listing: None,
            offered: Offered::default(),
            pace: ListingPolicy::default(),
            suspects: Vec::new(),
            most: MOST_VALUES,
        }
    }
}

impl<T: Clone> ReadBatcher<T> {
    /// Adds a read, or answers it from the cache.
    pub(super) fn ask(&mut self, id: &str, age: Freshness, now: Instant) -> Enqueued<T> {
        self.drop_old_listing(now);
        if age == Freshness::Listed
            && let Some(listing) = &mut self.listing
            && let Some(answer) = answer(listing.take(id))
        {
            return Enqueued::Answered(answer);
        }
        if age == Freshness::Listed
            && let Some(shown) = self.offered.take(id, now)
        {
            return Enqueued::Answered(shown.map(Some));
        }
        let (sender, receiver) = oneshot::channel();
        let request = self.next_request;
        self.next_request += 1;
        self.waiting.push(Waiting {
            request,
            id: id.to_owned(),
            age,
            answer: sender,
        });
        Enqueued::Waits(request, receiver)
    }

    /// Removes a read that is given up.
    pub(super) fn leave(&mut self, request: RequestId) {
        self.waiting.retain(|waiting| waiting.request != request);
    }

    /// A group was written to, so its cached answers can't be used. Those about other groups stay
    /// valid, even after a deletion: EC2 doesn't change rules that reference the group.
    pub(super) fn wrote(&mut self, id: &str, now: Instant) {
        self.drop_old_listing(now);
        if let Some(listing) = &mut self.listing {
            listing.spend(id);
        }
        self.offered.wrote(id, now);
    }

    /// Adds groups that a search found, in a call that began at `began`, and answers queued reads
    /// of them.
    pub(super) fn offer(&mut self, groups: Page<T>, began: Instant, now: Instant) {
        for (id, shown) in groups {
            self.offered.add(id, shown, began);
        }
        for read in std::mem::take(&mut self.waiting) {
            let fits = read.age == Freshness::Listed;
            match fits.then(|| self.offered.take(&read.id, now)).flatten() {
                // A receiver that is gone no longer waits for the answer.
                Some(shown) => drop(read.answer.send(shown.map(Some))),
                None => self.waiting.push(read),
            }
        }
    }

    /// Number of queued reads.
    pub(super) fn waiting(&self) -> usize {
        self.waiting.len()
    }

    /// The next call to make, or `None` if no read is queued. Report its result with
    /// [`found`](Self::found), [`listed`](Self::listed) or [`failed`](Self::failed), and then
    /// always call [`ended`](Self::ended). Several calls may be under way.
    pub(super) fn next(&mut self, now: Instant) -> Option<PendingCall> {
        self.drop_old_listing(now);
        let first = self.waiting.first()?;
        let may_list = first.age == Freshness::Listed && self.page.is_none();
        let listed = |waiting: &&Waiting<T>| waiting.age == Freshness::Listed;
        let many = self.waiting.iter().filter(listed).count();
        self.calls += 1;
        let pending = |call| PendingCall {
            call,
            before: self.next_request,
            number: self.calls,
        };
        if may_list && self.pace.lists(many, self.most, now) {
            self.pace.page(now);
            self.page = Some(self.calls);
            let goes_on = |l: &Listing<_>| !l.is_blank() && !l.is_complete();
            let listing = self.listing.take().filter(goes_on);
            let listing = listing.unwrap_or_else(|| Listing::new(now));
            let token = listing.token().map(str::to_owned);
            self.listing = Some(listing);
            return Some(pending(Call::Page(token)));
        }
        let ids = self.batch();
        // Only reads of cached groups suggest a refresh of many; reads with [`Freshness::Now`]
        // follow a write.
        let asked = |waiting: &&Waiting<T>| listed(waiting) && ids.contains(&waiting.id);
        let asked = self.waiting.iter().filter(asked).count();
        if asked > 0 {
            self.pace.batch(asked, now);
        }
        Some(pending(Call::Batch(ids)))
    }

    /// A call has ended, with or without an answer.
    pub(super) fn ended(&mut self, pending: &PendingCall) {
        self.page = self.page.filter(|number| *number != pending.number);
    }

    /// The groups that a batch found.
    pub(super) fn found(&mut self, pending: &PendingCall, groups: Page<T>) {
        let groups: HashMap<String, Result<T, Error>> = groups.into_iter().collect();
        self.answer_batch(pending, |id| groups.get(id).cloned().transpose());
    }

    /// The groups that a page showed, and the token of the next one.
    pub(super) fn listed(
        &mut self,
        pending: &PendingCall,
        groups: Page<T>,
        next: Option<String>,
        now: Instant,
    ) {
        // The listing may have become old since.
        let Some(listing) = &mut self.listing else {
            return;
        };
        if let Err(what) = listing.add(groups, next) {
            tracing::debug!(what, "the listing is dropped");
            // Its reads are answered by a batch.
            self.listing = None;
            return;
        }
        let old = listing.is_old(now);
        for read in std::mem::take(&mut self.waiting) {
            let fits = read.age == Freshness::Listed && (read.request < pending.before || !old);
            match fits.then(|| answer(listing.take(&read.id))).flatten() {
                // A receiver that is gone no longer waits for the answer.
                Some(answer) => drop(read.answer.send(answer)),
                None => self.waiting.push(read),
            }
        }
        self.drop_old_listing(now);
    }

    /// A call failed for good.
    pub(super) fn failed(&mut self, pending: &PendingCall, error: &Error) {
        match &pending.call {
            Call::Batch(ids) => self.batch_failed(pending, ids, error),
            // The token may have expired. The reads are answered by a batch.
            Call::Page(Some(_)) => self.listing = None,
            Call::Page(None) => {
                self.listing = None;
                self.answer_matching(
                    |read| read.age == Freshness::Listed && read.request < pending.before,
                    |_| Err(error.clone()),
                );
            }
        }
    }

    fn batch_failed(&mut self, pending: &PendingCall, ids: &[String], error: &Error) {
        let alone = ids.len() == 1;
        if is_about_a_value(error) && !alone {
            let named = |id: &&String| error.message.contains(id.as_str());
            let named: Vec<String> = ids.iter().filter(named).cloned().collect();
            if named.is_empty() {
                self.most = ids.len() / 2
            } else {
                self.suspects.extend(named)
            }
            return;
        }
        if is_about_a_value(error) {
            self.most = MOST_VALUES;
        }
        self.answer_batch(pending, |_| {
            if error.is_no_such_group() {
                Ok(None)
            } else {
                Err(error.clone())
            }
        });
    }

    fn answer_batch(&mut self, pending: &PendingCall, answer: impl Fn(&str) -> ReadResult<T>) {
        let Call::Batch(ids) = &pending.call else {
            return;
        };
        self.suspects.retain(|id| !ids.contains(id));
        self.answer_matching(
            |read| read.request < pending.before && ids.contains(&read.id),
            answer,
        );
    }

    fn answer_matching(
        &mut self,
        which: impl Fn(&Waiting<T>) -> bool,
        answer: impl Fn(&str) -> ReadResult<T>,
    ) {
        let (answered, left) = std::mem::take(&mut self.waiting)
            .into_iter()
            .partition(which);
        self.waiting = left;
        for read in answered {
            let answer = answer(&read.id);
            // A receiver that is gone no longer waits for the answer.
            drop(read.answer.send(answer));
        }
    }

    /// The ids of the next batch.
    fn batch(&self) -> Vec<String> {
        let mut ids: Vec<String> = Vec::new();
        for read in &self.waiting {
            let suspect = self.suspects.contains(&read.id);
            if suspect && ids.is_empty() {
                return vec![read.id.clone()];
            }
            if !suspect && !ids.contains(&read.id) {
                ids.push(read.id.clone());
            }
            if ids.len() == self.most.max(1) {
                break;
            }
        }
        ids
    }

    fn drop_old_listing(&mut self, now: Instant) {
        // A listing whose first page is under way is kept to take that page.
        let old = |l: &Listing<_>| l.is_old(now) && !l.is_blank();
        if self.listing.as_ref().is_some_and(old) {
            self.listing = None;
        }
    }
}

/// Whether a call was refused because of one of its values, or because of their number.
fn is_about_a_value(error: &Error) -> bool {
    let code = error.code.as_deref().unwrap_or_default();
    error.retry == Retry::Never && (code.starts_with("Invalid") || code == "FilterLimitExceeded")
}

fn answer<T>(said: CacheLookup<Result<T, Error>>) -> Option<ReadResult<T>> {
    match said {
        CacheLookup::Page(shown) => Some(shown.map(Some)),
        CacheLookup::Missing => Some(Ok(None)),
        CacheLookup::Nothing => None,
    }
}

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;
