//! EC2 lags behind: a group that it has just made isn't shown yet, or not known everywhere.

use std::time::{Duration, Instant};

use serde_json::json;
use terraform_provider_curated::tf_provider::value::Value;

use super::scenario::OPEN;
use crate::support::agreement::existing;
use crate::support::emulator::{Emulator, element};
use crate::support::held::rules_of;
use crate::support::host::{Answer, Host, group, rule, texts};
use crate::support::stage::{REGION, Stage};

/// What EC2 says of a group that it doesn't know, with the id that was asked for.
const UNKNOWN: &str = "The security group '{GroupId}' does not exist";

/// A group that lets one rule in.
pub(super) fn web() -> Value {
    let https = rule([
        ("service", "https".into()),
        ("cidr_blocks", texts(["10.0.0.0/8"])),
    ]);
    group()
        .with("name", "web")
        .with("ingress", Value::set([https]))
}

/// A group that is as EC2 makes one: no write to it proves that it is there.
fn open() -> Value {
    group().with("preset", "exodus")
}

/// Creates a group while this goes wrong.
async fn create(
    host: &Host,
    emulator: &Emulator,
    config: &Value,
    faults: &serde_json::Value,
) -> Answer {
    let planned = host.plan(&Value::Null, config).await.clean();
    emulator.config(&json!({ "faults": faults }));
    emulator.reset_counts();
    host.apply(&Value::Null, &planned, config).await
}

#[tokio::test]
async fn a_group_that_is_shown_late_is_waited_for() {
    let ways = [
        json!({ "do": "empty" }),
        json!({ "do": "error", "code": "InvalidGroup.NotFound", "message": "It does not exist" }),
    ];
    for way in ways {
        let emulator = Emulator::start();
        let host = Host::on(&emulator, REGION).await;
        let mut fault = way.clone();
        fault["action"] = json!("DescribeSecurityGroups");
        fault["times"] = json!(3);
        let created = create(&host, &emulator, &open(), &json!([fault]))
            .await
            .clean();
        host.assert_settled(&created, &open()).await;
        assert_eq!(existing(&emulator).len(), 1, "{way}");
        assert_eq!(emulator.counts()["CreateSecurityGroup"], 1, "{way}");
    }
}

#[tokio::test]
async fn a_group_that_is_not_known_everywhere_at_once_is_waited_for() {
    for action in ["AuthorizeSecurityGroupIngress", "RevokeSecurityGroupEgress"] {
        let emulator = Emulator::start();
        let host = Host::on(&emulator, REGION).await;
        let fault = json!({
            "action": action,
            "do": "error",
            "code": "InvalidGroup.NotFound",
            "message": UNKNOWN,
            "times": 3,
        });
        let created = create(&host, &emulator, &web(), &json!([fault]))
            .await
            .clean();
        host.assert_settled(&created, &web()).await;
        assert_eq!(emulator.counts()[action], 4);
        assert_eq!(existing(&emulator).len(), 1, "{action}");
    }
}

#[tokio::test]
async fn a_rule_that_names_a_group_which_does_not_exist_is_not_waited_for() {
    let emulator = Emulator::start();
    let host = Host::on(&emulator, REGION).await;
    let named = "sg-0123456789abcdef0";
    let stranger = rule([
        ("service", "https".into()),
        ("security_groups", texts([named])),
    ]);
    let config = web().with("ingress", Value::set([stranger]));
    let refused = create(&host, &emulator, &config, &json!([])).await;
    let error = refused.error();
    assert!(error.detail.contains(named), "{error:?}");
    assert_eq!(emulator.counts()["AuthorizeSecurityGroupIngress"], 1);
    assert_eq!(host.read(&refused.state).await.clean(), refused.state);
}

/// The reply is lost, and EC2 shows the group late: nobody knows its id, and its name is taken.
#[tokio::test]
async fn a_group_whose_id_was_lost_and_that_is_shown_late_is_found() {
    let emulator = Emulator::start();
    let host = Host::on(&emulator, REGION).await;
    let faults = json!([
        { "action": "CreateSecurityGroup", "do": "reset", "when": "after" },
        { "action": "DescribeSecurityGroups", "do": "empty", "times": 3 },
    ]);
    let created = create(&host, &emulator, &web(), &faults).await.found();
    host.assert_settled(&created, &web()).await;
    let held = existing(&emulator);
    assert_eq!(held.len(), 1, "{held:?}");
    assert!(emulator.counts()["CreateSecurityGroup"] > 1);
}

