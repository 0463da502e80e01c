//! Deletion: gone already is success, what is being released is waited for within the timeout, and
//! what holds a group for good is named at once.

use std::time::{Duration, Instant};

use serde_json::{Value as Json, json};
use terraform_provider_curated::tf_provider::value::Value;

use crate::faults::scenario::FIRST;
use crate::support::agreement::existing;
use crate::support::emulator::{ACCOUNT, Emulator, element};
use crate::support::held::rules_of;
use crate::support::host::{Answer, Host, group, rule, timeouts};
use crate::support::stage::{REGION, Stage};

/// What Lambda calls an interface, which it releases some time after the function is gone.
const LAMBDA: &str = "AWS Lambda VPC ENI-resize-0";

fn web() -> Value {
    group().with("name", "web")
}

/// A host, and a group that exists.
async fn made(emulator: &Emulator, config: &Value) -> (Host, Value) {
    let host = Host::on(emulator, REGION).await;
    let state = host.settle(&Value::Null, config).await;
    emulator.reset_counts();
    (host, state)
}

async fn delete(host: &Host, state: &Value) -> Answer {
    host.apply(state, &Value::Null, &Value::Null).await
}

/// Proves that nothing was waited for: EC2 was asked once.
#[track_caller]
fn assert_at_once(emulator: &Emulator) {
    assert_eq!(emulator.counts()["DeleteSecurityGroup"], 1);
}

fn id(state: &Value) -> &str {
    state.get("id").as_str().expect("the group exists")
}

/// A network interface that wears the group; its id.
fn interface(emulator: &Emulator, group_id: &str, description: &str) -> String {
    let subnets = emulator.call(REGION, "DescribeSubnets", &[]);
    let parameters = [
        ("SubnetId", element(&subnets, "subnetId")),
        ("Description", description),
        ("SecurityGroupId.1", group_id),
    ];
    let reply = emulator.call(REGION, "CreateNetworkInterface", &parameters);
    element(&reply, "networkInterfaceId").to_owned()
}

/// A group with an ingress and an egress rule that name another; its id.
fn referring(emulator: &Emulator, name: &str, group_id: &str) -> String {
    let parameters = [("GroupName", name), ("GroupDescription", "refers")];
    let reply = emulator.call(REGION, "CreateSecurityGroup", &parameters);
    let id = element(&reply, "groupId").to_owned();
    for direction in ["Ingress", "Egress"] {
        let parameters = [
            ("GroupId", id.as_str()),
            ("IpPermissions.1.IpProtocol", "tcp"),
            ("IpPermissions.1.FromPort", "80"),
            ("IpPermissions.1.ToPort", "81"),
            ("IpPermissions.1.Groups.1.GroupId", group_id),
        ];
        let action = format!("AuthorizeSecurityGroup{direction}");
        emulator.call(REGION, &action, &parameters);
    }
    id
}

fn violation(times: u32) -> Json {
    json!({
        "action": "DeleteSecurityGroup",
        "do": "error",
        "code": "DependencyViolation",
        "times": times,
    })
}

#[tokio::test]
async fn a_group_that_nothing_visible_holds_is_waited_for() {
    let emulator = Emulator::start();
    let (host, state) = made(&emulator, &web()).await;
    emulator.config(&json!({ "faults": [violation(2)] }));
    assert_eq!(delete(&host, &state).await.clean(), Value::Null);
    assert!(existing(&emulator).is_empty());
    assert_eq!(emulator.counts()["DeleteSecurityGroup"], 3);
}

#[test]
fn a_real_terraform_waits_for_a_violation_to_pass() {
    let stage = Stage::new("");
    stage.apply(FIRST);
    stage.go_wrong(&json!([violation(1)]));
    stage.apply("");
    stage.assert_agreed_and_settled("deleted");
    assert!(existing(&stage.emulator).is_empty());
}

