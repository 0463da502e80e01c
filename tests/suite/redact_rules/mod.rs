//! `redact_rules`: peers and descriptions that are nobody's business are in nothing that is said.

mod over_grpc;
mod through_terraform;
