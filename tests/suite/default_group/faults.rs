//! Lost replies, throttling, refusals, and a provider that is killed: the next apply ends where the
//! first was to end, and nothing that both the old and the new rules allow goes meanwhile.

use serde_json::json;

use super::{ADDRESS, authorize, held, resource};
use crate::support::kill::kill_while;
use crate::support::said::assert_says;

const SSH: &str = "  ingress_rules = { ssh = \"ssh from 10.0.0.0/8\", all = \"all from self\" }";
const WRITES: [&str; 3] = [
    "AuthorizeSecurityGroupIngress",
    "RevokeSecurityGroupEgress",
    "CreateTags",
];

#[test]
fn lost_replies_and_throttling_change_nothing_about_the_outcome() {
    for action in WRITES {
        for fault in [
            json!({ "action": action, "do": "reset", "when": "after" }),
            json!({ "action": action, "do": "reset", "when": "before" }),
            json!({
                "action": action, "do": "error", "code": "RequestLimitExceeded", "status": 503,
                "times": 2,
            }),
        ] {
            let stage = super::stage(&format!("{SSH}\n  tags = {{ team = \"web\" }}"));
            stage.emulator.config(&json!({ "faults": [fault] }));
            stage.settle();
            assert_eq!(held(&stage.emulator), [2, 0], "{action}");
        }
    }
}

#[test]
fn a_refused_adoption_leaves_no_state_and_the_next_apply_adopts() {
    let stage = super::stage(SSH);
    let denied = json!({
        "action": "RevokeSecurityGroupEgress", "do": "error", "code": "UnauthorizedOperation",
        "status": 403,
    });
    stage.emulator.config(&json!({ "faults": [denied] }));
    let refused = stage.work.try_apply().failure();
    assert_says(
        &refused,
        &[
            "Can't adopt the default group",
            "ec2:RevokeSecurityGroupEgress",
        ],
    );
    assert_eq!(
        held(&stage.emulator),
        [2, 1],
        "what both allow stays, and so does what isn't revoked yet"
    );
    stage.settle();
    assert_eq!(held(&stage.emulator), [2, 0]);
}

/// The rules stay, since another resource may own them. Nothing said so.
#[test]
fn an_adoption_left_rules_alone_without_a_word_where_their_owners_could_not_be_looked_up() {
    let stage = super::stage("  restore_on_destroy = true");
    let denied = json!({
        "action": "DescribeSecurityGroupRules", "do": "error", "code": "UnauthorizedOperation",
        "status": 403, "times": 99,
    });
    stage.emulator.config(&json!({ "faults": [denied] }));
    let warning = ["The owners of rules of", "ec2:DescribeSecurityGroupRules"];
    assert_says(&stage.work.apply(), &warning);
    assert_eq!(held(&stage.emulator), [1, 1]);
    authorize(&stage.emulator, "22");
    stage.write("");
    let unrefreshed = ["apply", "-no-color", "-auto-approve", "-refresh=false"];
    let removed = stage.work.run(&unrefreshed);
    assert_eq!(removed.code, 0, "{removed}");
    assert_says(&removed.text(), &warning);
    assert_eq!(held(&stage.emulator), [2, 1]);
}

#[test]
fn killed_between_any_two_calls_the_next_apply_ends_the_same() {
    for number in 0..4 {
        for go_on in [true, false] {
            let stage = super::stage(SSH);
            let hold = json!({ "action": "*", "do": "hold", "skip": number + 1 });
            stage.emulator.config(&json!({ "faults": [hold] }));
            let apply = ["apply", "-no-color", "-auto-approve", "-parallelism=1"];
            kill_while(&stage.work, &stage.emulator, &apply, go_on);
            stage.emulator.config(&json!({ "faults": [] }));
            stage.settle();
            assert_eq!(held(&stage.emulator), [2, 0], "{number} {go_on}");
        }
    }
}

#[test]
fn a_change_authorizes_before_it_revokes() {
    let stage = super::stage(SSH);
    stage.settle();
    stage.write(&resource(
        "  ingress_rules = { ssh = \"ssh from 10.0.0.0/7\" }",
    ));
    stage.emulator.reset_counts();
    stage.settle();
    let writes = stage.emulator.writes();
    let actions: Vec<&str> = writes
        .iter()
        .filter_map(|call| call["action"].as_str())
        .collect();
    assert_eq!(
        actions,
        [
            "AuthorizeSecurityGroupIngress",
            "RevokeSecurityGroupIngress"
        ]
    );
    assert!(stage.work.attributes(ADDRESS)["id"].is_string());
}
