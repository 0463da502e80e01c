//! Reads that come together share a call: what becomes of each when the call fails, or when one of
//! them ends.

use std::time::{Duration, Instant};

use serde_json::json;
use terraform_provider_curated::tf_provider::proto::tfplugin5 as pb;
use terraform_provider_curated::tf_provider::value::Value;

use super::{DESCRIBE, REGION, describes, imported, read_all, read_within};
use crate::support::emulator::Emulator;
use crate::support::host::{Host, provider_config};

const PATIENCE: Duration = Duration::from_secs(30);
/// A wave is gathered for some milliseconds; a busy machine may take longer to send it.
const IN_TWO_PARTS: u64 = 2;

/// A wave of groups that exist, and a host that knows nothing of them yet.
async fn ten(emulator: &Emulator) -> (Host, Vec<Value>) {
    let ids = emulator.seed(REGION, 10, 2);
    let host = Host::on(emulator, REGION).await;
    (host, ids.iter().map(|id| imported(id)).collect())
}

/// Waits until a call is under way.
async fn reading(emulator: &Emulator) {
    emulator.called(DESCRIBE, 1).await;
}

#[tokio::test]
async fn a_wave_is_one_call() {
    let emulator = Emulator::start();
    let (host, states) = ten(&emulator).await;
    for (number, read) in read_all(&host, &states).await.into_iter().enumerate() {
        let state = read.clean();
        assert_eq!(state.get("id"), states[number].get("id"));
        let name = format!("seeded-{number:05}");
        assert_eq!(state.get("name").as_str(), Some(name.as_str()));
    }
    assert!(describes(&emulator) <= IN_TWO_PARTS, "{:?}", emulator.log());
}

#[tokio::test]
async fn a_call_that_fails_for_a_moment_fails_nobody() {
    let ways = [
        json!({ "do": "error", "code": "RequestLimitExceeded", "status": 503 }),
        json!({ "do": "error", "code": "InternalError", "status": 500 }),
        json!({ "do": "reset" }),
        json!({ "do": "close", "when": "after" }),
    ];
    for mut fault in ways {
        let emulator = Emulator::start();
        let (host, states) = ten(&emulator).await;
        fault["action"] = json!(DESCRIBE);
        emulator.config(&json!({ "faults": [fault] }));
        for read in read_all(&host, &states).await {
            assert!(!read.clean().is_null(), "{fault}");
        }
        assert!(
            describes(&emulator) <= IN_TWO_PARTS + 1,
            "{:?}",
            emulator.log()
        );
    }
}

#[tokio::test]
async fn a_call_that_is_refused_is_refused_to_all() {
    let emulator = Emulator::start();
    let (host, states) = ten(&emulator).await;
    let denied = json!({
        "action": DESCRIBE,
        "do": "error",
        "code": "UnauthorizedOperation",
        "times": 100,
    });
    emulator.config(&json!({ "faults": [denied] }));
    let reads = read_all(&host, &states).await;
    for (read, state) in reads.iter().zip(&states) {
        assert!(read.error().detail.contains("UnauthorizedOperation"));
        assert_eq!(&read.state, state);
    }
    assert!(describes(&emulator) <= IN_TWO_PARTS, "{:?}", emulator.log());
}

#[tokio::test]
async fn an_id_that_ec2_refuses_fails_no_other() {
    let emulator = Emulator::start();
    let (host, states) = ten(&emulator).await;
    // As long as others share its call.
    let refused = json!({
        "action": DESCRIBE,
        "do": "error",
        "code": "InvalidGroupId.Malformed",
        "message": "Invalid id: \"{Filter.1.Value.2}\" (expecting \"sg-...\")",
    });
    emulator.config(&json!({ "faults": [refused] }));
    for read in read_all(&host, &states).await {
        assert!(!read.clean().is_null());
    }
}

