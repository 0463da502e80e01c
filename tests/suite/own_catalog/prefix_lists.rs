//! Guardrails look into prefix lists, where these credentials may.

use serde_json::json;

use super::web;
use crate::support::emulator::element;
use crate::support::said::assert_says;
use crate::support::stage::{REGION, Stage};

const GUARDRAIL: &str = r#"
  guardrail {
    name    = "no-ssh"
    traffic = ["ssh"]
    reason  = "Use the bastion"
  }
"#;
const READ: &str = "GetManagedPrefixListEntries";

/// Makes a prefix list with these entries.
fn list(stage: &Stage, name: &str, entries: &[&str]) -> String {
    let keys: Vec<String> = (1..=entries.len())
        .map(|n| format!("Entry.{n}.Cidr"))
        .collect();
    let most = entries.len().max(1).to_string();
    let mut parameters = vec![
        ("PrefixListName", name),
        ("AddressFamily", "IPv4"),
        ("MaxEntries", most.as_str()),
    ];
    let pairs = keys.iter().map(String::as_str).zip(entries.iter().copied());
    parameters.extend(pairs);
    let reply = stage
        .emulator
        .call(REGION, "CreateManagedPrefixList", &parameters);
    element(&reply, "prefixListId").to_owned()
}

#[test]
fn a_prefix_list_that_holds_the_world_is_the_world() {
    let stage = Stage::with_provider(GUARDRAIL, "");
    let world = list(&stage, "world", &["0.0.0.0/1", "128.0.0.0/1"]);
    let half = list(&stage, "half", &["0.0.0.0/2", "64.0.0.0/2"]);
    let office = list(&stage, "office", &["192.0.2.0/24"]);
    for lines in [
        format!("  ingress_rules = {{ a = \"ssh from {world}\" }}"),
        format!(
            "  ingress_rules = {{ a = \"all from {half}\", b = \"tcp/1-99 from 128.0.0.0/1\" }}"
        ),
        format!(
            "  ingress {{\n    service         = \"ssh\"\n    prefix_list_ids = [\"{world}\"]\n  }}"
        ),
    ] {
        stage.write_all(GUARDRAIL, &web(&lines));
        stage.work.try_validate().expect(&[0]);
        let refused = stage.work.run(&["plan", "-no-color"]).failure();
        assert_says(
            &refused,
            &["The guardrail \"no-ssh\" is violated", "Use the bastion"],
        );
    }
    stage.emulator.reset_counts();
    let groups: String = (0..5)
        .map(|n| {
            format!(
                "resource \"curated_security_group\" \"g{n}\" {{\n  name = \"g{n}\"\n  \
                 ingress_rules = {{ a = \"ssh from {office}, {half}\", b = \"https from {world}\" }}\n}}\n"
            )
        })
        .collect();
    stage.write_all(GUARDRAIL, &groups);
    let plan = stage.work.plan().text;
    assert!(!plan.contains("uardrail"), "{plan}");
    // Each list is read once, and the one that no guardrail is about isn't.
    assert_eq!(stage.emulator.counts().get(READ), Some(&2));
}

#[test]
fn a_prefix_list_that_may_not_be_read_is_warned_of() {
    let lines = |id: &str| web(&format!("  ingress_rules = {{ a = \"ssh from {id}\" }}"));
    let stage = Stage::with_provider(GUARDRAIL, "");
    let world = list(&stage, "world", &["0.0.0.0/0"]);
    stage.write_all(GUARDRAIL, &lines(&world));
    stage.emulator.config(&json!({ "faults": [
        { "action": READ, "do": "error", "code": "UnauthorizedOperation", "times": 99 }
    ] }));
    let plan = stage.work.plan().text;
    assert_says(
        &plan,
        &[
            &format!("Warning: Guardrails don't judge the rule \"ingress tcp/22 from {world}\""),
            "ec2:GetManagedPrefixListEntries",
            "the label \"a\" of ingress_rules",
        ],
    );
}
