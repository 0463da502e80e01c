//! A Terraform and OpenTofu provider for a curated collection of EC2 security groups.
//!
//! Data flows one way:
//!
//! ```text
//! main → tf_provider → provider → resources → session → ec2
//!                                     ↓                  ↓
//!                                  catalog → rules (pure)
//! ```
//!
//! In reading order:
//!
//! - [`rules`]: what a security group rule is; text in, differences and ordered steps out. Pure.
//! - [`aws_names`]: the forms of the names of regions and roles. Pure.
//! - [`catalog`]: named services and presets, one line an entry. Pure.
//! - [`configuration`]: from a group to the configuration that describes it, as HCL. Pure.
//! - [`ec2`]: the AWS side, the only place that names an SDK type. Knows nothing of Terraform.
//! - [`tf_provider`]: the Terraform side, a small framework for plugin protocol 5. Knows nothing
//!   of AWS.
//! - [`session`]: what a configured provider shares with its resources.
//! - [`resources`]: `curated_security_group`, where the two meet.
//! - [`data_sources`], [`functions`] and [`list_resources`]: what else can be looked up or computed.
//! - `connection_error`: why there is no connection to AWS, in words.
//! - [`provider`]: the provider block, and the clients that it leads to.
//! - [`snapshot`]: what an account holds, as it was read once.
//! - [`curation`]: what is wrong with it. Pure.
//! - [`report`]: writes what is wrong, one file for each format. Pure.
//! - [`migration`]: moves configurations of the AWS provider over, as texts. Pure.
//! - [`cli`]: the command `curated`.
//! - [`docs`]: the pages that registries show, made from the schemas.
//!
//! `rules` and `catalog` may be used from everywhere and use nothing but each other; `ec2` and
//! `tf_provider` never see one another.

pub mod aws_names;
pub mod catalog;
pub mod cli;
pub mod configuration;
mod connection_error;
pub mod curation;
pub mod data_sources;
pub mod docs;
pub mod ec2;
pub mod functions;
pub mod list_resources;
pub mod migration;
pub mod provider;
pub mod report;
pub mod resources;
pub mod rules;
pub mod session;
pub mod snapshot;
pub mod tf_provider;
