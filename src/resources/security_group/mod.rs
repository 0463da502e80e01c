//! `curated_security_group`: a security group with all its rules.
//!
//! - [`schema`], [`model`]: attributes and blocks, and their typed reading; rules are read by the shared
//!   `rule_blocks`, `short_form` and `desired_rules`
//! - [`mod@resource`]: the operations, each by the files below
//! - [`plan`] decides, [`facts`] fetches what [`plan_checks`] compares the decision with, and
//!   [`name_messages`] has the messages about names
//! - [`create`], [`converge`], [`associate`], [`undo`] and [`delete`] apply a plan; [`naming`] makes names
//! - [`read`] refreshes a state: the shared `reconcile` brings its blocks in line with EC2, and [`declared`]
//!   separates the group's own rules from those of others
//! - [`import`], [`move_state`], [`generate`] and [`listed`]: groups that exist already
//! - [`other_resources`]: what resources with rules outside of the group have to know of its plan
//! - [`run_registry`]: the groups of the run; [`errors`]: messages about errors of EC2
//!
//! problems.tsv is the table of messages in documentation; the tests in `mistakes` compare it with the
//! checks.

mod associate;
mod associations;
mod converge;
mod create;
mod declared;
mod delete;
mod errors;
mod facts;
mod generate;
mod import;
#[cfg(test)]
mod linear_time;
mod listed;
#[cfg(test)]
mod mistakes;
mod model;
mod move_state;
mod name_messages;
mod naming;
mod other_resources;
mod plan;
mod plan_checks;
mod read;
mod resource;
mod run_registry;
mod schema;
mod undo;

use std::sync::Arc;

pub(crate) use self::listed::ListedGroups;
use self::resource::SecurityGroup;
use crate::resources::common::group_rules::GroupRules;
use crate::resources::common::redacted::Redacted;
use crate::session::Session;
use crate::tf_provider::resource::Resource;

/// The resource type.
pub(super) fn resource(session: &Arc<Session>, group_rules: &Arc<GroupRules>) -> impl Resource {
    Redacted::new(SecurityGroup::new(session, group_rules), session)
}
