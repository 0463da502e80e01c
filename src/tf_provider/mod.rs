//! The Terraform side: a small framework for plugin protocol 5. It knows nothing of AWS.
//!
//! A provider implements [`provider::Provider`], and for its types [`resource::Resource`],
//! [`data_source::DataSource`], [`function::Function`] and [`list_resource::ListResource`], all in
//! terms of [`value::Value`], [`schema::Schema`] and [`diagnostics::Diagnostics`]. [`service`] turns
//! them into the protocol's RPCs, and [`plugin`] serves those to the host that started the process.

pub mod codec;
pub mod contract;
pub mod data_source;
pub mod diagnostics;
pub mod duration;
pub mod function;
pub mod generated;
pub mod host;
pub mod list_resource;
pub mod path;
pub mod plan;
pub mod plugin;
pub mod problems;
pub mod proto;
pub mod provider;
pub mod resource;
pub mod schema;
pub mod service;
pub mod validate;
pub mod value;

pub use provider::Provider;
