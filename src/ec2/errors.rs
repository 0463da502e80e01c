//! The parts of the errors that say why there is no connection, for `connection_error`, which words
//! each of them, and for the provider block. All other layers display an [`Error`](super::Error) as
//! it is; a test enforces that.

pub use super::config::endpoint_error::{EndpointError, EndpointUrl};
pub use super::config::setting_source::SettingSource;
pub use super::credentials::{
    Attempt, CredentialsLoadError, Part, Role, SETTINGS, Source, Stray, stray,
};
pub use super::http::NetworkError;
pub use super::http::distrust::Distrust;
pub use super::open_error::OpenError;
pub use super::transport_fault::TransportFault;
