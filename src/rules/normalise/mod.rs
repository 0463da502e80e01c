//! Text as users write it, made canonical as EC2 stores it, or a fault that says how to mend it.
//! Attribute by attribute: knows nothing of blocks (see `expand`).

mod one_value;
mod peer;
mod traffic;

pub use one_value::{one_argument, one_value};
pub use peer::{group, ipv4, ipv6, prefix_list};
pub use traffic::{or_a_service, traffic};

use ipnet::IpNet;

use super::InputError;

/// A CIDR block of either family, where one of either may stand.
///
/// # Errors
/// A fault in that element, as for [`ipv4`] and [`ipv6`].
pub fn cidr_block(text: &str) -> Result<IpNet, InputError> {
    let is_ipv6 = text.contains(':');
    peer::cidr(text, if is_ipv6 { &peer::V6 } else { &peer::V4 })
}
