//! Which rules have resources of their own in a state: rules of the AWS provider and of this one, at
//! which address. Reads the same files as [`super::state`], which tells what is wrong with them.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;

use crate::cli::failure::Failure;
use crate::rules::{self, Block, Declaration, Direction, Rule, Sources, TrafficSpec};

/// The option that names such files.
const OPTION: &str = "--state";
/// Types whose resources are rules, whichever their attributes.
const TYPES: [&str; 7] = [
    "aws_security_group_rule",
    "aws_vpc_security_group_egress_rule",
    "aws_vpc_security_group_ingress_rule",
    "curated_security_group_rule",
    "curated_security_group_rules",
    "curated_vpc_security_group_egress_rule",
    "curated_vpc_security_group_ingress_rule",
];

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
    /// The file can't be read.
    pub(in crate::cli) fn add(&mut self, path: &Path) -> Result<(), Failure> {
        let bytes = super::read(OPTION, path)?;
        let what = "a state file, nor what terraform show -json prints";
        let file: Value = super::json(OPTION, path, &bytes, what)?;
        for resource in list(&file["resources"]) {
            let text = |name: &str| resource[name].as_str().unwrap_or_default();
            let own = format!("{}.{}", text("type"), text("name"));
            let own = match resource["module"].as_str() {
                Some(module) => format!("{module}.{own}"),
                None => own,
            };
            for instance in list(&resource["instances"]) {
                let address = match &instance["index_key"] {
                    Value::Null => own.clone(),
                    key => format!("{own}[{key}]"),
                };
                self.resource(resource, &instance["attributes"], &address);
            }
        }
        for values in [&file["values"], &file["prior_state"]["values"]] {
            self.module(&values["root_module"]);
        }
        Ok(())
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

    fn module(&mut self, module: &Value) {
        for resource in list(&module["resources"]) {
            let address = resource["address"].as_str().unwrap_or_default();
            self.resource(resource, &resource["values"], address);
        }
        for child in list(&module["child_modules"]) {
            self.module(child);
        }
    }

    fn resource(&mut self, resource: &Value, attributes: &Value, address: &str) {
        let kind = resource["type"].as_str().unwrap_or_default();
        if resource["mode"] != "managed" || !TYPES.contains(&kind) {
            return;
        }
        for name in ["security_group_rule_id", "id"] {
            let id = attributes[name]
                .as_str()
                .filter(|id| id.starts_with("sgr-"));
            if let Some(id) = id {
                self.by_id.insert(id.to_owned(), address.to_owned());
            }
        }
        let Some(group) = attributes["security_group_id"].as_str() else {
            return;
        };
        let rules: Vec<Rule> = match attributes["rules"].as_object() {
            Some(rules) => rules.keys().filter_map(|key| key.parse().ok()).collect(),
            None if kind == "aws_security_group_rule" => spelt(attributes),
            None => Vec::new(),
        };
        let owned = rules.into_iter().map(|rule| (rule, address.to_owned()));
        self.by_group
            .entry(group.to_owned())
            .or_default()
            .extend(owned);
    }
}

/// The rules of an `aws_security_group_rule`.
fn spelt(attributes: &Value) -> Vec<Rule> {
    let texts = |name: &str| -> Vec<String> {
        let texts = list(&attributes[name]).iter().filter_map(Value::as_str);
        texts.map(str::to_owned).collect()
    };
    let direction = Direction::BOTH
        .into_iter()
        .find(|it| attributes["type"] == it.name());
    let (Some(direction), Some(protocol)) = (direction, attributes["protocol"].as_str()) else {
        return Vec::new();
    };
    let group = attributes["source_security_group_id"].as_str();
    let block = Block {
        direction,
        what: TrafficSpec::Protocol {
            protocol: protocol.to_owned(),
            from_port: attributes["from_port"].as_i64(),
            to_port: attributes["to_port"].as_i64(),
        },
        description: String::new(),
        sources: Sources {
            cidr_blocks: texts("cidr_blocks"),
            ipv6_cidr_blocks: texts("ipv6_cidr_blocks"),
            prefix_list_ids: texts("prefix_list_ids"),
            security_groups: group
                .filter(|id| !id.is_empty())
                .map(str::to_owned)
                .into_iter()
                .collect(),
            own: attributes["self"] == true,
            ..Sources::default()
        },
        pending: false,
    };
    let nothing = |_: &str| Ok(Vec::new());
    let expansion = rules::expand(&[Declaration::Block(block)], nothing, |peer| peer);
    expansion.rules.into_keys().collect()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
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
