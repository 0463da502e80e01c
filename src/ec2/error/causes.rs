//! The causes behind an error of the SDK or of a library, and the last of them in words. Knows no call.

use std::error::Error as StdError;

use aws_config::imds::client::error::ImdsError;
use tokio::time::error::Elapsed;

use crate::ec2::http::distrust;
use crate::rules::quoted;

/// Most bytes of AWS's words that are quoted: the encoded part of a refusal by policies isn't to be cut.
pub(super) const LONGEST_MESSAGE: usize = 8000;

/// The last cause, which is the one that tells something. No full stop.
pub(in crate::ec2) fn innermost(error: &(dyn StdError + 'static)) -> String {
    if let Some(words) = distrust::words(chain(error)) {
        return words;
    }
    if let Some(words) = chain(error).find_map(in_our_words) {
        return words;
    }
    let last = chain(error).last().map(ToString::to_string);
    let last = quoted(&last.unwrap_or_default(), LONGEST_MESSAGE);
    last.trim_end_matches('.').to_owned()
}

/// What others say in terms of their own, or with all that came back.
fn in_our_words(cause: &(dyn StdError + 'static)) -> Option<String> {
    if cause.is::<Elapsed>() {
        return Some("no answer in time".to_owned());
    }
    let ImdsError::ErrorResponse(refused) = cause.downcast_ref()? else {
        return None;
    };
    let status = refused.response().status().as_u16();
    Some(format!("it answered with HTTP status {status}"))
}

/// An error, and what caused it, one after the other.
pub(in crate::ec2) fn chain<'a>(
    error: &'a (dyn StdError + 'static),
) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    let mut next = Some(error);
    std::iter::from_fn(move || {
        let cause = next?;
        next = cause.source();
        Some(cause)
    })
}
