//! What resource types share: their timeouts, and their `ingress` and `egress` blocks. Must not
//! know any of the resource types.

pub(in crate::resources) mod rule_blocks;
pub(in crate::resources) mod timeouts;
