//! A group whose rules stand in resources outside of it gets its first own rule, or has its rules for
//! itself: rules of the others with a tag stay, and a plan that would revoke one without a tag is refused.

use serde_json::json;

use crate::support::said::assert_says;
use crate::support::stage::{REGION, REVOKE, Stage};
use crate::support::terraform::Outcome;

const OURS: &str = "ingress tcp/22 from 10.0.0.0/8";
const IN_BLOCK: &str =
    "  ingress {\n    service = \"https\"\n    cidr_blocks = [\"10.0.0.0/8\"]\n  }\n";
/// What makes a group have its rules for itself.
const FIRST: [&str; 4] = [
    "  ingress_rules = { w = \"https from 10.0.0.0/8\" }\n",
    IN_BLOCK,
    "  preset = \"https\"\n",
    "  exclusive = true\n",
];
const BUNDLE: &str = "curated_security_group_rules";
const TYPES: [(&str, &str); 4] = [
    (BUNDLE, "ingress_rules = { a = \"ssh from 10.0.0.0/8\" }"),
    (
        "curated_security_group_rule",
        "type = \"ingress\"\n  protocol = \"tcp\"\n  from_port = 22\n  to_port = 22\n  cidr_blocks = \
         [\"10.0.0.0/8\"]",
    ),
    (
        "curated_vpc_security_group_ingress_rule",
        "ip_protocol = \"tcp\"\n  from_port = 22\n  to_port = 22\n  cidr_ipv4 = \"10.0.0.0/8\"",
    ),
    (
        "curated_vpc_security_group_egress_rule",
        "ip_protocol = \"tcp\"\n  from_port = 22\n  to_port = 22\n  cidr_ipv4 = \"10.0.0.0/8\"",
    ),
];

/// A group, and a resource with one rule of it.
fn both(group: &str, (type_name, rule): (&str, &str), more: &str) -> String {
    format!(
        "resource \"curated_security_group\" \"s\" {{\n  name = \"s\"\n{group}}}\nresource \
         \"{type_name}\" \"a\" {{\n  security_group_id = curated_security_group.s.id\n  \
         {rule}\n{more}}}\n"
    )
}

const UNTAGGED: &str = "  owner_tag = false\n";

fn planned(stage: &Stage, options: &[&str]) -> Outcome {
    let plan = ["plan", "-no-color", "-input=false"];
    stage.work.run(&[&plan, options].concat())
}

/// Each plan was refused with "revokes the rule", and warned at the same time that the rule stays.
#[test]
fn a_group_gets_its_first_own_rule_beside_tagged_rules() {
    for ty in TYPES {
        let stage = Stage::applied(&both("", ty, ""));
        for first in FIRST {
            stage.write(&both(first, ty, ""));
            for options in [&[][..], &["-refresh=false"]] {
                planned(&stage, options).expect(&[0]);
            }
        }
        stage.settle();
        assert_eq!(stage.emulator.counts().get(REVOKE), None, "{}", ty.0);
        let held = stage.held("s");
        assert!(held.keys().any(|key| key.contains("tcp/22")), "{held:?}");
    }
}

#[test]
fn a_group_that_would_revoke_a_rule_without_a_tag_is_refused() {
    for ty in TYPES {
        let stage = Stage::applied(&both("", ty, UNTAGGED));
        for first in FIRST {
            stage.write(&both(first, ty, UNTAGGED));
            let refused = planned(&stage, &[]);
            assert_says(
                &refused.failure(),
                &[
                    "revokes the rule",
                    "in the same run",
                    "curated migrate --tag-rules --write",
                    "Set exclusive = false",
                ],
            );
            // The state doesn't say that the group has the rule: it isn't revoked.
            planned(&stage, &["-refresh=false"]).expect(&[0]);
        }
    }
}

/// The advice was to take the resource out of the state.
#[test]
fn what_the_refusal_advises_keeps_the_rule() {
    let first = FIRST[0];
    let ty = TYPES[0];
    for advice in ["exclusive", "tag"] {
        let stage = Stage::applied(&both("", ty, UNTAGGED));
        stage.write(&both(first, ty, UNTAGGED));
        planned(&stage, &[]).failure();
        if advice == "tag" {
            stage.write(&both("", ty, ""));
            stage.settle();
            stage.write(&both(first, ty, ""));
        } else {
            let group = format!("{first}  exclusive = false\n");
            stage.write(&both(&group, ty, UNTAGGED));
        }
        stage.settle();
        assert_eq!(stage.emulator.counts().get(REVOKE), None, "{advice}");
        assert!(stage.held("s").contains_key(OURS), "{advice}");
    }
}

/// The tag was looked up only of rules that the state didn't know, so that this rule went in spite of it.
#[test]
fn a_rule_that_gets_its_tag_after_a_refresh_is_left_alone() {
    let stage = Stage::applied(&both(FIRST[0], TYPES[0], ""));
    let group = stage.emulator.group(REGION, "s");
    let held = group["ingress"].as_array().expect("a list of rules");
    let rule = held.iter().find(|rule| rule["from_port"] == json!(22));
    let rule = rule.expect("the rule is there");
    let id = rule["id"].as_str().expect("an id");
    let owner = rule["tags"]["curated:owner"].as_str().expect("an owner");
    let tag = |action, more: &[(&str, &str)]| {
        let tag = [("ResourceId.1", id), ("Tag.1.Key", "curated:owner")];
        stage.emulator.call(REGION, action, &[&tag, more].concat());
    };
    tag("DeleteTags", &[]);
    stage.run(&["apply", "-refresh-only", "-auto-approve"]);
    assert!(stage.rules("curated_security_group.s").contains_key(OURS));
    planned(&stage, &[]).failure();
    tag("CreateTags", &[("Tag.1.Value", owner)]);
    stage.settle();
    assert!(stage.held("s").contains_key(OURS));
}
