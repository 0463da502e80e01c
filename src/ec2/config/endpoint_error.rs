//! The error of an endpoint that a service can't be called at.

use std::error::Error as StdError;
use std::fmt;

use super::setting_source::SettingSource;
use crate::rules::InputError;

/// An endpoint that a service can't be called at.
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
    /// The value of a setting is not an address.
    Setting {
        /// The setting.
        source: SettingSource,
        /// What is wrong with its value.
        fault: Box<InputError>,
    },
    /// AWS has no FIPS or dual-stack endpoint for the service and region, or an address is set as
    /// well.
    NoSuchKind {
        /// Whether a FIPS endpoint is wanted.
        fips: bool,
        /// Whether a dual-stack endpoint is wanted.
        dualstack: bool,
        /// The address that would be called without FIPS and dual stack, such as
        /// `http://127.0.0.1:5000`.
        otherwise: Option<String>,
        /// The SDK's reason.
        cause: String,
    },
}

impl EndpointUrl {
    /// The name of a kind of endpoint, such as "FIPS".
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
