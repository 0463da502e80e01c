//! The rules that the resources of a state own: which rules of which group, and what the owner's tag
//! is to say of each. Reads attributes as either provider stores them, and makes no call.

use std::path::PathBuf;

use serde_json::{Map, Value};

use crate::catalog::{self, arns};
use crate::cli::failure::Failure;
use crate::cli::inputs::state;
use crate::rules::{self, Block, Declaration, Direction, RuleSet, Sources, TrafficSpec};

/// The types of groups, whose ARNs tell regions.
const GROUPS: [&str; 4] = [
    "aws_security_group",
    "curated_security_group",
    "aws_default_security_group",
    "curated_default_security_group",
];
/// The types of rules.
const RULES: [&str; 7] = [
    "aws_security_group_rule",
    "aws_vpc_security_group_ingress_rule",
    "aws_vpc_security_group_egress_rule",
    "curated_security_group_rule",
    "curated_security_group_rules",
    "curated_vpc_security_group_ingress_rule",
    "curated_vpc_security_group_egress_rule",
];

/// A resource that owns rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Owned {
    pub(super) address: String,
    /// The value that the tag is to have.
    pub(super) owner: String,
    pub(super) group_id: String,
    /// The region, where the state tells it.
    pub(super) region: Option<String>,
    pub(super) rules: Rules,
}

/// How a state says which rules they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Rules {
    /// By the id of the only one.
    Id(String),
    /// By what they let through.
    Set(RuleSet),
}

/// Everything that state files say.
///
/// # Errors
/// A file can't be read, or is no state.
pub(super) fn read(files: &[PathBuf]) -> Result<Vec<Owned>, Failure> {
    let mut groups: Vec<(String, String)> = Vec::new();
    let mut owned: Vec<Owned> = Vec::new();
    let types: Vec<&str> = GROUPS.into_iter().chain(RULES).collect();
    for file in files {
        let mut unread = Vec::new();
        state::each(file, &types, &mut |kind, address, attributes| {
            if GROUPS.contains(&kind) {
                let id = text(&attributes, "id");
                groups.extend(id.zip(region(&attributes)));
            } else if text(&attributes, "owner_tag") != Some("false".to_owned()) {
                match of(kind, &address, &attributes) {
                    Some(found) => owned.push(found),
                    None => unread.push(address),
                }
            }
        })?;
        if let Some(address) = unread.first() {
            return Err(Failure::usage(
                format!("{}: {address} doesn't say which rule it is", file.display()),
                "Run \"terraform apply -refresh-only\" with this state, and then this command again.",
            ));
        }
    }
    for rule in &mut owned {
        let mut known = groups.iter();
        let group = known.find(|(id, _)| *id == rule.group_id);
        rule.region = rule
            .region
            .take()
            .or(group.map(|(_, region)| region.clone()));
    }
    Ok(owned)
}

fn of(kind: &str, address: &str, attributes: &Map<String, Value>) -> Option<Owned> {
    let id = text(attributes, "security_group_rule_id");
    let rules = match id {
        Some(id) => Rules::Id(id),
        None => Rules::Set(rule_set(kind, attributes)?),
    };
    Some(Owned {
        address: address.to_owned(),
        owner: text(attributes, "owner").or_else(|| text(attributes, "id"))?,
        group_id: text(attributes, "security_group_id")?,
        region: region(attributes),
        rules,
    })
}

/// The rules of a resource.
fn rule_set(kind: &str, attributes: &Map<String, Value>) -> Option<RuleSet> {
    if let Some(Value::Object(rules)) = attributes.get("rules") {
        let rules = rules.iter();
        let read = rules.map(|(key, text)| {
            let description = text.as_str().unwrap_or_default().to_owned();
            Some((key.parse().ok()?, description))
        });
        return read.collect();
    }
    if kind != "aws_security_group_rule" {
        return None;
    }
    let group_id = text(attributes, "security_group_id")?;
    let list = |name: &str| {
        let elements = attributes.get(name).and_then(Value::as_array);
        let elements = elements.into_iter().flatten();
        elements
            .filter_map(Value::as_str)
            .map(str::to_owned)
            .collect()
    };
    let ty = text(attributes, "type")?;
    let block = Block {
        direction: Direction::BOTH.into_iter().find(|d| d.name() == ty)?,
        what: TrafficSpec::Protocol {
            protocol: text(attributes, "protocol")?,
            from_port: attributes.get("from_port").and_then(Value::as_i64),
            to_port: attributes.get("to_port").and_then(Value::as_i64),
        },
        description: text(attributes, "description").unwrap_or_default(),
        sources: Sources {
            cidr_blocks: list("cidr_blocks"),
            ipv6_cidr_blocks: list("ipv6_cidr_blocks"),
            prefix_list_ids: list("prefix_list_ids"),
            security_groups: text(attributes, "source_security_group_id")
                .into_iter()
                .collect(),
            own: attributes.get("self") == Some(&Value::Bool(true)),
            empty: Vec::new(),
        },
        pending: false,
    };
    let no_service = |name: &str| catalog::Catalog::built_in().service(name);
    let seen = |peer: rules::Peer| peer.seen_from("", &group_id);
    let made = rules::expand(&[Declaration::Block(block)], no_service, seen);
    let is_whole = made.faults.is_empty() && !made.rules.is_empty();
    is_whole.then_some(made.rules)
}

