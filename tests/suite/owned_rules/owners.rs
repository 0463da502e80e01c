//! The tag that says whose a rule is.

use serde_json::json;

use super::{REGION, Stage, block, bundle, ingress, tcp};
use crate::support::kill::kill_while;
use crate::support::stage::provider_with;
use crate::support::terraform::Terraform;

#[test]
fn a_rule_of_another_state_is_an_error_that_names_its_owner() {
    let stage = Stage::applied(&bundle("app", &block("80")));
    let state = stage.work.attributes("curated_security_group_rules.app");
    let owner = state["id"].as_str().expect("an id");
    let other = Terraform::find().work_dir("");
    let rule = ingress("web", &tcp("80")).replace("GROUP", &stage.group);
    other.write(
        "main.tf",
        &(provider_with(stage.emulator.endpoint(), "") + &rule),
    );
    let said = other.try_plan().failure();
    assert!(
        said.contains("exists already") && said.contains(owner),
        "{said}"
    );
    // Each has its own, and destroying one leaves the other's.
    // The group's id may have the same digits.
    let rule = ingress("web", &tcp("81")).replace("GROUP", &stage.group);
    other.write(
        "main.tf",
        &(provider_with(stage.emulator.endpoint(), "") + &rule),
    );
    other.apply();
    stage.assert_settled();
    other.destroy();
    assert_eq!(stage.keys(), ["ingress tcp/80 from 10.0.0.0/8"]);
}

#[test]
fn a_permission_that_is_missing_is_named_with_its_resource_type() {
    let stage = Stage::new(&bundle("app", &block("80")));
    let denied = json!({
        "action": "AuthorizeSecurityGroupIngress",
        "has": "TagSpecification.1.ResourceType",
        "do": "error",
        "code": "UnauthorizedOperation",
        "message": "You are not authorized to perform this operation.",
        "times": 100,
    });
    stage.emulator.config(&json!({ "faults": [denied] }));
    let said = stage.work.try_apply().failure();
    assert!(
        said.contains("ec2:CreateTags on security-group-rule"),
        "{said}"
    );
    assert!(said.contains("owner_tag = false"), "{said}");
    stage.write(&bundle(
        "app",
        &("  owner_tag = false\n".to_owned() + &block("80")),
    ));
    stage.settle();
    assert_eq!(stage.rule(80)["tags"], json!({}));
}

#[test]
fn the_tag_is_put_on_and_taken_off_as_configured() {
    let off = "  owner_tag = false\n";
    let stage = Stage::applied(&ingress("web", &tcp("80")));
    let tags = || stage.rule(80)["tags"].clone();
    assert!(tags()["curated:owner"].is_string());
    stage.write(&ingress("web", &(tcp("80") + off)));
    stage.settle();
    assert_eq!(tags(), json!({}));
    stage.write(&ingress("web", &tcp("80")));
    stage.settle();
    assert!(tags()["curated:owner"].is_string());
    assert_eq!(stage.writes(), ["DeleteTags", "CreateTags"]);
}

#[test]
fn a_tag_that_somebody_took_off_is_no_change() {
    let stage = Stage::applied(&ingress("web", &tcp("80")));
    let rule = stage.rule(80);
    let tag = [
        ("ResourceId.1", rule["id"].as_str().expect("an id")),
        ("Tag.1.Key", "curated:owner"),
    ];
    stage.emulator.call(REGION, "DeleteTags", &tag);
    stage.assert_settled();
    stage.write("");
    stage.settle();
    assert_eq!(stage.keys(), [""; 0]);
}

#[test]
fn an_answer_that_is_lost_leaves_no_orphan() {
    for when in ["before", "after"] {
        let stage = Stage::new(&(ingress("web", &tcp("80")) + &bundle("app", &block("81"))));
        let lost = json!({
            "action": "AuthorizeSecurityGroupIngress", "do": "reset", "when": when, "times": 2,
        });
        stage.emulator.config(&json!({ "faults": [lost] }));
        stage.settle();
        assert_eq!(stage.rules().len(), 2);
        let removal = json!({
            "action": "RevokeSecurityGroupIngress", "do": "reset", "when": when, "times": 2,
        });
        stage.emulator.config(&json!({ "faults": [removal] }));
        stage.write("");
        stage.settle();
        assert_eq!(stage.keys(), [""; 0]);
    }
}

#[test]
fn throttling_is_waited_for() {
    let stage = Stage::new(&ingress("web", &tcp("80")));
    let throttled = json!({
        "action": "AuthorizeSecurityGroupIngress",
        "do": "error",
        "code": "RequestLimitExceeded",
        "status": 503,
        "times": 3,
    });
    stage.emulator.config(&json!({ "faults": [throttled] }));
    stage.settle();
    assert_eq!(stage.keys(), ["ingress tcp/80 from 10.0.0.0/8"]);
}

#[test]
fn a_run_that_is_killed_leaves_a_rule_whose_import_is_offered() {
    let stage = Stage::new(&ingress("web", &tcp("80")));
    let held = json!({ "action": "AuthorizeSecurityGroupIngress", "do": "hold", "when": "after" });
    stage.emulator.config(&json!({ "faults": [held] }));
    let apply = ["apply", "-no-color", "-auto-approve"];
    kill_while(&stage.work, &stage.emulator, &apply, true);
    stage.emulator.config(&json!({ "faults": [] }));
    let rule = stage.rule(80);
    let id = rule["id"].as_str().expect("an id");
    let said = stage.work.try_plan().failure();
    assert!(said.contains("import {") && said.contains(id), "{said}");
    stage.write(&format!(
        "{}import {{\n  to = curated_vpc_security_group_ingress_rule.web\n  id = \"{id}\"\n}}\n",
        ingress("web", &tcp("80"))
    ));
    stage.settle();
}
