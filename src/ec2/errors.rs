//! Why there is no connection, in parts: for `connection_error`, which puts each part into words, and
//! for the provider block. All others show an [`Error`](super::Error) as it displays itself, and a test
//! holds them to that.

pub use super::config::endpoint_error::{EndpointError, EndpointUrl};
pub use super::config::setting_source::SettingSource;
pub use super::credentials::{
    Attempt, CredentialsLoadError, Part, Role, SETTINGS, Source, Stray, stray,
};
pub use super::http::NetworkError;
pub use super::http::distrust::Distrust;
pub use super::open_error::OpenError;
pub use super::transport_fault::TransportFault;
