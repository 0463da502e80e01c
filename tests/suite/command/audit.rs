//! `curated audit`: what it looks at, what the user's files change, and how it ends.

use std::collections::BTreeMap;
use std::fs;
use std::process::Stdio;

use serde_json::Value;

use super::{Emulator, REGION, create, curated, found, group, open, report, run};
use crate::support::emulator::element;

#[test]
fn an_account_is_told_what_is_open_and_what_is_unused() {
    let emulator = Emulator::start();
    let ssh = create(&emulator, REGION, "ssh-for-all");
    open(&emulator, REGION, &ssh, "22");
    let unused = create(&emulator, REGION, "left-over");
    let template = create(&emulator, REGION, "of-a-template");
    let parameters = [
        ("LaunchTemplateName", "web"),
        ("LaunchTemplateData.SecurityGroupId.1", template.as_str()),
    ];
    emulator.call(REGION, "CreateLaunchTemplate", &parameters);
    let report = report(&emulator, &[]);
    assert_eq!(found(&report, "open-admin"), [ssh.as_str()]);
    assert_eq!(group(&report, &unused)["use"], "unused");
    assert_eq!(group(&report, &template)["use"], "dormant");
    assert_eq!(report["accounts"], serde_json::json!(["123456789012"]));
    assert_eq!(report["not_looked_at"], serde_json::json!([]));
}

#[test]
fn no_call_is_made_for_a_group_or_an_interface() {
    let emulator = Emulator::start();
    emulator.seed(REGION, 2500, 3);
    emulator.reset_counts();
    let report = report(&emulator, &[]);
    assert_eq!(report["groups"].as_array().map(Vec::len), Some(2501));
    let calls = emulator.counts();
    let expected: BTreeMap<String, u64> = [
        ("DescribeClientVpnEndpoints", 1),
        ("DescribeFleets", 1),
        ("DescribeInstanceConnectEndpoints", 1),
        ("DescribeLaunchTemplateVersions", 1),
        ("DescribeNetworkInterfaces", 1),
        ("DescribeSecurityGroupVpcAssociations", 1),
        ("DescribeSecurityGroups", 3),
        ("DescribeSpotFleetRequests", 1),
        ("DescribeSpotInstanceRequests", 1),
        ("DescribeTransitGatewayVpcAttachments", 1),
        ("DescribeVerifiedAccessEndpoints", 1),
        ("DescribeVpcEndpoints", 1),
        ("DescribeVpcPeeringConnections", 1),
        ("DescribeVpcs", 1),
        ("GetCallerIdentity", 1),
    ]
    .map(|(action, count)| (action.to_owned(), count))
    .into();
    assert_eq!(calls, expected);
}

#[test]
fn regions_are_looked_at_together_and_told_apart() {
    let emulator = Emulator::start();
    let here = create(&emulator, REGION, "web");
    let there = create(&emulator, "us-east-1", "web");
    let report = report(&emulator, &["--region", REGION, "--region", "us-east-1"]);
    assert_eq!(report["regions"], serde_json::json!([REGION, "us-east-1"]));
    assert_eq!(group(&report, &here)["region"], REGION);
    assert_eq!(group(&report, &there)["region"], "us-east-1");

    let all = super::report(&emulator, &["--all-regions"]);
    assert!(all["regions"].as_array().map_or(0, Vec::len) > 15);
    assert_eq!(emulator.counts()["DescribeRegions"], 1);
}

#[test]
fn severities_decide_the_code_and_the_users_files_what_counts() {
    let emulator = Emulator::start();
    let folder = tempfile::tempdir().expect("a folder");
    let file = |name: &str| folder.path().join(name).display().to_string();
    let id = create(&emulator, REGION, "db");
    open(&emulator, REGION, &id, "5432");
    let code = |arguments: &[&str]| {
        let mut all = vec!["audit", "--format", "json"];
        all.extend(arguments);
        let ran = run(&mut curated(&emulator, &all));
        let report: Value = serde_json::from_str(&ran.stdout).expect("JSON");
        (ran.code, report["summary"].clone())
    };
    // Nothing has the group, which takes two steps off.
    assert_eq!(code(&["--fail-on", "medium"]).0, Some(1));
    assert_eq!(code(&["--fail-on", "high"]).0, Some(0));
    assert_eq!(code(&[]).0, Some(0));

    let old = file("old.json");
    let written = run(&mut curated(&emulator, &["audit", "--output", &old]));
    assert_eq!(written.code, Some(0));
    assert_eq!(written.stdout, "");
    let (ended, summary) = code(&["--fail-on", "info", "--baseline", &old]);
    assert_eq!(ended, Some(0));
    assert_eq!(summary["findings"], 0);
    assert!(summary["in_baseline"].as_u64() > Some(0), "{summary}");
    let second = create(&emulator, REGION, "db-2");
    open(&emulator, REGION, &second, "6379");
    let (ended, _) = code(&["--fail-on", "medium", "--baseline", &old]);
    assert_eq!(ended, Some(1), "only what is new counts, and something is");

    let ignore = file("ignore.hcl");
    let block = |until: &str| {
        let entry = |group: &str| {
            format!(
                "ignore {{\n  finding = \"open-data\"\n  group = \"{group}\"\n  \
                 reason = \"OPS-12\"\n  until = \"{until}\"\n}}\n"
            )
        };
        fs::write(&ignore, entry(&id) + &entry("db-2")).expect("written");
    };
    block("2030-01-01");
    let (ended, summary) = code(&["--fail-on", "medium", "--ignore", &ignore]);
    assert_eq!((ended, &summary["ignored"]), (Some(0), &Value::from(2)));
    block("2020-01-01");
    let (ended, summary) = code(&["--fail-on", "medium", "--ignore", &ignore]);
    assert_eq!((ended, &summary["ignored"]), (Some(1), &Value::from(0)));
    let said = run(&mut curated(&emulator, &["audit", "--ignore", &ignore]));
    let warning = "warning: --ignore: \"open-data\" of db-2 was ignored until 2020-01-01";
    assert!(said.stderr.contains(warning), "{}", said.stderr);
    let other =
        "ignore {\n  finding = \"open-admin\"\n  group = \"db-2\"\n  reason = \"OPS-12\"\n}\n";
    fs::write(&ignore, other).expect("written");
    let said = run(&mut curated(&emulator, &["audit", "--ignore", &ignore]));
    let warning = "warning: --ignore: there is no finding \"open-admin\" of db-2 to ignore.";
    assert!(said.stderr.contains(warning), "{}", said.stderr);
    assert_eq!(said.code, Some(0));
}