/// Each of them making the attempts of its own would call most where EC2 takes least.
#[tokio::test]
async fn a_call_that_was_tried_enough_was_tried_for_all() {
    let emulator = Emulator::start();
    let ids = emulator.seed(REGION, 10, 2);
    let states: Vec<Value> = ids.iter().map(|id| imported(id)).collect();
    let host = Host::start_with(&[]);
    let config = provider_config(emulator.endpoint(), REGION).with("max_retries", 3);
    assert_eq!(host.configure(&config).await, []);
    let throttled = json!({
        "action": DESCRIBE,
        "do": "error",
        "code": "RequestLimitExceeded",
        "status": 503,
        "times": 100,
    });
    emulator.config(&json!({ "faults": [throttled] }));
    for read in read_all(&host, &states).await {
        let said = &read.error().detail;
        assert!(said.contains("as often as max_retries allows"), "{said}");
    }
    assert!(
        describes(&emulator) <= 3 * IN_TWO_PARTS,
        "{}",
        describes(&emulator)
    );
}

/// The one that makes the call for the others ends, or another one.
#[tokio::test]
async fn a_read_that_ends_fails_no_other() {
    for hurried in [0, 1] {
        let emulator = Emulator::start();
        let (host, mut states) = ten(&emulator).await;
        let within = read_within("1s");
        states[hurried] = states[hurried].clone().with("timeouts", within);
        // The call, and the one that the others make when it takes long.
        let hold = json!({ "action": DESCRIBE, "do": "hold", "times": 2 });
        emulator.config(&json!({ "faults": [hold] }));
        let first = host.read(&states[0]);
        let others = async {
            reading(&emulator).await;
            let release = async {
                tokio::time::sleep(Duration::from_millis(1500)).await;
                emulator.release(true);
            };
            tokio::join!(read_all(&host, &states[1..]), release).0
        };
        let (first, others) = tokio::join!(first, others);
        for (number, read) in [first].into_iter().chain(others).enumerate() {
            if number == hurried {
                let detail = &read.error().detail;
                assert!(detail.contains("the time for it was up (1s)"), "{detail}");
            } else {
                assert!(!read.clean().is_null(), "{number}");
            }
        }
        let most = 1 + IN_TWO_PARTS;
        assert!(describes(&emulator) <= most, "{:?}", emulator.log());
    }
}

#[tokio::test]
async fn a_region_does_not_wait_for_another() {
    let emulator = Emulator::start();
    let (host, here) = ten(&emulator).await;
    let there = emulator.seed("us-east-1", 10, 2);
    let there = there
        .iter()
        .map(|id| imported(id).with("region", "us-east-1"));
    let there: Vec<Value> = there.collect();
    let hold = json!({ "action": DESCRIBE, "do": "hold", "region": REGION, "times": 2 });
    emulator.config(&json!({ "faults": [hold] }));
    let held = read_all(&host, &here);
    let free = async {
        for read in read_all(&host, &there).await {
            assert!(!read.clean().is_null());
        }
        emulator.wait_for_held(PATIENCE);
        emulator.config(&json!({ "faults": [] }));
        emulator.release(true);
    };
    let (held, ()) = tokio::join!(held, free);
    for read in held {
        assert!(!read.clean().is_null());
    }
    assert!(
        describes(&emulator) <= 2 * IN_TWO_PARTS,
        "{:?}",
        emulator.log()
    );
}

/// The host ends while reads wait: each says that it was given up, and nothing hangs.
#[tokio::test]
async fn an_interruption_ends_all_who_wait() {
    let emulator = Emulator::start();
    let (host, states) = ten(&emulator).await;
    emulator.config(&json!({ "faults": [{ "action": DESCRIBE, "do": "hold", "times": 9 }] }));
    let stop = async {
        reading(&emulator).await;
        let stopped = host.client().stop(pb::stop::Request {}).await;
        stopped.expect("an answer");
    };
    let since = Instant::now();
    let (reads, ()) = tokio::join!(read_all(&host, &states), stop);
    emulator.release(true);
    assert!(since.elapsed() < PATIENCE, "{:?}", since.elapsed());
    for (read, state) in reads.iter().zip(&states) {
        assert!(read.error().detail.contains("interrupted"), "{read:?}");
        assert_eq!(&read.state, state);
    }
}
