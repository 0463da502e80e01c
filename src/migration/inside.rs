//! Reads what a group's own block says about rules: blocks, lists, and `ignore_changes`.

use hcl_edit::expr::{Expression, TraversalOperator};
use hcl_edit::structure::Block;

/// The names of blocks of rules.
pub(super) const DIRECTIONS: [&str; 2] = ["ingress", "egress"];

/// Whether a group has blocks of rules, `dynamic` ones included.
pub(super) fn has_rules(group: &Block) -> bool {
    DIRECTIONS
        .iter()
        .any(|direction| has_rules_of(group, direction))
}

/// Whether a group has blocks of rules of a direction.
pub(super) fn has_rules_of(group: &Block, direction: &str) -> bool {
    group.body.blocks().any(|block| {
        let label = block.labels.first().map(|label| label.as_str());
        let kind = match block.ident.as_str() {
            "dynamic" => label.unwrap_or_default(),
            ident => ident,
        };
        kind == direction
    })
}

/// Whether `ignore_changes` of a group covers the rules of a direction.
pub(super) fn ignores_rules_of(group: &Block, direction: &str) -> bool {
    let mut lifecycles = group.body.get_blocks("lifecycle");
    lifecycles.any(|lifecycle| {
        let ignored = lifecycle.body.get_attribute("ignore_changes");
        ignored.is_some_and(|ignored| ignores(&ignored.value, direction))
    })
}

/// Whether `ignore_changes` is `all`, or names an attribute.
fn ignores(value: &Expression, attribute: &str) -> bool {
    match value {
        Expression::Variable(name) => name.as_str() == "all",
        Expression::Array(list) => list.iter().any(|element| match element {
            Expression::Variable(name) => name.as_str() == attribute,
            Expression::String(name) => name.as_str() == attribute,
            Expression::Traversal(traversal) => {
                let is_it = match &traversal.expr {
                    Expression::Variable(name) => name.as_str() == attribute,
                    _ => false,
                };
                // `ingress[0]` ignores one element only.
                let is_part = |operator: &TraversalOperator| {
                    matches!(
                        operator,
                        TraversalOperator::Index(_) | TraversalOperator::LegacyIndex(_)
                    )
                };
                is_it && !traversal.operators.iter().any(|operator| is_part(operator))
            }
            _ => false,
        }),
        _ => false,
    }
}

/// The attribute of a group's block for a direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RuleList {
    /// There is no such attribute, or it is null.
    Absent,
    /// An empty list.
    Empty,
    /// A list that may have rules.
    Present,
}

/// The attribute of a group's block for a direction.
pub(super) fn rule_list(group: &Block, direction: &str) -> RuleList {
    let attribute = group.body.get_attribute(direction);
    match attribute.map(|attribute| &attribute.value) {
        None | Some(Expression::Null(_)) => RuleList::Absent,
        Some(Expression::Array(list)) if list.is_empty() => RuleList::Empty,
        Some(_) => RuleList::Present,
    }
}

/// Whether a group declares its rules by attributes. Two empty lists declare that it has none.
pub(super) fn declare_rules(group: &Block) -> bool {
    let lists = DIRECTIONS.map(|direction| rule_list(group, direction));
    lists.contains(&RuleList::Present) || lists == [RuleList::Empty; 2]
}

/// Whether a group has the attribute for a direction.
pub(super) fn has_list_of(group: &Block, direction: &str) -> bool {
    rule_list(group, direction) != RuleList::Absent
}
