//! What others did to a group shows in the plan where it is, and an apply mends it.

mod in_blocks;
mod over_grpc;
mod through_terraform;
