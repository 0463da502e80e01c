//! An account with groups that are in use and groups that aren't, and what EC2 holds of them.

use serde_json::Value as Json;

use super::{REGION, create};
use crate::support::emulator::{Emulator, element};

/// Lets one group in from another.
pub(super) fn let_in(emulator: &Emulator, id: &str, from: &str, port: &str) {
    let parameters = [
        ("GroupId", id),
        ("IpPermissions.1.IpProtocol", "tcp"),
        ("IpPermissions.1.FromPort", port),
        ("IpPermissions.1.ToPort", port),
        ("IpPermissions.1.Groups.1.GroupId", from),
    ];
    emulator.call(REGION, "AuthorizeSecurityGroupIngress", &parameters);
}

pub(super) fn tag(emulator: &Emulator, region: &str, id: &str, key: &str, value: &str) {
    let parameters = [
        ("ResourceId.1", id),
        ("Tag.1.Key", key),
        ("Tag.1.Value", value),
    ];
    emulator.call(region, "CreateTags", &parameters);
}

/// Puts a tag on all rules of a group.
pub(super) fn tag_rules(emulator: &Emulator, id: &str, key: &str, value: &str) {
    let groups = emulator.groups(REGION);
    let mut groups = groups.as_array().expect("a list").iter();
    let group = groups.find(|group| group["id"] == id).expect("the group");
    for direction in ["ingress", "egress"] {
        for rule in group[direction].as_array().expect("rules") {
            tag(
                emulator,
                REGION,
                rule["id"].as_str().expect("an id"),
                key,
                value,
            );
        }
    }
}

/// Runs an instance with a group.
pub(super) fn run_instance(emulator: &Emulator, group: &str) {
    let parameters = [
        ("ImageId", "ami-0123456789abcdef0"),
        ("MinCount", "1"),
        ("MaxCount", "1"),
        ("SecurityGroupId.1", group),
    ];
    emulator.call(REGION, "RunInstances", &parameters);
}

/// Attaches a new network interface to a group.
pub(super) fn attach(emulator: &Emulator, id: &str) {
    let subnets = emulator.call(REGION, "DescribeSubnets", &[]);
    let subnet = element(&subnets, "subnetId");
    let parameters = [("SubnetId", subnet), ("SecurityGroupId.1", id)];
    emulator.call(REGION, "CreateNetworkInterface", &parameters);
}

/// What EC2 holds besides default groups, without ids: those stand for other things after a restore.
pub(super) fn held(emulator: &Emulator) -> Vec<Json> {
    let groups = emulator.groups(REGION);
    let groups = groups.as_array().expect("a list").clone().into_iter();
    let groups: Vec<Json> = groups.filter(|group| group["name"] != "default").collect();
    let names: Vec<(String, String)> = groups
        .iter()
        .map(|group| {
            let text = |name: &str| group[name].as_str().expect("text").to_owned();
            (text("id"), text("name"))
        })
        .collect();
    let mut found: Vec<Json> = groups
        .iter()
        .map(|group| {
            let mut text = group.to_string();
            for (id, name) in &names {
                text = text.replace(id.as_str(), name);
            }
            let mut group: Json = serde_json::from_str(&text).expect("JSON");
            for direction in ["ingress", "egress"] {
                for rule in group[direction].as_array_mut().into_iter().flatten() {
                    if let Some(rule) = rule.as_object_mut() {
                        rule.remove("id");
                    }
                }
                if let Some(rules) = group[direction].as_array_mut() {
                    rules.sort_by_key(ToString::to_string);
                }
            }
            group
        })
        .collect();
    found.sort_by_key(|group| group["name"].to_string());
    found
}

/// A cycle of two, one that names them, one that is attached, and one that the attached one names.
pub(super) fn scene(emulator: &Emulator) -> [String; 5] {
    let ids = ["one", "two", "user", "live", "named"].map(|name| create(emulator, REGION, name));
    let [one, two, user, live, named] = &ids;
    let_in(emulator, one, two, "1");
    let_in(emulator, one, two, "2");
    let_in(emulator, two, one, "3");
    let_in(emulator, user, one, "4");
    let_in(emulator, live, named, "5");
    attach(emulator, live);
    ids
}