#[tokio::test]
async fn an_interface_that_is_being_released_is_waited_for() {
    let emulator = Emulator::start();
    let (host, state) = made(&emulator, &web()).await;
    let interface = interface(&emulator, id(&state), LAMBDA);
    let released = async {
        emulator.called("DeleteSecurityGroup", 1).await;
        let parameters = [("NetworkInterfaceId", interface.as_str())];
        emulator.call(REGION, "DeleteNetworkInterface", &parameters);
    };
    let (deleted, ()) = tokio::join!(delete(&host, &state), released);
    assert_eq!(deleted.clean(), Value::Null);
    assert!(emulator.counts()["DeleteSecurityGroup"] > 1);
    assert!(existing(&emulator).is_empty());
}

#[tokio::test]
async fn what_is_being_released_is_waited_for_within_the_timeout_only() {
    let emulator = Emulator::start();
    let timeouts = timeouts("delete", "3s");
    let (host, state) = made(&emulator, &web().with("timeouts", timeouts)).await;
    let interface = interface(&emulator, id(&state), LAMBDA);
    let since = Instant::now();
    let refused = delete(&host, &state).await;
    let detail = &refused.error().detail;
    let named = format!("network interface {interface} (type interface, owner {ACCOUNT}");
    assert!(detail.contains(&named), "{detail}");
    assert!(detail.contains("being released): AWS Lambda"), "{detail}");
    assert!(detail.contains("the time for it was up (3s)"), "{detail}");
    assert!(
        since.elapsed() < Duration::from_secs(15),
        "{:?}",
        since.elapsed()
    );
    assert!(emulator.counts()["DeleteSecurityGroup"] > 1);
    assert_eq!(refused.state, state);
    assert_eq!(existing(&emulator).len(), 1);
}

#[tokio::test]
async fn everything_that_holds_a_group_is_named_at_once() {
    let emulator = Emulator::start();
    let own = rule([("service", "https".into()), ("self", true.into())]);
    let config = web().with("ingress", Value::set([own]));
    let (host, state) = made(&emulator, &config).await;
    let id = id(&state);
    let interfaces = ["database", LAMBDA].map(|what| interface(&emulator, id, what));
    let groups = ["app", "batch"].map(|name| (name, referring(&emulator, name, id)));
    emulator.reset_counts();
    let refused = delete(&host, &state).await;

    let error = refused.error();
    assert_eq!(
        error.summary,
        format!("Can't delete the security group {id}: it is in use")
    );
    for interface in interfaces {
        let named = format!("network interface {interface} (type interface, owner {ACCOUNT}, not");
        assert!(error.detail.contains(&named), "{named}: {}", error.detail);
    }
    for (name, group) in groups {
        for rule in ["ingress tcp/80-81 from", "egress tcp/80-81 to"] {
            let named = format!("rule \"{rule} {id}\" of the security group {group} ({name})");
            assert!(error.detail.contains(&named), "{named}: {}", error.detail);
        }
    }
    assert!(
        !error.detail.contains("self"),
        "its own rule: {}",
        error.detail
    );
    assert!(
        error.detail.contains("DependencyViolation"),
        "{}",
        error.detail
    );
    assert_at_once(&emulator);
    assert_eq!(refused.state, state);
}

#[tokio::test]
async fn an_attached_interface_names_what_it_is_attached_to() {
    let emulator = Emulator::start();
    let (host, state) = made(&emulator, &web()).await;
    let parameters = [
        ("ImageId", "ami-12c6146b"),
        ("MinCount", "1"),
        ("MaxCount", "1"),
        ("SecurityGroupId.1", id(&state)),
    ];
    let reply = emulator.call(REGION, "RunInstances", &parameters);
    let instance = element(&reply, "instanceId");
    let refused = delete(&host, &state).await;
    let detail = &refused.error().detail;
    assert!(
        detail.contains(&format!("attached to {instance}")),
        "{detail}"
    );
    assert_at_once(&emulator);
}

