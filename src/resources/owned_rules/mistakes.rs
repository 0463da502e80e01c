//! For tests: a configuration for each mistake that the checks know. Their diagnostics are compared with the
//! tables in `problems`.

use super::rule_type::RuleType;
use crate::resources::common::rule_blocks;
use crate::rules::{Direction, Label};
use crate::tf_provider::schema::Block;
use crate::tf_provider::value::Value;

fn configurations(ty: &dyn RuleType, block: &Block) -> Vec<Value> {
    let good = good(ty, block);
    let mut all = vec![
        good.clone().with("region", "eu-wset-1"),
        good.clone().with("tags", Value::map([("aws:team", "web")])),
    ];
    all.retain(|config| block.has("tags") || config.get_or_null("tags").is_null());
    let timeouts = block.nested("timeouts");
    for limit in timeouts.into_iter().flat_map(|b| &b.block.attributes) {
        let empty = timeouts.map_or(Value::Null, |b| b.block.empty());
        let wrong = empty.with(limit.name, "5 minuets");
        all.push(good.clone().with("timeouts", wrong));
    }
    for name in [
        "cidr_ipv4",
        "cidr_ipv6",
        "description",
        "ip_protocol",
        "protocol",
        "type",
    ] {
        if block.has(name) {
            all.push(good.clone().with(name, "caf\u{e9}"));
        }
    }
    for name in ["cidr_blocks", "ipv6_cidr_blocks"] {
        if block.has(name) {
            all.push(good.clone().with(name, Value::list(["10.0.0.5/8"])));
        }
    }
    for direction in Direction::BOTH {
        let labels = Label::attribute(direction);
        if block.has(labels) {
            let line = format!("htps {} anywhere-ipv4", direction.preposition());
            all.push(good.clone().with(labels, Value::map([("web", line)])));
        }
    }
    if block.has("presets") {
        all.push(good.clone().with("presets", Value::set(["htttp"])));
    }
    if block.has("cidr_ipv4") {
        all.push(good.clone().with("cidr_ipv6", "::/0"));
        all.push(good.clone().with("cidr_ipv4", Value::Null));
        all.push(good.with("from_port", 70000));
    }
    all
}

/// A configuration without mistakes.
fn good(ty: &dyn RuleType, block: &Block) -> Value {
    let empty = block
        .empty()
        .with("security_group_id", "sg-0123456789abcdef0");
    if ty.may_be_empty() {
        let rule = rule_blocks::schema("").empty().with("service", "https");
        let rule = rule.with("cidr_blocks", Value::set(["10.0.0.0/8"]));
        return empty.with("ingress", Value::set([rule]));
    }
    let ports = empty.with("from_port", 443).with("to_port", 443);
    if ty.keeps_rule_id() {
        return ports
            .with("ip_protocol", "tcp")
            .with("cidr_ipv4", "10.0.0.0/8");
    }
    ports
        .with("type", "ingress")
        .with("protocol", "tcp")
        .with("cidr_blocks", Value::list(["10.0.0.0/8"]))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::resources::owned_rules::all;
    use crate::resources::owned_rules::types::bundle::Bundle;
    use crate::resources::owned_rules::types::single::SingleRule;
    use crate::resources::owned_rules::types::vpc_rule::VpcRule;
    use crate::tf_provider::diagnostics::Diagnostics;
    use crate::tf_provider::{problems, validate};

    /// A mistake that no check refuses would be listed for nothing.
    #[test]
    fn the_table_of_problems_matches_each_mistake() {
        let types: [Box<dyn RuleType>; 4] = [
            Box::new(Bundle),
            Box::new(SingleRule),
            Box::new(VpcRule(Direction::Ingress)),
            Box::new(VpcRule(Direction::Egress)),
        ];
        let resources = all(&Arc::default(), &Arc::default());
        for (ty, resource) in types.iter().zip(resources) {
            let block = &resource.schema().block;
            let reported = |config: &Value| {
                let mut found = validate::validate(block, config);
                found.extend(resource.validate(config));
                found
            };
            let good = good(&**ty, block);
            assert!(reported(&good).is_empty(), "{:?}", reported(&good));
            let mut all = Diagnostics::new();
            for config in configurations(&**ty, block) {
                let found = reported(&config);
                assert!(found.has_errors(), "{}: {config:?}", ty.name());
                let placed = found.iter().all(|d| !d.path.steps().is_empty());
                assert!(placed, "{found:?}");
                all.extend(found);
            }
            let name = ty.name().trim_start_matches("curated_");
            let table = format!("src/resources/owned_rules/problems/{name}.tsv");
            problems::matches(&table, all);
        }
    }
}
