//! Calls fail half-way, and replies are lost: the state that comes back is what EC2 holds, and the
//! next apply goes on from there.

use serde_json::{Value as Json, json};
use terraform_provider_curated::tf_provider::value::Value;

use crate::support::emulator::Emulator;
use crate::support::held::rules_of;
use crate::support::host::{Answer, Host, rules_attribute, tcp, web_both};
use crate::support::stage::REGION;

/// The writes that take a group from `before` to `after`.
const CHANGES: [&str; 6] = [
    "AuthorizeSecurityGroupIngress",
    "AuthorizeSecurityGroupEgress",
    "RevokeSecurityGroupIngress",
    "UpdateSecurityGroupRuleDescriptionsEgress",
    "CreateTags",
    "DeleteTags",
];

/// Has EC2 refuse the next call of these actions for want of a permission.
fn refuse(emulator: &Emulator, actions: &[&str]) {
    let refusal = |action: &&str| {
        json!({
            "action": action,
            "do": "error",
            "code": "UnauthorizedOperation",
            "status": 403,
        })
    };
    let faults: Vec<_> = actions.iter().map(refusal).collect();
    emulator.config(&json!({ "faults": faults }));
}

/// The refusal names the permission, and the state is what EC2 holds.
async fn assert_refused(host: &Host, refused: &Answer, action: &str) {
    let permission = format!("ec2:{action}");
    let error = refused.error();
    assert!(error.detail.contains(&permission), "{action}: {error:?}");
    let read = host.read(&refused.state).await.clean();
    assert_eq!(read, refused.state, "{action}");
}

/// Takes a call for each direction to create.
fn both_ways() -> Value {
    web_both([tcp(22, ["10.0.0.0/8"])], [tcp(443, ["10.0.0.0/8"])])
}

fn before() -> Value {
    web_both([tcp(22, ["10.0.0.0/8"])], [tcp(22, ["10.0.0.0/8"])])
        .with("tags", Value::map([("team", "web"), ("old", "1")]))
}

/// Takes each of `CHANGES` from `before`.
fn after() -> Value {
    let described = tcp(22, ["10.0.0.0/8"]).with("description", "jump host");
    web_both(
        [tcp(443, ["10.0.0.0/8"])],
        [described, tcp(443, ["10.0.0.0/8"])],
    )
    .with("tags", Value::map([("team", "ops")]))
}

#[tokio::test]
async fn a_creation_that_fails_half_way_leaves_nothing() {
    let emulator = Emulator::start();
    let host = Host::on(&emulator, REGION).await;
    let config = both_ways();
    let planned = host.plan(&Value::Null, &config).await.clean();
    refuse(&emulator, &["AuthorizeSecurityGroupEgress"]);
    let refused = host.apply(&Value::Null, &planned, &config).await;
    assert_refused(&host, &refused, "AuthorizeSecurityGroupEgress").await;
    assert!(refused.error().detail.contains("was deleted again"));
    assert_eq!(refused.state, Value::Null);
    assert!(emulator.group(REGION, "web").is_null());
    host.settle(&Value::Null, &config).await;
}

/// Loses the answer of a deletion, which EC2 carries out, and refuses the next attempt: by chance EC2 asks
/// for the permission before it looks for the group.
fn lose_and_refuse_deletions() -> [Json; 2] {
    let deletion = "DeleteSecurityGroup";
    [
        json!({ "action": deletion, "do": "reset", "when": "after" }),
        json!({
            "action": deletion, "do": "error", "code": "UnauthorizedOperation", "status": 403, "skip": 1,
        }),
    ]
}

/// The state named a group that was gone, and a destroy failed that had succeeded.
#[tokio::test]
async fn a_deletion_that_was_lost_and_then_refused_leaves_no_ghost() {
    let emulator = Emulator::start();
    let host = Host::on(&emulator, REGION).await;
    let group = host.settle(&Value::Null, &before()).await;
    emulator.config(&json!({ "faults": lose_and_refuse_deletions() }));
    let gone = host.apply(&group, &Value::Null, &Value::Null).await.clean();
    assert_eq!(gone, Value::Null);
    assert!(emulator.group(REGION, "web").is_null());
}

#[tokio::test]
async fn an_undoing_that_was_lost_and_then_refused_leaves_no_ghost() {
    let emulator = Emulator::start();
    let host = Host::on(&emulator, REGION).await;
    let config = both_ways();
    let planned = host.plan(&Value::Null, &config).await.clean();
    let mut faults = lose_and_refuse_deletions().to_vec();
    faults.push(json!({
        "action": "AuthorizeSecurityGroupEgress", "do": "error", "code": "UnauthorizedOperation",
        "status": 403,
    }));
    emulator.config(&json!({ "faults": faults }));
    let refused = host.apply(&Value::Null, &planned, &config).await;
    assert!(refused.error().detail.contains("was deleted again"));
    assert_eq!(refused.state, Value::Null);
    assert!(emulator.group(REGION, "web").is_null());
}

/// Tags are set by calls that may be repeated blindly. The state had those of before.
#[tokio::test]
async fn tags_that_were_lost_and_then_refused_are_in_the_state() {
    let emulator = Emulator::start();
    let host = Host::on(&emulator, REGION).await;
    let group = host.settle(&Value::Null, &before()).await;
    let config = before().with("tags", Value::map([("team", "ops"), ("old", "1")]));
    let planned = host.plan(&group, &config).await.clean();
    let faults = json!([
        { "action": "CreateTags", "do": "reset", "when": "after" },
        {
            "action": "CreateTags", "do": "error", "code": "UnauthorizedOperation", "status": 403,
            "skip": 1,
        },
    ]);
    emulator.config(&json!({ "faults": faults }));
    let refused = host.apply(&group, &planned, &config).await;
    assert_refused(&host, &refused, "CreateTags").await;
    assert_eq!(refused.state.get("tags"), config.get("tags"));
}

