//! Changes in place: the group stays, and EC2 gets the fewest calls, in an order that never
//! takes away what stays allowed.

use serde_json::json;

use crate::support::held::{Rules, described, plain, rules_in, rules_of};
use crate::support::said::assert_line;
use crate::support::stage::{REGION, Stage};

/// A group "app" with these blocks.
fn app(blocks: &[String]) -> String {
    format!(
        "resource \"curated_security_group\" \"app\" {{\n  name = \"app\"\n{}}}\n",
        blocks.concat()
    )
}

/// An ingress block for one tcp port.
fn ingress(port: u16, description: &str, cidrs: &[&str]) -> String {
    format!(
        "  ingress {{\n    protocol = \"tcp\"\n    from_port = {port}\n    description = \
         {description:?}\n    cidr_blocks = {cidrs:?}\n  }}\n"
    )
}

/// An egress block for a service.
fn egress(service: &str) -> String {
    format!("  egress {{\n    service = {service:?}\n    cidr_blocks = [\"0.0.0.0/0\"]\n  }}\n")
}

/// Applies one configuration and then another; the group must stay. What the second apply said.
#[track_caller]
fn change(from: &[String], to: &[String]) -> (Stage, String) {
    let stage = Stage::applied(&app(from));
    let id = stage.id("app");
    stage.emulator.config(&json!({ "watch": true }));
    stage.write(&app(to));
    let said = stage.work.apply();
    assert!(said.contains("0 added, 1 changed, 0 destroyed"), "{said}");
    assert_eq!(stage.id("app"), id);
    let attributes = stage.work.attributes("curated_security_group.app");
    assert_eq!(rules_in(&attributes), stage.held("app"));
    (stage, said)
}

#[test]
fn update_with_a_rule_more_authorizes_once() {
    let one = ingress(22, "ssh", &["10.0.0.0/8"]);
    let two = ingress(80, "", &["10.0.0.0/8", "10.0.0.0/9"]);
    let (stage, said) = change(std::slice::from_ref(&one), &[one.clone(), two]);
    let line = "+ \"ingress tcp/80 from 10.0.0.0/8\"";
    assert_line(&said, line);
    assert_eq!(stage.sorted_writes(), ["AuthorizeSecurityGroupIngress"]);
    let expected = [
        ("ingress tcp/22 from 10.0.0.0/8", "ssh"),
        ("ingress tcp/80 from 10.0.0.0/8", ""),
        ("ingress tcp/80 from 10.0.0.0/9", ""),
    ];
    assert_eq!(stage.held("app"), described(expected));
    stage.assert_settled();
}

#[test]
fn update_with_a_source_less_revokes_that_rule_only() {
    let from = ingress(22, "ssh", &["10.0.0.0/8", "192.0.2.0/24"]);
    let to = ingress(22, "ssh", &["10.0.0.0/8"]);
    let (stage, said) = change(&[from], &[to]);
    let line = "- \"ingress tcp/22 from 192.0.2.0/24\"";
    assert_line(&said, line);
    assert_eq!(stage.sorted_writes(), ["RevokeSecurityGroupIngress"]);
    let expected = [("ingress tcp/22 from 10.0.0.0/8", "ssh")];
    assert_eq!(stage.held("app"), described(expected));
}

#[test]
fn update_without_the_last_block_revokes_its_rules() {
    let (stage, _) = change(&[ingress(22, "", &["10.0.0.0/8"]), egress("all")], &[]);
    let calls = ["RevokeSecurityGroupEgress", "RevokeSecurityGroupIngress"];
    assert_eq!(stage.sorted_writes(), calls);
    assert_eq!(stage.held("app"), plain([]));
    stage.assert_settled();
}

#[test]
fn update_of_a_description_describes_in_place() {
    let from = ingress(22, "old words", &["10.0.0.0/8"]);
    let to = ingress(22, "new words", &["10.0.0.0/8"]);
    let (stage, said) = change(&[from], &[to]);
    let line = "~ \"ingress tcp/22 from 10.0.0.0/8\" = \"old words\" -> \"new words\"";
    assert_line(&said, line);
    let call = "UpdateSecurityGroupRuleDescriptionsIngress";
    assert_eq!(stage.sorted_writes(), [call]);
    let expected = [("ingress tcp/22 from 10.0.0.0/8", "new words")];
    assert_eq!(stage.held("app"), described(expected));
}

