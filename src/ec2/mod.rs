//! Everything that talks to AWS: credentials, one client for each region, and EC2's calls for
//! security groups.
//!
//! Only this folder names types of the SDK. Resources, data sources and commands know the names
//! below: calls take and return [`Group`]s, [`crate::rules`] and [`Error`]s. [`settings`] is for
//! the layers that open a connection, [`errors`] for those that say why there is none. An error
//! states facts and the place of a setting; `crate::connection_error` adds how users reach that
//! place and what to write there.

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
