//! The AWS side: credentials, clients per region, and EC2's security-group calls in EC2's words.
//!
//! The only place that names an SDK type. The names below are all that resources, data sources and
//! commands know of it: what goes in and comes out are [`Group`]s, [`crate::rules`] and [`Error`]s.
//! [`settings`] is for those who connect, and [`errors`] for those who say why there is no connection.
//! Errors say facts and where a setting is; how its users reach it and what to write there,
//! `crate::connection_error` adds for each surface.

mod api;
mod call;
mod config;
mod connection;
mod credentials;
mod error;
pub mod errors;
mod gather;
mod http;
mod idempotency;
mod open_error;
mod rate_limit;
mod read_cache;
mod region_client;
mod retry;
mod rule_cache;
mod scope;
pub mod settings;
mod shared_writes;
mod snapshot;
mod stop_reason;
mod transport_fault;

pub use api::group::{Group, NewGroup};
pub use api::group_rule::GroupRule;
pub use api::holder::Holder;
pub use api::tags::Tags;
pub use api::vpc_association::VpcAssociation;
pub use api::vpcs::Vpc;
pub use connection::Connection;
pub use error::{CarriedOut, Error};
pub use region_client::Ec2;
pub use rule_cache::RuleFreshness;
pub use scope::Scope;
pub use shared_writes::{RuleWrite, RuleWriteKind};