/// A preset's name is in every VPC, and so may be its description and tags.
#[tokio::test]
async fn a_twin_in_another_vpc_is_not_taken_for_the_one_whose_id_was_lost() {
    for when in ["before", "after"] {
        let emulator = Emulator::start();
        let made = emulator.call(REGION, "CreateVpc", &[("CidrBlock", "10.9.0.0/16")]);
        let vpc_id = element(&made, "vpcId");
        let host = Host::on(&emulator, REGION).await;
        let twin = host
            .settle(&Value::Null, &open().with("vpc_id", vpc_id))
            .await;
        let lost = json!([{ "action": "CreateSecurityGroup", "do": "reset", "when": when }]);
        let answer = create(&host, &emulator, &open(), &lost).await;
        let created = match when {
            "after" => answer.found(),
            _ => answer.clean(),
        };
        assert_ne!(created.get("id"), twin.get("id"), "{when}");
        assert_ne!(created.get("vpc_id").as_str(), Some(vpc_id), "{when}");
        host.assert_settled(&created, &open()).await;
        host.assert_settled(&twin, &open().with("vpc_id", vpc_id))
            .await;
        assert_eq!(existing(&emulator).len(), 2, "{when}");
    }
}

/// Two resources of one name, of which one has no answer: the group is the other's.
#[tokio::test]
async fn a_group_that_another_resource_made_is_not_taken_for_the_one_whose_id_was_lost() {
    let emulator = Emulator::start();
    let host = Host::on(&emulator, REGION).await;
    let planned = host.plan(&Value::Null, &web()).await.clean();
    let made = host.apply(&Value::Null, &planned, &web()).await.clean();
    let lost = json!([{ "action": "CreateSecurityGroup", "do": "reset" }]);
    emulator.config(&json!({ "faults": lost }));
    let refused = host.apply(&Value::Null, &planned, &web()).await;
    assert!(refused.error().detail.contains("InvalidGroup.Duplicate"));
    assert_eq!(refused.state, Value::Null);
    host.assert_settled(&made, &web()).await;
}

/// Its error is none that EC2 publishes.
#[tokio::test]
async fn a_group_that_a_server_in_trouble_has_made_is_found() {
    let emulator = Emulator::start();
    let host = Host::on(&emulator, REGION).await;
    let trouble = json!([{
        "action": "CreateSecurityGroup",
        "do": "error",
        "when": "after",
        "code": "InternalServerError",
        "status": 500,
    }]);
    let created = create(&host, &emulator, &web(), &trouble).await.found();
    host.assert_settled(&created, &web()).await;
    assert_eq!(existing(&emulator).len(), 1);
}

/// Somebody else took the name between plan and apply: that group isn't ours.
#[tokio::test]
async fn a_group_of_the_same_name_is_not_taken_for_the_one_whose_id_was_lost() {
    let emulator = Emulator::start();
    let vpc_id = emulator.groups(REGION)[0]["vpc_id"].clone();
    let vpc_id = vpc_id.as_str().expect("there is a default group");
    let host = Host::on(&emulator, REGION).await;
    let config = web().with("vpc_id", vpc_id);
    let planned = host.plan(&Value::Null, &config).await.clean();
    let theirs = [
        ("GroupName", "web"),
        ("GroupDescription", "theirs"),
        ("VpcId", vpc_id),
    ];
    emulator.call(REGION, "CreateSecurityGroup", &theirs);
    let before = existing(&emulator);
    let lost = json!([{ "action": "CreateSecurityGroup", "do": "reset" }]);
    for faults in [json!([]), lost] {
        emulator.config(&json!({ "faults": faults }));
        let since = Instant::now();
        let refused = host.apply(&Value::Null, &planned, &config).await;
        assert!(refused.error().detail.contains("InvalidGroup.Duplicate"));
        assert_eq!(refused.state, Value::Null);
        assert_eq!(existing(&emulator), before);
        assert!(
            since.elapsed() < Duration::from_secs(20),
            "{:?}",
            since.elapsed()
        );
    }
}

#[test]
fn a_group_that_is_never_shown_is_deleted_again_and_made_anew() {
    let stage = Stage::new("");
    let limited = OPEN.replacen(
        "  egress",
        "  timeouts {\n    create = \"2s\"\n  }\n  egress",
        1,
    );
    stage.go_wrong(&json!([
        // Both plans, before and in the apply, ask for the VPC's names.
        { "action": "DescribeSecurityGroups", "do": "empty", "skip": 2, "times": 1000 },
    ]));
    let words = stage.try_apply(&limited).failure();
    assert!(words.contains("doesn't show it"), "{words}");
    assert!(words.contains("was deleted again"), "{words}");
    assert!(words.contains("the time for it was up (2s)"), "{words}");
    assert!(!words.contains("Is \"eu-west-1\" a region"), "{words}");
    let held = existing(&stage.emulator);
    assert!(held.is_empty(), "an orphan: {held:?}");
    stage.assert_agreed("deleted again");

    stage.go_wrong(&json!([]));
    stage.apply(&limited);
    stage.assert_agreed_and_settled("made anew");
    let after = existing(&stage.emulator);
    assert_eq!(after.len(), 1, "{after:?}");
    let group = stage.emulator.group(REGION, "web");
    assert_eq!(rules_of(&group).len(), 1, "{group}");
}
