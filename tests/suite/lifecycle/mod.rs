//! A group's life in messages: what the plans, states and refusals of `curated_security_group` are,
//! before any host renders them. Over the real process, and against the bench wherever EC2 has a
//! say.

mod drift;
mod failures;
mod importing;
mod making;
mod planning;
mod redacting;
mod replacing;
mod spelling;

use serde_json::Value as Json;
use terraform_provider_curated::tf_provider::value::Value;

use crate::support::bench::Bench;
use crate::support::host::{group, rule, texts};

const REGION: &str = "eu-west-1";

/// A configuration of that name with these blocks.
fn web<const I: usize, const E: usize>(ingress: [Value; I], egress: [Value; E]) -> Value {
    group()
        .with("name", "web")
        .with("ingress", Value::set(ingress))
        .with("egress", Value::set(egress))
}

/// A block for TCP on one port, with IPv4 sources.
fn tcp<const N: usize>(port: i64, cidrs: [&str; N]) -> Value {
    rule([
        ("protocol", "tcp".into()),
        ("from_port", port.into()),
        ("cidr_blocks", texts(cidrs)),
    ])
}

/// A `rules` attribute.
fn rules<const N: usize>(rules: [(&str, &str); N]) -> Value {
    Value::map(rules)
}

/// A plan as it would be after an apply: what EC2 decides is made up.
pub(crate) fn made(planned: &Value) -> Value {
    let unknown = |name: &str| planned.get(name).is_unknown();
    let decided = [
        ("id", "sg-0123456789abcdef0"),
        (
            "arn",
            "arn:aws:ec2:eu-west-1:123456789012:security-group/sg-0123456789abcdef0",
        ),
        ("owner_id", "123456789012"),
        ("vpc_id", "vpc-0123456789abcdef0"),
    ];
    let decided = decided.into_iter().filter(|(name, _)| unknown(name));
    let state = decided.fold(planned.clone(), |state, (name, value)| {
        state.with(name, value)
    });
    assert!(state.is_wholly_known(), "{state:?}");
    state
}

/// What EC2 holds of a group: direction, protocol, ports and peer of each rule, with its
/// description, straight from the bench.
fn held(bench: &Bench, name: &str) -> Vec<(String, String)> {
    let group = bench.group(REGION, name);
    let mut found = Vec::new();
    for direction in ["ingress", "egress"] {
        for rule in group[direction].as_array().expect("the group exists") {
            let text = |name: &str| match &rule[name] {
                Json::String(text) => text.clone(),
                Json::Null => String::new(),
                other => other.to_string(),
            };
            let (protocol, peer) = (text("protocol"), text("peer"));
            let (from, to) = (text("from_port"), text("to_port"));
            let what = format!("{direction} {protocol} {from}-{to} {peer}");
            found.push((what, text("description")));
        }
    }
    found.sort();
    found
}

/// The id of a group on the bench.
fn id(bench: &Bench, name: &str) -> String {
    let id = bench.group(REGION, name)["id"].as_str().map(str::to_owned);
    id.unwrap_or_else(|| panic!("there is no group {name}"))
}
