//! A group as a state has it, read and written.

use super::redact;
use crate::catalog::Catalog;
use crate::ec2::Group;
pub(super) use crate::resources::common::desired_rules::{
    DesiredRules, Own, block_rules, desired, known_block_rules, may_share_rules, rules_from,
    rules_value,
};
pub(super) use crate::resources::common::tags::{tags_from, tags_value};
use crate::rules::{Direction, RuleSet};
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

/// The rules that a state says EC2 holds. Where `rules` has digests, the blocks and the preset say
/// which they are of.
pub(super) fn rules_of(state: &Value, catalog: &Catalog) -> RuleSet {
    let shown = state.get("rules");
    if !redact::is_on(state) {
        return rules_from(shown);
    }
    let own = Own::of(state, catalog);
    let of_blocks = Direction::BOTH.map(|direction| known_block_rules(state, direction, own));
    let mut rules = desired(state, own).rules;
    // Blocks say what EC2 holds, whereas a preset brings rules that somebody may have removed.
    rules.retain(|rule, _| {
        of_blocks.iter().any(|block| block.contains_key(rule))
            || !shown.get(&redact::key(rule)).is_null()
    });
    rules
}

/// The rules that a plan is for, as the group `own` sees them.
pub(super) fn planned_rules(planned: &Value, own: Own<'_>) -> RuleSet {
    if redact::is_on(planned) {
        desired(planned, own).rules
    } else {
        own.sees(rules_from(planned.get("rules")))
    }
}

/// The group that a state says.
pub(super) fn group_of(state: &Value, catalog: &Catalog) -> Group {
    let text = |name| state.get(name).as_str().unwrap_or_default().to_owned();
    Group {
        id: text("id"),
        arn: text("arn"),
        owner_id: text("owner_id"),
        vpc_id: text("vpc_id"),
        name: text("name"),
        description: text("description"),
        tags: tags_from(state.get("tags_all")),
        rules: rules_of(state, catalog),
    }
}
