//! Rules outside of their group: resources that own some rules of a security group, and leave its other rules
//! alone. All of their types share one implementation.
//!
//! - [`rule_type`], [`types`]: the differences between the types: their schemas, and how they declare rules
//! - [`schema`], [`model`]: common attributes, and their typed reading
//! - [`resource`]: the operations, each by the files below
//! - [`plan`] decides, and [`facts`] fetches what [`checks`] compares the decision with
//! - [`apply`] applies a plan; [`held`] are the rules that a resource has in EC2
//! - [`run_registry`]: the rules of the resources of a run
//! - [`import`], [`import_id`], [`move_state`]: rules that exist already
//! - [`problems`]: tables of messages for documentation, which the tests in `mistakes` compare with the checks
//!
//! Every rule has a tag with its owner. EC2 puts the tags of a call on all of its rules, so single rules that
//! one run creates share an owner, which each has in its attribute `owner`.

mod apply;
mod checks;
mod error_context;
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

use std::sync::Arc;

use self::resource::OwnedRules;
use self::rule_type::RuleType;
use self::run_registry::RunRegistry;
use self::types::bundle::Bundle;
use self::types::single::SingleRule;
use self::types::vpc_rule::VpcRule;
use crate::resources::common::group_rules::GroupRules;
use crate::resources::common::redacted::Redacted;
use crate::rules::Direction;
use crate::session::Session;
use crate::tf_provider::resource::Resource;

/// The resource types that own rules.
pub(super) fn all(session: &Arc<Session>, group_rules: &Arc<GroupRules>) -> Vec<Arc<dyn Resource>> {
    let registry = Arc::new(RunRegistry::default());
    let types: [Box<dyn RuleType>; 4] = [
        Box::new(Bundle),
        Box::new(SingleRule),
        Box::new(VpcRule(Direction::Ingress)),
        Box::new(VpcRule(Direction::Egress)),
    ];
    let resource = |ty| -> Arc<dyn Resource> {
        let resource = OwnedRules::new(session, &registry, group_rules, ty);
        Arc::new(Redacted::new(resource, session))
    };
    types.map(resource).into()
}
