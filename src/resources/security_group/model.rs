//! A group as a state has it, read and written.

pub(super) use crate::resources::common::desired_rules::{DesiredRules, Own, desired, rules_value};
pub(super) use crate::resources::common::group_state::{group_of, planned_rules, rules_of};
pub(super) use crate::resources::common::tags::{tags_from, tags_value};
use crate::tf_provider::value::Value;

/// Whether a change lets rules be that the configuration doesn't declare.
pub(super) fn stops_being_exclusive(prior: &Value, planned: &Value) -> bool {
    let exclusive = |state: &Value| state.get("exclusive").as_bool() != Some(false);
    exclusive(prior) && !exclusive(planned)
}

/// Whether a change takes back what was let be.
pub(super) fn becomes_exclusive(prior: &Value, planned: &Value) -> bool {
    stops_being_exclusive(planned, prior)
}
