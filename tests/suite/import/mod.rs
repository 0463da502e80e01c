//! Groups that exist are taken into state: by id, by name, by identity, with a generated configuration.

mod generated;
mod identity;
mod ids;
mod over_grpc;
mod through_terraform;
