//! Which part between this machine and AWS made a call fail. Must not know the hints for users.

use crate::ec2::config::endpoints;
use crate::ec2::config::environment::variable;
use crate::ec2::error::Error;
use crate::ec2::http::distrust::{self, Distrust};
use crate::ec2::http::{NO_SERVER, PROXY};

/// The part between this machine and AWS that is at fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TransportFault {
    /// The answer is no reply of AWS.
    Foreign,
    /// The server's certificate isn't accepted.
    Certificate(Distrust),
    /// The proxy can't be reached, or doesn't reach the server.
    Proxy,
    /// No server is at an address that isn't AWS's own: that of this variable, or one that is set
    /// elsewhere.
    Address(Option<&'static str>),
}

impl Error {
    /// The part at fault; `None` if AWS itself refused the call.
    pub fn transport_fault(&self) -> Option<TransportFault> {
        if self.is_foreign() {
            return Some(TransportFault::Foreign);
        }
        if self.code.is_some() {
            return None;
        }
        let of_proxy = self.is_unreachable() && self.message.starts_with(PROXY);
        let certificate = distrust::of_message(&self.message).map(TransportFault::Certificate);
        let of_address = || address_without_server(&self.message).map(named_by);
        certificate
            .or(of_proxy.then_some(TransportFault::Proxy))
            .or_else(|| of_address().map(TransportFault::Address))
    }
}

/// The address of somebody's own at which no server is, if that is what a message says.
fn address_without_server(message: &str) -> Option<&str> {
    let address = message.strip_prefix(NO_SERVER)?;
    let address = address
        .split_once(' ')
        .map_or(address, |(address, _)| address);
    let is_of_aws = [".amazonaws.com", ".api.aws"]
        .iter()
        .any(|of| address.contains(of));
    (!is_of_aws).then_some(address)
}

/// The variable that names an address.
fn named_by(address: &str) -> Option<&'static str> {
    let names = endpoints::address_variables();
    let mut names = names.filter(|name| {
        let value = variable(name).unwrap_or_default();
        value.trim_end_matches('/') == address
    });
    names.next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_address_of_ones_own_is_to_be_corrected() {
        for (message, address) in [
            (
                "nothing listens at http://127.0.0.1:5000 (the connection was refused)",
                Some("http://127.0.0.1:5000"),
            ),
            (
                "nothing listens at https://ec2.eu-west-1.amazonaws.com (the connection was refused)",
                None,
            ),
            ("no connection within 3s", None),
        ] {
            assert_eq!(address_without_server(message), address, "{message}");
        }
    }
}
