//! Text as users write it, made canonical as EC2 stores it, or a fault that says how to mend it.
//! Attribute by attribute: knows nothing of blocks (see `expand`).

mod one_value;
mod peer;
mod traffic;

pub use one_value::one_value;
pub use peer::{group, ipv4, ipv6, prefix_list};
pub use traffic::{or_a_service, traffic};
