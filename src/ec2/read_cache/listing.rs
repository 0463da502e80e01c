//! A listing of a region's groups, kept for later reads. Each entry answers one read, and none
//! after a write to its group. Its callers pass the time.

use std::collections::HashMap;
use std::time::Duration;

use tokio::time::Instant;

use crate::ec2::api::page_tokens::Tokens;

/// Age of a listing from which its entries aren't used. Hosts take some seconds to read a thousand
/// groups, and the state that a person approves in a plan is minutes old.
pub(super) const FRESH: Duration = Duration::from_secs(60);

/// A listing that is complete or in progress.
#[derive(Debug)]
pub(super) struct Listing<T> {
    began: Instant,
    next: Next,
    tokens: Tokens,
    /// `None` is an entry that was used, or whose group was written to since the listing began. It
    /// stays, so that a later page doesn't replace it.
    entries: HashMap<String, Option<Box<T>>>,
}

/// The next page to read.
#[derive(Debug, PartialEq, Eq)]
enum Next {
    First,
    Token(String),
    None,
}

/// What a listing says about an id.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum CacheLookup<T> {
    /// The group that a page showed.
    Page(T),
    /// There is no such group: it is on none of the pages, which have all been read.
    Missing,
    /// The listing doesn't tell, or its entry was used.
    Nothing,
}

impl<T> Listing<T> {
    pub(super) fn new(now: Instant) -> Self {
        Self {
            began: now,
            next: Next::First,
            tokens: Tokens::default(),
            entries: HashMap::new(),
        }
    }

    pub(super) fn is_old(&self, now: Instant) -> bool {
        now.duration_since(self.began) > FRESH
    }

    /// Whether every page has been read.
    pub(super) fn is_complete(&self) -> bool {
        self.next == Next::None
    }

    /// Whether no page has been read.
    pub(super) fn is_blank(&self) -> bool {
        self.next == Next::First
    }

    /// The token of the next page; `None` for the first one.
    pub(super) fn token(&self) -> Option<&str> {
        match &self.next {
            Next::Token(token) => Some(token),
            Next::First | Next::None => None,
        }
    }

    /// Adds a page, and the token of the page after it.
    ///
    /// # Errors
    /// The listing would never end, so it can't be used.
    pub(super) fn add(
        &mut self,
        page: impl IntoIterator<Item = (String, T)>,
        next: Option<String>,
    ) -> Result<(), &'static str> {
        let next = self.tokens.next(next)?;
        for (id, shown) in page {
            self.entries.entry(id).or_insert(Some(Box::new(shown)));
        }
        self.next = next.map_or(Next::None, Next::Token);
        Ok(())
    }

    /// Takes the entry of an id, which no other read can use.
    pub(super) fn take(&mut self, id: &str) -> CacheLookup<T> {
        let missing = match self.next {
            Next::None => CacheLookup::Missing,
            Next::First | Next::Token(_) => CacheLookup::Nothing,
        };
        match self.entries.get_mut(id).map(Option::take) {
            Some(Some(shown)) => CacheLookup::Page(*shown),
            Some(None) => CacheLookup::Nothing,
            None => missing,
        }
    }

    /// Makes the entry of an id unusable, on this or any later page.
    pub(super) fn spend(&mut self, id: &str) {
        self.entries.insert(id.to_owned(), None);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listing(page: &[(&str, u32)], next: Option<&str>) -> Listing<u32> {
        let mut listing = Listing::new(Instant::now());
        add(&mut listing, page, next);
        listing
    }

    fn add(listing: &mut Listing<u32>, page: &[(&str, u32)], next: Option<&str>) {
        let page = page.iter().map(|(id, shown)| ((*id).to_owned(), *shown));
        let added = listing.add(page, next.map(str::to_owned));
        added.expect("the listing ends");
    }

    #[test]
    fn a_page_that_leads_back_makes_the_listing_useless() {
        let mut listing = listing(&[("a", 1)], Some("more"));
        let again = [("b".to_owned(), 2)];
        assert!(listing.add(again, Some("more".to_owned())).is_err());
        assert_eq!(listing.take("c"), CacheLookup::Nothing);
    }

    #[test]
    fn an_entry_is_used_once() {
        let mut listing = listing(&[("a", 1)], None);
        assert_eq!(listing.take("a"), CacheLookup::Page(1));
        assert_eq!(listing.take("a"), CacheLookup::Nothing);
    }

    #[test]
    fn only_a_complete_listing_says_what_is_missing() {
        let mut listing = listing(&[("a", 1)], Some("more"));
        assert_eq!(listing.take("b"), CacheLookup::Nothing);
        assert_eq!(listing.token(), Some("more"));
        add(&mut listing, &[("c", 3)], None);
        assert!(listing.is_complete());
        assert_eq!(listing.take("b"), CacheLookup::Missing);
    }

    #[test]
    fn what_was_written_to_is_not_supplied_by_any_page() {
        let mut listing = listing(&[("a", 1)], Some("more"));
        listing.spend("a");
        listing.spend("b");
        add(&mut listing, &[("b", 2), ("a", 1)], None);
        assert_eq!(listing.take("a"), CacheLookup::Nothing);
        assert_eq!(listing.take("b"), CacheLookup::Nothing);
    }

    #[test]
    fn a_listing_is_old_after_its_time() {
        let now = Instant::now();
        let listing = Listing::<u32>::new(now);
        assert!(!listing.is_old(now + FRESH));
        assert!(listing.is_old(now + FRESH + Duration::from_millis(1)));
    }
}
