//! Throttling and a server's faults are waited out, within the timeouts and no longer; what is
//! refused for good is not asked again.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use serde_json::{Value as Json, json};
use terraform_provider_curated::tf_provider::value::Value;

use crate::support::agreement::existing;
use crate::support::emulator::Emulator;
use crate::support::host::{Answer, Host, group, timeouts, web_from};
use crate::support::stage::REGION;

const ALWAYS: u32 = 100_000;
/// More than two seconds take on a busy machine, and less than anything else that ends a wait.
const IN_TIME: Duration = Duration::from_secs(12);

fn throttled(action: &str, times: u32) -> Json {
    json!({
        "action": action,
        "do": "error",
        "code": "RequestLimitExceeded",
        "message": "Request limit exceeded.",
        "status": 503,
        "times": times,
    })
}

fn failing(action: &str, times: u32) -> Json {
    json!({ "action": action, "do": "error", "code": "InternalError", "status": 500, "times": times })
}

#[tokio::test]
async fn throttling_for_a_while_is_waited_out() {
    for fault in [throttled, failing] {
        let emulator = Emulator::start();
        let host = Host::on(&emulator, REGION).await;
        let old = web_from("10.0.0.0/8");
        let new = web_from("11.0.0.0/8").with("tags", Value::map([("cost", "1")]));
        emulator.config(&json!({ "faults": [fault("*", 3)] }));
        let state = host.settle(&Value::Null, &old).await;
        emulator.config(&json!({ "faults": [fault("*", 3)] }));
        let state = host.settle(&state, &new).await;
        emulator.config(&json!({ "faults": [fault("*", 3)] }));
        let gone = host.apply(&state, &Value::Null, &Value::Null).await;
        assert_eq!(gone.clean(), Value::Null);
        assert_eq!(existing(&emulator), BTreeMap::new());
    }
}

/// One bucket for all calls, with few tokens: what EC2 does to an account that many tools share.
#[tokio::test]
async fn a_life_within_a_small_bucket_takes_longer_and_that_is_all() {
    let emulator = Emulator::start();
    let host = Host::on(&emulator, REGION).await;
    emulator.config(&json!({ "buckets": { "": [1, 4] } }));
    let state = host.settle(&Value::Null, &web_from("10.0.0.0/8")).await;
    let state = host.settle(&state, &web_from("11.0.0.0/8")).await;
    let gone = host.apply(&state, &Value::Null, &Value::Null).await;
    assert_eq!(gone.clean(), Value::Null);
    let throttled: u64 = emulator.counts_of("throttled").values().sum();
    assert!(throttled > 0, "the bucket was large enough");
}

/// An operation, and a call of it. A group is looked at after its creation only if nothing is to be
/// written to it.
const OPERATIONS: [(&str, &str); 8] = [
    ("create", "CreateSecurityGroup"),
    ("create untouched", "DescribeSecurityGroups"),
    ("create", "AuthorizeSecurityGroupIngress"),
    ("read", "DescribeSecurityGroups"),
    ("update", "RevokeSecurityGroupIngress"),
    ("update", "AuthorizeSecurityGroupIngress"),
    ("update", "CreateTags"),
    ("delete", "DeleteSecurityGroup"),
];

/// Carries an operation out while this goes wrong.
async fn operate(
    emulator: &Emulator,
    operation: &str,
    limit: Option<&str>,
    faults: Json,
) -> Answer {
    let limited = |config: Value| match limit {
        Some(limit) => {
            let name = ["create", "read", "update", "delete"];
            let name = name.into_iter().find(|name| operation.starts_with(name));
            config.with("timeouts", timeouts(name.expect("an operation"), limit))
        }
        None => config,
    };
    let (old, new) = (
        limited(web_from("10.0.0.0/8")),
        limited(web_from("11.0.0.0/8")),
    );
    let host = Host::on(emulator, REGION).await;
    let go_wrong = || emulator.config(&json!({ "faults": faults }));
    if operation.starts_with("create") {
        let new = match operation {
            "create" => new,
            _ => limited(group().with("preset", "exodus")),
        };
        let planned = host.plan(&Value::Null, &new).await.clean();
        go_wrong();
        return settled(
            emulator,
            &host,
            host.apply(&Value::Null, &planned, &new).await,
        )
        .await;
    }
    let state = host.settle(&Value::Null, &old).await;
    let planned = host.plan(&state, &new).await.clean();
    go_wrong();
    let answer = match operation {
        "read" => host.read(&state).await,
        "update" => host.apply(&state, &planned, &new).await,
        _ => host.apply(&state, &Value::Null, &Value::Null).await,
    };
    settled(emulator, &host, answer).await
}

