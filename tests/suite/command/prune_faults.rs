//! What goes wrong while `curated prune` and `curated restore` write: each write is throttled, fails,
//! loses its connection or its reply, and is the last one before a kill. Nothing is lost, and the
//! same command finishes.

use std::process::Stdio;
use std::time::{Duration, Instant};

use serde_json::{Value as Json, json};

use super::prune::{apply, plan};
use super::scene::{held, scene, tag_rules};
use super::{REGION, create, curated, run};
use crate::support::emulator::Emulator;
use crate::support::plugin_process::send_signal;

/// More than any step takes.
pub(super) const PATIENCE: Duration = Duration::from_secs(60);
/// The groups that stay.
const STAY: usize = 2;

/// An account with a plan, and what EC2 holds.
struct Account {
    emulator: Emulator,
    folder: tempfile::TempDir,
    before: Vec<Json>,
}

impl Account {
    fn planned() -> Self {
        let emulator = Emulator::start();
        let folder = tempfile::tempdir().expect("a folder");
        let [one, two, ..] = scene(&emulator);
        tag_rules(&emulator, &one, "team", "web");
        // A group that has less than a new one.
        let less = create(&emulator, REGION, "less");
        let all = [
            ("GroupId", less.as_str()),
            ("IpPermissions.1.IpProtocol", "-1"),
            ("IpPermissions.1.IpRanges.1.CidrIp", "0.0.0.0/0"),
        ];
        emulator.call(REGION, "RevokeSecurityGroupEgress", &all);
        tag_rules(&emulator, &two, "owner", "elsewhere");
        let before = held(&emulator);
        let account = Self {
            emulator,
            folder,
            before,
        };
        assert_eq!(plan(&account.emulator, &account.plan()).len(), 4);
        account
    }

    fn plan(&self) -> std::path::PathBuf {
        self.folder.path().join("plan.json")
    }

    fn restore(&self) -> super::Ran {
        run(&mut curated(&self.emulator, &["restore", &self.backup()]))
    }

    fn backup(&self) -> String {
        let backup = self.folder.path().join("plan.backup.json");
        backup.to_string_lossy().into_owned()
    }

    fn faults(&self, faults: &[Json]) {
        self.emulator.config(&json!({ "faults": faults }));
    }

    /// Kills the command again and again, each time at its first write: EC2 never gets it, and in the
    /// next run it does, without an answer. How many runs there were until one came to its end.
    fn killed_at_each_write(&self, arguments: &[&str]) -> usize {
        for runs in 1.. {
            let goes_on = runs % 2 == 0;
            self.faults(&[json!({ "action": "writes", "do": "hold", "times": 1 })]);
            let mut command = curated(&self.emulator, arguments);
            let mut child = command
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn()
                .expect("it starts");
            let begun = Instant::now();
            while self.emulator.held().is_empty() {
                if let Some(status) = child.try_wait().expect("it can be asked") {
                    assert!(status.success(), "{arguments:?}: {status}");
                    return runs;
                }
                assert!(begun.elapsed() < PATIENCE, "{arguments:?} hangs");
                std::thread::sleep(Duration::from_millis(5));
            }
            send_signal(child.id(), "KILL");
            child.wait().expect("it ends");
            self.emulator.release(goes_on);
            self.emulator.wait_until_answered();
        }
        unreachable!("it comes to an end");
    }
}

#[test]
fn a_run_that_is_killed_at_each_write_is_finished_by_the_next_and_nothing_is_lost() {
    let account = Account::planned();
    let plan = account.plan();
    let runs = account.killed_at_each_write(&["prune", "--apply", &plan.to_string_lossy()]);
    // One revocation and four deletions, each killed twice.
    assert!(runs > 10, "{runs}");
    assert_eq!(held(&account.emulator).len(), STAY);
    let runs = account.killed_at_each_write(&["restore", &account.backup()]);
    // Four groups, the rules of three, and the tags of those that EC2 gave.
    assert!(runs > 16, "{runs}");
    assert_eq!(held(&account.emulator), account.before);
    // It is done: nothing is written any more.
    account.emulator.reset_counts();
    assert_eq!(account.restore().code, Some(0));
    assert_eq!(account.emulator.writes(), [json!(null); 0]);
}

#[test]
fn throttling_faults_and_lost_replies_of_every_write_lose_nothing() {
    for fault in [
        json!({ "do": "error", "code": "RequestLimitExceeded", "status": 503 }),
        json!({ "do": "error", "code": "InternalError", "status": 500 }),
        json!({ "do": "error", "code": "InternalError", "status": 500, "when": "after" }),
        json!({ "do": "reset", "when": "before" }),
        json!({ "do": "reset", "when": "after" }),
        json!({ "do": "close", "when": "after" }),
        json!({ "do": "cut", "share": 0.5, "when": "after" }),
    ] {
        let account = Account::planned();
        let every_other = |skip: usize| {
            let mut fault = fault.clone();
            fault["action"] = "writes".into();
            fault["skip"] = skip.into();
            fault
        };
        let faults: Vec<Json> = (0..100).step_by(2).map(every_other).collect();
        account.faults(&faults);
        let ran = apply(&account.emulator, &account.plan());
        assert_eq!(ran.code, Some(0), "{fault}: {}{}", ran.stdout, ran.stderr);
        account.faults(&[]);
        assert_eq!(held(&account.emulator).len(), STAY, "{fault}");
        account.faults(&faults);
        let ran = account.restore();
        account.faults(&[]);
        assert_eq!(ran.code, Some(0), "{fault}: {}", ran.stderr);
        assert_eq!(held(&account.emulator), account.before, "{fault}");
    }
}

#[test]
fn what_is_not_allowed_is_said_and_loses_nothing() {
    let account = Account::planned();
    let refusing = |action: &str| json!({ "action": action, "do": "error", "code": "UnauthorizedOperation", "times": 99 });
    for action in ["DeleteSecurityGroup", "RevokeSecurityGroupIngress"] {
        account.faults(&[refusing(action)]);
        let ran = apply(&account.emulator, &account.plan());
        assert_eq!(ran.code, Some(3), "{action}: {}", ran.stderr);
        assert!(
            ran.stderr.contains("UnauthorizedOperation"),
            "{}",
            ran.stderr
        );
    }
    account.faults(&[]);
    assert_eq!(apply(&account.emulator, &account.plan()).code, Some(0));
    for action in [
        "CreateSecurityGroup",
        "AuthorizeSecurityGroupIngress",
        "CreateTags",
    ] {
        account.faults(&[refusing(action)]);
        let ran = account.restore();
        assert_eq!(ran.code, Some(3), "{action}: {}", ran.stderr);
        assert!(
            ran.stderr.contains(&format!("{action} ")),
            "{action}: {}",
            ran.stderr
        );
    }
    account.faults(&[]);
    assert_eq!(account.restore().code, Some(0));
    assert_eq!(held(&account.emulator), account.before);
}
