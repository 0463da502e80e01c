//! The causes behind an error of the SDK or of a library, and words for the last one. Must not know
//! any call.

use std::error::Error as StdError;

use aws_config::imds::client::error::ImdsError;
use tokio::time::error::Elapsed;

use crate::ec2::http::distrust;
use crate::rules::quoted;

/// Most characters that a message quotes of AWS's message: enough for the encoded authorization
/// message of a refusal.
pub(super) const LONGEST_MESSAGE: usize = 8000;

/// Words for the last cause, which says most. No full stop.
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

/// Words for causes whose own words would name a type of a library or repeat a whole reply.
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

/// An error and its causes, from the outermost to the innermost.
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