/// Proves that a state that came back is what EC2 holds, as far as anybody could see it.
async fn settled(emulator: &Emulator, host: &Host, answer: Answer) -> Answer {
    emulator.config(&json!({ "faults": [] }));
    let state = &answer.state;
    let held = existing(emulator);
    match state.get("id").as_str() {
        None => assert!(held.is_empty(), "an orphan: {held:?}"),
        Some(id) if state.get("arn").is_null() => {
            assert!(held.contains_key(id), "{held:?}");
            assert_eq!(state.get("owner_id"), &Value::Null);
        }
        Some(_) => assert_eq!(&host.read(state).await.clean(), state),
    }
    answer
}

#[tokio::test]
async fn throttling_ends_with_the_timeout_of_each_operation() {
    for (operation, action) in OPERATIONS {
        let emulator = Emulator::start();
        let since = Instant::now();
        let answer = operate(
            &emulator,
            operation,
            Some("2s"),
            json!([throttled(action, ALWAYS)]),
        )
        .await;
        let took = since.elapsed();
        let case = format!("{operation}, {action}");
        let detail = &answer.error().detail;
        assert!(detail.contains("RequestLimitExceeded"), "{case}: {detail}");
        assert!(
            detail.contains("the time for it was up (2s)"),
            "{case}: {detail}"
        );
        assert!(took < IN_TIME, "{case}: {took:?}");
    }
}

/// EC2 takes a call and never answers.
#[tokio::test]
async fn a_read_that_is_never_answered_ends_with_the_timeout() {
    let emulator = Emulator::start();
    let since = Instant::now();
    let held = json!({ "action": "DescribeSecurityGroups", "do": "delay", "ms": 15_000 });
    let answer = operate(&emulator, "read", Some("2s"), json!([held])).await;
    let detail = &answer.error().detail;
    assert!(detail.contains("the time for it was up (2s)"), "{detail}");
    assert!(!detail.contains("Is \"eu-west-1\" a region"), "{detail}");
    assert!(since.elapsed() < IN_TIME, "{:?}", since.elapsed());
}

#[tokio::test]
async fn what_is_not_allowed_names_the_permission_and_is_asked_once() {
    for (operation, action) in OPERATIONS {
        let emulator = Emulator::start();
        let fault = json!({
            "action": action,
            "do": "error",
            "code": "UnauthorizedOperation",
            "message": "You are not authorized to perform this operation.",
            "status": 403,
            "times": ALWAYS,
        });
        let answer = operate(&emulator, operation, None, json!([fault])).await;
        let case = format!("{operation}, {action}");
        let detail = &answer.error().detail;
        assert!(
            detail.contains(&format!("lack the permission ec2:{action}.")),
            "{case}: {detail}"
        );
        assert_eq!(
            emulator.counts_of("refused").get(action),
            Some(&1),
            "{case}"
        );
    }
}

/// Nor can what exists be looked at before the time is up: then it is, once more.
#[tokio::test]
async fn when_the_time_is_up_after_a_lost_reply_the_state_is_true() {
    for (operation, action) in [
        ("create", "CreateSecurityGroup"),
        ("create", "AuthorizeSecurityGroupIngress"),
        ("update", "AuthorizeSecurityGroupIngress"),
        ("update", "RevokeSecurityGroupIngress"),
    ] {
        let emulator = Emulator::start();
        let faults = json!([
            { "action": action, "do": "reset", "when": "after" },
            { "action": "DescribeSecurityGroups", "do": "delay", "ms": 5000 },
        ]);
        let answer = operate(&emulator, operation, Some("2s"), faults).await;
        assert!(
            answer
                .error()
                .detail
                .contains("the time for it was up (2s)")
        );
        // A new group that isn't finished is deleted again: "operate" holds the state against EC2.
        let is_there = !answer.state.is_null();
        assert_eq!(is_there, operation == "update", "{operation}, {action}");
    }
}

/// The same where a call may be repeated, and is.
#[tokio::test]
async fn when_the_time_is_up_after_lost_replies_the_tags_in_state_are_true() {
    let emulator = Emulator::start();
    let faults = json!([{
        "action": "CreateTags",
        "do": "error",
        "code": "InternalError",
        "status": 500,
        "when": "after",
        "times": ALWAYS,
    }]);
    let answer = operate(&emulator, "update", Some("2s"), faults).await;
    let tags = Value::map([("source", "11.0.0.0/8")]);
    assert_eq!(answer.state.get("tags_all"), &tags);
}
