//! Which part between this machine and AWS made a call fail. Must not know the hints for users.

use crate::ec2::error::Error;
use crate::ec2::http::PROXY;
use crate::ec2::http::distrust::{self, Distrust};

/// The part between this machine and AWS that is at fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TransportFault {
    /// The answer is no reply of AWS.
    Foreign,
    /// The server's certificate isn't accepted.
    Certificate(Distrust),
    /// The proxy can't be reached, or doesn't reach the server.
    Proxy,
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
        certificate.or(of_proxy.then_some(TransportFault::Proxy))
    }
}
