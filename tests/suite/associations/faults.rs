//! Associations with further VPCs: lost replies, throttling, refusals, a kill between any two calls, and
//! VPCs with which a group can't be associated or from which it can't be disassociated.

use serde_json::{Value as Json, json};

use super::through_terraform::{ASSOCIATE, DESCRIBE, DISASSOCIATE, associations, vpc, web};
use crate::support::emulator::element;
use crate::support::kill::kill_while;
use crate::support::said::assert_says;
use crate::support::stage::{REGION, Stage};

const WEB: &str = "curated_security_group.web";

fn denied(action: &str) -> Json {
    json!({
        "action": action, "do": "error", "code": "UnauthorizedOperation", "status": 403,
        "times": 1_000_000,
    })
}

/// A group that is associated with a VPC, and another VPC.
fn associated() -> (Stage, [String; 2]) {
    let stage = Stage::new("");
    let vpcs = [vpc(&stage.emulator), vpc(&stage.emulator)];
    stage.write(&web(Some(&[&vpcs[0]])));
    stage.settle();
    (stage, vpcs)
}

#[test]
fn lost_replies_and_throttling_change_nothing_about_the_outcome() {
    let (stage, [a, b]) = associated();
    let mut vpcs = [&a, &b];
    for action in [ASSOCIATE, DISASSOCIATE, DESCRIBE] {
        for fault in [
            json!({ "action": action, "do": "reset", "when": "after" }),
            json!({ "action": action, "do": "reset", "when": "before" }),
            json!({
                "action": action, "do": "error", "code": "RequestLimitExceeded", "status": 503,
                "times": 2,
            }),
        ] {
            vpcs.reverse();
            stage.write(&web(Some(&[vpcs[0]])));
            stage.emulator.config(&json!({ "faults": [fault] }));
            stage.work.apply();
            stage.emulator.config(&json!({ "faults": [] }));
            stage.assert_settled();
            let there: Vec<String> = associations(&stage.emulator).into_keys().collect();
            assert_eq!(there, [vpcs[0].clone()], "{action}");
        }
    }
}

#[test]
fn killed_between_any_two_calls_the_next_apply_ends_the_same() {
    let (stage, [a, b]) = associated();
    let mut vpcs = [&a, &b];
    for number in 0..5 {
        for go_on in [true, false] {
            vpcs.reverse();
            stage.write(&web(Some(&[vpcs[0]])));
            // The group and its associations are read before, by the plan.
            let held = json!({ "action": "*", "do": "hold", "skip": number + 2 });
            stage.emulator.config(&json!({ "faults": [held] }));
            let apply = ["apply", "-no-color", "-auto-approve"];
            kill_while(&stage.work, &stage.emulator, &apply, go_on);
            stage.emulator.config(&json!({ "faults": [] }));
            stage.settle();
            let there: Vec<String> = associations(&stage.emulator).into_keys().collect();
            assert_eq!(there, [vpcs[0].clone()], "{number} {go_on}");
        }
    }
}

#[test]
fn an_association_that_comes_to_nothing_is_an_error_and_the_state_says_what_there_is() {
    let (stage, [a, b]) = associated();
    let tag = [
        ("ResourceId.1", b.as_str()),
        ("Tag.1.Key", "associations"),
        ("Tag.1.Value", "fail"),
    ];
    stage.emulator.call(REGION, "CreateTags", &tag);
    stage.write(&web(Some(&[&b])));
    let refused = stage.work.try_apply().failure();
    assert_says(
        &refused,
        &[
            "Can't associate the security group",
            &b,
            "can't be associated",
        ],
    );
    let state = stage.work.attributes(WEB);
    assert_eq!(
        state["associated_vpc_ids"],
        json!([a]),
        "it stays until the other is there"
    );

    // A new group is undone where it can't be finished.
    stage.write(&web(Some(&[&a])));
    stage.settle();
    stage.work.destroy();
    stage.write(&web(Some(&[&b])));
    stage.work.try_apply().failure();
    stage.write(&web(Some(&[&a])));
    stage.settle();
    let there: Vec<String> = associations(&stage.emulator)
        .into_keys()
        .filter(|id| *id == a)
        .collect();
    assert_eq!(there, [a]);
}

#[test]
fn an_interface_keeps_a_group_in_its_vpc_and_is_named() {
    let (stage, [a, b]) = associated();
    let group = stage.id("web");
    let subnet = [("VpcId", a.as_str()), ("CidrBlock", "10.9.1.0/24")];
    let subnet = stage.emulator.call(REGION, "CreateSubnet", &subnet);
    let interface = [
        ("SubnetId", element(&subnet, "subnetId")),
        ("SecurityGroupId.1", group.as_str()),
    ];
    let made = stage
        .emulator
        .call(REGION, "CreateNetworkInterface", &interface);
    let interface = element(&made, "networkInterfaceId");
    stage.write(&web(Some(&[&b])));
    let refused = stage.work.try_apply().failure();
    let doing = format!("Can't disassociate the security group {group} from {a}");
    assert_says(
        &refused,
        &[&doing, interface, "Give the interfaces another group"],
    );
    let mut both = [a, b];
    both.sort();
    assert_eq!(
        stage.work.attributes(WEB)["associated_vpc_ids"],
        json!(both)
    );
    let refused = stage.work.try_destroy().failure();
    assert_says(&refused, &[interface]);
    let gone = [("NetworkInterfaceId", interface)];
    stage.emulator.call(REGION, "DeleteNetworkInterface", &gone);
    stage.settle();
    stage.work.destroy();
}

#[test]
fn a_missing_permission_is_named_and_one_that_only_looks_is_a_warning() {
    let (stage, [a, b]) = associated();
    stage
        .emulator
        .config(&json!({ "faults": [denied(DESCRIBE)] }));
    let plan = stage.work.plan();
    assert!(!plan.changes, "{}", plan.text);
    assert_says(
        &plan.text,
        &[
            "The VPC associations of",
            "ec2:DescribeSecurityGroupVpcAssociations",
        ],
    );
    stage.write(&web(Some(&[&a, &b])));
    let said = stage.work.apply();
    assert_says(&said, &["nothing waits until EC2"]);
    stage
        .emulator
        .config(&json!({ "faults": [denied(DISASSOCIATE)] }));
    stage.write(&web(Some(&[])));
    let refused = stage.work.try_apply().failure();
    assert_says(&refused, &["ec2:DisassociateSecurityGroupVpc"]);
    stage.emulator.config(&json!({ "faults": [] }));
    stage.settle();
    stage
        .emulator
        .config(&json!({ "faults": [denied(ASSOCIATE)] }));
    stage.write(&web(Some(&[&b])));
    let refused = stage.work.try_apply().failure();
    assert_says(&refused, &["ec2:AssociateSecurityGroupVpc"]);
}
