//! The plan tells the truth: what EC2 would refuse, or take otherwise than it was meant, is said in
//! validate or plan, at the attribute that is wrong and with what mends it. Tables: one case is a
//! configuration, and the path and words that it must get. Over the real process; against the
//! bench wherever EC2 has a say.

mod advice;
mod attributes;
mod blocks;
mod known;
mod names;
mod ports;
mod quota;
mod replacing;
mod shared;
mod shared_vpc;
mod sources;
mod twice;
mod warnings;

use serde_json::Value as Json;
use terraform_provider_curated::tf_provider::value::Value;

use crate::support::bench::Bench;
use crate::support::host::{Message, group, rule, texts};

const REGION: &str = "eu-west-1";

/// A group called `web` with these ingress blocks.
fn web<const N: usize>(ingress: [Value; N]) -> Value {
    group()
        .with("name", "web")
        .with("ingress", Value::set(ingress))
}

/// A block for one TCP port, with IPv4 sources.
fn tcp<const N: usize>(port: i64, cidrs: [&str; N]) -> Value {
    rule([
        ("protocol", "tcp".into()),
        ("from_port", port.into()),
        ("cidr_blocks", texts(cidrs)),
    ])
}

/// TCP ports from `first` on, as many as that, each from all of 10.0.0.0/8.
fn many(first: i64, count: i64) -> Vec<Value> {
    let ports = first..first + count;
    ports.map(|port| tcp(port, ["10.0.0.0/8"])).collect()
}

/// Proves that this and nothing else was said.
#[track_caller]
fn assert_says(said: &[Message], is_error: bool, path: &str, summary: &str, detail: &str) {
    let [one] = said else {
        panic!("{summary:?} is not all that was said: {said:#?}");
    };
    assert_eq!(one.is_error, is_error, "{one:#?}");
    assert_eq!((one.path.as_str(), one.summary.as_str()), (path, summary));
    assert!(one.detail.contains(detail), "{detail:?} is not in {one:#?}");
}

/// Proves that a configuration was refused, for this reason alone.
#[track_caller]
fn assert_refused(said: &[Message], path: &str, summary: &str, mend: &str) {
    assert_says(said, true, path, summary, mend);
}

/// Proves that there was a warning and nothing else.
#[track_caller]
fn assert_warned(said: &[Message], path: &str, summary: &str, detail: &str) {
    assert_says(said, false, path, summary, detail);
}

/// What is between two marks in a reply of EC2.
fn within<'a>(reply: &'a str, begin: &str, end: &str) -> &'a str {
    let found = reply.split_once(begin).map(|(_, rest)| rest);
    let found = found.and_then(|rest| rest.split_once(end));
    found.unwrap_or_else(|| panic!("no {begin} in {reply}")).0
}

/// The id of the default VPC of the bench.
fn default_vpc(bench: &Bench) -> String {
    let group = bench.group(REGION, "default");
    group["vpc_id"]
        .as_str()
        .expect("every VPC has one")
        .to_owned()
}

/// Makes a group behind Terraform's back.
fn made_by_hand(bench: &Bench, name: &str) -> String {
    let parameters = [("GroupName", name), ("GroupDescription", "by hand")];
    let reply = bench.call(REGION, "CreateSecurityGroup", &parameters);
    within(&reply, "<groupId>", "</groupId>").to_owned()
}

/// A text of an answer of the bench.
fn text(value: &Json) -> String {
    value.as_str().expect("a text").to_owned()
}
