//! Groups as the AWS provider's tests have them: with a name alone, in the default VPC, held by one
//! another's rules, at EC2's quota, and with descriptions that come and go.

use serde_json::json;

use crate::support::emulator::{ACCOUNT, element};
use crate::support::said::assert_says;
use crate::support::stage::{REGION, Stage, WEB};

fn web(lines: &str) -> String {
    format!("resource \"curated_security_group\" \"web\" {{\n  name = \"web\"\n{lines}}}\n")
}

#[test]
fn a_group_with_a_name_alone_is_whole_and_comes_back_by_an_import() {
    let stage = Stage::new("");
    let vpc = stage
        .emulator
        .call(REGION, "CreateVpc", &[("CidrBlock", "10.9.0.0/16")]);
    let vpc = element(&vpc, "vpcId").to_owned();
    stage.write(&web(&format!("  vpc_id = \"{vpc}\"\n")));
    stage.settle();
    let made = stage.work.attributes(WEB);
    let id = stage.id("web");
    let arn = format!("arn:aws:ec2:{REGION}:{ACCOUNT}:security-group/{id}");
    for (name, expected) in [
        ("id", json!(id)),
        ("arn", json!(arn)),
        ("name", json!("web")),
        ("name_prefix", json!(null)),
        ("description", json!("Managed by Terraform")),
        ("vpc_id", json!(vpc)),
        ("owner_id", json!(ACCOUNT)),
        ("region", json!(REGION)),
        ("revoke_rules_on_delete", json!(false)),
        ("ingress", json!([])),
        ("egress", json!([])),
        ("rules", json!({})),
        ("tags", json!({})),
    ] {
        assert_eq!(made[name], expected, "{name}");
    }
    stage.run(&["state", "rm", WEB]);
    stage.work.import(WEB, &id);
    // An import can't tell yet whether the configuration leaves the group's rules to others.
    let mut imported = stage.work.attributes(WEB).clone();
    imported["exclusive"] = made["exclusive"].clone();
    assert_eq!(imported, made);
    stage.assert_settled();
}

#[test]
fn the_default_vpc_is_the_same_written_down_or_left_out() {
    let stage = Stage::new(&web(""));
    stage.settle();
    let vpc = stage.emulator.default_vpc(REGION);
    assert_eq!(stage.work.attributes(WEB)["vpc_id"], vpc.as_str());
    for lines in [format!("  vpc_id = \"{vpc}\"\n"), String::new()] {
        stage.write(&web(&lines));
        stage.assert_settled();
    }
}

/// Two groups whose rules may be revoked when they go, or not.
fn two(revoke: bool) -> String {
    let group = |name: &str| {
        format!(
            "resource \"curated_security_group\" \"{name}\" {{\n  name = \"{name}\"\n  \
             revoke_rules_on_delete = {revoke}\n  timeouts {{ delete = \"20s\" }}\n}}\n"
        )
    };
    group("one") + &group("other")
}

#[test]
fn two_groups_that_rules_added_by_hand_tie_together_go_when_these_may_be_revoked() {
    let stage = Stage::new(&two(false));
    stage.settle();
    let (one, other) = (stage.id("one"), stage.id("other"));
    for (group, peer) in [(&one, &other), (&other, &one)] {
        let rule = [
            ("GroupId", group.as_str()),
            ("IpPermissions.1.IpProtocol", "icmp"),
            ("IpPermissions.1.FromPort", "0"),
            ("IpPermissions.1.ToPort", "0"),
            ("IpPermissions.1.Groups.1.GroupId", peer),
        ];
        stage
            .emulator
            .call(REGION, "AuthorizeSecurityGroupEgress", &rule);
    }
    let refused = stage.work.try_destroy().failure();
    assert_says(
        &refused,
        &[
            &format!("Can't delete the security group {one}: it is in use"),
            &format!("rule \"egress icmp/0/0 to {one}\" of the security group {other} (other)"),
        ],
    );
    assert_eq!((stage.id("one"), stage.id("other")), (one, other));

    // The setting is taken into the state alone: the rules are there when the groups go.
    stage.write(&two(true));
    let apply = ["apply", "-refresh=false", "-auto-approve", "-no-color"];
    stage.run(&apply);
    stage.run(&["destroy", "-refresh=false", "-auto-approve", "-no-color"]);
    for name in ["one", "other"] {
        assert!(stage.emulator.group(REGION, name).is_null(), "{name}");
    }
}

#[test]
fn a_description_that_a_block_no_longer_has_is_taken_off_its_rules() {
    let blocks = |description: &str| {
        let block = |direction: &str| {
            format!(
                "  {direction} {{\n    protocol = \"tcp\"\n    from_port = 80\n    to_port = 8000\n    \
                 cidr_blocks = [\"10.0.0.0/8\"]\n{description}  }}\n"
            )
        };
        web(&(block("ingress") + &block("egress")))
    };
    let stage = Stage::new(&blocks("    description = \"first\"\n"));
    stage.settle();
    let keys = |stage: &Stage| stage.rules(WEB).into_keys().collect::<Vec<_>>();
    let before = keys(&stage);
    for (description, text) in [
        ("    description = \"second\"\n", "second"),
        ("", ""),
        ("    description = \"third\"\n", "third"),
        ("    description = \"\"\n", ""),
    ] {
        stage.write(&blocks(description));
        let mut writes = stage.settle_counting();
        writes.sort();
        let update = |direction| format!("UpdateSecurityGroupRuleDescriptions{direction}");
        assert_eq!(writes, [update("Egress"), update("Ingress")], "{text:?}");
        assert_eq!(keys(&stage), before);
        let rules = stage.rules(WEB);
        assert!(rules.values().all(|held| held == text), "{rules:?}");
    }
}

/// A group with these egress rules of one address each, from the first number on.
fn egress(first: usize, rules: usize) -> String {
    web(&format!(
        "  egress {{\n    protocol = \"tcp\"\n    from_port = 80\n    cidr_blocks = \
         [for i in range({first}, {}) : \"10.0.${{i}}.0/24\"]\n  }}\n",
        first + rules
    ))
}

#[test]
fn a_group_that_ec2s_quota_refuses_a_rule_keeps_all_that_it_has() {
    let stage = Stage::with_provider("  max_rules_per_group = 200\n", &egress(0, 60));
    stage.settle();
    let full = stage.rules(WEB);
    assert_eq!(full.len(), 60);
    // One more at the end, one more at the begin, and all of them others.
    for (first, rules) in [(0, 61), (1, 61), (100, 61)] {
        stage.write(&egress(first, rules));
        let refused = stage.work.try_apply().failure();
        assert_says(&refused, &["RulesPerSecurityGroupLimitExceeded"]);
        assert_eq!(stage.rules(WEB), full, "from {first} on");
        stage.write(&egress(0, 60));
        stage.assert_settled();
    }
}
