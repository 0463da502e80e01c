//! Another group in the place of one: what needs it, in which order, and what is said while it is in use.

mod by_another;
mod half_made;
pub(crate) mod in_use;
mod over_grpc;
mod through_terraform;
