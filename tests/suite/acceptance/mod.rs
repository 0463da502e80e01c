//! A real Terraform runs the real provider against an EC2 on loopback: what a user meets, and
//! what EC2 then holds. Must not look inside the provider; that is for the other modules.

mod create;
mod credentials;
mod delete;
mod drift;
mod half_made;
mod import;
mod interrupt;
mod logs;
mod refusals;
mod regions;
mod replace;
mod smoke;
mod update;

use std::collections::BTreeMap;
use std::ops::{Deref, DerefMut};
use std::sync::LazyLock;

use serde_json::Value;

use crate::support::bench::ACCOUNT;
use crate::support::stage::{REGION, Stage as Base};
use crate::support::terraform::{Outcome, Terraform};

/// Another one.
const ELSEWHERE: &str = "us-east-1";

/// The Terraform of all tests but `smoke`'s, which run with every one.
static TERRAFORM: LazyLock<Terraform> = LazyLock::new(Terraform::find);

/// Rules by key, as in the attribute `rules`: the value is the description.
pub(crate) type Rules = BTreeMap<String, String>;

/// An EC2, and a configuration that is applied to it.
struct Stage(Base);

impl Deref for Stage {
    type Target = Base;

    fn deref(&self) -> &Base {
        &self.0
    }
}

impl DerefMut for Stage {
    fn deref_mut(&mut self) -> &mut Base {
        &mut self.0
    }
}

impl Stage {
    /// `body` is what follows the provider block.
    fn new(body: &str) -> Self {
        Self(Base::under(&TERRAFORM, body))
    }

    /// The same, applied; the calls until then don't count.
    #[track_caller]
    fn applied(body: &str) -> Self {
        let stage = Self::new(body);
        stage.work.apply();
        stage.bench.reset_counts();
        stage
    }

    /// Another configuration, with the same provider block.
    fn configure(&self, body: &str) {
        self.write(body);
    }

    /// The rules of the group of this name in the provider's region.
    #[track_caller]
    fn rules(&self, name: &str) -> Rules {
        let group = self.bench.group(REGION, name);
        assert!(group.is_object(), "EC2 has no group {name}");
        rules_of(&group)
    }

    /// The groups that are not a VPC's default, by name.
    fn names(&self, region: &str) -> Vec<String> {
        let groups = self.bench.groups(region);
        let groups = groups.as_array().expect("a list of groups").iter();
        let ours = groups.filter(|group| group["is_default"] == false);
        let mut names: Vec<String> = ours.map(|group| text(&group["name"]).to_owned()).collect();
        names.sort();
        names
    }

    /// How often each action that changes something was called.
    fn writes(&self) -> Vec<(String, u64)> {
        let reads = ["Describe", "Get"];
        let counts = self.bench.counts().into_iter();
        counts
            .filter(|(action, _)| !reads.iter().any(|read| action.starts_with(read)))
            .collect()
    }

    /// Adds (`Authorize`) or removes (`Revoke`) an ingress rule for tcp by hand.
    fn ingress_by_hand(&self, verb: &str, name: &str, port: u16, cidr: &str) {
        self.change_by_hand(&format!("{verb}SecurityGroupIngress"), name, port, cidr, "");
    }

    /// Calls an action that takes one ingress rule for tcp.
    fn change_by_hand(&self, action: &str, name: &str, port: u16, cidr: &str, description: &str) {
        self.by_hand(action, name, &port.to_string(), cidr, description);
    }
}

/// Rules as a test writes them: keys without a description.
fn plain<const N: usize>(keys: [&str; N]) -> Rules {
    keys.map(|key| (key.to_owned(), String::new())).into()
}

/// The same with descriptions.
fn described<const N: usize>(rules: [(&str, &str); N]) -> Rules {
    rules
        .map(|(key, description)| (key.to_owned(), description.to_owned()))
        .into()
}

/// Calls as a test writes them: each made once.
fn once<const N: usize>(actions: [&str; N]) -> Vec<(String, u64)> {
    actions.map(|action| (action.to_owned(), 1)).into()
}

/// A `rules` attribute.
#[track_caller]
fn rules_in(attributes: &Value) -> Rules {
    let entries = attributes["rules"].as_object().expect("rules are a map");
    let entries = entries.iter();
    entries
        .map(|(key, description)| (key.clone(), text(description).to_owned()))
        .collect()
}

/// What the bench says of a group, in the words of the `rules` attribute. Made here once more, so
/// that the provider's own words are checked against something else.
pub(crate) fn rules_of(group: &Value) -> Rules {
    let in_direction = |direction: &'static str, link: &'static str| {
        let rules = group[direction].as_array().expect("a list of rules").iter();
        rules.map(move |rule| {
            let (traffic, peer) = (traffic(rule), peer(rule, &group["id"]));
            let key = format!("{direction} {traffic} {link} {peer}");
            (key, text(&rule["description"]).to_owned())
        })
    };
    in_direction("ingress", "from")
        .chain(in_direction("egress", "to"))
        .collect()
}

fn traffic(rule: &Value) -> String {
    let (from, to) = (rule["from_port"].as_i64(), rule["to_port"].as_i64());
    match (text(&rule["protocol"]), from, to) {
        ("-1", None, None) => "all".to_owned(),
        (icmp @ ("icmp" | "icmpv6"), Some(-1), Some(-1)) => icmp.to_owned(),
        (icmp @ ("icmp" | "icmpv6"), Some(kind), Some(-1)) => format!("{icmp}/{kind}"),
        (icmp @ ("icmp" | "icmpv6"), Some(kind), Some(code)) => format!("{icmp}/{kind}/{code}"),
        (protocol, Some(from), Some(to)) if from == to => format!("{protocol}/{from}"),
        (protocol, Some(from), Some(to)) => format!("{protocol}/{from}-{to}"),
        (protocol, _, _) => protocol.to_owned(),
    }
}

fn peer(rule: &Value, own: &Value) -> String {
    let (peer, account) = (text(&rule["peer"]), &rule["peer_account"]);
    match account {
        _ if rule["peer"] == *own => "self".to_owned(),
        Value::String(account) if account != ACCOUNT => format!("{account}/{peer}"),
        _ => peer.to_owned(),
    }
}

/// A string; `null` and what is missing are empty.
fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// The message of a command that had to fail, with one error and no more.
#[track_caller]
fn only_error(outcome: &Outcome) -> String {
    let message = outcome.failure();
    assert_eq!(message.matches("Error: ").count(), 1, "{outcome}");
    message
}

/// A line of what Terraform printed begins like this. Its columns are as wide as they come.
#[track_caller]
fn assert_line(said: &str, beginning: &str) {
    let words = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut lines = said.lines().map(words);
    let found = lines.any(|line| line.starts_with(beginning));
    assert!(found, "no line {beginning:?} in: {said}");
}
