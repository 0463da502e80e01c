//! The settings of a connection and the checks of single settings, for the provider block and the
//! command line. Resources must not use them; a test enforces that.

pub use super::api::tags::IgnoredTags;
pub use super::config::endpoints::{address, sts_of_environment};
pub use super::config::file::read_text_file;
pub use super::config::region::named as named_region;
pub use super::config::settings::{
    Accounts, AssumeRole, Endpoints, Metadata, Network, Retries, RetryMode, Settings, WebIdentity,
    WebIdentityToken,
};
pub use super::http::is_proxy_address;
