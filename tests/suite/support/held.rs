//! What EC2 holds of a group, in the words of the attribute `rules`. Made here once more, so that the
//! provider's own words are checked against something else.

use std::collections::BTreeMap;

use serde_json::Value;

use super::emulator::{ACCOUNT, Emulator};

/// Rules by key, as in the attribute `rules`: the value is the description.
pub type Rules = BTreeMap<String, String>;

/// The rules of a group, as the emulator shows it.
#[track_caller]
pub fn rules_of(group: &Value) -> Rules {
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

/// The attribute `rules` among a resource's attributes.
#[track_caller]
pub fn rules_in(attributes: &Value) -> Rules {
    let entries = attributes["rules"].as_object().expect("rules are a map");
    let entries = entries.iter();
    entries
        .map(|(key, description)| (key.clone(), text(description).to_owned()))
        .collect()
}

/// The groups of a region that are not a VPC's default, by name.
pub fn names(emulator: &Emulator, region: &str) -> Vec<String> {
    let groups = emulator.groups(region);
    let groups = groups.as_array().expect("a list of groups").iter();
    let ours = groups.filter(|group| group["is_default"] == false);
    let mut names: Vec<String> = ours.map(|group| text(&group["name"]).to_owned()).collect();
    names.sort();
    names
}

/// Rules as a test writes them: keys without a description.
pub fn plain<const N: usize>(keys: [&str; N]) -> Rules {
    keys.map(|key| (key.to_owned(), String::new())).into()
}

/// The same with descriptions.
pub fn described<const N: usize>(rules: [(&str, &str); N]) -> Rules {
    rules
        .map(|(key, description)| (key.to_owned(), description.to_owned()))
        .into()
}

/// The keys of these, sorted.
pub fn keys(rules: &Rules) -> Vec<&str> {
    rules.keys().map(String::as_str).collect()
}

/// A string; `null` and what is missing are empty.
pub fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
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
