//! `curated_security_group`: a security group with all its rules.
//!
//! The way of the data: [`schema`] says what a block looks like, the shared `rule_blocks` reads one and
//! `desired_rules` turns all into rules, [`model`] reads the rest of a state, [`plan`] decides,
//! [`facts`] fetches what [`plan_checks`] holds the decision against, [`create`], [`converge`],
//! [`associate`], [`undo`] and [`delete`] carry out, [`declared`] tells a group's own rules from those of others,
//! and the shared `reconcile` makes a state's blocks say what EC2 holds. The shared `tags` tells a
//! group's own tags from the provider's, and `redact` makes digests of what is to be hidden, which
//! `redacted` hides in messages. [`import`] and [`move_state`] take over groups that exist, [`naming`]
//! makes names up, [`run_registry`] knows which groups the state owns, and [`errors`] has the words for
//! EC2's refusals. problems.tsv lists for documentation what is said to mistakes; the tests in
//! `mistakes` hold it against the checks.

mod associate;
mod associations;
mod converge;
#[cfg(test)]
mod cost;
mod create;
mod declared;
mod delete;
mod errors;
mod facts;
mod generate;
mod import;
mod listed;
#[cfg(test)]
mod mistakes;
mod model;
mod move_state;
mod naming;
mod plan;
mod plan_checks;
mod read;
mod resource;
mod run_registry;
mod schema;
mod taken;
mod undo;

use std::sync::Arc;

pub(crate) use self::listed::ListedGroups;
use self::resource::SecurityGroup;
use crate::resources::common::let_go::LetGo;
use crate::resources::common::redacted::Redacted;
use crate::session::Session;
use crate::tf_provider::resource::Resource;

/// The resource type.
pub(super) fn resource(session: &Arc<Session>, let_go: &Arc<LetGo>) -> impl Resource {
    Redacted::new(SecurityGroup::new(session, let_go), session)
}
