//! Tests that the configuration describes EC2's groups, for accounts of all kinds, and that no
//! resource depends on itself.

mod any_account;

use std::collections::{BTreeMap, BTreeSet};

use super::*;
use crate::catalog::Catalog;
use crate::curation::{self, Inputs};
use crate::snapshot::{Group, Interface, Region, Snapshot, Vpc as SeenVpc};

const REGION: &str = "eu-west-1";
const NOTHING: &str = "nothing";

fn group(id: &str, name: &str, rules: &[&str]) -> Group {
    let rules = rules
        .iter()
        .map(|key| (key.parse().expect("a rule's key"), String::new()));
    Group {
        id: id.to_owned(),
        name: name.to_owned(),
        description: "by hand".to_owned(),
        vpc_id: "vpc-0000000a".to_owned(),
        owner_id: "123456789012".to_owned(),
        rules: rules.collect(),
        ..Group::default()
    }
}

/// An account in which every group is attached.
fn account(groups: impl IntoIterator<Item = Group>) -> Snapshot {
    let groups: BTreeMap<String, Group> = groups
        .into_iter()
        .map(|group| (group.id.clone(), group))
        .collect();
    let interface = Interface {
        id: "eni-1".into(),
        groups: groups.keys().map(|id| id.as_str().into()).collect(),
        ..Interface::default()
    };
    let vpc = |name: &str| SeenVpc {
        tags: BTreeMap::from([("Name".to_owned(), name.to_owned())]),
        is_default: false,
    };
    let region = Region {
        account: "123456789012".to_owned(),
        name: REGION.to_owned(),
        vpcs: BTreeMap::from([
            ("vpc-0000000a".to_owned(), vpc("main")),
            ("vpc-0000000b".to_owned(), vpc("Main!")),
        ]),
        groups,
        interfaces: vec![interface],
        ..Region::default()
    };
    Snapshot {
        regions: vec![region],
        ..Snapshot::default()
    }
}

/// What a test may choose of a request.
struct Options {
    selection: Selection,
    style: Style,
    taken: BTreeSet<String>,
    single_rules: BTreeMap<String, Vec<SingleRule>>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            selection: Selection::default(),
            style: Style::Blocks,
            taken: BTreeSet::new(),
            single_rules: BTreeMap::new(),
        }
    }
}

/// The adoption, and its files by name, which are proved.
fn adopted(snapshot: &Snapshot, options: &Options) -> (Adoption, BTreeMap<String, String>) {
    let report = curation::audit(snapshot, &Inputs::new("2026-11-29T12:00:00Z"));
    let none = BTreeMap::new();
    let request = Request {
        style: options.style,
        selection: &options.selection,
        present: &none,
        taken: &options.taken,
        locals: &none,
        provider_region: Some(REGION),
        single_rules: &options.single_rules,
        catalog: Catalog::built_in(),
    };
    let adoption = adopt(snapshot, &report, &request);
    let provider = Provider {
        region: REGION.to_owned(),
        ..Provider::default()
    };
    let files = files(&adoption, Some(&provider), &BTreeSet::new());
    prove(&adoption, &files, &request).unwrap_or_else(|faults| {
        let texts: Vec<&str> = files.iter().map(|file| &*file.text).collect();
        panic!("{faults:#?}\n{}", texts.join("\n"))
    });
    let files = files.into_iter().map(|file| (file.name, file.text));
    (adoption, files.collect())
}

#[test]
fn a_messy_account_becomes_a_configuration_that_people_would_write() {
    let snapshot = account([
        group(
            "sg-0000000a",
            "launch-wizard-1",
            &["ingress tcp/22 from 0.0.0.0/0"],
        ),
        group(
            "sg-0000000b",
            "web",
            &[
                "ingress tcp/443 from 0.0.0.0/0",
                "ingress tcp/8080 from sg-0000000d",
                "egress all to 0.0.0.0/0",
            ],
        ),
        group("sg-0000000c", "db", &["ingress tcp/5432 from sg-0000000b"]),
        group("sg-0000000d", "lb", &["egress tcp/8080 to sg-0000000b"]),
        group("sg-0000000e", "default", &["ingress all from self"]),
    ]);
    let (adoption, files) = adopted(&snapshot, &Options::default());
    assert_eq!(adoption.imports(), 5);
    let names: Vec<&str> = files.keys().map(String::as_str).collect();
    assert_eq!(
        names,
        ["imports.tf", "left-out.txt", "terraform.tf", "vpc-main.tf"]
    );
    let expected = r#"# The VPC main in eu-west-1.
locals {
  vpc_main = "vpc-0000000a"
}

resource "curated_security_group" "db" {
  name        = "db"
  description = "by hand"
  vpc_id      = local.vpc_main

  ingress {
    service         = "postgresql"
    security_groups = [curated_security_group.web.id]
  }
}

resource "curated_security_group" "launch_wizard_1" {
  preset      = "ssh"
  name        = "launch-wizard-1"
  description = "by hand"
  vpc_id      = local.vpc_main
}

resource "curated_security_group" "lb" {
  name        = "lb"
  description = "by hand"
  vpc_id      = local.vpc_main
}

# These rules stand apart from their group: in it they would close a cycle of references.
# The group ignores rules that it doesn't declare, also those that somebody adds by hand.
# To have these shown and revoked, run "curated migrate --tag-rules --write" after the
# apply, and then set exclusive = true on the group.
resource "curated_security_group_rules" "lb" {
  security_group_id = curated_security_group.lb.id

  egress {
    service         = "http-alt"
    security_groups = [curated_security_group.web.id]
  }
}

resource "curated_security_group" "web" {
  name        = "web"
  description = "by hand"
  vpc_id      = local.vpc_main

  ingress {
    service     = "https"
    cidr_blocks = ["0.0.0.0/0"]
  }

  ingress {
    service         = "http-alt"
    security_groups = [curated_security_group.lb.id]
  }

  egress {
    service     = "all"
    cidr_blocks = ["0.0.0.0/0"]
  }
}
"#;
    assert_eq!(files["vpc-main.tf"], expected);
    assert!(files["imports.tf"].contains("\"eu-west-1/sg-0000000a#preset=ssh\""));
    assert!(files["left-out.txt"].contains("--include-default"));
}

