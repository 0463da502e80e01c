//! For tests: a configuration for each mistake that the checks know. Their diagnostics are compared with
//! problems.tsv, the table in documentation.

use super::checks;
use crate::catalog::Catalog;
use crate::resources::common::desired_rules::{self, RuleContext};
use crate::resources::common::{ids, rule_mistakes};
use crate::rules::Direction;
use crate::tf_provider::diagnostics::Diagnostics;
use crate::tf_provider::schema::Block;
use crate::tf_provider::validate;
use crate::tf_provider::value::Value;

/// The diagnostics to all mistakes. `validate` has the checks beyond those of the schema.
fn refusals(block: &Block, validate: impl Fn(&Value) -> Diagnostics) -> Diagnostics {
    let mut found = Diagnostics::new();
    for config in configurations(block) {
        found.extend(validate::validate(block, &config));
        found.extend(validate(&config));
    }
    for config in wrong_ids(block) {
        let desired = desired_rules::desired(&config, RuleContext::new(Catalog::built_in()));
        found.extend(ids::faults(&config, &desired));
    }
    found.push(checks::no_default_vpc());
    found.push(checks::no_group("vpc-0123456789abcdef0", "eu-west-1"));
    found.push(checks::two_resources(
        "sg-0123456789abcdef0",
        "vpc-0123456789abcdef0",
    ));
    found
}

fn configurations(block: &Block) -> Vec<Value> {
    let empty = block.empty();
    let mut all = vec![
        empty.clone().with("region", "eu-wset-1"),
        empty
            .clone()
            .with("tags", Value::map([("aws:team", "web")])),
    ];
    for direction in Direction::BOTH {
        all.extend(rule_mistakes::labels(&empty, direction));
        all.extend(rule_mistakes::blocks(&empty, direction));
    }
    all
}

/// Mistakes in ids, which only a plan reports.
fn wrong_ids(block: &Block) -> Vec<Value> {
    vec![block.empty().with("vpc_id", "default")]
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::super::resource::DefaultGroup;
    use super::*;
    use crate::tf_provider::problems;
    use crate::tf_provider::resource::Resource as _;

    #[test]
    fn the_table_of_problems_matches_the_checks() {
        let group = DefaultGroup::new(&Arc::default(), &Arc::default());
        let found = refusals(&group.schema().block, |config| group.validate(config));
        problems::matches("src/resources/default_group/problems.tsv", found);
    }

    /// A mistake that no check refuses would be listed for nothing.
    #[test]
    fn each_mistake_is_refused_and_nothing_else() {
        let group = DefaultGroup::new(&Arc::default(), &Arc::default());
        let block = &group.schema().block;
        assert!(group.validate(&block.empty()).is_empty());
        for config in configurations(block) {
            let mut found = validate::validate(block, &config);
            found.extend(group.validate(&config));
            assert!(found.has_errors(), "{config:?}");
            let placed = found.iter().all(|d| !d.path.steps().is_empty());
            assert!(placed, "{found:?}");
        }
    }
}
