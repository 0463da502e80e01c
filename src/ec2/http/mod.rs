//! The way to AWS: certificates that are trusted, proxies, connections that are kept, and what AWS
//! sees of the caller.
//!
//! One HTTP client for all: every service, every region, and the places that credentials come
//! from. Knows nothing of what is asked over it.
//!
//! The SDK's own client can't take its place. It trusts a server or doesn't, and has no setting for an
//! endpoint whose certificate no authority signed (`insecure`); it loads the system's certificates also
//! where none is needed, as with a bundle of one's own or an endpoint over plain HTTP; and it hands on
//! whatever answers, where a login page, or a reply that was cut, must not be taken for EC2's
//! (`cargo test --test suite -- hostile:: provider_block::network` counts what of it is believed).

mod bypass;
mod client;
mod connector;
pub(super) mod distrust;
mod error;
mod proxies;
mod reply;
mod trust;
mod user_agent;

use aws_smithy_runtime_api::client::http::SharedHttpClient;

use crate::ec2::config::environment::variable;
use crate::ec2::config::settings::Settings;

pub(super) use connector::PROXY;
pub use error::NetworkError;
pub use proxies::is_proxy_address;
pub(super) use reply::Unusable;

/// The HTTP client for these settings and this environment. Certificates of the system are read
/// when they are first needed, a bundle's at once.
pub(super) fn client(settings: &Settings) -> Result<SharedHttpClient, NetworkError> {
    let network = &settings.network;
    let trust = trust::Trust::new(network, variable)?;
    let proxies = proxies::Proxies::new(network, variable)?;
    let products = user_agent::products(&settings.user_agent, variable);
    Ok(client::client(trust, proxies, products))
}
