//! The functions of the provider: one file each, listed here once. They are pure, and know no catalog but
//! the built-in one, because hosts call them in a process that is never configured.

mod arguments;
mod cidr_merge;
mod cidr_subtract;
mod rule;
mod rule_covers;
mod rules;
mod service;

use std::sync::Arc;

use crate::tf_provider::function::Function;

/// Every function of the provider.
pub fn all() -> Vec<Arc<dyn Function>> {
    vec![
        Arc::new(cidr_merge::CidrMerge::new()),
        Arc::new(cidr_subtract::CidrSubtract::new()),
        Arc::new(rule::RuleParts::new()),
        Arc::new(rule_covers::RuleCovers::new()),
        Arc::new(rules::RulesOfText::new()),
        Arc::new(service::ServiceTraffic::new()),
    ]
}
