//! Reads from a state which rules its resources own, and the value of the owner tag for each.
//! Understands the attributes of both providers. Makes no call.

use std::path::PathBuf;

use serde_json::{Map, Value};

use crate::aws_names::arns;
use crate::cli::failure::Failure;
use crate::cli::inputs::state::{self, GROUPS};
use crate::cli::inputs::state_rules::{RULES, rules_of, text};
use crate::rules::RuleSet;

/// A resource that owns rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Owned {
    pub(super) address: String,
    /// The value of the owner tag.
    pub(super) owner: String,
    pub(super) group_id: String,
    /// The region, if the state has it.
    pub(super) region: Option<String>,
    pub(super) rules: Rules,
}

/// How a state identifies rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Rules {
    /// The id of a single rule.
    Id(String),
    /// The rules themselves.
    Set(RuleSet),
}

/// The owned rules of all state files.
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
                let id = text(&attributes, "id").map(str::to_owned);
                groups.extend(id.zip(region(&attributes)));
            } else if !is_untagged(&attributes) {
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
    let group_id = text(attributes, "security_group_id")?;
    let rules = match text(attributes, "security_group_rule_id") {
        Some(id) => Rules::Id(id.to_owned()),
        None => {
            let rules = rules_of(kind, attributes)?.into_iter();
            // The account isn't known here, so only references to the group itself are recognised.
            Rules::Set(
                rules
                    .map(|(rule, text)| (rule.seen_from("", group_id), text))
                    .collect(),
            )
        }
    };
    let owner = text(attributes, "owner").or_else(|| text(attributes, "id"))?;
    Some(Owned {
        address: address.to_owned(),
        owner: owner.to_owned(),
        group_id: group_id.to_owned(),
        region: region(attributes),
        rules,
    })
}

/// Whether the resource doesn't tag its rules.
fn is_untagged(attributes: &Map<String, Value>) -> bool {
    match attributes.get("owner_tag") {
        Some(Value::Bool(tagged)) => !tagged,
        Some(Value::String(tagged)) => tagged == "false",
        _ => false,
    }
}

/// The region. States before version 6 of the AWS provider have it only in ARNs.
fn region(attributes: &Map<String, Value>) -> Option<String> {
    let of_arn = || text(attributes, "arn").and_then(arns::region);
    let region = text(attributes, "region").or_else(of_arn);
    region.map(str::to_owned)
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