#[test]
fn update_of_tags_sets_and_removes_only_those_that_change() {
    let tags = |tags: &str| vec![format!("  tags = {{ {tags} }}\n")];
    let (stage, _) = change(
        &tags("keep = \"1\", change = \"1\", drop = \"1\""),
        &tags("keep = \"1\", change = \"2\", new = \"1\""),
    );
    assert_eq!(stage.sorted_writes(), ["CreateTags", "DeleteTags"]);
    let expected = json!({ "keep": "1", "change": "2", "new": "1" });
    assert_eq!(stage.emulator.group(REGION, "app")["tags"], expected);
    let log = stage.emulator.log();
    let sent = |action: &str| {
        let call = log.iter().find(|call| call["action"] == action);
        call.map(|call| call["parameters"].to_string())
            .unwrap_or_default()
    };
    assert!(!sent("CreateTags").contains("keep"), "{log:?}");
    assert!(sent("DeleteTags").contains("drop"), "{log:?}");
    stage.assert_settled();
}

#[test]
fn update_of_everything_at_once_never_takes_away_what_both_allow() {
    let stays = ingress(443, "stays", &["0.0.0.0/0"]);
    let from = [
        stays.clone(),
        ingress(22, "old", &["10.0.0.0/8", "192.0.2.0/24"]),
        egress("all"),
    ];
    let to = [
        stays,
        ingress(22, "new", &["10.0.0.0/8", "198.51.100.0/24"]),
        egress("https"),
        "  tags = { team = \"web\" }\n".to_owned(),
    ];
    let stage = Stage::applied(&app(&from));
    let before = stage.held("app");
    stage.emulator.config(&json!({ "watch": true }));
    stage.write(&app(&to));
    stage.work.apply();
    let after = stage.held("app");

    let calls = [
        "AuthorizeSecurityGroupEgress",
        "AuthorizeSecurityGroupIngress",
        "CreateTags",
        "RevokeSecurityGroupEgress",
        "RevokeSecurityGroupIngress",
        "UpdateSecurityGroupRuleDescriptionsIngress",
    ];
    assert_eq!(stage.sorted_writes(), calls);
    let moments = stage.emulator.moments();
    assert_eq!(moments.len(), 5, "{moments:?}");
    let in_both: Vec<&String> = before.keys().filter(|k| after.contains_key(*k)).collect();
    assert_eq!(in_both.len(), 2, "{before:?} {after:?}");
    let outbound = |rules: &Rules| rules.keys().any(|key| key.starts_with("egress"));
    for moment in moments {
        let rules = rules_of(&moment["group"]);
        for key in &in_both {
            assert!(rules.contains_key(*key), "{key} is not in {moment}");
        }
        assert!(outbound(&rules), "https was allowed by both: {moment}");
    }
    stage.assert_settled();
}

#[test]
fn update_of_the_spelling_alone_plans_nothing() {
    let stage = Stage::applied(&app(&[
        ingress(443, "", &["10.0.0.0/8"]),
        ingress(443, "", &["192.0.2.0/24"]),
        egress("all"),
    ]));
    stage.write(&app(&[
        "  egress {\n    protocol = \"-1\"\n    from_port = 0\n    to_port = 0\n    cidr_blocks = \
         [\"0.0.0.0/0\"]\n  }\n"
            .to_owned(),
        "  ingress {\n    service = \"https\"\n    cidr_blocks = [\"192.0.2.0/24\", \
         \"10.0.0.0/8\"]\n  }\n"
            .to_owned(),
    ]));
    stage.assert_settled();
}

#[test]
fn update_failing_half_way_keeps_what_exists_and_the_next_apply_converges() {
    let from = [ingress(22, "", &["10.0.0.0/8"]), egress("all")];
    let to = [ingress(80, "", &["10.0.0.0/8"]), egress("https")];
    let stage = Stage::applied(&app(&from));
    stage.emulator.config(&json!({ "faults": [{
        "action": "Revoke*", "do": "error", "code": "InvalidParameterValue",
    }] }));
    stage.write(&app(&to));
    let failed = stage.work.try_apply();
    assert_eq!(failed.code, 1, "{failed}");
    let attributes = stage.work.attributes("curated_security_group.app");
    assert_eq!(rules_in(&attributes), stage.held("app"));

    stage.work.apply();
    let expected = plain([
        "egress tcp/443 to 0.0.0.0/0",
        "ingress tcp/80 from 10.0.0.0/8",
    ]);
    assert_eq!(stage.held("app"), expected);
    stage.assert_settled();
}
