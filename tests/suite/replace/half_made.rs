//! A new group that can't be finished, and is to replace another: what is left of it, and what is said.

use serde_json::{Value as Json, json};

use super::through_terraform::prefixed;
use crate::associations::through_terraform::{ASSOCIATE, DESCRIBE, associations, vpc};
use crate::support::said::{assert_says, only_error};
use crate::support::stage::{REGION, Stage, WEB};

const AUTHORIZE: &str = "AuthorizeSecurityGroupIngress";

fn old() -> String {
    prefixed("one", "\"10.0.0.0/8\"")
}

fn new() -> String {
    prefixed("two", "\"10.0.0.0/8\"")
}

fn fault(action: &str, code: &str) -> Json {
    json!({ "action": action, "do": "error", "code": code, "status": 403, "times": 100_000 })
}

/// Applies `new` while this goes wrong; the one error. Then the old group alone is there, is current,
/// and what made it asks for nothing.
#[track_caller]
fn assert_undone(stage: &Stage, [old, new]: [&str; 2], faults: &[Json]) -> String {
    let id = stage.work.attributes(WEB)["id"].clone();
    stage.write(new);
    stage.emulator.config(&json!({ "faults": faults }));
    let refused = only_error(&stage.work.try_apply());
    stage.emulator.config(&json!({ "faults": [] }));
    assert_says(&refused, &["was deleted again"]);
    assert_eq!(stage.work.attributes(WEB)["id"], id, "{refused}");
    let groups = stage.emulator.groups(REGION);
    let groups = groups.as_array().expect("a list of groups").iter();
    let ours = groups.filter(|group| group["is_default"] == false).count();
    assert_eq!(ours, 1, "{refused}");
    stage.write(old);
    stage.assert_settled();
    refused
}

/// There was no time left to delete the new group: it stayed, and the old one was no longer current.
#[test]
fn a_replacement_whose_time_is_up_leaves_the_old_group_current() {
    let stage = Stage::applied(&old());
    let limited = new().replace(
        "  lifecycle",
        "  timeouts {\n    create = \"3s\"\n  }\n  lifecycle",
    );
    let throttled = fault(AUTHORIZE, "RequestLimitExceeded");
    let said = assert_undone(&stage, [&old(), &limited], &[throttled]);
    assert_says(&said, &["RequestLimitExceeded", "3s"]);
}

/// It had an id, but nobody could say what it is like: it was tainted, and the old one deposed.
#[test]
fn a_replacement_that_can_not_be_looked_at_leaves_the_old_group_current() {
    let stage = Stage::applied(&old());
    let denied = |action| fault(action, "UnauthorizedOperation");
    let mut looks = denied("DescribeSecurityGroups");
    // The refresh looks at the old one.
    looks["skip"] = json!(1);
    let said = assert_undone(&stage, [&old(), &new()], &[denied("DescribeVpcs"), looks]);
    assert_says(&said, &["ec2:DescribeSecurityGroups"]);
}

/// EC2 deletes no group that is associated with further VPCs.
#[test]
fn a_replacement_that_is_associated_with_some_of_its_vpcs_leaves_the_old_group_current() {
    let stage = Stage::applied(&old());
    let vpcs = [vpc(&stage.emulator), vpc(&stage.emulator)];
    let line = format!("  associated_vpc_ids = {}\n  lifecycle", json!(vpcs));
    let new = new().replace("  lifecycle", &line);
    for action in [ASSOCIATE, DESCRIBE] {
        let mut second = fault(action, "InvalidParameterValue");
        second["skip"] = json!(1);
        second["times"] = json!(1);
        assert_undone(&stage, [&old(), &new], &[second]);
        assert!(associations(&stage.emulator).is_empty());
    }
}

/// A deletion of which the reply is lost, and one that comes too early.
#[test]
fn a_replacement_is_undone_whatever_becomes_of_the_first_deletion() {
    let stage = Stage::applied(&old());
    let refused = fault(AUTHORIZE, "UnauthorizedOperation");
    for deletion in [
        json!({ "action": "DeleteSecurityGroup", "do": "reset", "when": "after" }),
        json!({
            "action": "DeleteSecurityGroup", "do": "error", "code": "InvalidGroup.NotFound",
            "message": "The security group '{GroupId}' does not exist", "times": 2,
        }),
        json!({
            "action": "DeleteSecurityGroup", "do": "error", "code": "DependencyViolation", "times": 2,
        }),
        json!({
            "action": "DeleteSecurityGroup", "do": "error", "code": "RequestLimitExceeded",
            "status": 503, "times": 2,
        }),
    ] {
        assert_undone(&stage, [&old(), &new()], &[refused.clone(), deletion]);
    }
}

/// It can't be deleted either: the error says so, and the next apply tidies up, with the new
/// configuration or the old one.
#[test]
fn a_replacement_that_fails_half_way_and_can_not_be_undone_is_in_the_state_and_said() {
    for next in [new(), old()] {
        let stage = Stage::applied(&old());
        stage.write(&new());
        let refused = [AUTHORIZE, "DeleteSecurityGroup"];
        let faults = refused.map(|action| fault(action, "UnauthorizedOperation"));
        stage.emulator.config(&json!({ "faults": faults }));
        let said = only_error(&stage.work.try_apply());
        assert_says(
            &said,
            &[
                "could not be deleted again",
                "ec2:DeleteSecurityGroup",
                "as tainted",
                "as deposed",
                "apply again",
            ],
        );
        assert_eq!(stage.names(REGION).len(), 2);
        stage.emulator.config(&json!({ "faults": [] }));
        stage.write(&next);
        stage.work.apply();
        assert_eq!(stage.names(REGION).len(), 1);
        stage.assert_settled();
    }
}
