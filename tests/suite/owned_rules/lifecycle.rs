//! Making, changing and removing, of each type.

use serde_json::json;

use super::{Stage, block, bundle, ingress, tcp};

#[test]
fn a_bundle_owns_its_rules_and_leaves_others_alone() {
    let stage = Stage::new(&bundle("app", &(block("80") + &block("81"))));
    stage.by_hand("Authorize", "22");
    let plan = stage.work.plan().text;
    assert!(plan.contains("ingress tcp/80 from 10.0.0.0/8"), "{plan}");
    stage.settle();
    let [ssh, http, other] = ["22", "80", "81"].map(|p| format!("ingress tcp/{p} from 10.0.0.0/8"));
    assert_eq!(stage.keys(), [&*ssh, &*http, &*other]);
    let state = stage.work.attributes("curated_security_group_rules.app");
    let owner = state["id"].as_str().expect("an id");
    assert!(owner.starts_with("sgrules-"), "{owner}");
    assert_eq!(state["owner"], owner);
    assert_eq!(stage.rule(80)["tags"], json!({ "curated:owner": owner }));
    assert_eq!(stage.rule(22)["tags"], json!({}));

    stage.emulator.reset_counts();
    stage.write(&bundle("app", &(block("80") + &block("82"))));
    stage.settle();
    let calls = [
        "AuthorizeSecurityGroupIngress",
        "RevokeSecurityGroupIngress",
    ];
    assert_eq!(stage.writes(), calls);
    assert_eq!(stage.rule(82)["tags"], json!({ "curated:owner": owner }));

    stage.write("");
    stage.settle();
    assert_eq!(stage.keys(), [ssh]);
}

#[test]
fn a_bundle_may_be_empty() {
    let stage = Stage::applied(&bundle("app", ""));
    stage.assert_settled();
    assert_eq!(stage.keys(), [""; 0]);
    stage.write(&bundle("app", &block("80")));
    stage.settle();
    stage.write(&bundle("app", ""));
    stage.settle();
    assert_eq!(stage.keys(), [""; 0]);
}

#[test]
fn one_rule_changes_in_place_and_keeps_its_id() {
    let stage = Stage::applied(&ingress("web", &tcp("80")));
    let address = "curated_vpc_security_group_ingress_rule.web";
    let before = stage.work.attributes(address);
    let id = before["id"].as_str().expect("an id");
    assert!(id.starts_with("sgr-"), "{id}");
    assert_eq!(before["security_group_rule_id"], id);
    assert!(before["arn"].as_str().expect("an ARN").ends_with(id));

    let described = tcp("81") + "  description = \"HTTP\"\n  tags = { team = \"web\" }\n";
    stage.write(&ingress("web", &described));
    let plan = stage.work.plan().text;
    assert!(plan.contains("1 to change"), "{plan}");
    stage.settle();
    assert_eq!(stage.writes(), ["ModifySecurityGroupRules", "CreateTags"]);
    let after = stage.work.attributes(address);
    assert_eq!(after["id"], id);
    let rule = stage.rule(81);
    assert_eq!(rule["id"], id);
    assert_eq!(rule["description"], "HTTP");
    assert_eq!(rule["tags"]["team"], "web");
    assert_eq!(rule["tags"]["curated:owner"], after["owner"]);
}

#[test]
fn a_peer_of_another_kind_is_another_rule() {
    let stage = Stage::applied(&ingress("web", &tcp("80")));
    let ipv6 = tcp("80").replace("cidr_ipv4 = \"10.0.0.0/8\"", "cidr_ipv6 = \"::/0\"");
    stage.write(&ingress("web", &ipv6));
    let plan = stage.work.plan().text;
    assert!(
        plan.contains("cidr_ipv6") && plan.contains("forces replacement"),
        "{plan}"
    );
    stage.settle();
    assert_eq!(stage.keys(), ["ingress tcp/80 from ::/0"]);
}

#[test]
fn the_older_type_has_several_sources_that_change_in_place() {
    let rule = |more: &str| {
        format!(
            "resource \"curated_security_group_rule\" \"web\" {{\n  security_group_id = \
             \"GROUP\"\n  type = \"ingress\"\n  protocol = \"TCP\"\n  from_port = 80\n  to_port = \
             80\n{more}\n}}\n"
        )
    };
    let stage = Stage::new(&rule(
        "cidr_blocks = [\"10.1.0.0/16\", \"10.0.0.0/16\"]\nself = true",
    ));
    stage.settle();
    let http = |peer: &str| format!("ingress tcp/80 from {peer}");
    assert_eq!(
        stage.keys(),
        ["10.0.0.0/16", "10.1.0.0/16", "self"].map(http)
    );
    stage.emulator.reset_counts();
    stage.write(&rule(
        "cidr_blocks = [\"10.2.0.0/16\", \"10.0.0.0/16\"]\ndescription = \"x\"",
    ));
    stage.settle();
    let calls = [
        "UpdateSecurityGroupRuleDescriptionsIngress",
        "AuthorizeSecurityGroupIngress",
        "RevokeSecurityGroupIngress",
    ];
    assert_eq!(stage.writes(), calls);
    assert_eq!(stage.keys(), ["10.0.0.0/16", "10.2.0.0/16"].map(http));
    stage.write("");
    stage.settle();
    assert_eq!(stage.keys(), [""; 0]);
}

#[test]
fn groups_that_reference_each_other_are_made_and_removed_in_one_run() {
    let group = |name: &str| {
        format!("resource \"curated_security_group\" \"{name}\" {{\n  name = \"{name}\"\n}}\n")
    };
    let rule = |own: &str, other: &str| {
        format!(
            "resource \"curated_vpc_security_group_egress_rule\" \"{own}\" {{\n  \
             security_group_id = curated_security_group.{own}.id\n  \
             referenced_security_group_id = curated_security_group.{other}.id\n  ip_protocol = \
             \"tcp\"\n  from_port = 80\n  to_port = 80\n}}\n"
        )
    };
    let all = group("a") + &group("b") + &rule("a", "b") + &rule("b", "a");
    let stage = Stage::new(&all);
    stage.work.apply();
    stage.write("");
    stage.settle();
    assert!(stage.emulator.group(super::REGION, "a").is_null());
}

#[test]
fn at_the_quota_rules_change_in_place() {
    let ports = |from: u16, to: u16| -> String {
        let ports = (from..to).map(|port| block(&port.to_string()));
        ports.collect()
    };
    let stage = Stage::new(&bundle("app", &ports(1, 11)));
    for port in 100..150 {
        stage.by_hand("Authorize", &port.to_string());
    }
    stage.settle();
    stage.emulator.reset_counts();
    stage.write(&bundle("app", &ports(2, 12)));
    stage.settle();
    // The first attempt was refused.
    let calls = ["AuthorizeSecurityGroupIngress", "ModifySecurityGroupRules"];
    assert_eq!(stage.writes(), calls);
    assert_eq!(stage.rules().len(), 60);
}
