//! A creation whose answer is lost is found again without anything that is optional; and what
//! another run may have made is never taken for the group that was lost without a word.

use serde_json::{Value as Json, json};
use terraform_provider_curated::tf_provider::value::Value;

use super::visible::web;
use crate::support::agreement::existing;
use crate::support::emulator::{Emulator, element};
use crate::support::host::{Answer, Host, group, timeouts};
use crate::support::stage::REGION;

fn tagged(config: Value) -> Value {
    config.with("tags", Value::map([("team", "web")]))
}

fn lost(when: &str) -> Json {
    json!({ "action": "CreateSecurityGroup", "do": "reset", "when": when })
}

fn denied(action: &str, times: u32) -> Json {
    json!({
        "action": action, "do": "error", "code": "UnauthorizedOperation", "status": 403, "times": times,
    })
}

/// Another run of the same configuration makes its group: it has no rules of its own yet.
fn made_by_another_run(emulator: &Emulator) -> String {
    let parameters = [
        ("GroupName", "web"),
        ("GroupDescription", "Managed by Terraform"),
    ];
    let made = emulator.call(REGION, "CreateSecurityGroup", &parameters);
    element(&made, "groupId").to_owned()
}

/// And goes on with it.
fn go_on(emulator: &Emulator, id: &str) {
    let rules = [
        ("GroupId", id),
        ("IpPermissions.1.IpProtocol", "tcp"),
        ("IpPermissions.1.FromPort", "443"),
        ("IpPermissions.1.ToPort", "443"),
        ("IpPermissions.1.IpRanges.1.CidrIp", "10.0.0.0/8"),
    ];
    emulator.call(REGION, "AuthorizeSecurityGroupIngress", &rules);
}

#[track_caller]
fn assert_not_taken(refused: &Answer) {
    let detail = &refused.error().detail;
    assert!(detail.contains("InvalidGroup.Duplicate"), "{detail}");
    assert_eq!(refused.state, Value::Null);
}

/// The permission is missing, or the one look-up of the run failed.
#[tokio::test]
async fn a_lost_creation_is_found_without_a_look_at_the_vpcs() {
    for times in [1, 100] {
        let emulator = Emulator::start();
        let host = Host::on(&emulator, REGION).await;
        let denied = denied("DescribeVpcs", times);
        emulator.config(&json!({ "faults": [denied] }));
        let planned = host.plan(&Value::Null, &web()).await.clean();
        let denied = match times {
            1 => json!([lost("after")]),
            _ => json!([lost("after"), denied]),
        };
        emulator.config(&json!({ "faults": denied }));
        emulator.reset_counts();
        let created = host.apply(&Value::Null, &planned, &web()).await.found();
        assert_eq!(emulator.counts()["CreateSecurityGroup"], 2, "{times}");
        host.assert_settled(&created, &web()).await;
        assert_eq!(existing(&emulator).len(), 1, "{times}");
    }
}

/// It was looked for until the time was up, and then said to be somebody else's.
#[tokio::test]
async fn a_lost_creation_that_nobody_may_look_for_is_said_at_once() {
    let emulator = Emulator::start();
    let host = Host::on(&emulator, REGION).await;
    let planned = host.plan(&Value::Null, &web()).await.clean();
    let looks = denied("DescribeSecurityGroups", 100);
    emulator.config(&json!({ "faults": [lost("after"), looks] }));
    emulator.reset_counts();
    let refused = host.apply(&Value::Null, &planned, &web()).await;
    let detail = &refused.error().detail;
    for words in ["ec2:DescribeSecurityGroups", "was lost", "take it over"] {
        assert!(detail.contains(words), "{detail}");
    }
    assert!(emulator.counts()["DescribeSecurityGroups"] < 4);
    // Where it wasn't made, the second attempt makes it.
    let emulator = Emulator::start();
    let host = Host::on(&emulator, REGION).await;
    let planned = host.plan(&Value::Null, &web()).await.clean();
    let looks = denied("DescribeSecurityGroups", 1);
    emulator.config(&json!({ "faults": [lost("before"), looks] }));
    host.apply(&Value::Null, &planned, &web()).await.clean();
    assert_eq!(existing(&emulator).len(), 1);
}

/// Another endpoint than AWS's may say it in other words. There is one group of the name, so it is
/// the one that is in the way.
#[tokio::test]
async fn a_lost_creation_is_found_where_the_refusal_names_no_vpc() {
    let emulator = Emulator::start();
    let host = Host::on(&emulator, REGION).await;
    let duplicate = json!({
        "action": "CreateSecurityGroup",
        "do": "error",
        "code": "InvalidGroup.Duplicate",
        "message": "The name is taken",
        "skip": 1,
    });
    emulator.config(&json!({ "faults": [denied("DescribeVpcs", 100)] }));
    let planned = host.plan(&Value::Null, &web()).await.clean();
    let faults = json!([lost("after"), duplicate, denied("DescribeVpcs", 100)]);
    emulator.config(&json!({ "faults": faults }));
    let created = host.apply(&Value::Null, &planned, &web()).await.found();
    host.assert_settled(&created, &web()).await;
    assert_eq!(existing(&emulator).len(), 1);
}

