//! Ctrl-C on a real Terraform ends every wait at once, and what exists is in the state.

use std::collections::BTreeMap;
use std::process::{Child, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value as Json, json};

use super::scenario::{FIRST, OPEN, SECOND};
use crate::support::agreement::existing;
use crate::support::plugin_process::send_signal;
use crate::support::stage::Stage;

/// Terraform's own end included, on a busy machine; each wait would take a minute or more.
const AT_ONCE: Duration = Duration::from_secs(10);
const PATIENCE: Duration = Duration::from_secs(30);

/// Starts to apply `groups` while this goes wrong, waits until these calls were made, and
/// interrupts. Gives what Terraform said.
fn interrupt(
    stage: &Stage,
    groups: &str,
    faults: &Json,
    (action, calls): (&str, u64),
    just_before: impl FnOnce(),
) -> String {
    stage.write(groups);
    stage.go_wrong(faults);
    let terraform: Child = stage
        .work
        .command(&["apply", "-no-color", "-auto-approve"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("Terraform starts");
    let since = Instant::now();
    while stage.emulator.counts().get(action).copied().unwrap_or(0) < calls {
        assert!(
            since.elapsed() < PATIENCE,
            "{action} isn't called {calls} times"
        );
        thread::sleep(Duration::from_millis(10));
    }
    just_before();
    let since = Instant::now();
    send_signal(terraform.id(), "INT");
    let output = terraform.wait_with_output().expect("Terraform ends");
    let took = since.elapsed();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(took < AT_ONCE, "{took:?}: {said}");
    assert!(!output.status.success(), "{said}");
    stage.go_wrong(&json!([]));
    let words: Vec<&str> = said.split_whitespace().filter(|w| *w != "│").collect();
    words.join(" ")
}

/// The next apply goes on from there.
fn assert_goes_on(stage: &Stage, groups: &str, case: &str) {
    stage.assert_agreed(case);
    stage.apply(groups);
    stage.assert_agreed_and_settled(case);
    let expected = usize::from(!groups.is_empty());
    assert_eq!(existing(&stage.emulator).len(), expected, "{case}");
}

fn throttled(action: &str) -> Json {
    json!([{
        "action": action,
        "do": "error",
        "code": "RequestLimitExceeded",
        "status": 503,
        "times": 100_000,
    }])
}

#[test]
fn ctrl_c_ends_a_backoff() {
    let stage = Stage::new("");
    for (groups, action) in [
        (FIRST, "CreateSecurityGroup"),
        (FIRST, "AuthorizeSecurityGroupEgress"),
        (SECOND, "RevokeSecurityGroupIngress"),
        (SECOND, "CreateTags"),
        ("", "DeleteSecurityGroup"),
    ] {
        if groups != FIRST {
            stage.apply(FIRST);
        }
        // By the fifth attempt the pauses are long.
        let said = interrupt(&stage, groups, &throttled(action), (action, 5), || ());
        assert!(
            said.contains("tried until the run was interrupted"),
            "{action}: {said}"
        );
        assert_goes_on(&stage, groups, action);
        stage.apply("");
    }
}

#[test]
fn ctrl_c_ends_the_wait_for_a_group_to_be_shown() {
    let stage = Stage::new("");
    let faults = json!([
        { "action": "DescribeSecurityGroups", "do": "empty", "skip": 2, "times": 100_000 },
    ]);
    let said = interrupt(&stage, OPEN, &faults, ("DescribeSecurityGroups", 6), || ());
    assert!(said.contains("doesn't show it"), "{said}");
    assert_goes_on(&stage, OPEN, "shown at last");
}

/// The group is there, and its id was lost: it is shown only when nobody waits for it any more.
#[test]
fn ctrl_c_ends_the_wait_for_a_lost_group() {
    let stage = Stage::new("");
    let faults = json!([
        { "action": "CreateSecurityGroup", "do": "reset", "when": "after" },
        { "action": "DescribeSecurityGroups", "do": "empty", "skip": 2, "times": 100_000 },
    ]);
    let shown = || stage.emulator.config(&json!({ "faults": [] }));
    // Both plans look, and then the creation: by its fifth look the pauses are long.
    interrupt(&stage, FIRST, &faults, ("DescribeSecurityGroups", 7), shown);
    assert_eq!(stage.stated(), BTreeMap::new(), "it is taken away again");
    assert_goes_on(&stage, FIRST, "a lost group");
}

#[test]
fn ctrl_c_ends_the_wait_for_a_deletion() {
    let stage = Stage::new("");
    stage.apply(FIRST);
    let violation = json!([{
        "action": "DeleteSecurityGroup",
        "do": "error",
        "code": "DependencyViolation",
        "times": 100_000,
    }]);
    let said = interrupt(
        &stage,
        "",
        &violation,
        ("DescribeNetworkInterfaces", 1),
        || (),
    );
    assert!(said.contains("DependencyViolation"), "{said}");
    assert_goes_on(&stage, "", "a deletion");
}

/// The new group stayed, tainted, and the old one was no longer current.
#[test]
fn ctrl_c_within_a_replacement_leaves_the_old_group_current() {
    let stage = Stage::new("");
    let described = |text: &str| {
        let group = FIRST.replace("name        = \"web\"", "name_prefix = \"web-\"");
        let group = group.replace("Web servers", text);
        group.replace(
            "  tags =",
            "  lifecycle {\n    create_before_destroy = true\n  }\n  tags =",
        )
    };
    let [old, new] = ["one", "two"].map(described);
    stage.apply(&old);
    let groups: Vec<String> = stage.stated().into_keys().collect();
    for action in [
        "CreateSecurityGroup",
        "AuthorizeSecurityGroupIngress",
        "RevokeSecurityGroupEgress",
    ] {
        interrupt(&stage, &new, &throttled(action), (action, 5), || ());
        stage.write(&old);
        stage.assert_agreed_and_settled(action);
        assert_eq!(stage.stated().into_keys().collect::<Vec<_>>(), groups);
    }
}
