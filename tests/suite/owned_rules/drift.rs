//! What others did to the rules meanwhile.

use super::{REGION, Stage, block, bundle, ingress, tcp};
use crate::support::said::assert_says;

#[test]
fn a_rule_that_was_removed_comes_back() {
    let stage = Stage::applied(&(ingress("web", &tcp("80")) + &bundle("app", &block("81"))));
    stage.by_hand("Revoke", "80");
    stage.by_hand("Revoke", "81");
    let plan = stage.work.plan();
    assert!(
        plan.changes && plan.text.contains("1 to add, 1 to change"),
        "{}",
        plan.text
    );
    stage.settle();
    assert_eq!(stage.rules().len(), 2);
}

#[test]
fn a_description_that_was_changed_comes_back() {
    let stage = Stage::applied(&(ingress("web", &tcp("80")) + &bundle("app", &block("81"))));
    for port in ["80", "81"] {
        let change = [
            ("GroupId", stage.group.as_str()),
            ("IpPermissions.1.IpProtocol", "tcp"),
            ("IpPermissions.1.FromPort", port),
            ("IpPermissions.1.ToPort", port),
            ("IpPermissions.1.IpRanges.1.CidrIp", "10.0.0.0/8"),
            ("IpPermissions.1.IpRanges.1.Description", "by hand"),
        ];
        let action = "UpdateSecurityGroupRuleDescriptionsIngress";
        stage.emulator.call(REGION, action, &change);
    }
    let plan = stage.work.plan();
    assert!(
        plan.text.contains("2 to change") && plan.text.contains("by hand"),
        "{}",
        plan.text
    );
    stage.settle();
    assert!(stage.rules().values().all(String::is_empty));
}

#[test]
fn a_rule_that_was_changed_in_place_is_changed_back() {
    let stage = Stage::applied(&ingress("web", &tcp("80")));
    let rule = stage.rule(80);
    let id = rule["id"].as_str().expect("an id");
    let change = [
        ("GroupId", stage.group.as_str()),
        ("SecurityGroupRule.1.SecurityGroupRuleId", id),
        ("SecurityGroupRule.1.SecurityGroupRule.IpProtocol", "tcp"),
        ("SecurityGroupRule.1.SecurityGroupRule.FromPort", "443"),
        ("SecurityGroupRule.1.SecurityGroupRule.ToPort", "443"),
        (
            "SecurityGroupRule.1.SecurityGroupRule.CidrIpv4",
            "0.0.0.0/0",
        ),
    ];
    stage
        .emulator
        .call(REGION, "ModifySecurityGroupRules", &change);
    let plan = stage.work.plan();
    assert!(
        plan.text.contains("0 to add, 1 to change, 0 to destroy"),
        "{}",
        plan.text
    );
    stage.settle();
    assert_eq!(stage.rule(80)["id"], id);
    assert_eq!(stage.keys(), ["ingress tcp/80 from 10.0.0.0/8"]);
}

#[test]
fn a_rule_that_was_put_back_by_hand_is_ones_own() {
    let stage = Stage::applied(&ingress("web", &tcp("80")));
    stage.by_hand("Revoke", "80");
    stage.by_hand("Authorize", "80");
    stage.assert_settled();
    stage.write("");
    stage.settle();
    assert_eq!(stage.keys(), [""; 0]);
}

#[test]
fn rules_go_with_their_group() {
    let stage = Stage::applied(&(ingress("web", &tcp("80")) + &bundle("app", &block("81"))));
    let group = [("GroupId", stage.group.as_str())];
    stage.emulator.call(REGION, "DeleteSecurityGroup", &group);
    let plan = stage.work.try_plan().failure();
    let summary = format!("There is no security group {}", stage.group);
    assert_says(&plan, &[&summary]);
    stage.write("");
    stage.settle();
}

#[test]
fn tags_that_were_changed_come_back() {
    let tagged = tcp("80") + "  tags = { team = \"web\" }\n";
    let stage = Stage::applied(&ingress("web", &tagged));
    let rule = stage.rule(80);
    let tag = [
        ("ResourceId.1", rule["id"].as_str().expect("an id")),
        ("Tag.1.Key", "team"),
        ("Tag.1.Value", "ops"),
    ];
    stage.emulator.call(REGION, "CreateTags", &tag);
    let plan = stage.work.plan();
    assert!(plan.text.contains("1 to change"), "{}", plan.text);
    stage.settle();
    assert_eq!(stage.rule(80)["tags"]["team"], "web");
}
