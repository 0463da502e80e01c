//! Code that resource types share: attributes, rules in blocks and labels, checks, and how changes are
//! applied. Must not know any of the resource types.

pub(in crate::resources) mod apply;
pub(in crate::resources) mod attributes;
mod block_errors;
pub(in crate::resources) mod config_hash;
pub(in crate::resources) mod desired_rules;
pub(in crate::resources) mod errors;
pub(in crate::resources) mod group_checks;
pub(in crate::resources) mod group_rules;
pub(in crate::resources) mod group_state;
pub(in crate::resources) mod guardrails;
pub(in crate::resources) mod identity;
pub(in crate::resources) mod ids;
pub(in crate::resources) mod import_form;
pub(in crate::resources) mod limits;
pub(in crate::resources) mod model;
pub(in crate::resources) mod moved_group;
pub(in crate::resources) mod one_by_one;
pub(in crate::resources) mod other_plans;
pub(in crate::resources) mod owners;
pub(in crate::resources) mod per_run;
pub(in crate::resources) mod presets;
pub(in crate::resources) mod reconcile;
pub(in crate::resources) mod redact;
pub(in crate::resources) mod redacted;
mod redaction;
pub(in crate::resources) mod region;
pub(in crate::resources) mod replacement;
pub(in crate::resources) mod rule_blocks;
pub(in crate::resources) mod rule_checks;
mod rule_context;
#[cfg(test)]
pub(in crate::resources) mod rule_mistakes;
pub(in crate::resources) mod same_rules;
mod shared_traffic;
pub(in crate::resources) mod short_form;
pub(in crate::resources) mod tags;
pub(in crate::resources) mod timeouts;