#[tokio::test]
async fn a_creation_that_fails_half_way_for_good_leaves_a_group_that_state_knows() {
    let emulator = Emulator::start();
    let host = Host::on(&emulator, REGION).await;
    let config = both_ways();
    let planned = host.plan(&Value::Null, &config).await.clean();
    refuse(
        &emulator,
        &["AuthorizeSecurityGroupEgress", "DeleteSecurityGroup"],
    );
    let refused = host.apply(&Value::Null, &planned, &config).await;

    assert_eq!(refused.state.get("id"), &emulator.id(REGION, "web").into());
    // EC2's default rule has made room for the group's own.
    let expected = rules_attribute([("ingress tcp/22 from 10.0.0.0/8", "")]);
    assert_eq!(refused.state.get("rules"), &expected);
    assert_refused(&host, &refused, "AuthorizeSecurityGroupEgress").await;
    let settled = host.settle(&refused.state, &config).await;
    assert_eq!(settled.get("id"), refused.state.get("id"));
}

#[tokio::test]
async fn a_creation_that_is_refused_leaves_nothing() {
    let emulator = Emulator::start();
    let host = Host::on(&emulator, REGION).await;
    let planned = host.plan(&Value::Null, &before()).await.clean();
    refuse(&emulator, &["CreateSecurityGroup"]);
    let refused = host.apply(&Value::Null, &planned, &before()).await;
    assert!(refused.error().detail.contains("ec2:CreateSecurityGroup"));
    assert_eq!(refused.state, Value::Null);
    assert!(emulator.group(REGION, "web").is_null());
    host.settle(&Value::Null, &before()).await;
}

#[tokio::test]
async fn an_update_that_fails_anywhere_leaves_a_state_that_is_true() {
    let emulator = Emulator::start();
    let host = Host::on(&emulator, REGION).await;
    let mut state = Value::Null;
    for action in CHANGES {
        state = host.settle(&state, &before()).await;
        let planned = host.plan(&state, &after()).await.clean();
        refuse(&emulator, &[action]);
        let refused = host.apply(&state, &planned, &after()).await;
        assert_refused(&host, &refused, action).await;
        state = host.settle(&refused.state, &after()).await;
    }
    // And RevokeSecurityGroupEgress, which only the way back takes.
    let planned = host.plan(&state, &before()).await.clean();
    refuse(&emulator, &["RevokeSecurityGroupEgress"]);
    let refused = host.apply(&state, &planned, &before()).await;
    assert_refused(&host, &refused, "RevokeSecurityGroupEgress").await;
    host.settle(&refused.state, &before()).await;
}

#[tokio::test]
async fn replies_that_are_lost_fail_nothing() {
    let ways = [
        json!({ "do": "reset" }),
        json!({ "do": "close" }),
        json!({ "do": "error", "code": "InternalError", "status": 500 }),
    ];
    let emulator = Emulator::start();
    let host = Host::on(&emulator, REGION).await;
    let mut state = host.settle(&Value::Null, &before()).await;
    let planned = host.plan(&state, &after()).await.clean();
    let rules_after = planned.get("rules");
    for action in CHANGES {
        for way in &ways {
            let mut fault = way.clone();
            fault["action"] = json!(action);
            fault["when"] = json!("after");
            emulator.reset_counts();
            emulator.config(&json!({ "faults": [fault] }));
            state = host.settle(&state, &after()).await;
            assert_eq!(
                emulator.counts_of("lost").get(action),
                Some(&1),
                "{action}, {way}"
            );
            assert_eq!(state.get("rules"), rules_after, "{action}, {way}");
            assert_eq!(
                rules_of(&emulator.group(REGION, "web")).len(),
                3,
                "{action}, {way}"
            );
            state = host.settle(&state, &before()).await;
        }
    }
}

#[tokio::test]
async fn a_lost_reply_while_creating_fails_nothing_either() {
    let emulator = Emulator::start();
    let host = Host::on(&emulator, REGION).await;
    let mut state = Value::Null;
    let actions = [
        "AuthorizeSecurityGroupIngress",
        "AuthorizeSecurityGroupEgress",
        "RevokeSecurityGroupEgress",
    ];
    for action in actions {
        let gone = host.apply(&state, &Value::Null, &Value::Null).await.clean();
        let fault = json!({ "action": action, "do": "reset", "when": "after" });
        emulator.reset_counts();
        emulator.config(&json!({ "faults": [fault] }));
        state = host.settle(&gone, &before()).await;
        assert_eq!(emulator.counts_of("lost").get(action), Some(&1), "{action}");
        let groups = emulator.groups(REGION);
        let named = groups.as_array().into_iter().flatten();
        assert_eq!(named.filter(|g| g["name"] == "web").count(), 1, "{action}");
    }
}

#[tokio::test]
async fn throttling_is_waited_out() {
    let emulator = Emulator::start();
    let host = Host::on(&emulator, REGION).await;
    let faults = ["CreateSecurityGroup", "Authorize*", "Describe*", "Revoke*"].map(|action| {
        json!({
            "action": action,
            "do": "error",
            "code": "RequestLimitExceeded",
            "status": 503,
            "times": 2,
        })
    });
    emulator.config(&json!({ "faults": faults }));
    host.settle(&Value::Null, &before()).await;
    let refused: u64 = emulator.counts_of("refused").values().sum();
    assert_eq!(refused, 8);
}
