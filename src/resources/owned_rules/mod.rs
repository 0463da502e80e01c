//! Rules outside of their group: resources that own some rules of a security group, whatever else it
//! holds. One engine for all of their types.
//!
//! The way of the data: a [`rule_type`] says what its blocks look like, and reads one as the `ingress`
//! and `egress` blocks of a group; [`model`] reads the other attributes, [`plan`] decides, [`facts`]
//! fetches what [`checks`] holds the decision against, [`apply`] carries out, [`held`] tells from what
//! EC2 shows which rules are a resource's own. [`run_registry`] knows which rules the resources of a run
//! have and are to have, [`import`] and [`move_state`] take over rules that exist.
//!
//! Every rule carries a tag that says whose it is. Rules that are authorized together have the same
//! tags, since EC2 puts a call's tags on all of its rules; so single rules that one run makes share
//! an owner, which each of them has as its attribute `owner`.

mod apply;
mod checks;
mod facts;
mod held;
mod import;
mod import_id;
#[cfg(test)]
mod mistakes;
mod model;
mod move_state;
mod plan;
mod problems;
mod resource;
mod rule_type;
mod run_registry;
mod schema;
mod types;
mod words;

use std::sync::Arc;

use self::resource::OwnedRules;
use self::rule_type::RuleType;
use self::run_registry::RunRegistry;
use self::types::bundle::Bundle;
use self::types::single::SingleRule;
use self::types::vpc_rule::VpcRule;
use crate::resources::common::let_go::LetGo;
use crate::resources::common::redacted::Redacted;
use crate::rules::Direction;
use crate::session::Session;
use crate::tf_provider::resource::Resource;

/// The types of resources that own rules.
pub(super) fn all(session: &Arc<Session>, let_go: &Arc<LetGo>) -> Vec<Arc<dyn Resource>> {
    let registry = Arc::new(RunRegistry::default());
    let types: [Box<dyn RuleType>; 4] = [
        Box::new(Bundle),
        Box::new(SingleRule),
        Box::new(VpcRule(Direction::Ingress)),
        Box::new(VpcRule(Direction::Egress)),
    ];
    let resource = |ty| -> Arc<dyn Resource> {
        let resource = OwnedRules::new(session, &registry, let_go, ty);
        Arc::new(Redacted::new(resource, session))
    };
    types.map(resource).into()
}
