//! Runs: a process is configured, worked, stopped, and configured again; hosts leave calls out,
//! and make several at once.

use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use terraform_provider_curated::tf_provider::proto::tfplugin5 as pb;
use terraform_provider_curated::tf_provider::value::Value;
use tokio::time::timeout;

use crate::support::emulator::Emulator;
use crate::support::host::{
    Host, TYPE, block, config_without_ec2, encode, group, provider_config, rule, texts,
};

const REGION: &str = "eu-west-1";
/// A user who pressed Ctrl-C waits no longer than this.
const AT_ONCE: Duration = Duration::from_secs(2);
const PATIENCE: Duration = Duration::from_secs(20);

async fn stop(host: &Host) {
    let answer = host.client().stop(pb::stop::Request {}).await;
    assert_eq!(answer.expect("an answer").into_inner().error, "");
}

fn web() -> Value {
    let ingress = rule([
        ("service", "https".into()),
        ("cidr_blocks", texts(["10.0.0.0/8"])),
    ]);
    group()
        .with("name", "web")
        .with("ingress", Value::set([ingress]))
}

/// Has the emulator hold the next call of this action.
fn hold(emulator: &Emulator, action: &str) {
    emulator.config(&json!({ "faults": [{ "action": action, "do": "hold" }] }));
}

#[tokio::test]
async fn no_call_depends_on_another_process_having_asked_for_the_schema() {
    let host = Host::without_ec2(REGION).await;
    let planned = host.plan(&Value::Null, &web()).await.clean();
    assert_eq!(planned.get("region"), &REGION.into());
}

#[tokio::test]
async fn every_configuration_counts_from_then_on() {
    let host = Host::start();
    for region in ["eu-west-1", "us-east-1", "eu-west-1"] {
        let config = config_without_ec2(region);
        assert_eq!(host.configure(&config).await, []);
        let planned = host.plan(&Value::Null, &web()).await.clean();
        assert_eq!(planned.get("region"), &region.into());
    }
}

#[tokio::test]
async fn before_any_configuration_values_are_checked_and_work_is_refused() {
    let host = Host::start();
    assert_eq!(host.validate(&web()).await, []);
    let wrong = web().with("name", "sg-web");
    assert_eq!(host.validate(&wrong).await.len(), 1);
    let state = web().with("id", "sg-0123abcd");
    let refused = host.read(&state).await;
    assert!(
        refused.messages[0].detail.contains("configured")
            || refused.messages[0].summary.contains("configured"),
        "{refused:?}"
    );
    assert_eq!(refused.state, state);
}

#[tokio::test]
async fn a_destroy_is_planned_and_keeps_what_the_provider_stored() {
    let host = Host::without_ec2(REGION).await;
    let ty = block().ty();
    let request = pb::plan_resource_change::Request {
        type_name: TYPE.to_owned(),
        prior_state: encode(&web().with("id", "sg-0123abcd"), &ty),
        proposed_new_state: encode(&Value::Null, &ty),
        config: encode(&Value::Null, &ty),
        prior_private: b"private".to_vec(),
        ..Default::default()
    };
    let answer = host.client().plan_resource_change(request).await;
    let expected = pb::plan_resource_change::Response {
        planned_state: encode(&Value::Null, &ty),
        planned_private: b"private".to_vec(),
        ..Default::default()
    };
    assert_eq!(answer.expect("an answer").into_inner(), expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_are_answered_while_another_waits() {
    let emulator = Emulator::start();
    let host = Arc::new(Host::on(&emulator, REGION).await);
    let state = host.settle(&Value::Null, &web()).await;
    hold(&emulator, "DescribeSecurityGroups");
    let reading = tokio::spawn({
        let (host, state) = (Arc::clone(&host), state.clone());
        async move { host.read(&state).await }
    });
    emulator.wait_for_held(PATIENCE);

    let planned = timeout(AT_ONCE, host.plan(&state, &web())).await;
    assert_eq!(planned.expect("at once").clean(), state);
    assert!(!reading.is_finished());

    // The next read doesn't wait for the call for long, and the one that it makes is for both.
    let read = timeout(AT_ONCE, host.read(&state)).await;
    assert_eq!(read.expect("at once").clean(), state);
    let read = timeout(AT_ONCE, reading).await.expect("at once");
    assert_eq!(read.expect("no panic").clean(), state);
    emulator.release(true);
}

#[tokio::test(flavor = "multi_thread")]
async fn stop_ends_a_wait_at_once_and_what_was_made_is_deleted_again() {
    let emulator = Emulator::start();
    let host = Arc::new(Host::on(&emulator, REGION).await);
    let other = host
        .settle(&Value::Null, &web().with("name", "other"))
        .await;
    let planned = host.plan(&Value::Null, &web()).await.clean();
    // Without its ARN, the group is looked at before its rules are changed.
    let tag = "securityGroupArn";
    emulator.config(&json!({ "faults": [
        { "action": "CreateSecurityGroup", "do": "omit", "when": "after", "tag": tag },
        { "action": "DescribeSecurityGroups", "do": "hold" },
    ] }));
    let applying = tokio::spawn({
        let host = Arc::clone(&host);
        async move { host.apply(&Value::Null, &planned, &web()).await }
    });
    emulator.wait_for_held(PATIENCE);

    stop(&host).await;
    let stopped = timeout(AT_ONCE, applying).await.expect("at once");
    let stopped = stopped.expect("no panic");
    assert!(
        stopped.error().detail.contains("interrupted"),
        "{stopped:?}"
    );
    assert_eq!(stopped.state, Value::Null);
    assert!(emulator.group(REGION, "web").is_null(), "an orphan");
    emulator.release(true);

    // Until the next run, nothing more is begun.
    emulator.reset_counts();
    let refused = host.read(&other).await;
    assert!(
        refused.error().detail.contains("interrupted"),
        "{refused:?}"
    );
    assert_eq!(refused.state, other);
    assert!(emulator.counts().is_empty(), "{:?}", emulator.counts());

    let config = provider_config(emulator.endpoint(), REGION);
    assert_eq!(host.configure(&config).await, []);
    assert_eq!(host.read(&other).await.clean(), other);
    host.settle(&Value::Null, &web()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn stop_lets_a_change_under_way_be_answered_and_begins_no_other() {
    let emulator = Emulator::start();
    let host = Arc::new(Host::on(&emulator, REGION).await);
    let planned = host.plan(&Value::Null, &web()).await.clean();
    hold(&emulator, "RevokeSecurityGroupEgress");
    let applying = tokio::spawn({
        let host = Arc::clone(&host);
        async move { host.apply(&Value::Null, &planned, &web()).await }
    });
    emulator.wait_for_held(PATIENCE);
    stop(&host).await;
    emulator.release(true);

    let stopped = timeout(AT_ONCE, applying).await.expect("at once");
    let stopped = stopped.expect("no panic");
    assert!(
        stopped.error().detail.contains("interrupted"),
        "{stopped:?}"
    );
    // The new group isn't finished, and is deleted again.
    assert_eq!(stopped.state, Value::Null);
    assert!(emulator.group(REGION, "web").is_null(), "an orphan");
    let counts = emulator.counts();
    assert!(
        !counts.contains_key("AuthorizeSecurityGroupIngress"),
        "{counts:?}"
    );
}
