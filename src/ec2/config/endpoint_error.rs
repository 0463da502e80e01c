//! Why a service can't be called where it was asked for.

use crate::rules::InputError;

/// A service that can't be called where it was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EndpointError {
    /// "ec2" or "sts".
    pub service: &'static str,
    /// What is at fault.
    pub address: EndpointUrl,
}

/// An address, and what is wrong with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EndpointUrl {
    /// A variable of the environment holds no address.
    Variable {
        /// Its name.
        name: &'static str,
        /// What is wrong with its value.
        fault: InputError,
    },
    /// AWS has no FIPS or dual-stack endpoint for what was asked, or another address is set too.
    NoSuchKind {
        /// Whether FIPS was asked for.
        fips: bool,
        /// Whether dual stack was asked for.
        dualstack: bool,
        /// The address without these, such as `http://127.0.0.1:5000`.
        otherwise: Option<String>,
        /// What the SDK says.
        cause: String,
    },
}
