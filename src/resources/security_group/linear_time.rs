//! Tests that the time for planning and reading a group grows linearly with the number of its rules.

use super::facts::Facts;
use super::model::{self, RuleContext};
use super::plan_checks;
use super::schema;
use crate::catalog::Catalog;
use crate::resources::common::reconcile;
use crate::rules::{Limits, RuleSet};
use crate::tf_provider::diagnostics::Diagnostics;
use crate::tf_provider::path::Path;
use crate::tf_provider::resource::{Phase, Plan};
use crate::tf_provider::value::Value;

#[path = "../../../benches/growth.rs"]
mod growth;

use self::growth::is_linear;

const RULES: usize = 500;

/// A group with this number of rules, ten in each block. Every tenth differs from those of another `age`.
fn group(rules: usize, age: usize) -> Value {
    let block = &schema::schema().block;
    let ingress = |at: usize| {
        let first = |source| if source == 0 { 20 + age } else { 10 };
        let net = |source| {
            format!(
                "{}.{}.{}.0/24",
                first(source),
                at / 25,
                at % 25 * 10 + source
            )
        };
        let rule = schema::rule(block).empty();
        rule.with("protocol", "tcp")
            .with("from_port", 443)
            .with("cidr_blocks", Value::set((0..10).map(net)))
    };
    let group = block.empty().with("name", "web").with("id", "sg-0000000a");
    let group = group.with("ingress", Value::set((0..rules / 10).map(ingress)));
    let desired = model::desired(&group, RuleContext::new(Catalog::built_in()));
    assert_eq!(desired.rules.len(), rules);
    group.with("rules", desired.value())
}

#[test]
fn judging_a_plan_is_linear() {
    is_linear(RULES, |rules| {
        let (prior, planned) = (group(rules, 0), group(rules, 1));
        let plan = Plan {
            phase: Phase::Plan,
            config: planned.clone(),
            prior: Some(prior),
            planned,
            replace: Vec::new(),
            diagnostics: Diagnostics::new(),
            when_applied: Diagnostics::new(),
        };
        let limits = Limits {
            rules_per_direction: rules,
            ..Limits::default()
        };
        let facts = Facts {
            limits,
            ..Facts::default()
        };
        move || {
            let desired = model::desired(&plan.config, RuleContext::new(Catalog::built_in()));
            assert!(plan_checks::check(&plan, &desired, &facts).is_empty());
        }
    });
}

#[test]
fn reading_a_group_is_linear() {
    is_linear(RULES, |rules| {
        let (state, drifted) = (group(rules, 0), group(rules, 1));
        let actual: RuleSet =
            crate::resources::common::desired_rules::rules_from(model::of(&drifted).rules());
        let block = schema::rule(&schema::schema().block).clone();
        move || {
            let after = reconcile::blocks(state.clone(), &block, &actual, Catalog::built_in());
            let blocks = after.at(&Path::root().attribute("ingress"));
            let count = blocks
                .and_then(Value::as_elements)
                .map_or(0, <[Value]>::len);
            assert_eq!(count, rules / 10 + 1);
        }
    });
}
