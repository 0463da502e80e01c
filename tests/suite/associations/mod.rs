//! A group and further VPCs: `associated_vpc_ids`, and what goes wrong on the way.

mod faults;
pub(crate) mod through_terraform;
