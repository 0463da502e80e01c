//! The AWS side: credentials, clients per region, and EC2's security-group calls in EC2's words.
//!
//! The only place that names an SDK type. What goes in and comes out are [`Group`]s,
//! [`crate::rules`] and [`Error`]s. Of Terraform it knows only what the provider block's arguments
//! are called, so that messages can name them; values, schemas and the protocol are others' matter.

mod account;
mod bucket;
mod call;
mod connection;
mod credentials;
mod ended;
mod endpoints;
mod error;
mod file_path;
mod group;
mod holders;
mod lookup;
mod modify;
mod network;
mod pages;
mod permissions;
mod rates;
mod reads;
mod region;
mod retry;
mod rule_calls;
mod settings;
mod sts;
mod tags;
mod turns;
mod vpcs;

pub use call::{Ec2, Scope};
pub use connection::{Connection, OpenError};
pub use credentials::{Looked, Origin, Role, Trouble};
pub use endpoints::{Address, Misfit, address, sts_of_environment};
pub use error::{Error, Fate};
pub use group::{Created, Group, NewGroup, Tags};
pub use holders::{Holder, Interface};
pub use lookup::{Named, Weights};
pub use network::{NetworkError, Setting, is_proxy_address};
pub use region::{RegionSource, named as named_region};
pub use settings::{
    Accounts, AssumeRole, Endpoints, Metadata, Network, Retries, RetryMode, Settings, WebIdentity,
    WebIdentityToken,
};
pub use tags::IgnoredTags;
pub use vpcs::Vpc;
