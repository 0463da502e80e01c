//! For tests: configurations with mistakes in blocks and labels, one for each error of the checks. Must not
//! know any of the resource types.

use std::iter;

use super::rule_blocks;
use crate::rules::{Direction, Label};
use crate::tf_provider::value::Value;

/// Mistakes in the text of a label.
pub(in crate::resources) fn labels(group: &Value, direction: Direction) -> Vec<Value> {
    let word = direction.preposition();
    let texts = [
        "https".to_owned(),
        format!("htps {word} self"),
        format!("443 {word} self"),
        format!("tcp {word} self"),
        format!("tcp/90-80 {word} self"),
        format!("tcp/70000 {word} self"),
        format!("https {word} world"),
        format!("https {word} 10.0.0.5/8"),
        format!("https {word} self,"),
        format!("https, tcp/443 {word} self"),
    ];
    let labelled = texts.map(|text| Value::map([("web", text)]));
    let attribute = Label::attribute(direction);
    labelled
        .into_iter()
        .map(|labels| group.clone().with(attribute, labels))
        .collect()
}

/// Mistakes in a block of rules.
pub(in crate::resources) fn blocks(group: &Value, direction: Direction) -> Vec<Value> {
    let empty = rule_blocks::schema("").empty();
    let world = || Value::set(["0.0.0.0/0"]);
    let https = empty
        .clone()
        .with("service", "https")
        .with("cidr_blocks", world());
    let tcp = |from: i64, to: i64| {
        let tcp = empty
            .clone()
            .with("protocol", "tcp")
            .with("cidr_blocks", world());
        tcp.with("from_port", from).with("to_port", to)
    };
    let protocol = |protocol: &str| {
        https
            .clone()
            .with("service", Value::Null)
            .with("protocol", protocol)
    };
    let services = |items: Value| {
        let bare = https.clone().with("service", Value::Null);
        bare.with("services", items)
    };
    let source = |set: &str, element: &str| https.clone().with(set, Value::set([element]));
    let wrong = [
        empty.clone().with("cidr_blocks", world()),
        https.clone().with("cidr_blocks", Value::Null),
        https.clone().with("cidr_blocks", Value::Set(Vec::new())),
        https.clone().with("service", "htps"),
        https.clone().with("services", Value::set(["http"])),
        services(Value::set(["htps"])),
        services(Value::Set(Vec::new())),
        https.clone().with("protocol", "tcp"),
        https.clone().with("from_port", 443),
        https.clone().with("to_port", 443),
        https.clone().with("description", "caf\u{e9}"),
        https.clone().with("cidr_blocks", Value::set([Value::Null])),
        protocol("tpc"),
        protocol("tcp"),
        protocol("all").with("from_port", 80),
        protocol("icmp").with("from_port", 300),
        tcp(70000, 70000),
        tcp(90, 80),
        source("cidr_blocks", "10.0.0.5/8"),
        source("cidr_blocks", "10.0.0.0/33"),
        source("cidr_blocks", "2001:db8::/32"),
        source("cidr_blocks", " 10.0.0.0/8"),
        source("cidr_blocks", "10.0.0.0/8,192.168.0.0/16"),
        source("ipv6_cidr_blocks", "10.0.0.0/8"),
        source("ipv6_cidr_blocks", "2001:db8::1/32"),
    ];
    let single = wrong.into_iter().map(|rule| Value::set([rule]));
    let twice = Value::set([https.clone(), https.with("description", "again")]);
    single
        .chain(iter::once(twice))
        .map(|rules| group.clone().with(direction.name(), rules))
        .collect()
}