#[tokio::test]
async fn a_group_that_is_gone_already_is_deleted() {
    let emulator = Emulator::start();
    let (host, state) = made(&emulator, &web()).await;
    emulator.call(REGION, "DeleteSecurityGroup", &[("GroupId", id(&state))]);
    assert_eq!(delete(&host, &state).await.clean(), Value::Null);
}

#[tokio::test]
async fn a_default_group_is_refused_in_words() {
    let emulator = Emulator::start();
    // No import takes one in any more, but a state of old may hold it.
    let (host, state) = made(&emulator, &web()).await;
    let default = emulator.group(REGION, "default")["id"].clone();
    let state = state.with("id", default.as_str().expect("there is one"));
    let state = host.read(&state).await.clean();
    emulator.reset_counts();
    let refused = delete(&host, &state).await;
    let detail = &refused.error().detail;
    assert!(detail.contains("a VPC's default group"), "{detail}");
    assert!(detail.contains("`removed` block"), "{detail}");
    assert_at_once(&emulator);
    assert_eq!(refused.state, state);
}

#[tokio::test]
async fn rules_that_hold_a_group_are_revoked_where_that_is_asked_for() {
    // A reply that is lost is found out by looking.
    let lost = |action: &str| json!([{ "action": action, "do": "reset", "when": "after" }]);
    let cut = json!([{ "action": "RevokeSecurityGroupIngress", "do": "reset" }]);
    let ways = [
        json!([]),
        lost("RevokeSecurityGroupIngress"),
        lost("RevokeSecurityGroupEgress"),
        cut,
    ];
    for faults in ways {
        let emulator = Emulator::start();
        let config = web().with("revoke_rules_on_delete", true);
        let (host, state) = made(&emulator, &config).await;
        let referring = referring(&emulator, "app", id(&state));
        emulator.config(&json!({ "faults": faults }));
        assert_eq!(delete(&host, &state).await.clean(), Value::Null, "{faults}");
        let left = existing(&emulator);
        assert_eq!(left.keys().collect::<Vec<_>>(), [&referring]);
        let app = emulator.group(REGION, "app");
        assert_eq!(
            rules_of(&app).len(),
            1,
            "only the rules that hold it: {app}"
        );
    }
}

/// The rules are still shown after they were revoked, and the group is still held.
#[tokio::test]
async fn revoking_does_not_go_round_and_round_without_a_pause() {
    let emulator = Emulator::start();
    let timeouts = timeouts("delete", "3s");
    let config = web()
        .with("revoke_rules_on_delete", true)
        .with("timeouts", timeouts);
    let (host, state) = made(&emulator, &config).await;
    referring(&emulator, "app", id(&state));
    let kept = ["RevokeSecurityGroupIngress", "RevokeSecurityGroupEgress"].map(|action| {
        json!({
            "action": action,
            "do": "error",
            "code": "InvalidPermission.NotFound",
            "times": 1000,
        })
    });
    emulator.config(&json!({ "faults": kept }));
    emulator.reset_counts();
    let refused = delete(&host, &state).await;
    assert!(refused.error().detail.contains("DependencyViolation"));
    let deletions = emulator.counts()["DeleteSecurityGroup"];
    assert!(deletions <= 4, "{deletions}");
}

#[tokio::test]
async fn what_may_not_be_looked_at_or_revoked_names_the_permission() {
    let emulator = Emulator::start();
    let config = web().with("revoke_rules_on_delete", true);
    let (host, state) = made(&emulator, &config).await;
    referring(&emulator, "app", id(&state));
    for action in [
        "DescribeNetworkInterfaces",
        "DescribeSecurityGroups",
        "RevokeSecurityGroupIngress",
    ] {
        let fault = json!({ "action": action, "do": "error", "code": "UnauthorizedOperation" });
        emulator.config(&json!({ "faults": [fault] }));
        emulator.reset_counts();
        let refused = delete(&host, &state).await;
        let detail = &refused.error().detail;
        assert!(detail.contains(&format!("ec2:{action}.")), "{detail}");
        assert_at_once(&emulator);
        assert_eq!(refused.state, state);
    }
}
