//! The emulator does what it is asked: every fault is what it says, and the counts are true.

use super::*;
use serde_json::json;

const REGION: &str = "eu-west-1";
const CREATE: &str = "CreateSecurityGroup";

fn create(emulator: &Emulator, name: &str) -> Result<String, String> {
    let parameters = [("GroupName", name), ("GroupDescription", "a group")];
    emulator.try_call(REGION, CREATE, &parameters)
}

fn fault(emulator: &Emulator, fault: Value) {
    emulator.config(&json!({ "faults": [fault] }));
}

fn exists(emulator: &Emulator, name: &str) -> bool {
    !emulator.group(REGION, name).is_null()
}

#[test]
fn a_bench_holds_groups_by_region_and_counts_calls() {
    let emulator = Emulator::start();
    create(&emulator, "web").unwrap();
    let group = emulator.group(REGION, "web");
    assert_eq!(group["description"], "a group");
    assert_eq!(group["owner_id"], ACCOUNT);
    assert_eq!(group["egress"][0]["peer"], "0.0.0.0/0");
    assert!(emulator.group("us-east-1", "web").is_null());
    assert_eq!(emulator.counts()[CREATE], 1);
    assert_eq!(emulator.log()[0]["parameters"]["GroupName"], "web");
    emulator.reset_counts();
    assert!(emulator.counts().is_empty());
}

#[test]
fn a_dropped_bench_is_lent_again_empty() {
    let emulator = Emulator::start();
    create(&emulator, "web").unwrap();
    emulator.config(&json!({ "latency_ms": 5, "buckets": { "": [0, 0] } }));
    drop(emulator);
    let emulator = Emulator::start();
    assert!(emulator.counts().is_empty());
    assert!(!exists(&emulator, "web"));
    create(&emulator, "web").unwrap();
}

#[test]
fn an_error_before_refuses_and_an_error_after_loses_the_reply() {
    let emulator = Emulator::start();
    for (when, made) in [("before", false), ("after", true)] {
        fault(
            &emulator,
            json!({ "action": CREATE, "do": "error", "when": when, "status": 500 }),
        );
        let refusal = create(&emulator, when).unwrap_err();
        assert!(refusal.starts_with("500 "), "{refusal}");
        assert!(refusal.contains("<Code>InternalError</Code>"), "{refusal}");
        assert_eq!(exists(&emulator, when), made, "{when}");
    }
    assert_eq!(emulator.counts_of("refused")[CREATE], 1);
    assert_eq!(emulator.counts_of("lost")[CREATE], 1);
    assert_eq!(emulator.counts_of("carried_out")[CREATE], 1);
}

#[test]
fn connections_are_cut_before_and_after_by_reset_and_by_close() {
    let emulator = Emulator::start();
    for what in ["reset", "close"] {
        for (when, made) in [("before", false), ("after", true)] {
            let name = format!("{what}-{when}");
            fault(
                &emulator,
                json!({ "action": "Create*", "do": what, "when": when }),
            );
            let failure = create(&emulator, &name).unwrap_err();
            let expected = match what {
                "reset" => "reset by peer",
                _ => "without a reply",
            };
            assert!(failure.contains(expected), "{name}: {failure}");
            assert_eq!(exists(&emulator, &name), made, "{name}");
        }
    }
}

#[test]
fn skip_and_times_choose_the_calls() {
    let emulator = Emulator::start();
    fault(
        &emulator,
        json!({ "action": "writes", "do": "error", "skip": 1, "times": 2, "region": REGION }),
    );
    let results: Vec<bool> = ["a", "b", "c", "d"]
        .iter()
        .map(|name| create(&emulator, name).is_ok())
        .collect();
    assert_eq!(results, [true, false, false, true]);
}

#[test]
fn a_held_call_waits_until_released_and_can_be_dropped() {
    let emulator = Emulator::start();
    for go_on in [true, false] {
        let name = format!("held-{go_on}");
        fault(&emulator, json!({ "action": "*", "do": "hold" }));
        thread::scope(|scope| {
            let call = scope.spawn(|| create(&emulator, &name));
            let held = emulator.wait_for_held(Duration::from_secs(10));
            assert_eq!(held["action"], CREATE);
            assert!(!exists(&emulator, &name));
            assert_eq!(emulator.release(go_on), 1);
            assert_eq!(call.join().unwrap().is_ok(), go_on);
        });
        assert_eq!(exists(&emulator, &name), go_on);
    }
}

#[test]
fn buckets_throttle_by_action_and_region() {
    let emulator = Emulator::start();
    emulator.config(&json!({ "buckets": { "Create": [2, 0.001], "": [100, 100] } }));
    create(&emulator, "a").unwrap();
    create(&emulator, "b").unwrap();
    let refusal = create(&emulator, "c").unwrap_err();
    assert!(refusal.contains("RequestLimitExceeded"), "{refusal}");
    assert_eq!(emulator.counts_of("throttled")[CREATE], 1);
    emulator.call(REGION, "DescribeSecurityGroups", &[]);
    let elsewhere = [("GroupName", "c"), ("GroupDescription", "a group")];
    emulator.call("us-east-1", CREATE, &elsewhere);
}

#[test]
fn writes_to_rules_are_watched() {
    let emulator = Emulator::start();
    emulator.config(&json!({ "watch": true }));
    create(&emulator, "web").unwrap();
    let id = emulator.group(REGION, "web")["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let rule = [
        ("GroupId", id.as_str()),
        ("IpPermissions.1.IpProtocol", "tcp"),
        ("IpPermissions.1.FromPort", "22"),
        ("IpPermissions.1.ToPort", "22"),
        ("IpPermissions.1.IpRanges.1.CidrIp", "10.0.0.0/8"),
    ];
    emulator.call(REGION, "AuthorizeSecurityGroupIngress", &rule);
    emulator.call(REGION, "RevokeSecurityGroupIngress", &rule);
    let writes = emulator.moments();
    assert_eq!(writes[0]["action"], "AuthorizeSecurityGroupIngress");
    assert_eq!(writes[0]["group"]["ingress"][0]["peer"], "10.0.0.0/8");
    assert_eq!(writes[1]["group"]["ingress"], json!([]));
}

#[test]
fn an_element_can_be_left_out_of_a_reply() {
    let emulator = Emulator::start();
    let omit =
        json!({ "action": CREATE, "do": "omit", "when": "after", "tag": "securityGroupArn" });
    fault(&emulator, omit);
    let [without, with] = ["a", "b"].map(|name| create(&emulator, name).unwrap());
    assert!(with.contains("<securityGroupArn>arn:aws:ec2:"), "{with}");
    assert!(!without.contains("rn:aws:ec2:"), "{without}");
    assert!(without.contains("<groupId>sg-"), "{without}");
    assert_eq!(emulator.counts_of("carried_out")[CREATE], 2);
}

#[test]
fn many_groups_are_made_without_calls() {
    let emulator = Emulator::start();
    let ids = emulator.seed(REGION, 30, 5);
    assert_eq!(ids.len(), 30);
    assert_eq!(emulator.counts(), [].into());
    let last = emulator.group(REGION, "seeded-00029");
    assert_eq!(last["id"], ids[29].as_str());
    assert_eq!(last["ingress"].as_array().map(Vec::len), Some(5));
    assert_eq!(last["egress"].as_array().map(Vec::len), Some(1));
}

#[test]
#[should_panic(expected = "unknown settings: fault")]
fn a_misspelt_setting_is_refused() {
    Emulator::start().config(&json!({ "fault": [] }));
}
