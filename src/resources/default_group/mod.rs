//! `curated_default_security_group`: the group that EC2 makes with each VPC. It is adopted, given its
//! rules, and never made, renamed or deleted.
//!
//! [`schema`] says what a block looks like, [`model`] reads one, [`plan`] decides, [`facts`] fetches what
//! [`checks`] holds the decision against, and [`resource`] and [`converge`]
//! carry out by what all groups share. [`import`] and
//! [`move_state`] take over groups that are managed already, [`adoptions`] knows which groups a run has
//! adopted, and problems.tsv lists
//! what is said to mistakes.

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
use crate::resources::common::let_go::LetGo;
use crate::resources::common::redacted::Redacted;
use crate::session::Session;
use crate::tf_provider::resource::Resource;

/// The resource type.
pub(super) fn resource(session: &Arc<Session>, let_go: &Arc<LetGo>) -> impl Resource {
    Redacted::new(DefaultGroup::new(session, let_go), session)
}
