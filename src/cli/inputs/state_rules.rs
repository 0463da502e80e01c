//! Reads which rules have resources of their own in a state, and at which address, for the AWS
//! provider and this one.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::{Map, Value};

use super::state;
use crate::cli::failure::Failure;
use crate::rules::{
    self, Block, Declaration, Direction, Peer, Rule, RuleSet, Sources, TrafficSpec,
};

/// All types whose resources are rules.
pub(in crate::cli) const RULES: [&str; 7] = [
    AWS_RULE,
    "aws_vpc_security_group_egress_rule",
    "aws_vpc_security_group_ingress_rule",
    "curated_security_group_rule",
    "curated_security_group_rules",
    "curated_vpc_security_group_egress_rule",
    "curated_vpc_security_group_ingress_rule",
];
/// The type of the AWS provider whose state has the arguments of a block, and no ids of rules.
const AWS_RULE: &str = "aws_security_group_rule";

/// The resources that own rules.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::cli) struct Owners {
    /// Addresses by the ids of rules, `sgr-…`.
    by_id: BTreeMap<String, String>,
    /// Rules with addresses, by their group's id.
    by_group: BTreeMap<String, Vec<(Rule, String)>>,
}

impl Owners {
    /// Adds the rules of a state file.
    ///
    /// # Errors
    /// The file can't be read, or is no state.
    pub(in crate::cli) fn add(&mut self, path: &Path) -> Result<(), Failure> {
        state::each(path, &RULES, &mut |kind, address, attributes| {
            self.add_resource(kind, &address, &attributes);
        })
    }

    /// The address of the resource that owns a rule.
    pub(in crate::cli) fn of(
        &self,
        id: &str,
        group: &str,
        account: &str,
        rule: &Rule,
    ) -> Option<&str> {
        if let Some(address) = self.by_id.get(id) {
            return Some(address);
        }
        let mut rules = self.by_group.get(group)?.iter();
        let is_it = |(owned, _): &&(Rule, String)| owned.clone().seen_from(account, group) == *rule;
        rules.find(is_it).map(|(_, address)| address.as_str())
    }

    fn add_resource(&mut self, kind: &str, address: &str, attributes: &Map<String, Value>) {
        for name in ["security_group_rule_id", "id"] {
            let id = text(attributes, name).filter(|id| id.starts_with("sgr-"));
            if let Some(id) = id {
                self.by_id.insert(id.to_owned(), address.to_owned());
            }
        }
        let rules = rules_of(kind, attributes).unwrap_or_default();
        if let Some(group) = text(attributes, "security_group_id") {
            let owned = rules.into_keys().map(|rule| (rule, address.to_owned()));
            let of_group = self.by_group.entry(group.to_owned()).or_default();
            of_group.extend(owned);
        }
    }
}

/// The rules that a resource of one of these types owns, with their descriptions, as its state has
/// them; `None` if the state doesn't have all of them. References to the group itself may be
/// written by its id.
pub(in crate::cli) fn rules_of(kind: &str, attributes: &Map<String, Value>) -> Option<RuleSet> {
    match attributes.get("rules") {
        Some(Value::Object(rules)) => rules
            .iter()
            .map(|(key, description)| {
                let description = description.as_str().unwrap_or_default().to_owned();
                Some((key.parse().ok()?, description))
            })
            .collect(),
        _ if kind == AWS_RULE => rules_of_aws_rule(attributes),
        _ => None,
    }
}

/// The rules of an `aws_security_group_rule`.
fn rules_of_aws_rule(attributes: &Map<String, Value>) -> Option<RuleSet> {
    let texts = |name: &str| -> Vec<String> {
        let elements = attributes.get(name).and_then(Value::as_array);
        let texts = elements.into_iter().flatten().filter_map(Value::as_str);
        texts.map(str::to_owned).collect()
    };
    let ty = text(attributes, "type")?;
    let block = Block {
        direction: Direction::BOTH.into_iter().find(|it| it.name() == ty)?,
        what: TrafficSpec::Protocol {
            protocol: text(attributes, "protocol")?.to_owned(),
            from_port: attributes.get("from_port").and_then(Value::as_i64),
            to_port: attributes.get("to_port").and_then(Value::as_i64),
        },
        description: text(attributes, "description")
            .unwrap_or_default()
            .to_owned(),
        sources: Sources {
            cidr_blocks: texts("cidr_blocks"),
            ipv6_cidr_blocks: texts("ipv6_cidr_blocks"),
            prefix_list_ids: texts("prefix_list_ids"),
            security_groups: text(attributes, "source_security_group_id")
                .map(str::to_owned)
                .into_iter()
                .collect(),
            own: attributes.get("self") == Some(&Value::Bool(true)),
            ..Sources::default()
        },
        pending: false,
    };
    let no_service = |_: &str| Ok(Vec::new());
    let as_written = |peer: Peer| peer;
    let expanded = rules::expand(&[Declaration::Block(block)], no_service, as_written);
    let is_whole = expanded.faults.is_empty() && !expanded.rules.is_empty();
    is_whole.then_some(expanded.rules)
}

/// A text that isn't empty.
pub(in crate::cli) fn text<'a>(attributes: &'a Map<String, Value>, name: &str) -> Option<&'a str> {
    let text = attributes.get(name)?.as_str();
    text.filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn owners(text: &str) -> Owners {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("x.tfstate");
        std::fs::write(&path, text).expect("written");
        let mut owners = Owners::default();
        owners.add(&path).expect("a state");
        owners
    }

    #[test]
    fn rules_are_found_by_id_by_key_and_as_the_aws_provider_spells_them() {
        let state = owners(
            r#"{"version": 4, "resources": [
            {"mode": "managed", "type": "aws_vpc_security_group_ingress_rule", "name": "a", "instances": [
                {"index_key": "k", "attributes": {"id": "sgr-1", "security_group_id": "sg-0000000a"}}]},
            {"module": "module.m", "mode": "managed", "type": "aws_security_group_rule", "name": "b",
             "instances": [{"attributes": {"id": "sgrule-1", "security_group_id": "sg-0000000a",
                "type": "ingress", "protocol": "tcp", "from_port": 80, "to_port": 80, "self": false,
                "cidr_blocks": ["10.0.0.0/8"], "source_security_group_id": null}}]},
            {"mode": "managed", "type": "curated_security_group_rules", "name": "c", "instances": [
                {"attributes": {"id": "sgrules-1", "security_group_id": "sg-0000000a",
                "rules": {"egress all to 123456789012/sg-0000000b": ""}}}]},
            {"mode": "data", "type": "aws_security_group_rule", "name": "d", "instances": [
                {"attributes": {"id": "sgr-2"}}]}]}"#,
        );
        let of = |id: &str, key: &str| {
            let rule = key.parse().expect("a rule");
            state
                .of(id, "sg-0000000a", "123456789012", &rule)
                .map(str::to_owned)
        };
        for (id, key, expected) in [
            (
                "sgr-1",
                "ingress all from self",
                Some("aws_vpc_security_group_ingress_rule.a[\"k\"]"),
            ),
            (
                "sgr-9",
                "ingress tcp/80 from 10.0.0.0/8",
                Some("module.m.aws_security_group_rule.b"),
            ),
            (
                "sgr-9",
                "egress all to sg-0000000b",
                Some("curated_security_group_rules.c"),
            ),
            ("sgr-2", "ingress tcp/81 from 10.0.0.0/8", None),
        ] {
            assert_eq!(of(id, key).as_deref(), expected, "{id} {key}");
        }
    }
}
