//! Many groups while EC2 throttles at its published rates: calls wait for their turn here, and
//! hardly any is refused there.

use std::collections::BTreeMap;
use std::fs;
use std::process::Stdio;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value as Json, json};

use crate::support::emulator::Emulator;
use crate::support::plugin_process::send_signal;
use crate::support::terraform::{Terraform, WorkDir, provider};

const REGION: &str = "eu-west-1";
const CREATE: &str = "CreateSecurityGroup";
/// More than anything here takes on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// A directory for this many groups of a rule each way.
fn groups(emulator: &Emulator, count: u32) -> WorkDir {
    let provider = provider(emulator.endpoint(), REGION);
    Terraform::find().work_dir(&format!(
        r#"{provider}
resource "curated_security_group" "many" {{
  count = {count}
  name  = "many-${{count.index}}"
  ingress {{
    service     = "https"
    cidr_blocks = ["10.0.0.0/8"]
  }}
  egress {{
    service     = "all"
    cidr_blocks = ["0.0.0.0/0"]
  }}
}}
"#
    ))
}

/// When each call of an action arrived, in seconds.
fn arrivals(emulator: &Emulator, action: &str) -> Vec<f64> {
    let log = emulator.log();
    let of_action = log.iter().filter(|call| call["action"] == action);
    of_action.filter_map(|call| call["at"].as_f64()).collect()
}

fn throttled(emulator: &Emulator) -> BTreeMap<String, u64> {
    emulator.counts_of("throttled")
}

fn created(emulator: &Emulator) -> u64 {
    emulator.counts().get(CREATE).copied().unwrap_or(0)
}

#[test]
fn seventy_groups_at_the_published_rates() {
    let emulator = Emulator::start();
    let work = groups(&emulator, 70);
    emulator.config(&json!({ "buckets": "published", "latency_ms": 40 }));
    work.apply();
    let refused = throttled(&emulator);
    assert!(refused.values().sum::<u64>() <= 1, "{refused:?}");
    // 50 at once, and the other 20 at 5 a second. What is more is a busy machine's.
    let at = arrivals(&emulator, CREATE);
    let took = at.iter().copied().fold(0.0, f64::max) - at[0];
    assert!((3.9..60.0).contains(&took), "{took} s");
}

/// Another tool has emptied the bucket: nobody told us.
#[test]
fn a_bucket_with_less_in_it_than_was_thought() {
    let emulator = Emulator::start();
    let work = groups(&emulator, 30);
    emulator.config(&json!({ "buckets": { CREATE: [5, 5] }, "latency_ms": 40 }));
    work.apply();
    // Those of Terraform's ten that were on their way, and a few until the level is found.
    let refused = throttled(&emulator);
    let all: u64 = refused.values().sum();
    assert!((1..=15).contains(&all), "{refused:?}");
    assert_eq!(many(&emulator).len(), 30);
}

#[test]
fn ctrl_c_ends_the_wait_for_a_token() {
    let emulator = Emulator::start();
    let mut work = groups(&emulator, 120);
    let log = work.path().join("log");
    work.env("TF_LOG_PROVIDER", "debug");
    work.env("TF_LOG_PATH", log.to_str().expect("a plain path"));
    let arguments = ["apply", "-no-color", "-auto-approve", "-parallelism=120"];
    let terraform = work
        .command(&arguments)
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("Terraform starts");
    let action = "action=CreateSecurityGroup";
    let logged = |words: [&str; 3]| {
        let log = fs::read_to_string(&log).unwrap_or_default();
        let fits = |line: &&str| words.iter().all(|word| line.contains(word));
        log.lines().filter(fits).count()
    };
    let long_waits = || logged(["[INFO]", "calls wait for EC2's rate limit", action]);
    let since = Instant::now();
    while long_waits() == 0 {
        assert!(since.elapsed() < PATIENCE, "{} calls", created(&emulator));
        thread::sleep(Duration::from_millis(10));
    }
    let (calls, since) = (created(&emulator), Instant::now());
    send_signal(terraform.id(), "INT");
    let output = terraform.wait_with_output().expect("Terraform ends");
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success());
    // The others would have taken more than ten seconds.
    let (more, took) = (created(&emulator) - calls, since.elapsed());
    assert!(more < 20, "{more} calls, after {calls}, in {took:?}");
    let words: Vec<&str> = told.split_whitespace().filter(|w| *w != "│").collect();
    let words = words.join(" ");
    assert!(
        words.contains("interrupted, before the call's turn came"),
        "{words}"
    );
    assert_eq!(long_waits(), 1, "told once is enough");
    let waits = ["waited for EC2's rate", "waited_ms=", action];
    assert!(logged(waits) > 0, "a wait is in the log");
    // Nothing is lost by it.
    let state = work.state();
    let stated = state["values"]["root_module"]["resources"].as_array();
    assert_eq!(stated.map_or(0, Vec::len), many(&emulator).len());
}

fn many(emulator: &Emulator) -> Vec<Json> {
    let groups = emulator.groups(REGION);
    let groups = groups.as_array().expect("a list").iter();
    groups
        .filter(|group| group["is_default"] != true)
        .cloned()
        .collect()
}
