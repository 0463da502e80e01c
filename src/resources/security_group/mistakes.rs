//! For tests: a configuration for each mistake that the checks know. Their diagnostics are compared with
//! problems.tsv, the table in documentation.

use super::facts::{Facts, NameCollision};
use super::model::{self, RuleContext};
use super::schema;
use crate::catalog::Catalog;
use crate::ec2::Holder;
use crate::resources::common::{ids, rule_mistakes};
use crate::resources::security_group::plan_checks;
use crate::resources::security_group::run_registry::RunRegistry;
use crate::rules::{Direction, Limits};
use crate::tf_provider::diagnostics::Diagnostics;
use crate::tf_provider::path::Path;
use crate::tf_provider::resource::{Phase, Plan};
use crate::tf_provider::schema::Block;
use crate::tf_provider::validate;
use crate::tf_provider::value::Value;

/// The blocks that hold rules, as the schema has them.
const RULE_BLOCKS: [&str; 2] = ["ingress", "egress"];

/// The diagnostics to all mistakes. `validate` has the checks beyond those of the schema.
fn refusals(block: &Block, validate: impl Fn(&Value) -> Diagnostics) -> Diagnostics {
    let mut found = Diagnostics::new();
    for config in configurations(block) {
        found.extend(validate::validate(block, &config));
        found.extend(validate(&config));
    }
    for config in wrong_ids(block) {
        let desired = model::desired(&config, RuleContext::new(Catalog::built_in()));
        found.extend(ids::faults(&config, &desired));
    }
    found.extend(judged(block));
    found
}

fn configurations(block: &Block) -> Vec<Value> {
    let group = block.empty().with("name", "web");
    let [ingress, egress] =
        Direction::BOTH.map(|transport| rule_mistakes::blocks(&group, transport));
    let blocks = ingress.into_iter().chain(egress);
    let [ingress, egress] =
        Direction::BOTH.map(|transport| rule_mistakes::labels(&group, transport));
    let labels = ingress.into_iter().chain(egress);
    attributes(block)
        .into_iter()
        .chain(blocks)
        .chain(labels)
        .collect()
}

/// Mistakes in the group's own attributes.
fn attributes(block: &Block) -> Vec<Value> {
    let group = block.empty().with("name", "web");
    let mut all = vec![
        group.clone().with("name_prefix", "web-"),
        block.empty().with("name_prefix", "sg-"),
        group.clone().with("description", "x".repeat(256).as_str()),
    ];
    let texts = [
        ("preset", "htps"),
        ("name", "sg-web"),
        ("name", "caf\u{e9}"),
        ("name", ""),
        ("description", "caf\u{e9}"),
        ("region", "eu-wset-1"),
    ];
    all.extend(texts.map(|(name, text)| group.clone().with(name, text)));
    let presets = [Value::from("htps"), Value::Null];
    all.extend(presets.map(|name| group.clone().with("presets", Value::set([name]))));
    let null = Value::set([Value::Null]);
    all.push(group.clone().with("associated_vpc_ids", null));
    let preset = group.clone().with("preset", "ssh");
    all.push(preset.with("presets", Value::set(["http"])));
    let tags = [("aws:team", "web"), ("", "web")];
    all.extend(tags.map(|tag| group.clone().with("tags", Value::map([tag]))));
    let timeouts = block.nested("timeouts");
    for limit in timeouts.into_iter().flat_map(|b| &b.block.attributes) {
        let timeouts = timeouts.map_or(Value::Null, |b| b.block.empty());
        all.push(
            group
                .clone()
                .with("timeouts", timeouts.with(limit.name, "5 minuets")),
        );
    }
    all
}

/// Mistakes in ids, which only a plan reports.
fn wrong_ids(block: &Block) -> Vec<Value> {
    let group = block.empty().with("name", "web");
    let rule = schema::rule(block).empty().with("service", "https");
    let further = Value::set(["default"]);
    let further = group.clone().with("associated_vpc_ids", further);
    let mut all = vec![group.clone().with("vpc_id", "default"), further];
    for name in RULE_BLOCKS {
        for (set, id) in [("prefix_list_ids", "office"), ("security_groups", "web")] {
            let rule = rule.clone().with(set, Value::set([id]));
            all.push(group.clone().with(name, Value::set([rule])));
        }
    }
    all
}