#[test]
fn files_say_what_manages_and_what_uses_a_group() {
    let emulator = Emulator::start();
    let folder = tempfile::tempdir().expect("a folder");
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::write(&path, text).expect("written");
        path.display().to_string()
    };
    let managed = create(&emulator, REGION, "managed");
    let batch = create(&emulator, REGION, "of-batch");
    let state = file(
        "terraform.tfstate",
        &format!(
            "{{\"version\": 4, \"resources\": [{{\"mode\": \"managed\", \"type\": \
             \"curated_security_group\", \"name\": \"web\", \"instances\": [{{\"attributes\": \
             {{\"id\": \"{managed}\"}}}}]}}]}}"
        ),
    );
    let uses = file("batch.json", &format!("[\n\"{batch}\"\n]\n"));
    let report = report(&emulator, &["--state", &state, "--used-by", &uses]);
    assert_eq!(
        group(&report, &managed)["managed_by"],
        "curated_security_group.web"
    );
    let used = group(&report, &batch);
    assert_ne!(used["use"], "unused");
    let evidence = used["evidence"].to_string();
    assert!(evidence.contains("batch.json:2"), "{evidence}");
    assert!(!found(&report, "unused").contains(&batch.as_str()));
}

#[test]
fn the_history_is_made_and_kept_up_to_date() {
    let emulator = Emulator::start();
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("history.json");
    let name = path.display().to_string();
    let id = create(&emulator, REGION, "web");
    let read = || -> Value {
        let text = fs::read_to_string(&path).expect("a file");
        serde_json::from_str(&text).expect("JSON")
    };
    report(&emulator, &["--history", &name]);
    let first = read();
    assert_eq!(first["groups"][&id]["first_seen"], "2025-11-30T00:00:00Z");
    assert!(first["groups"][&id]["last_attached"].is_null());

    let vpcs = emulator.call(REGION, "DescribeSubnets", &[]);
    let subnet = element(&vpcs, "subnetId").to_owned();
    let parameters = [("SubnetId", subnet.as_str()), ("SecurityGroupId.1", &id)];
    emulator.call(REGION, "CreateNetworkInterface", &parameters);
    let mut later = curated(&emulator, &["audit", "--history", &name]);
    later.env("SOURCE_DATE_EPOCH", "1764547200");
    assert_eq!(run(&mut later).code, Some(0));
    let second = read();
    assert_eq!(second["groups"][&id]["first_seen"], "2025-11-30T00:00:00Z");
    assert_eq!(
        second["groups"][&id]["last_attached"],
        "2025-12-01T00:00:00Z"
    );
}

#[test]
fn the_same_account_gives_the_same_bytes() {
    let emulator = Emulator::start();
    let id = create(&emulator, REGION, "web");
    open(&emulator, REGION, &id, "22");
    for format in ["json", "table"] {
        let once = || run(&mut curated(&emulator, &["audit", "--format", format])).stdout;
        assert_eq!(once(), once(), "{format}");
    }
}

#[test]
fn a_mistake_in_a_file_is_told_before_anything_is_asked() {
    let emulator = Emulator::start();
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("bad");
    fs::write(&path, "{\n\n  broken").expect("written");
    let name = path.display().to_string();
    for option in ["--baseline", "--ignore", "--state", "--history"] {
        let ran = run(&mut curated(&emulator, &["audit", option, &name]));
        assert_eq!(ran.code, Some(2), "{option}");
        assert!(ran.stderr.contains(&name), "{option}: {}", ran.stderr);
        assert!(ran.stderr.contains("line "), "{option}: {}", ran.stderr);
    }
    assert!(emulator.counts().is_empty());
}

#[test]
fn a_report_that_can_not_be_written_leaves_what_was_there() {
    let emulator = Emulator::start();
    let folder = tempfile::tempdir().expect("a folder");
    let missing = folder.path().join("none/report.json").display().to_string();
    let ran = run(&mut curated(&emulator, &["audit", "--output", &missing]));
    assert_eq!(ran.code, Some(3));
    assert!(ran.stderr.contains("can't be written"), "{}", ran.stderr);
    assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 0);
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let emulator = Emulator::start();
    emulator.seed(REGION, 800, 3);
    let mut command = curated(&emulator, &["audit", "--format", "json"]);
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it runs");
    drop(child.stdout.take());
    let ended = child.wait_with_output().expect("it ends");
    assert_eq!(ended.status.code(), Some(0));
    assert_eq!(String::from_utf8_lossy(&ended.stderr), "");
}
