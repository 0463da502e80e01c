//! Reads listings page by page. A macro, since requests and replies of the SDK share no trait.

/// Runs `$each` for every page of a listing: `each_page!(ec2, "Action", scope, request, |reply| …)`.
/// Inside a function that returns a `Result` with [`crate::ec2::Error`].
macro_rules! each_page {
    ($ec2:expr, $action:expr, $scope:expr, $request:expr, |$reply:ident| $each:expr) => {{
        let mut tokens = $crate::ec2::api::page_tokens::Tokens::default();
        let mut token = None;
        loop {
            let page = $request.clone().set_next_token(token.take());
            let attempt = || page.clone().send();
            let effect = $crate::ec2::idempotency::Idempotency::ReadOnly;
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
