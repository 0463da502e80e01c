//! Tests of the checks, each named after what went wrong in similar tools.

mod defaults;
mod names;
mod open;
mod references;
mod report;
mod uses;

use std::sync::Arc;

use super::report::{Finding, Report};
use super::{Inputs, audit};
use crate::rules::{Rule, RuleSet};
use crate::snapshot::{
    Group, Interface, Maker, NotLookedAt, PrefixList, Region, Snapshot, Use, UseKind, Vpc,
};

/// An account with one region, built up group by group.
struct Scene {
    snapshot: Snapshot,
    inputs: Inputs,
}

impl Scene {
    fn new() -> Self {
        let region = Region {
            account: "111111111111".into(),
            name: "eu-west-1".into(),
            vpcs: [
                ("vpc-1".into(), Vpc::default()),
                ("vpc-2".into(), Vpc::default()),
            ]
            .into(),
            ..Region::default()
        };
        Self {
            snapshot: Snapshot {
                regions: vec![region],
                ..Snapshot::default()
            },
            inputs: Inputs::new("2026-11-29T12:00:00Z"),
        }
    }

    fn region(&mut self) -> &mut Region {
        &mut self.snapshot.regions[0]
    }

    /// Adds a group of vpc-1 whose id is made of its name.
    fn group(&mut self, name: &str, rules: &[&str]) -> &mut Group {
        let id = format!("sg-{name}");
        let group = Group {
            arn: format!("arn:aws:ec2:eu-west-1:111111111111:security-group/{id}"),
            id: id.clone(),
            name: name.into(),
            vpc_id: "vpc-1".into(),
            owner_id: "111111111111".into(),
            rules: rule_set(rules),
            ..Group::default()
        };
        self.region().groups.entry(id).or_insert(group)
    }

    /// Adds an interface in use with the groups of these names.
    fn interface(&mut self, groups: &[&str], address: Option<&str>) -> &mut Interface {
        let region = self.region();
        let interface = Interface {
            id: format!("eni-{}", region.interfaces.len()).into(),
            groups: groups
                .iter()
                .map(|name| format!("sg-{name}").into())
                .collect(),
            public_addresses: address
                .map(|it| it.parse().expect("an address"))
                .into_iter()
                .collect(),
            maker: Arc::new(Maker {
                kind: "interface".into(),
                status: "in-use".into(),
                ..Maker::default()
            }),
            ..Interface::default()
        };
        region.interfaces.push(interface);
        region.interfaces.last_mut().expect("just pushed")
    }

    fn used(&mut self, group: &str, kind: UseKind, by: &str) {
        self.region().uses.push(Use {
            group_id: format!("sg-{group}"),
            kind,
            by: by.into(),
            detail: String::new(),
        });
    }

    fn prefix_list(&mut self, id: &str, is_aws: bool, entries: Option<&[&str]>) {
        let block = |text: &&str| text.parse().expect("a block");
        let list = PrefixList {
            name: format!("{id}-name"),
            is_aws,
            weight: 10,
            entries: entries.map(|entries| entries.iter().map(block).collect()),
        };
        self.region().prefix_lists.insert(id.into(), list);
    }

    fn refused(&mut self, operation: &str, hides_uses: bool) {
        self.region().not_looked_at.push(NotLookedAt {
            operation: operation.into(),
            code: "UnauthorizedOperation".into(),
            consequence: "Some uses can't be seen.".into(),
            hides_uses,
        });
    }

    fn audit(&self) -> Report {
        audit(&self.snapshot, &self.inputs)
    }

    /// The findings of one check.
    fn found(&self, check: &str) -> Vec<Finding> {
        let all = self.audit().findings;
        all.into_iter()
            .filter(|finding| finding.id == check)
            .collect()
    }

    /// The names of groups with a finding of one check.
    fn names(&self, check: &str) -> Vec<String> {
        let found = self.found(check).into_iter();
        found
            .map(|finding| finding.group_name.unwrap_or_default())
            .collect()
    }
}

fn rule_set(keys: &[&str]) -> RuleSet {
    let rule = |key: &&str| key.parse::<Rule>().expect("a rule's key");
    keys.iter().map(|key| (rule(key), String::new())).collect()
}

/// Severities and ids of the findings about a group with these rules, which an interface with a
/// public address has.
fn reported(rules: &[&str]) -> Vec<String> {
    let mut scene = Scene::new();
    scene.inputs.presets.clear();
    scene.group("web", rules);
    scene.interface(&["web"], Some("3.3.3.3"));
    let findings = scene.audit().findings.into_iter();
    findings
        .map(|finding| format!("{} {}", finding.severity, finding.id))
        .collect()
}