#[test]
fn what_is_left_out_has_its_reason_and_can_be_asked_for() {
    let mut stack = group("sg-0000000b", "stack", &[]);
    let tag = ("aws:cloudformation:stack-name".to_owned(), "s".to_owned());
    stack.tags = BTreeMap::from([tag]);
    let mut shared = group("sg-0000000c", "shared", &[]);
    shared.owner_id = "210987654321".to_owned();
    let mut snapshot = account([
        group("sg-0000000a", "default", &["ingress all from self"]),
        stack,
        shared,
        group("sg-0000000d", "old", &[]),
        group("sg-0000000e", "app", &[]),
    ]);
    snapshot.regions[0].interfaces[0].groups = [("sg-0000000e").into()].into();
    let reasons = |selection: &Selection| -> BTreeMap<String, String> {
        let options = Options {
            selection: selection.clone(),
            ..Options::default()
        };
        let (adoption, _) = adopted(&snapshot, &options);
        let left = adoption.left_out.into_iter();
        left.map(|one| (one.name, one.reason)).collect()
    };
    let all = reasons(&Selection::default());
    for (name, needle) in [
        ("default", "default group"),
        ("stack", "The CloudFormation stack s manages it"),
        ("shared", "210987654321 owns it"),
        ("old", "It is unused."),
    ] {
        assert!(all[name].contains(needle), "{name}: {}", all[name]);
    }
    assert_eq!(all.len(), 4);
    let with = Selection {
        with_default: true,
        with_service_managed: true,
        with_unused: true,
        ..Selection::default()
    };
    assert_eq!(reasons(&with).into_keys().collect::<Vec<_>>(), ["shared"]);
    let named = Selection {
        named: BTreeSet::from(["old".to_owned(), "sg-0000000b".to_owned()]),
        ..Selection::default()
    };
    let left: Vec<String> = reasons(&named).into_keys().collect();
    assert_eq!(left, ["app", "default", "shared"]);
    let elsewhere = Selection {
        vpcs: BTreeSet::from(["Main!".to_owned()]),
        ..Selection::default()
    };
    assert_eq!(reasons(&elsewhere).len(), 5);
}

#[test]
fn rules_that_others_own_are_declared_by_nobody_else() {
    let snapshot = account([
        group(
            "sg-0000000a",
            "tagged",
            &["ingress tcp/1 from self", "ingress tcp/2 from self"],
        ),
        group(
            "sg-0000000b",
            "stated",
            &["ingress tcp/1 from self", "ingress tcp/2 from self"],
        ),
    ]);
    let single = |number: usize, has_owner, address: Option<&str>| SingleRule {
        id: format!("sgr-{number}"),
        rule: format!("ingress tcp/{number} from self")
            .parse()
            .expect("a rule"),
        has_owner,
        managed_by: address.map(str::to_owned),
    };
    let single_rules = BTreeMap::from([
        (
            "sg-0000000a".to_owned(),
            vec![single(1, true, None), single(2, false, None)],
        ),
        (
            "sg-0000000b".to_owned(),
            vec![
                single(1, false, Some("aws_security_group_rule.x")),
                single(2, false, None),
            ],
        ),
    ]);
    let options = Options {
        single_rules,
        ..Options::default()
    };
    let (adoption, files) = adopted(&snapshot, &options);
    let [tagged, stated] = [1, 0].map(|at| &adoption.vpcs[0].groups[at]);
    // A tag keeps a rule safe from its group, so that the group may have the others for itself.
    assert_eq!((tagged.rules.len(), tagged.bundle.is_none()), (1, true));
    let (_, import) = stated.bundle.as_ref().expect("rules of its own");
    assert_eq!(import, "eu-west-1/sg-0000000b/sgr-2");
    assert!(!files["vpc-main.tf"].contains("from_port = 1\n"));
}

#[test]
fn a_group_that_configuration_cannot_describe_is_left_out_alone() {
    let mut odd = group("sg-0000000a", "odd", &["ingress all from self"]);
    for text in odd.rules.values_mut() {
        "caf\u{e9}".clone_into(text);
    }
    let snapshot = account([
        odd,
        group("sg-0000000b", "web", &["ingress all from sg-0000000a"]),
    ]);
    let (adoption, files) = adopted(&snapshot, &Options::default());
    assert_eq!(adoption.imports(), 1);
    assert!(adoption.left_out[0].reason.contains("can't describe it"));
    assert!(files["vpc-main.tf"].contains("# sg-0000000a is odd, which isn't adopted.\n"));
}

#[test]
fn names_that_are_taken_are_not_given_again() {
    let snapshot = account([group("sg-0000000a", "web", &[])]);
    let taken = ["curated_security_group.web", "local.vpc_main"];
    let options = Options {
        taken: taken.map(str::to_owned).into(),
        ..Options::default()
    };
    let (adoption, files) = adopted(&snapshot, &options);
    assert_eq!(adoption.vpcs[0].groups[0].label, "web_main");
    assert!(files.contains_key("vpc-main-eu-west-1.tf"), "{files:?}");
}
