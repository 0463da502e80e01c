//! The HTTP client: trusted certificates, proxies, pooled connections, and the user agent.
//!
//! One client serves every service, every region and the sources of credentials. It must not know
//! which calls it carries.
//!
//! The SDK's own client can't take its place. It has no setting for an endpoint whose certificate
//! no authority signed (`insecure`). It loads the system's certificates even with a custom bundle
//! or an endpoint over plain HTTP. And it passes on whatever answers, while a login page or a
//! truncated reply must not be taken for EC2's (`cargo test --test suite -- hostile::
//! provider_block::network` counts what of it is believed).

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

pub(super) use connector::{NO_SERVER, PROXY};
pub use error::NetworkError;
pub use proxies::is_proxy_address;
pub(super) use reply::Unusable;

/// The HTTP client for these settings and this environment. A CA bundle is read at once, the
/// system's certificates when they are first needed.
pub(super) fn client(settings: &Settings) -> Result<SharedHttpClient, NetworkError> {
    let network = &settings.network;
    let trust = trust::Trust::new(network, variable)?;
    let proxies = proxies::Proxies::new(network, variable)?;
    let products = user_agent::products(&settings.user_agent, variable);
    Ok(client::client(trust, proxies, products))
}
