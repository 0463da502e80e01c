//! A group lets go of a rule in the same run in which a resource outside of it is to have the rule.

use serde_json::json;

use super::{ingress, tcp};
use crate::support::emulator::Emulator;
use crate::support::held::rules_of;
use crate::support::stage::{REGION, Stage};

const KEYS: [&str; 2] = [
    "ingress tcp/80 from 10.0.0.0/8",
    "ingress tcp/81 from 10.0.0.0/8",
];

/// A group with these lines of the short form.
fn group(lines: &str) -> String {
    format!(
        "resource \"curated_security_group\" \"app\" {{\n  name = \"app\"\n  \
         ingress_rules = {{ {lines} }}\n}}\n"
    )
}

/// The default group of the default VPC.
fn default_group(lines: &str) -> String {
    format!(
        "resource \"curated_default_security_group\" \"app\" {{\n  \
         ingress_rules = {{ {lines} }}\n}}\n"
    )
}

/// A rule of that group for port 80.
fn rule(type_name: &str) -> String {
    let group = format!("{type_name}.app.id");
    ingress("web", &tcp("80")).replace("\"GROUP\"", &group)
}

const BOTH: &str = "a = \"tcp/80 from 10.0.0.0/8\", b = \"tcp/81 from 10.0.0.0/8\"";
const ONE: &str = "b = \"tcp/81 from 10.0.0.0/8\"";

fn keys(emulator: &Emulator, name: &str) -> Vec<String> {
    let rules = rules_of(&emulator.group(REGION, name)).into_keys();
    rules.filter(|key| key.starts_with("ingress")).collect()
}

/// The plan said that the rule exists and offered its import, after which the group revoked it.
#[test]
fn a_rule_that_a_group_lets_go_of_is_made_by_a_resource_in_the_same_run() {
    for (type_name, name, of) in [
        ("curated_security_group", "app", group as fn(&str) -> String),
        ("curated_default_security_group", "default", default_group),
    ] {
        let stage = Stage::applied(&of(BOTH));
        stage.write(&(of(ONE) + &rule(type_name)));
        stage.settle();
        assert_eq!(keys(&stage.emulator, name), KEYS, "{type_name}");
        stage.write(&of(BOTH));
        stage.settle();
        assert_eq!(keys(&stage.emulator, name), KEYS, "{type_name}");
    }
}

#[test]
fn an_import_of_a_rule_that_the_group_revokes_in_the_same_run_is_refused() {
    let stage = Stage::applied(&group(BOTH));
    let web = stage.emulator.group(REGION, "app");
    let held = web["ingress"].as_array().expect("a list of rules");
    let id = held.iter().find(|rule| rule["from_port"] == json!(80));
    let id = id.expect("the rule is there")["id"]
        .as_str()
        .expect("an id");
    let import = format!(
        "import {{\n  to = curated_vpc_security_group_ingress_rule.web\n  id = \"{id}\"\n}}\n"
    );
    let refused = stage.try_apply(&(group(ONE) + &rule("curated_security_group") + &import));
    assert_eq!(refused.code, 1, "{refused}");
    let said = refused.text();
    assert!(said.contains("in the same run"), "{said}");
    assert_eq!(keys(&stage.emulator, "app"), KEYS);
    // The error says that the resource makes the rule, where it isn't imported.
    stage.write(&(group(ONE) + &rule("curated_security_group")));
    stage.settle();
    assert_eq!(keys(&stage.emulator, "app"), KEYS);
}
