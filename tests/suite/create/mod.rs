//! New groups: what a plan knows of them, what EC2 holds after an apply, and their names, peers and
//! first rules.

mod first_rules;
mod names;
mod over_grpc;
pub(crate) mod peers;
mod through_terraform;
