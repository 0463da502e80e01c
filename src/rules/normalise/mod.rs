//! Converts attributes as users write them to EC2's canonical form, or to a fault that says what to
//! write. Must not know blocks (see `expand`).

mod one_value;
mod peer;
mod traffic;

pub use one_value::{one_argument, one_value};
pub use peer::{group, ipv4, ipv6, is_id, prefix_list};
pub use traffic::{hint_at_service, traffic};

use ipnet::IpNet;

use super::InputError;

/// Reads a CIDR block of either family.
///
/// # Errors
/// A fault in that element, as for [`ipv4`] and [`ipv6`].
pub fn cidr_block(text: &str) -> Result<IpNet, InputError> {
    let is_ipv6 = text.contains(':');
    peer::cidr(text, if is_ipv6 { &peer::V6 } else { &peer::V4 })
}
