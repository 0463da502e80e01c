//! Why a service can't be called where it was asked for.

use std::error::Error as StdError;
use std::fmt;

use super::setting_source::SettingSource;
use crate::rules::InputError;

/// A service that can't be called where it was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EndpointError {
    /// "ec2" or "sts".
    pub service: &'static str,
    /// The address at fault.
    pub address: EndpointUrl,
}

/// An address, and what is wrong with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EndpointUrl {
    /// A setting holds no address.
    Setting {
        /// Where it is.
        source: SettingSource,
        /// The fault of its value.
        fault: Box<InputError>,
    },
    /// AWS has no FIPS or dual-stack endpoint for what was asked, or another address is set too.
    NoSuchKind {
        /// Whether FIPS was asked for.
        fips: bool,
        /// Whether dual stack was asked for.
        dualstack: bool,
        /// The address without these, such as `http://127.0.0.1:5000`.
        otherwise: Option<String>,
        /// The SDK's reason.
        cause: String,
    },
}

impl EndpointUrl {
    /// The kind of endpoint that was asked for, where AWS has none: "FIPS", say.
    pub fn kind(fips: bool, dualstack: bool) -> &'static str {
        match (fips, dualstack) {
            (true, true) => "FIPS, dual-stack",
            (true, false) => "FIPS",
            (false, _) => "dual-stack",
        }
    }
}

impl fmt::Display for EndpointError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let service = self.service;
        match &self.address {
            EndpointUrl::Setting { source, fault } => {
                write!(
                    f,
                    "can't call {service} where {source} says: {}",
                    fault.summary
                )
            }
            EndpointUrl::NoSuchKind {
                fips,
                dualstack,
                cause,
                ..
            } => {
                let kind = EndpointUrl::kind(*fips, *dualstack);
                write!(
                    f,
                    "there is no {kind} endpoint to call {service} at: {cause}"
                )
            }
        }
    }
}

impl StdError for EndpointError {}