/// Diagnostics of plans.
fn judged(block: &Block) -> Diagnostics {
    let rule = |source: &str| {
        let empty = schema::rule(block).empty().with("service", "https");
        empty.with("cidr_blocks", Value::set([source]))
    };
    let group = block.empty().with("name", "web").with("exclusive", true);
    let several = RULE_BLOCKS.iter().fold(group.clone(), |group, name| {
        group.with(*name, Value::set([rule("10.0.0.0/8"), rule("10.1.0.0/16")]))
    });
    let ping = rule("10.0.0.0/8")
        .with("service", Value::Null)
        .with("protocol", "icmpv6");
    let ping = RULE_BLOCKS.iter().fold(group.clone(), |group, name| {
        group.with(*name, Value::set([ping.clone()]))
    });
    let taken = Facts {
        taken: Some(NameCollision {
            by_others_only: true,
            may_be_another_accounts: false,
            id: "sg-0123456789abcdef0".to_owned(),
            name: "web".to_owned(),
            region: "eu-west-1".to_owned(),
            is_alike: true,
            future: None,
        }),
        no_default_vpc: true,
        left_over: vec!["sg-0123456789abcdef0".to_owned()],
        ..Facts::default()
    };
    let registry = RunRegistry::default();
    let plan_new = || registry.plan_new(["eu-west-1", ""], &group, &group);
    let twice = Facts {
        planned_twice: plan_new().or_else(plan_new),
        ..Facts::default()
    };
    let small = Facts {
        limits: Limits {
            rules_per_direction: 1,
            ..Limits::default()
        },
        ..Facts::default()
    };
    let mut found = reported(&plan_of(group.clone(), None), &taken);
    found.extend(reported(&plan_of(group.clone(), None), &twice));
    let [first, default] = ["vpc-0123456789abcdef0", "vpc-0fedcba9876543210"];
    let further = group.clone().with("vpc_id", first);
    let further = further.with("associated_vpc_ids", Value::set([first, default]));
    let of_default = Facts {
        default_vpc: Some(default.to_owned()),
        ..Facts::default()
    };
    found.extend(reported(&plan_of(further, None), &of_default));
    found.extend(reported(&plan_of(several.clone(), None), &small));
    found.extend(reported(&plan_of(several.clone(), None), &Facts::default()));
    found.extend(reported(&plan_of(ping, None), &Facts::default()));
    let later = rule("10.0.0.0/8").with("security_groups", Value::Unknown);
    let later = group.clone().with("ingress", Value::set([later]));
    found.extend(reported(&plan_of(later, None), &Facts::default()));
    let stored = |group: &Value| {
        let rules = model::desired(group, RuleContext::new(Catalog::built_in())).value();
        group
            .clone()
            .with("id", "sg-0123456789abcdef0")
            .with("rules", rules)
    };
    let shared = group.clone().with("exclusive", false);
    found.extend(reported(
        &plan_of(shared, Some(stored(&several))),
        &Facts::default(),
    ));
    let other = group
        .clone()
        .with("ingress", Value::set([rule("192.168.0.0/16")]));
    let one = group
        .clone()
        .with("ingress", Value::set([rule("10.0.0.0/8")]));
    found.extend(reported(&plan_of(other, Some(stored(&one))), &small));
    for attribute in block.attributes.iter().filter(|a| a.replaces) {
        let mut plan = plan_of(group.clone(), Some(stored(&group)));
        plan.replace = vec![Path::root().attribute(attribute.name)];
        found.extend(reported(&plan, &in_use()));
    }
    found
}

fn in_use() -> Facts {
    Facts {
        holders: vec![Holder::Interface {
            id: "eni-0123456789abcdef0".to_owned(),
            kind: "interface".to_owned(),
            owner: "123456789012".to_owned(),
            attachment: None,
            description: String::new(),
            transient: false,
        }],
        ..Facts::default()
    }
}

fn plan_of(planned: Value, prior: Option<Value>) -> Plan {
    Plan {
        phase: Phase::Plan,
        config: planned.clone(),
        prior,
        planned,
        replace: Vec::new(),
        diagnostics: Diagnostics::new(),
        when_applied: Diagnostics::new(),
    }
}

fn reported(plan: &Plan, facts: &Facts) -> Diagnostics {
    let desired = model::desired(&plan.config, RuleContext::new(Catalog::built_in()));
    plan_checks::check(plan, &desired, facts)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::super::resource::SecurityGroup;
    use super::*;
    use crate::tf_provider::problems;
    use crate::tf_provider::resource::Resource;

    #[test]
    fn the_table_of_problems_matches_the_checks() {
        let group = SecurityGroup::new(&Arc::default(), &Arc::default());
        let found = refusals(&group.schema().block, |config| group.validate(config));
        problems::matches("src/resources/security_group/problems.tsv", found);
    }

    /// A mistake that no check refuses would be listed for nothing.
    #[test]
    fn each_mistake_is_refused() {
        let group = SecurityGroup::new(&Arc::default(), &Arc::default());
        let block = &group.schema().block;
        for config in configurations(block) {
            let mut found = validate::validate(block, &config);
            found.extend(group.validate(&config));
            assert!(found.has_errors(), "{config:?}");
            let placed = found.iter().all(|d| !d.path.steps().is_empty());
            assert!(placed, "{found:?}");
        }
        for config in wrong_ids(block) {
            let mut valid = validate::validate(block, &config);
            valid.extend(group.validate(&config));
            assert!(valid.is_empty(), "{config:?}: {valid:?}");
            let found = ids::faults(
                &config,
                &model::desired(&config, RuleContext::new(Catalog::built_in())),
            );
            assert!(found.has_errors(), "{config:?}");
        }
    }
}
