//! The AWS side: credentials, clients per region, and EC2's security-group calls in EC2's words.
//!
//! The only place that names an SDK type. It knows nothing of Terraform: what goes in and comes
//! out are [`Group`]s, [`crate::rules`] and [`Error`]s.

mod account;
mod call;
mod connection;
mod credentials;
mod error;
mod group;
mod holders;
mod lookup;
mod modify;
mod network;
mod pages;
mod permissions;
mod reads;
mod rule_calls;
mod settings;
mod tags;
mod vpcs;

pub use call::{Ec2, Scope};
pub use connection::{Connection, OpenError};
pub use error::{Error, Fate};
pub use group::{Created, Group, NewGroup, Tags};
pub use holders::{Holder, Interface};
pub use lookup::{Named, Weights};
pub use settings::{
    Accounts, AssumeRole, Endpoints, Metadata, Network, Retries, RetryMode, Settings, WebIdentity,
    WebIdentityToken,
};
pub use tags::IgnoredTags;
pub use vpcs::Vpc;
