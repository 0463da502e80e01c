//! `curated_default_security_group`: the group that EC2 makes with each VPC. It is adopted and given its
//! rules, and never created, renamed or deleted.
//!
//! - [`schema`], [`model`]: attributes and blocks, and their typed reading
//! - [`resource`]: the operations, each by the files below and by what all groups share
//! - [`plan`] decides, and [`facts`] fetches what [`checks`] compares the decision with
//! - [`converge`] applies a plan; [`adoptions`]: the groups of the run
//! - [`import`], [`move_state`]: groups that are managed already
//!
//! problems.tsv is the table of messages in documentation; the tests in `mistakes` compare it with the
//! checks.

mod adoptions;
mod checks;
mod converge;
mod facts;
mod import;
mod model;
mod move_state;
mod plan;
mod resource;
mod schema;

#[cfg(test)]
mod mistakes;

use std::sync::Arc;

use self::resource::DefaultGroup;
use crate::resources::common::group_rules::GroupRules;
use crate::resources::common::redacted::Redacted;
use crate::session::Session;
use crate::tf_provider::resource::Resource;

/// The resource type.
pub(super) fn resource(session: &Arc<Session>, group_rules: &Arc<GroupRules>) -> impl Resource {
    Redacted::new(DefaultGroup::new(session, group_rules), session)
}
