//! Remedies of findings: a command of the AWS CLI that can be pasted into a shell, or the change to
//! the configuration that manages the group.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::facts::{Facts, GroupFacts};
use crate::rules::{Direction, Peer, Rule};

/// The remedy that revokes rules.
pub(super) fn revoke<'r>(
    facts: &Facts,
    one: &GroupFacts,
    rules: impl IntoIterator<Item = &'r Rule>,
) -> String {
    let rules: Vec<&Rule> = rules.into_iter().collect();
    if let Some(address) = declared(one) {
        let keys: Vec<String> = rules.iter().map(|rule| format!("`{rule}`")).collect();
        let (noun, keys) = (
            if keys.len() == 1 { "rule" } else { "rules" },
            keys.join(", "),
        );
        return format!(
            "In the configuration of {address}, remove the {noun} {keys}, and apply it."
        );
    }
    let mut commands = Vec::new();
    for direction in Direction::BOTH {
        let of_it = rules.iter().filter(|rule| rule.direction == direction);
        let of_it: Vec<&Rule> = of_it.copied().collect();
        if !of_it.is_empty() {
            commands.push(format!(
                "aws ec2 revoke-security-group-{direction} --region {} --group-id {} \
                 --ip-permissions {}",
                facts.region.name,
                one.group().id,
                quoted(&permissions(one, &of_it)),
            ));
        }
    }
    commands.join(" && ")
}

/// The remedy that deletes a group.
pub(super) fn delete(facts: &Facts, one: &GroupFacts) -> String {
    match declared(one) {
        Some(address) => {
            format!("Remove {address} from its configuration, and apply it.")
        }
        None => format!(
            "aws ec2 delete-security-group --region {} --group-id {}",
            facts.region.name,
            one.group().id
        ),
    }
}

/// The address of the resource that manages a group, and where it is declared.
fn declared(one: &GroupFacts) -> Option<String> {
    let address = one.managed_by()?;
    Some(match one.declared_in() {
        Some(place) => format!("{address} ({}, line {})", place.file, place.line),
        None => address,
    })
}

/// The command that shows the interfaces with a group.
pub(super) fn show_interfaces(facts: &Facts, one: &GroupFacts) -> String {
    format!(
        "aws ec2 describe-network-interfaces --region {} --filters Name=group-id,Values={}",
        facts.region.name,
        one.group().id
    )
}

/// A text as one word for a shell.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

/// Rules as JSON for EC2's API, with one permission for all rules of the same traffic.
fn permissions(one: &GroupFacts, rules: &[&Rule]) -> String {
    let mut by_traffic: BTreeMap<_, Vec<&Peer>> = BTreeMap::new();
    for rule in rules {
        by_traffic.entry(rule.traffic).or_default().push(&rule.peer);
    }
    let permission = |(traffic, peers): (crate::rules::Traffic, Vec<&Peer>)| {
        let mut permission = Map::new();
        permission.insert("IpProtocol".into(), json!(traffic.protocol()));
        if let Some((from, to)) = traffic.ports() {
            permission.insert("FromPort".into(), json!(from));
            permission.insert("ToPort".into(), json!(to));
        }
        for peer in peers {
            let (list, entry) = match peer {
                Peer::Ipv4(net) => ("IpRanges", json!({"CidrIp": net.to_string()})),
                Peer::Ipv6(net) => ("Ipv6Ranges", json!({"CidrIpv6": net.to_string()})),
                Peer::PrefixList(id) => ("PrefixListIds", json!({"PrefixListId": id})),
                Peer::SelfReference => ("UserIdGroupPairs", json!({"GroupId": one.group().id})),
                Peer::Group { account: None, id } => ("UserIdGroupPairs", json!({"GroupId": id})),
                Peer::Group {
                    account: Some(account),
                    id,
                } => (
                    "UserIdGroupPairs",
                    json!({"GroupId": id, "UserId": account}),
                ),
            };
            let list = permission.entry(list).or_insert_with(|| json!([]));
            if let Value::Array(list) = list {
                list.push(entry);
            }
        }
        Value::Object(permission)
    };
    let all: Vec<Value> = by_traffic.into_iter().map(permission).collect();
    Value::Array(all).to_string()
}
