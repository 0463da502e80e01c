//! Listings come in pages. A macro, since each listing's request and reply are types of their own
//! that share no trait.
//!
//! A listing ends. A token that came before would begin it anew, and pages without end would never
//! let it: both are errors.

use std::collections::HashSet;

use crate::ec2::call::Ec2;
use crate::ec2::error::{CarriedOut, Error};

/// So many pages has no listing: a region holds fewer groups, interfaces or VPCs than would fill
/// them.
const MOST_PAGES: usize = 300;
/// EC2's tokens are a fraction of this.
const LONGEST_TOKEN: usize = 64 * 1024;

/// The tokens of a listing's pages so far.
#[derive(Debug, Default)]
pub(in crate::ec2) struct Tokens {
    seen: HashSet<String>,
}

impl Tokens {
    /// The token of the next page, out of a reply; `None` where it was the last page.
    ///
    /// # Errors
    /// The listing wouldn't end, in words.
    pub(in crate::ec2) fn next(
        &mut self,
        token: Option<String>,
    ) -> Result<Option<String>, &'static str> {
        let Some(token) = token.filter(|token| !token.is_empty()) else {
            return Ok(None);
        };
        if token.len() > LONGEST_TOKEN {
            return Err("the token of the next page is longer than any of EC2's");
        }
        if self.seen.len() == MOST_PAGES {
            return Err("the list goes on after 300 pages, as no list of EC2 does");
        }
        if !self.seen.insert(token.clone()) {
            return Err("the same page was to come a second time, so the list would never end");
        }
        Ok(Some(token))
    }
}

impl Ec2 {
    /// A listing that wouldn't end.
    pub(in crate::ec2) fn endless(&self, action: &'static str, what: &str) -> Error {
        let message = format!("the list can't be read to its end: {what}");
        Error::given_up(action, self.region(), &message, CarriedOut::No)
    }
}

/// Runs `$each` for every page of a listing: `each_page!(ec2, "Action", scope, request, |reply| …)`.
/// Inside a function that returns a `Result` with [`crate::ec2::Error`].
macro_rules! each_page {
    ($ec2:expr, $action:expr, $scope:expr, $request:expr, |$reply:ident| $each:expr) => {{
        let mut tokens = $crate::ec2::api::pages::Tokens::default();
        let mut token = None;
        loop {
            let page = $request.clone().set_next_token(token.take());
            let attempt = || page.clone().send();
            let effect = $crate::ec2::call::Idempotency::ReadOnly;
            let $reply = $ec2.call($action, effect, $scope, attempt).await?;
            $each;
            let next = tokens.next($reply.next_token);
            token = next.map_err(|what| $ec2.endless($action, what))?;
            if token.is_none() {
                break;
            }
        }
    }};
}

pub(in crate::ec2) use each_page;

#[cfg(test)]
mod tests {
    use super::*;

    fn next(tokens: &mut Tokens, token: &str) -> Result<Option<String>, &'static str> {
        tokens.next(Some(token.to_owned()))
    }

    #[test]
    fn a_listing_ends_where_there_is_no_token() {
        let mut tokens = Tokens::default();
        assert_eq!(next(&mut tokens, "a"), Ok(Some("a".to_owned())));
        assert_eq!(next(&mut tokens, "b"), Ok(Some("b".to_owned())));
        assert_eq!(next(&mut tokens, ""), Ok(None));
        assert_eq!(tokens.next(None), Ok(None));
    }

    #[test]
    fn no_page_comes_twice() {
        for between in [&[][..], &["b"], &["b", "c"]] {
            let mut tokens = Tokens::default();
            assert!(next(&mut tokens, "a").is_ok());
            for token in between {
                assert!(next(&mut tokens, token).is_ok());
            }
            assert!(next(&mut tokens, "a").is_err(), "{between:?}");
        }
    }

    #[test]
    fn pages_without_end_are_given_up() {
        let mut tokens = Tokens::default();
        let pages = (0..2 * MOST_PAGES).map(|n| next(&mut tokens, &n.to_string()));
        assert_eq!(pages.take_while(Result::is_ok).count(), MOST_PAGES);
        let long = "x".repeat(LONGEST_TOKEN + 1);
        assert!(next(&mut Tokens::default(), &long).is_err());
    }
}
