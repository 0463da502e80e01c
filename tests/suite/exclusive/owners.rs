//! Rules that other resources own, which their tag says: an exclusive group leaves them alone. Rules
//! that were added by hand are drift.

use serde_json::json;

use super::ports;
use crate::support::held::keys;
use crate::support::said::assert_says;
use crate::support::stage::{AUTHORIZE, REGION, Stage, WEB};
use crate::support::terraform::{self, Terraform};

const OURS: &str = "ingress tcp/22 from 10.0.0.0/8";
const OWNED: &str = "ingress tcp/8080 from 10.0.0.0/8";
const BY_HAND: &str = "ingress tcp/3389 from 0.0.0.0/0";

fn web(more: &str) -> String {
    format!("resource \"curated_security_group\" \"web\" {{\n  name = \"web\"\n{more}}}\n")
}

/// A group that has its rules for itself.
fn exclusive() -> String {
    web(
        "  ingress {\n    protocol = \"tcp\"\n    from_port = 22\n    cidr_blocks = \
         [\"10.0.0.0/8\"]\n  }\n",
    )
}

/// Adds a rule as a resource does that owns it, which may be in any state file.
fn own_a_rule(stage: &Stage) {
    let id = stage.id("web");
    let all = [
        ("GroupId", id.as_str()),
        ("IpPermissions.1.IpProtocol", "tcp"),
        ("IpPermissions.1.FromPort", "8080"),
        ("IpPermissions.1.ToPort", "8080"),
        ("IpPermissions.1.IpRanges.1.CidrIp", "10.0.0.0/8"),
        ("TagSpecification.1.ResourceType", "security-group-rule"),
        ("TagSpecification.1.Tag.1.Key", "curated:owner"),
        ("TagSpecification.1.Tag.1.Value", "rules-0123"),
    ];
    stage.emulator.call(REGION, AUTHORIZE, &all);
}

#[test]
fn a_rule_with_an_owner_is_no_drift_and_one_added_by_hand_is() {
    let stage = Stage::new(&exclusive());
    stage.settle();
    stage.emulator.reset_counts();
    stage.assert_settled();
    let asked = "DescribeSecurityGroupRules";
    assert_eq!(
        stage.emulator.counts().get(asked),
        None,
        "nothing is unknown"
    );

    own_a_rule(&stage);
    stage.assert_settled();
    stage.settle_without_a_write();
    assert_eq!(
        stage.emulator.counts().get(asked),
        Some(&2),
        "a refresh asks once"
    );
    assert_eq!(keys(&stage.rules(WEB)), [OURS]);

    stage.by_hand(AUTHORIZE, "web", "3389", "0.0.0.0/0", "");
    let plan = stage.work.plan().text;
    assert_says(&plan, &[&format!("- \"{BY_HAND}\"")]);
    assert!(!plan.contains("8080"), "{plan}");
    stage.settle();
    assert_eq!(ports(&stage), [22, 8080]);
}

#[test]
fn an_import_and_another_state_file_leave_a_rule_with_an_owner_alone() {
    let stage = Stage::new(&exclusive());
    stage.settle();
    own_a_rule(&stage);
    let other = Terraform::find().work_dir("");
    let provider = terraform::provider(stage.emulator.endpoint(), REGION);
    let id = stage.id("web");
    let import = format!("import {{\n  to = {WEB}\n  id = \"{id}\"\n}}\n");
    other.write("main.tf", &format!("{provider}{}{import}", exclusive()));
    stage.emulator.reset_counts();
    let plan = other.plan().text;
    assert_says(&plan, &["1 to import, 0 to add, 0 to change, 0 to destroy"]);
    other.apply();
    assert!(!other.plan().changes);
    stage.assert_no_writes();
    assert_eq!(ports(&stage), [22, 8080]);
}

#[test]
fn a_group_that_begins_to_declare_leaves_owned_rules_alone() {
    let stage = Stage::new(&web(""));
    stage.settle();
    own_a_rule(&stage);
    stage.by_hand(AUTHORIZE, "web", "3389", "0.0.0.0/0", "");
    stage.work.run(&["apply", "-refresh-only", "-auto-approve"]);
    assert_eq!(keys(&stage.rules(WEB)), [BY_HAND, OWNED]);
    stage.write(&exclusive());
    let plan = stage.work.plan().text;
    assert_says(
        &plan,
        &[
            "Rules are left alone from now on",
            &format!("- {OWNED}"),
            &format!("- \"{BY_HAND}\""),
        ],
    );
    stage.settle();
    assert_eq!(ports(&stage), [22, 8080]);
    assert_eq!(keys(&stage.rules(WEB)), [OURS]);
}

#[test]
fn where_owners_may_not_be_seen_unknown_rules_are_left_alone_with_a_warning() {
    let stage = Stage::new(&exclusive());
    stage.settle();
    own_a_rule(&stage);
    stage.by_hand(AUTHORIZE, "web", "3389", "0.0.0.0/0", "");
    let refused = json!({ "faults": [{
        "action": "DescribeSecurityGroupRules", "do": "error", "times": 1000,
        "code": "UnauthorizedOperation", "status": 403,
    }] });
    stage.emulator.config(&refused);
    let plan = stage.work.plan();
    assert!(!plan.changes, "{}", plan.text);
    let id = stage.id("web");
    assert_says(
        &plan.text,
        &[
            &format!("Warning: The owners of rules of {id} can't be looked up"),
            &format!("- {BY_HAND}"),
            &format!("- {OWNED}"),
            "ec2:DescribeSecurityGroupRules",
        ],
    );
    stage.settle_without_a_write();
    assert_eq!(ports(&stage), [22, 3389, 8080]);
}
