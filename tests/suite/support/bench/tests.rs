//! The bench does what it is asked: every fault is what it says, and the counts are true.

use super::*;
use serde_json::json;

const REGION: &str = "eu-west-1";
const CREATE: &str = "CreateSecurityGroup";

fn create(bench: &Bench, name: &str) -> Result<String, String> {
    let parameters = [("GroupName", name), ("GroupDescription", "a group")];
    bench.try_call(REGION, CREATE, &parameters)
}

fn fault(bench: &Bench, fault: Value) {
    bench.config(&json!({ "faults": [fault] }));
}

fn exists(bench: &Bench, name: &str) -> bool {
    !bench.group(REGION, name).is_null()
}

#[test]
fn a_bench_holds_groups_by_region_and_counts_calls() {
    let bench = Bench::start();
    create(&bench, "web").unwrap();
    let group = bench.group(REGION, "web");
    assert_eq!(group["description"], "a group");
    assert_eq!(group["owner_id"], ACCOUNT);
    assert_eq!(group["egress"][0]["peer"], "0.0.0.0/0");
    assert!(bench.group("us-east-1", "web").is_null());
    assert_eq!(bench.counts()[CREATE], 1);
    assert_eq!(bench.log()[0]["parameters"]["GroupName"], "web");
    bench.reset_counts();
    assert!(bench.counts().is_empty());
}

#[test]
fn a_dropped_bench_is_lent_again_empty() {
    let bench = Bench::start();
    create(&bench, "web").unwrap();
    bench.config(&json!({ "latency_ms": 5, "buckets": { "": [0, 0] } }));
    drop(bench);
    let bench = Bench::start();
    assert!(bench.counts().is_empty());
    assert!(!exists(&bench, "web"));
    create(&bench, "web").unwrap();
}

#[test]
fn an_error_before_refuses_and_an_error_after_loses_the_reply() {
    let bench = Bench::start();
    for (when, made) in [("before", false), ("after", true)] {
        fault(
            &bench,
            json!({ "action": CREATE, "do": "error", "when": when, "status": 500 }),
        );
        let refusal = create(&bench, when).unwrap_err();
        assert!(refusal.starts_with("500 "), "{refusal}");
        assert!(refusal.contains("<Code>InternalError</Code>"), "{refusal}");
        assert_eq!(exists(&bench, when), made, "{when}");
    }
    assert_eq!(bench.counts_of("refused")[CREATE], 1);
    assert_eq!(bench.counts_of("lost")[CREATE], 1);
    assert_eq!(bench.counts_of("carried_out")[CREATE], 1);
}

#[test]
fn connections_are_cut_before_and_after_by_reset_and_by_close() {
    let bench = Bench::start();
    for what in ["reset", "close"] {
        for (when, made) in [("before", false), ("after", true)] {
            let name = format!("{what}-{when}");
            fault(
                &bench,
                json!({ "action": "Create*", "do": what, "when": when }),
            );
            let failure = create(&bench, &name).unwrap_err();
            let expected = match what {
                "reset" => "reset by peer",
                _ => "without a reply",
            };
            assert!(failure.contains(expected), "{name}: {failure}");
            assert_eq!(exists(&bench, &name), made, "{name}");
        }
    }
}

#[test]
fn skip_and_times_choose_the_calls() {
    let bench = Bench::start();
    fault(
        &bench,
        json!({ "action": "writes", "do": "error", "skip": 1, "times": 2, "region": REGION }),
    );
    let results: Vec<bool> = ["a", "b", "c", "d"]
        .iter()
        .map(|name| create(&bench, name).is_ok())
        .collect();
    assert_eq!(results, [true, false, false, true]);
}

#[test]
fn a_held_call_waits_until_released_and_can_be_dropped() {
    let bench = Bench::start();
    for go_on in [true, false] {
        let name = format!("held-{go_on}");
        fault(&bench, json!({ "action": "*", "do": "hold" }));
        thread::scope(|scope| {
            let call = scope.spawn(|| create(&bench, &name));
            let held = bench.wait_for_held(Duration::from_secs(10));
            assert_eq!(held["action"], CREATE);
            assert!(!exists(&bench, &name));
            assert_eq!(bench.release(go_on), 1);
            assert_eq!(call.join().unwrap().is_ok(), go_on);
        });
        assert_eq!(exists(&bench, &name), go_on);
    }
}

#[test]
fn buckets_throttle_by_action_and_region() {
    let bench = Bench::start();
    bench.config(&json!({ "buckets": { "Create": [2, 0.001], "": [100, 100] } }));
    create(&bench, "a").unwrap();
    create(&bench, "b").unwrap();
    let refusal = create(&bench, "c").unwrap_err();
    assert!(refusal.contains("RequestLimitExceeded"), "{refusal}");
    assert_eq!(bench.counts_of("throttled")[CREATE], 1);
    bench.call(REGION, "DescribeSecurityGroups", &[]);
    let elsewhere = [("GroupName", "c"), ("GroupDescription", "a group")];
    bench.call("us-east-1", CREATE, &elsewhere);
}

#[test]
fn writes_to_rules_are_watched() {
    let bench = Bench::start();
    bench.config(&json!({ "watch": true }));
    create(&bench, "web").unwrap();
    let id = bench.group(REGION, "web")["id"]
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
    bench.call(REGION, "AuthorizeSecurityGroupIngress", &rule);
    bench.call(REGION, "RevokeSecurityGroupIngress", &rule);
    let writes = bench.moments();
    assert_eq!(writes[0]["action"], "AuthorizeSecurityGroupIngress");
    assert_eq!(writes[0]["group"]["ingress"][0]["peer"], "10.0.0.0/8");
    assert_eq!(writes[1]["group"]["ingress"], json!([]));
}

#[test]
fn an_element_can_be_left_out_of_a_reply() {
    let bench = Bench::start();
    let omit =
        json!({ "action": CREATE, "do": "omit", "when": "after", "tag": "securityGroupArn" });
    fault(&bench, omit);
    let [without, with] = ["a", "b"].map(|name| create(&bench, name).unwrap());
    assert!(with.contains("<securityGroupArn>arn:aws:ec2:"), "{with}");
    assert!(!without.contains("rn:aws:ec2:"), "{without}");
    assert!(without.contains("<groupId>sg-"), "{without}");
    assert_eq!(bench.counts_of("carried_out")[CREATE], 2);
}

#[test]
fn many_groups_are_made_without_calls() {
    let bench = Bench::start();
    let ids = bench.seed(REGION, 30, 5);
    assert_eq!(ids.len(), 30);
    assert_eq!(bench.counts(), [].into());
    let last = bench.group(REGION, "seeded-00029");
    assert_eq!(last["id"], ids[29].as_str());
    assert_eq!(last["ingress"].as_array().map(Vec::len), Some(5));
    assert_eq!(last["egress"].as_array().map(Vec::len), Some(1));
}

#[test]
#[should_panic(expected = "unknown settings: fault")]
fn a_misspelt_setting_is_refused() {
    Bench::start().config(&json!({ "fault": [] }));
}
