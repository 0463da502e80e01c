//! The tokens of a listing's pages. A token that comes a second time and pages without end would
//! keep a listing from ending, so both are errors.

use std::collections::HashSet;

/// Most pages of a listing. No region holds enough groups, interfaces or VPCs to fill them.
const MOST_PAGES: usize = 300;
/// Longest token in bytes, many times the length of EC2's.
const LONGEST_TOKEN: usize = 64 * 1024;

/// The tokens of a listing's pages so far.
#[derive(Debug, Default)]
pub(in crate::ec2) struct Tokens {
    seen: HashSet<String>,
}

impl Tokens {
    /// Takes the token out of a reply and returns it; `None` after the last page.
    ///
    /// # Errors
    /// Words that say why the listing wouldn't end.
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
            let again = next(&mut tokens, "a").expect_err("the first page comes again");
            assert!(again.starts_with("the same page"), "{between:?}: {again}");
        }
    }

    #[test]
    fn pages_without_end_are_given_up() {
        let mut tokens = Tokens::default();
        for page in 0..MOST_PAGES {
            assert!(next(&mut tokens, &page.to_string()).is_ok(), "{page}");
        }
        let said = next(&mut tokens, "one more").expect_err("no listing is so long");
        assert!(said.starts_with("the list goes on after"), "{said}");
        let long = "x".repeat(LONGEST_TOKEN + 1);
        let said = next(&mut Tokens::default(), &long).expect_err("it is too long");
        assert!(said.ends_with("is longer than any of EC2's"), "{said}");
    }
}