/// A text that isn't empty; `true` and `false` as such.
fn text(attributes: &Map<String, Value>, name: &str) -> Option<String> {
    match attributes.get(name)? {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Bool(flag) => Some(flag.to_string()),
        _ => None,
    }
}

/// The region, which states of before version 6 have in ARNs alone.
fn region(attributes: &Map<String, Value>) -> Option<String> {
    text(attributes, "region").or_else(|| {
        let arn = text(attributes, "arn")?;
        arns::region(&arn).map(str::to_owned)
    })
}

#[cfg(test)]
mod tests {
    use std::fs;

    use serde_json::json;

    use super::*;

    fn read_one(resources: &Value) -> Result<Vec<Owned>, Failure> {
        let directory = tempfile::tempdir().expect("a directory can be made");
        let path = directory.path().join("terraform.tfstate");
        let state = json!({"version": 4, "resources": resources});
        fs::write(&path, state.to_string()).expect("a file can be written");
        read(&[path])
    }

    fn resource(kind: &str, attributes: Value) -> Value {
        json!({"mode": "managed", "type": kind, "name": "x",
            "instances": [{"index_key": "k", "attributes": attributes}]})
    }

    #[test]
    fn rules_are_named_by_their_id_or_by_what_they_let_through() {
        let group = "sg-0000000a";
        let resources = json!([
            resource(
                "aws_security_group",
                json!({"id": group,
                "arn": "arn:aws:ec2:eu-west-1:123456789012:security-group/sg-0000000a"})
            ),
            resource(
                "aws_vpc_security_group_ingress_rule",
                json!({"id": "sgr-0000000b",
                "security_group_rule_id": "sgr-0000000b", "security_group_id": group,
                "arn": "arn:aws:ec2:eu-west-1:123456789012:security-group-rule/sgr-0000000b"})
            ),
            resource(
                "aws_security_group_rule",
                json!({"id": "sgrule-1", "type": "ingress",
                "security_group_id": group, "protocol": "tcp", "from_port": 80, "to_port": 80,
                "cidr_blocks": ["10.0.0.0/8"], "self": true, "security_group_rule_id": ""})
            ),
            resource(
                "curated_security_group_rules",
                json!({"id": "sgrules-1", "owner": "rules-2",
                "security_group_id": group, "region": "us-east-1",
                "rules": {"egress all to 0.0.0.0/0": "x"}})
            ),
            resource(
                "curated_security_group_rule",
                json!({"id": "sgrule-2", "owner_tag": false,
                "security_group_id": group})
            ),
        ]);
        let owned = read_one(&resources).expect("a state");
        let said: Vec<(&str, &str, Option<&str>)> = owned
            .iter()
            .map(|o| (o.address.as_str(), o.owner.as_str(), o.region.as_deref()))
            .collect();
        assert_eq!(
            said,
            [
                (
                    "aws_vpc_security_group_ingress_rule.x[\"k\"]",
                    "sgr-0000000b",
                    Some("eu-west-1")
                ),
                (
                    "aws_security_group_rule.x[\"k\"]",
                    "sgrule-1",
                    Some("eu-west-1")
                ),
                (
                    "curated_security_group_rules.x[\"k\"]",
                    "rules-2",
                    Some("us-east-1")
                ),
            ]
        );
        assert_eq!(owned[0].rules, Rules::Id("sgr-0000000b".to_owned()));
        let keys = |rules: &Rules| match rules {
            Rules::Set(rules) => rules.keys().map(ToString::to_string).collect(),
            Rules::Id(id) => vec![id.clone()],
        };
        assert_eq!(
            keys(&owned[1].rules),
            ["ingress tcp/80 from 10.0.0.0/8", "ingress tcp/80 from self"]
        );
        assert_eq!(keys(&owned[2].rules), ["egress all to 0.0.0.0/0"]);
    }

    #[test]
    fn a_state_without_the_rule_is_refused_by_its_address() {
        let resources = json!([resource(
            "aws_security_group_rule",
            json!({"id": "sgrule-1",
            "security_group_id": "sg-0000000a"})
        )]);
        let failure = read_one(&resources).expect_err("refused");
        assert!(
            failure
                .summary
                .ends_with("aws_security_group_rule.x[\"k\"] doesn't say which rule it is"),
            "{failure:?}"
        );
    }
}
