//! What others do between a plan and its apply: a change takes over no rule of somebody else.

use serde_json::json;

use super::{Stage, block, bundle, ingress, tcp};
use crate::support::kill::kill_while;
use crate::support::said::assert_says;

/// Plans, lets others act, applies that plan, and gives what it says, which must be an error.
#[track_caller]
fn refused_after(stage: &Stage, meanwhile: impl FnOnce()) -> String {
    let plan = stage.work.run(&["plan", "-no-color", "-out=plan"]);
    assert_eq!(plan.code, 0, "{plan}");
    meanwhile();
    let apply = stage.work.run(&["apply", "-no-color", "plan"]);
    assert_eq!(apply.code, 1, "{apply}");
    apply.stderr
}

#[test]
fn a_change_to_a_rule_that_was_made_since_keeps_the_old_one() {
    for (resource, changed) in [
        (ingress("web", &tcp("80")), ingress("web", &tcp("81"))),
        (
            bundle("web", &block("80")),
            bundle("web", &(block("80") + &block("81"))),
        ),
    ] {
        let stage = Stage::applied(&resource);
        stage.write(&changed);
        let said = refused_after(&stage, || stage.by_hand("Authorize", "81"));
        assert_says(&said, &["exists already", "revoke it"]);
        assert_eq!(stage.rule(81)["tags"], json!({}));
        assert!(stage.rule(80)["tags"]["curated:owner"].is_string());
        // Once it is out of the way, the change goes on.
        stage.by_hand("Revoke", "81");
        stage.settle();
    }
}

#[test]
fn a_rule_that_the_plan_finds_and_an_existing_bundle_wants_is_told_how_to_come_by_it() {
    let stage = Stage::applied(&bundle("web", &block("80")));
    stage.by_hand("Authorize", "81");
    stage.write(&bundle("web", &(block("80") + &block("81"))));
    let said = stage.work.try_plan().failure();
    assert_says(&said, &["exists already", "revoke it"]);
    assert!(!said.contains("import {"), "{said}");
}

#[test]
fn rules_of_a_killed_run_come_back_to_their_bundle() {
    let stage = Stage::applied(&bundle("web", &block("80")));
    stage.write(&bundle("web", &(block("80") + &block("81"))));
    let held = json!({ "action": "AuthorizeSecurityGroupIngress", "do": "hold", "when": "after" });
    stage.emulator.config(&json!({ "faults": [held] }));
    let apply = ["apply", "-no-color", "-auto-approve"];
    kill_while(&stage.work, &stage.emulator, &apply, true);
    stage.emulator.config(&json!({ "faults": [] }));
    stage.emulator.reset_counts();
    stage.settle();
    assert_eq!(stage.writes(), [""; 0]);
    assert_eq!(stage.rules().len(), 2);
    // One that the configuration doesn't want any more goes.
    stage.write(&bundle("web", &block("80")));
    stage.settle();
    assert_eq!(stage.keys(), ["ingress tcp/80 from 10.0.0.0/8"]);
}

#[test]
fn a_lost_reply_without_a_tag_is_resolved() {
    let off = "  owner_tag = false\n";
    let stage =
        Stage::new(&(ingress("web", &(tcp("80") + off)) + &bundle("app", &(block("81") + off))));
    let lost = json!({
        "action": "AuthorizeSecurityGroupIngress", "do": "reset", "when": "after", "times": 2,
    });
    stage.emulator.config(&json!({ "faults": [lost] }));
    stage.settle();
    assert_eq!(stage.rules().len(), 2);
}
