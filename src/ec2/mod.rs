//! The AWS side: credentials, clients per region, and EC2's security-group calls in EC2's words.
//!
//! The only place that names an SDK type. What goes in and comes out are [`Group`]s,
//! [`crate::rules`] and [`Error`]s. Errors say facts and where a setting is ([`SettingSource`]); how its
//! users reach it and what to write there, `crate::connection_error` adds for each surface.

mod api;
mod call;
mod config;
mod connection;
mod credentials;
mod error;
mod http;
mod idempotency;
mod open_error;
mod rate_limit;
mod read_cache;
mod region_client;
mod retry;
mod rule_cache;
mod scope;
mod shared_writes;
mod snapshot;
mod stop_reason;
mod way_fault;

pub use self::http::distrust::Distrust;
pub use self::http::{NetworkError, is_proxy_address};
pub use api::group::{Created, Group, NewGroup};
pub use api::group_rule::{GroupRule, OWNER_TAG};
pub use api::holder::{Holder, Interface};
pub use api::lookups::{Named, Weights};
pub use api::tags::{IgnoredTags, Tags};
pub use api::vpcs::Vpc;
pub use config::endpoint_error::{EndpointError, EndpointUrl};
pub use config::endpoints::{address, sts_of_environment};
pub use config::file::read_text_file;
pub use config::region::named as named_region;
pub use config::setting_source::SettingSource;
pub use config::settings::{
    Accounts, AssumeRole, Endpoints, Metadata, Network, Retries, RetryMode, Settings, WebIdentity,
    WebIdentityToken,
};
pub use connection::Connection;
pub use credentials::{Looked, Part, Role, SETTINGS, Source, Stray, Trouble, stray};
pub use error::{CarriedOut, Error};
pub use open_error::OpenError;
pub use read_cache::{GroupFilter, GroupSearch};
pub use region_client::Ec2;
pub use rule_cache::{GroupRules, RulesAsked};
pub use scope::Scope;
pub use shared_writes::{RuleWrite, RuleWriteKind};
pub use snapshot::{LARGE_PAGES, Reading};
pub use way_fault::WayFault;
