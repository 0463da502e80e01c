//! Replacements, of which the old and the new resource have the same rule: it never goes away.

use serde_json::json;

use super::{Stage, block, bundle, ingress, tcp};
use crate::support::kill::kill_while;

const FIRST: &str = "  lifecycle {\n    create_before_destroy = true\n  }\n";

/// A resource that is replaced whenever the trigger is another.
fn triggered(trigger: &str, resource: &str) -> String {
    let by = "replace_triggered_by = [terraform_data.trigger]\n    create_before_destroy = true";
    let trigger =
        format!("resource \"terraform_data\" \"trigger\" {{\n  input = \"{trigger}\"\n}}\n");
    trigger + &resource.replace("create_before_destroy = true", by)
}

fn resources() -> [String; 3] {
    let older = "resource \"curated_security_group_rule\" \"web\" {\n  security_group_id = \
                 \"GROUP\"\n  type = \"ingress\"\n  protocol = \"tcp\"\n  from_port = 80\n  \
                 to_port = 80\n  cidr_blocks = [\"10.0.0.0/8\"]\n";
    [
        ingress("web", &(tcp("80") + FIRST)),
        bundle("web", &(block("80") + FIRST)),
        format!("{older}{FIRST}}}\n"),
    ]
}

#[test]
fn the_new_resource_takes_the_rule_over_from_the_old_one() {
    for resource in resources() {
        let stage = Stage::applied(&triggered("1", &resource));
        let before = stage.rule(80);
        stage.write(&triggered("2", &resource));
        stage.settle();
        assert!(
            !stage.writes().iter().any(|a| a.starts_with("Revoke")),
            "{:?}",
            stage.writes()
        );
        let after = stage.rule(80);
        assert_eq!(after["id"], before["id"], "{resource}");
        assert_ne!(after["tags"], before["tags"], "{resource}");
    }
}

#[test]
fn a_replacement_by_hand_neither_fails_nor_loses_the_rule() {
    for resource in resources() {
        let stage = Stage::applied(&resource);
        let address =
            stage.work.state()["values"]["root_module"]["resources"][0]["address"].clone();
        let replace = format!("-replace={}", address.as_str().expect("an address"));
        let run = stage
            .work
            .run(&["apply", "-no-color", "-auto-approve", &replace]);
        assert_eq!(run.code, 0, "{run}");
        stage.assert_settled();
        assert_eq!(stage.keys(), ["ingress tcp/80 from 10.0.0.0/8"]);
    }
}

#[test]
fn without_create_before_destroy_the_rule_comes_back() {
    let stage = Stage::applied(&ingress("web", &tcp("80")));
    let address = "-replace=curated_vpc_security_group_ingress_rule.web";
    let run = stage
        .work
        .run(&["apply", "-no-color", "-auto-approve", address]);
    assert_eq!(run.code, 0, "{run}");
    stage.assert_settled();
    assert_eq!(stage.keys(), ["ingress tcp/80 from 10.0.0.0/8"]);
}

#[test]
fn a_rule_moves_from_one_resource_to_another_in_one_run() {
    let stage = Stage::applied(&bundle("app", &(block("80") + &block("81"))));
    let split = bundle("app", &block("81")) + &ingress("web", &tcp("80"));
    stage.write(&split);
    stage.settle();
    let keys = ["80", "81"].map(|port| format!("ingress tcp/{port} from 10.0.0.0/8"));
    assert_eq!(stage.keys(), keys);
    stage.write(&bundle("app", &(block("80") + &block("81"))));
    stage.settle();
    assert_eq!(stage.keys(), keys);
}

/// One resource had read that EC2 has the rule and took it over, after the other one had revoked it: the
/// state had a rule that was gone, and its traffic was cut.
#[test]
fn a_rule_that_is_being_taken_over_is_not_revoked_meanwhile() {
    let after_web = "  depends_on = [curated_vpc_security_group_ingress_rule.web]\n";
    let web = ingress("web", &tcp("80")) + &ingress("late", &(tcp("90") + after_web));
    let stage = Stage::applied(&(bundle("app", &block("81")) + &web));
    stage.write(&bundle("app", &(block("80") + &block("81"))));
    // The rule goes once another is gone. By then EC2 has refused to make it for the bundle, whose
    // next look at the rules is long on its way back.
    let faults = json!([
        { "action": "RevokeSecurityGroupIngress", "do": "delay", "ms": 700, "times": 1 },
        {
            "action": "DescribeSecurityGroupRules", "do": "delay", "ms": 2000, "when": "after",
            "skip": 2, "times": 1,
        },
    ]);
    stage.emulator.config(&json!({ "faults": faults }));
    stage.settle();
    let keys = ["80", "81"].map(|port| format!("ingress tcp/{port} from 10.0.0.0/8"));
    assert_eq!(stage.keys(), keys);
}

/// The old object is deposed, and goes in the next run.
#[test]
fn a_run_that_ends_between_the_two_loses_nothing() {
    for resource in resources() {
        let stage = Stage::applied(&triggered("1", &resource));
        let before = stage.rule(80);
        stage.write(&triggered("2", &resource));
        let plan = stage.work.run(&["plan", "-no-color", "-out=plan"]);
        assert_eq!(plan.code, 0, "{plan}");
        // The new resource looks once, and the removal of the old one then.
        let held = json!({ "action": "DescribeSecurityGroupRules", "do": "hold", "skip": 1 });
        stage.emulator.config(&json!({ "faults": [held] }));
        let apply = ["apply", "-no-color", "plan"];
        kill_while(&stage.work, &stage.emulator, &apply, false);
        stage.emulator.config(&json!({ "faults": [] }));
        let state = stage.work.path().join("terraform.tfstate");
        let stored = std::fs::read_to_string(state).expect("a state");
        assert!(stored.contains("\"deposed\""), "{stored}");
        let again = stage.work.apply();
        stage.assert_settled();
        assert_eq!(stage.rule(80)["id"], before["id"], "{again}");
    }
}
