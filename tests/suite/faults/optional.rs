//! What a run would only like to know never costs it more than a few seconds, and fails nothing.

use std::time::{Duration, Instant};

use serde_json::json;
use terraform_provider_curated::tf_provider::value::Value;

use crate::support::agreement::existing;
use crate::support::emulator::Emulator;
use crate::support::host::{Host, group, rule, texts};
use crate::support::stage::REGION;

/// Longer than anything here may take, and than the emulator takes to answer all else.
const FOR_EVER: u64 = 30_000;

fn listed() -> Value {
    let https = rule([
        ("service", "https".into()),
        ("prefix_list_ids", texts(["pl-0123abcd"])),
    ]);
    group()
        .with("name", "web")
        .with("ingress", Value::set([https]))
}

fn open() -> Value {
    group().with("preset", "exodus")
}

/// Each of them, and all at once; and what a group needs none the less.
#[tokio::test]
async fn optional_lookups_that_hang_take_a_few_seconds_and_fail_nothing() {
    for hanging in [
        &["DescribeVpcs"][..],
        &["DescribeManagedPrefixLists"],
        &["DescribeVpcs", "DescribeManagedPrefixLists"],
    ] {
        let emulator = Emulator::start();
        let host = Host::on(&emulator, REGION).await;
        let hangs = |action: &&str| json!({ "action": action, "do": "delay", "times": 100, "ms": FOR_EVER });
        let hangs: Vec<_> = hanging.iter().map(hangs).collect();
        emulator.config(&json!({ "faults": hangs }));
        let since = Instant::now();
        let planned = host.plan(&Value::Null, &open()).await.clean();
        host.plan(&Value::Null, &listed()).await.clean();
        let created = host.apply(&Value::Null, &planned, &open()).await.clean();
        let took = since.elapsed();
        // Those of one plan run side by side, and the next ones don't wait again.
        assert!(took < Duration::from_secs(12), "{hanging:?}: {took:?}");
        let made: Vec<String> = existing(&emulator).into_keys().collect();
        let id = created.get("id").as_str().expect("an id");
        assert_eq!(made, [id], "{hanging:?}");
    }
}

/// Names are looked up by the call that is needed for groups themselves.
#[tokio::test]
async fn a_name_that_can_not_be_looked_up_in_time_is_left_to_the_creation() {
    let emulator = Emulator::start();
    let host = Host::on(&emulator, REGION).await;
    let hangs = json!({ "action": "DescribeSecurityGroups", "do": "delay", "ms": FOR_EVER });
    emulator.config(&json!({ "faults": [hangs] }));
    let since = Instant::now();
    let planned = host.plan(&Value::Null, &open()).await.clean();
    assert!(since.elapsed() < Duration::from_secs(10));
    let created = host.apply(&Value::Null, &planned, &open()).await.clean();
    host.assert_settled(&created, &open()).await;
}

/// The look-up begins with the creation, where the plan was made by another process.
#[tokio::test]
async fn a_creation_does_not_wait_for_a_lookup_that_hangs() {
    let emulator = Emulator::start();
    let planned = {
        let planner = Host::on(&emulator, REGION).await;
        planner.plan(&Value::Null, &open()).await.clean()
    };
    let host = Host::on(&emulator, REGION).await;
    let hangs = json!({ "action": "DescribeVpcs", "do": "delay", "times": 9, "ms": FOR_EVER });
    emulator.config(&json!({ "faults": [hangs] }));
    let since = Instant::now();
    let created = host.apply(&Value::Null, &planned, &open()).await.clean();
    assert!(
        since.elapsed() < Duration::from_secs(5),
        "{:?}",
        since.elapsed()
    );
    emulator.config(&json!({ "faults": [] }));
    host.assert_settled(&created, &open()).await;
}
