//! Importing default groups, and moving them in from the AWS provider.

use std::fs;

use serde_json::Value as Json;

use super::{ADDRESS, AWS_OWN, REGION, default_group, resource};
use crate::moving::from_aws_provider::moves_without_a_change;
use crate::support::aws_provider::{aws_provider_or_skip, both_providers, work_dir};
use crate::support::emulator::Emulator;
use crate::support::said::assert_says;
use crate::support::terraform::{self, Terraform};

const OPEN: &str = r#"  ingress {
    protocol  = "-1"
    from_port = 0
    to_port   = 0
    self      = true
  }
  egress {
    protocol    = "-1"
    from_port   = 0
    to_port     = 0
    cidr_blocks = ["0.0.0.0/0"]
  }"#;

#[test]
fn every_form_of_id_imports_without_a_change() {
    for (text, body) in [
        ("VPC", OPEN),
        ("GROUP", OPEN),
        ("eu-west-1/VPC", OPEN),
        ("GROUP@eu-west-1", OPEN),
        (
            "VPC#short",
            "  ingress_rules = { all = \"all from self\" }\n  egress_rules = { all = \"all to \
             0.0.0.0/0\" }",
        ),
    ] {
        let stage = super::stage(body);
        let (vpc, group) = (
            stage.emulator.default_vpc(REGION),
            default_group(&stage.emulator),
        );
        let text = text.replace("VPC", &vpc).replace("GROUP", &group);
        stage.emulator.reset_counts();
        stage.work.import(ADDRESS, &text);
        assert_eq!(stage.keys(ADDRESS), AWS_OWN, "{text}");
        stage.settle();
        stage.assert_no_writes();
    }
}

#[test]
fn other_groups_are_refused_and_each_type_names_the_other() {
    let stage = super::stage("");
    let named = [("GroupName", "web"), ("GroupDescription", "web")];
    stage.emulator.call(REGION, "CreateSecurityGroup", &named);
    let refused = stage
        .work
        .try_import(ADDRESS, &stage.emulator.id(REGION, "web"));
    assert_says(
        &refused.failure(),
        &[
            "is not the default group of a VPC",
            "curated_security_group",
        ],
    );
    for (text, said) in [
        ("web", "is the id of neither a VPC nor a security group"),
        ("vpc-0123456789abcdef0", "There is no default group of"),
        ("sg-0123456789abcdef0", "There is no default group of"),
    ] {
        assert_says(&stage.work.try_import(ADDRESS, text).failure(), &[said]);
    }
    let preset = format!("{}#preset=http", stage.emulator.default_vpc(REGION));
    let refused = stage.work.try_import(ADDRESS, &preset).failure();
    assert_says(&refused, &["A default group takes no preset"]);
    stage.write("resource \"curated_security_group\" \"web\" {\n  name = \"web\"\n}\n");
    let group = default_group(&stage.emulator);
    let refused = stage.work.try_import("curated_security_group.web", &group);
    assert_says(&refused.failure(), &["curated_default_security_group"]);
}

#[test]
fn a_default_group_of_the_aws_provider_moves_in_without_a_change_or_a_write() {
    let Some(aws) = aws_provider_or_skip("moving from aws_default_security_group") else {
        return;
    };
    let closed = "  vpc_id = \"VPC\"";
    let tagged = "  vpc_id = \"VPC\"\n  tags = { team = \"web\" }\n  revoke_rules_on_delete = true";
    let open = format!("  vpc_id = \"VPC\"\n{OPEN}");
    for (body, version) in [(closed, 5), (tagged, 6), (&open, 4)] {
        let emulator = Emulator::start();
        let body = body.replace("VPC", &emulator.default_vpc(REGION));
        let providers = both_providers(&emulator);
        let before = resource(&body).replace("curated_default", "aws_default");
        let work = work_dir(&Terraform::find(), &aws, &format!("{providers}{before}"));
        work.apply();
        let moved =
            format!("moved {{\n  from = aws_default_security_group.main\n  to = {ADDRESS}\n}}\n");
        let after = format!("{providers}{}{moved}", resource(&body));
        let file = work.path().join("terraform.tfstate");
        let state = fs::read_to_string(&file).expect("a state");
        let mut state: Json = serde_json::from_str(&state).expect("JSON");
        let instance = &mut state["resources"][0]["instances"][0];
        match version {
            // It had no attribute of that name yet.
            4 => drop(attributes(instance).remove("name_prefix")),
            6 => drop(attributes(instance).insert("region".to_owned(), REGION.into())),
            _ => {}
        }
        fs::write(&file, state.to_string()).expect("the state can be written");
        moves_without_a_change(&emulator, &aws, &file, &after, 1, |_| {});
    }
}

fn attributes(instance: &mut Json) -> &mut serde_json::Map<String, Json> {
    instance["attributes"].as_object_mut().expect("an object")
}

#[test]
fn a_default_group_is_imported_by_identity() {
    let terraform = Terraform::with_identities();
    let emulator = Emulator::start();
    let (group, vpc) = (default_group(&emulator), emulator.default_vpc(REGION));
    for identity in [
        format!("id = \"{group}\""),
        format!("id = \"{vpc}\""),
        format!("id = \"{group}\", region = \"{REGION}\""),
    ] {
        let provider = terraform::provider(emulator.endpoint(), REGION);
        let import = format!("import {{\n  to = {ADDRESS}\n  identity = {{ {identity} }}\n}}\n");
        let work = terraform.work_dir(&format!("{provider}{import}{}", resource(OPEN)));
        emulator.reset_counts();
        let plan = work.plan().text;
        let all = "1 to import, 0 to add, 0 to change, 0 to destroy";
        assert!(plan.contains(all), "{identity}: {plan}");
        work.apply();
        assert!(!work.plan().changes, "{identity}");
        assert_eq!(emulator.writes(), [] as [Json; 0], "{identity}");
    }
}
