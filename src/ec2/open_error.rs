//! Why there is no connection to AWS.

use super::config::endpoint_error::EndpointError;
use super::config::region_source::RegionSource;
use super::config::settings::Accounts;
use super::credentials::Trouble;
use super::error::Error;
use super::http::NetworkError;
use crate::rules::InputError;

/// Why there is no connection.
#[derive(Debug)]
pub enum OpenError {
    /// Nothing names a region.
    NoRegion,
    /// What environment or profile name isn't a region.
    BadRegion {
        /// What names it.
        source: RegionSource,
        /// What is wrong with the name.
        fault: InputError,
    },
    /// A service can't be called at the address that the settings lead to.
    EndpointError(EndpointError),
    /// The credentials are of an account that may not be worked in.
    WrongAccount {
        /// The account; empty where STS doesn't tell it.
        account: String,
        /// Those that may be worked in.
        accounts: Accounts,
    },
    /// Nothing gave credentials.
    Credentials(Trouble),
    /// The way to AWS can't be set up.
    Network(NetworkError),
    /// STS refused the credentials, or can't be reached.
    Identity(Error),
    /// A setting outside of the provider block can't be read.
    Setting {
        /// The argument of the provider block that would win over it.
        argument: &'static str,
        /// Where it is.
        place: String,
        /// What it is there.
        value: String,
        /// What it might be.
        expected: &'static str,
    },
    /// The user interrupted.
    Interrupted,
}