/// The time is up before EC2 could say in which VPC the group is.
#[tokio::test]
async fn a_lost_creation_is_in_the_state_or_undone_though_no_time_is_left_to_look_for_its_vpc() {
    for when in ["before", "after"] {
        let emulator = Emulator::start();
        let host = Host::on(&emulator, REGION).await;
        let limited = web().with("timeouts", timeouts("create", "1s"));
        emulator.config(&json!({ "faults": [denied("DescribeVpcs", 100)] }));
        let planned = host.plan(&Value::Null, &limited).await.clean();
        let slow = json!({
            "action": "CreateSecurityGroup", "do": "delay", "ms": 1500, "when": when,
        });
        let faults = json!([slow, lost(when), denied("DescribeVpcs", 100)]);
        emulator.config(&json!({ "faults": faults }));
        let failed = host.apply(&Value::Null, &planned, &limited).await;
        let error = failed.messages.iter().find(|m| m.is_error);
        let error = error.expect("there was no time");
        assert!(error.detail.contains("time for it was up"), "{error:?}");
        let held = existing(&emulator);
        let id = failed.state.get_or_null("id").as_str().map(str::to_owned);
        assert_eq!(
            held.into_keys().collect::<Vec<_>>(),
            id.as_slice(),
            "{when}"
        );
        // One that is certainly this run's is taken away again.
        if id.is_some() {
            assert_eq!(host.read(&failed.state).await.clean(), failed.state);
        }
    }
}

/// Tags and a look before say whose it is.
#[tokio::test]
async fn a_lost_creation_with_tags_of_its_own_is_found_and_nothing_is_said() {
    let emulator = Emulator::start();
    let host = Host::on(&emulator, REGION).await;
    let config = tagged(web());
    let planned = host.plan(&Value::Null, &config).await.clean();
    emulator.config(&json!({ "faults": [lost("after")] }));
    let created = host.apply(&Value::Null, &planned, &config).await.clean();
    host.assert_settled(&created, &config).await;
    assert_eq!(existing(&emulator).len(), 1);
}

/// Its maker would leave it as it is, so that it doesn't show whether there is one.
#[tokio::test]
async fn a_lost_creation_of_a_group_that_stays_as_new_is_found_and_said() {
    let emulator = Emulator::start();
    let host = Host::on(&emulator, REGION).await;
    let config = tagged(group().with("preset", "exodus"));
    let planned = host.plan(&Value::Null, &config).await.clean();
    emulator.config(&json!({ "faults": [lost("after")] }));
    let created = host.apply(&Value::Null, &planned, &config).await.found();
    host.assert_settled(&created, &config).await;
}

/// Nobody else makes a name of such a suffix: there is nothing to warn of.
#[tokio::test]
async fn a_lost_creation_of_a_made_up_name_is_found_and_nothing_is_said() {
    let emulator = Emulator::start();
    let host = Host::on(&emulator, REGION).await;
    for config in [web(), group().with("preset", "exodus")] {
        let config = config.with("name", Value::Null).with("name_prefix", "web-");
        let planned = host.plan(&Value::Null, &config).await.clean();
        emulator.config(&json!({ "faults": [lost("after")] }));
        let created = host.apply(&Value::Null, &planned, &config).await.clean();
        host.assert_settled(&created, &config).await;
    }
    assert_eq!(existing(&emulator).len(), 2);
}

/// Another run of the same configuration made it: by now it has rules, or lost those of a new one.
#[tokio::test]
async fn a_group_that_another_run_went_on_with_is_not_taken_for_the_one_whose_id_was_lost() {
    for is_filled in [true, false] {
        let emulator = Emulator::start();
        let host = Host::on(&emulator, REGION).await;
        let planned = host.plan(&Value::Null, &web()).await.clean();
        let theirs = made_by_another_run(&emulator);
        if is_filled {
            go_on(&emulator, &theirs);
        } else {
            let all = [
                ("GroupId", theirs.as_str()),
                ("IpPermissions.1.IpProtocol", "-1"),
                ("IpPermissions.1.IpRanges.1.CidrIp", "0.0.0.0/0"),
            ];
            emulator.call(REGION, "RevokeSecurityGroupEgress", &all);
        }
        let before = existing(&emulator);
        emulator.config(&json!({ "faults": [lost("before")] }));
        assert_not_taken(&host.apply(&Value::Null, &planned, &web()).await);
        assert_eq!(existing(&emulator), before);
    }
}

/// It is as new when it is found, and its maker goes on a moment later.
#[tokio::test]
async fn a_group_that_another_run_is_making_is_not_taken_for_the_one_whose_id_was_lost() {
    let emulator = Emulator::start();
    let host = Host::on(&emulator, REGION).await;
    let config = web();
    let planned = host.plan(&Value::Null, &config).await.clean();
    let theirs = made_by_another_run(&emulator);
    emulator.config(&json!({ "faults": [lost("before")] }));
    let (refused, ()) = tokio::join!(host.apply(&Value::Null, &planned, &config), async {
        // Ours is looked for.
        emulator.called("CreateSecurityGroup", 1).await;
        emulator.reset_counts();
        emulator.called("DescribeSecurityGroups", 1).await;
        go_on(&emulator, &theirs);
    });
    assert_not_taken(&refused);
    assert_eq!(
        existing(&emulator).into_keys().collect::<Vec<_>>(),
        [theirs]
    );
}

/// Tags say that it is ours, and yet somebody changes it when we do.
#[tokio::test]
async fn a_group_that_somebody_changes_at_the_same_time_is_not_taken_silently() {
    let emulator = Emulator::start();
    let host = Host::on(&emulator, REGION).await;
    let config = tagged(web());
    let planned = host.plan(&Value::Null, &config).await.clean();
    let held = json!({ "action": "AuthorizeSecurityGroupIngress", "do": "hold" });
    emulator.config(&json!({ "faults": [lost("after"), held] }));
    let (created, ()) = tokio::join!(host.apply(&Value::Null, &planned, &config), async {
        emulator.called("AuthorizeSecurityGroupIngress", 1).await;
        let id = existing(&emulator).into_keys().next().expect("it is there");
        go_on(&emulator, &id);
        emulator.release(true);
    });
    let created = created.found();
    host.assert_settled(&created, &config).await;
}
