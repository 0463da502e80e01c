//! The command `curated` as a user runs it: the real process against an EC2 on loopback, what it
//! prints, what it writes, and the code that it ends with.

mod adopt;
mod adopt_more;
mod adopt_scene;
mod audit;
mod given;
mod pages;
mod prune;
mod prune_faults;
mod prune_managed;
mod refused;
mod restore;
mod scene;
mod show;
mod story;

use std::process::{Command, Output, Stdio};

use serde_json::Value;

use crate::support::emulator::Emulator;

const REGION: &str = "eu-west-1";

/// The command, for this EC2 and region, with nothing of the machine's own settings.
fn curated(emulator: &Emulator, arguments: &[&str]) -> Command {
    let mut command = bare(arguments);
    command.env("AWS_ENDPOINT_URL", emulator.endpoint());
    command
}

/// The command without an EC2.
fn bare(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_curated"));
    for (name, _) in std::env::vars_os() {
        let own = name.to_string_lossy();
        if own.starts_with("AWS_") || own.contains("PROXY") || own == "COLUMNS" {
            command.env_remove(&name);
        }
    }
    command
        .args(arguments)
        .env("AWS_REGION", REGION)
        .env("AWS_ACCESS_KEY_ID", "AKIAFAKEFAKEFAKE")
        .env("AWS_SECRET_ACCESS_KEY", "fake-secret-of-the-tests")
        .env("AWS_CONFIG_FILE", "/nowhere/config")
        .env("AWS_SHARED_CREDENTIALS_FILE", "/nowhere/credentials")
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .env("SOURCE_DATE_EPOCH", "1764460800")
        .stdin(Stdio::null());
    command
}

/// What a run printed, and its code.
struct Ran {
    code: Option<i32>,
    stdout: String,
    stderr: String,
}

fn run(command: &mut Command) -> Ran {
    let Output {
        status,
        stdout,
        stderr,
    } = command.output().expect("it runs");
    let text = |bytes| String::from_utf8(bytes).expect("text");
    let ran = Ran {
        code: status.code(),
        stdout: text(stdout),
        stderr: text(stderr),
    };
    for said in [&ran.stdout, &ran.stderr] {
        assert!(!said.contains("fake-secret"), "a credential: {said}");
    }
    ran
}

/// The report of an audit in JSON.
#[track_caller]
fn report(emulator: &Emulator, arguments: &[&str]) -> Value {
    let mut all = vec!["audit", "--format", "json"];
    all.extend(arguments);
    let ran = run(&mut curated(emulator, &all));
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    serde_json::from_str(&ran.stdout).expect("JSON")
}

/// Makes a group; its id.
fn create(emulator: &Emulator, region: &str, name: &str) -> String {
    let parameters = [("GroupName", name), ("GroupDescription", "a group")];
    let reply = emulator.call(region, "CreateSecurityGroup", &parameters);
    crate::support::emulator::element(&reply, "groupId").to_owned()
}

/// Lets the world in on a port of TCP.
fn open(emulator: &Emulator, region: &str, id: &str, port: &str) {
    let parameters = [
        ("GroupId", id),
        ("IpPermissions.1.IpProtocol", "tcp"),
        ("IpPermissions.1.FromPort", port),
        ("IpPermissions.1.ToPort", port),
        ("IpPermissions.1.IpRanges.1.CidrIp", "0.0.0.0/0"),
    ];
    emulator.call(region, "AuthorizeSecurityGroupIngress", &parameters);
}

/// The findings of a check, as the ids of their groups.
fn found<'a>(report: &'a Value, check: &str) -> Vec<&'a str> {
    let findings = report["findings"].as_array().expect("a list").iter();
    findings
        .filter(|finding| finding["id"] == check)
        .map(|finding| finding["group_id"].as_str().unwrap_or_default())
        .collect()
}

/// What a report says of a group.
#[track_caller]
fn group<'a>(report: &'a Value, id: &str) -> &'a Value {
    let mut groups = report["groups"].as_array().expect("a list").iter();
    groups
        .find(|group| group["id"] == id)
        .unwrap_or_else(|| panic!("no {id} in {report}"))
}
