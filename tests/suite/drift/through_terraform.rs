//! What somebody changes by hand: the plan shows it where it is, and an apply mends it.

use serde_json::json;

use crate::support::held::described;
use crate::support::said::assert_line;
use crate::support::stage::{REGION, Stage};

const APP: &str = r#"
resource "curated_security_group" "app" {
  name = "app"
  ingress {
    service     = "ssh"
    description = "admins"
    cidr_blocks = ["10.0.0.0/8", "192.0.2.0/24"]
  }
  tags = { team = "web" }
}
"#;

/// Applies the configuration to what was changed by hand. What was planned must have these lines,
/// and afterwards EC2 holds what is configured.
#[track_caller]
fn mend<const N: usize>(stage: &Stage, lines: [&str; N]) {
    stage.emulator.reset_counts();
    let said = stage.work.apply();
    for line in lines {
        assert_line(&said, line);
    }
    let expected = [
        ("ingress tcp/22 from 10.0.0.0/8", "admins"),
        ("ingress tcp/22 from 192.0.2.0/24", "admins"),
    ];
    assert_eq!(stage.held("app"), described(expected));
    let tags = &stage.emulator.group(REGION, "app")["tags"];
    assert_eq!(*tags, json!({ "team": "web" }));
}

#[test]
fn drift_by_a_rule_added_by_hand_is_shown_and_revoked() {
    let stage = Stage::applied(APP);
    stage.ingress_by_hand("Authorize", "app", 3389, "0.0.0.0/0");
    let rule = "- \"ingress tcp/3389 from 0.0.0.0/0\"";
    mend(&stage, [rule, "- ingress {", "- from_port = 3389"]);
    assert_eq!(stage.sorted_writes(), ["RevokeSecurityGroupIngress"]);
    stage.assert_settled();
}

#[test]
fn drift_by_a_rule_removed_by_hand_is_shown_and_authorized() {
    let stage = Stage::applied(APP);
    stage.ingress_by_hand("Revoke", "app", 22, "10.0.0.0/8");
    mend(&stage, ["+ \"ingress tcp/22 from 10.0.0.0/8\""]);
    assert_eq!(stage.sorted_writes(), ["AuthorizeSecurityGroupIngress"]);
    stage.assert_settled();
}

#[test]
fn drift_by_a_rule_described_by_hand_is_shown_and_described_back() {
    let stage = Stage::applied(APP);
    let action = "UpdateSecurityGroupRuleDescriptionsIngress";
    stage.by_hand(action, "app", "22", "10.0.0.0/8", "everybody");
    let line = "~ \"ingress tcp/22 from 10.0.0.0/8\" = \"everybody\" -> \"admins\"";
    mend(&stage, [line]);
    assert_eq!(stage.sorted_writes(), [action]);
    stage.assert_settled();
}

#[test]
fn drift_by_a_tag_changed_by_hand_is_shown_and_set_back() {
    let stage = Stage::applied(APP);
    let id = stage.id("app");
    for (key, value) in [("team", "nobody"), ("stray", "1")] {
        let tag = [
            ("ResourceId.1", id.as_str()),
            ("Tag.1.Key", key),
            ("Tag.1.Value", value),
        ];
        stage.emulator.call(REGION, "CreateTags", &tag);
    }
    mend(&stage, ["~ \"team\" = \"nobody\" -> \"web\""]);
    assert_eq!(stage.sorted_writes(), ["CreateTags", "DeleteTags"]);
    stage.assert_settled();
}

#[test]
fn drift_by_a_group_deleted_by_hand_is_planned_anew() {
    let stage = Stage::applied(APP);
    let id = stage.id("app");
    stage
        .emulator
        .call(REGION, "DeleteSecurityGroup", &[("GroupId", &id)]);
    mend(&stage, ["# curated_security_group.app will be created"]);
    assert_ne!(stage.id("app"), id);
    stage.assert_settled();
}
