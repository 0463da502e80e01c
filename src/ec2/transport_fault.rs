//! Where on the way to AWS a call failed. Must not know the hints for users.

use crate::ec2::error::Error;
use crate::ec2::http::PROXY;
use crate::ec2::http::distrust::{self, Distrust};

/// The part between this machine and AWS that is at fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TransportFault {
    /// Something came back that is no reply of AWS.
    Foreign,
    /// The other side showed a certificate that isn't accepted.
    Certificate(Distrust),
    /// A proxy can't be reached, or leads nowhere.
    Proxy,
}

impl Error {
    /// The fault on the way to AWS, where it isn't AWS that refused.
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
