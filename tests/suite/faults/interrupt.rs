//! Ctrl-C while EC2 is being asked: the run ends soon, and nothing half-made is left.

use std::io::Read as _;
use std::os::unix::process::CommandExt as _;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::json;

use crate::support::held::plain;
use crate::support::stage::Stage;

const WEB: &str = "resource \"curated_security_group\" \"web\" {\n  preset = \"https\"\n}\n";
/// More than any step takes on a busy machine, and less than a user would call long.
const SOON: Duration = Duration::from_secs(20);

/// Starts an apply that comes to a call which is held, after `skip` of its kind, and presses
/// Ctrl-C there.
fn interrupted_at(stage: &Stage, action: &str, skip: u32) -> Run {
    let fault = json!({ "action": action, "do": "hold", "skip": skip });
    stage.emulator.config(&json!({ "faults": [fault] }));
    let child = stage
        .work
        .command(&["apply", "-no-color", "-auto-approve"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        // A group of its own, as a shell makes it: Ctrl-C reaches Terraform and the provider.
        .process_group(0)
        .spawn()
        .expect("Terraform starts");
    let run = Run(child);
    stage.emulator.wait_for_held(SOON);
    run.press_ctrl_c();
    run
}

/// A running Terraform; it is killed if the test fails before it ends.
struct Run(Child);

impl Run {
    fn press_ctrl_c(&self) {
        let group = format!("-{}", self.0.id());
        let sent = Command::new("kill").args(["-INT", "--", &group]).status();
        assert!(
            sent.expect("kill runs").success(),
            "the process group is there"
        );
    }

    /// Waits for its end; what it said.
    fn end(mut self) -> String {
        let end = Instant::now() + SOON;
        while self.0.try_wait().expect("it is our child").is_none() {
            assert!(Instant::now() < end, "still running {SOON:?} after Ctrl-C");
            std::thread::sleep(Duration::from_millis(20));
        }
        let mut said = String::new();
        let streams: [Option<Box<dyn std::io::Read>>; 2] = [
            self.0.stdout.take().map(|s| Box::new(s) as _),
            self.0.stderr.take().map(|s| Box::new(s) as _),
        ];
        for mut stream in streams.into_iter().flatten() {
            stream
                .read_to_string(&mut said)
                .expect("Terraform writes text");
        }
        said
    }
}

impl Drop for Run {
    fn drop(&mut self) {
        // It has ended, unless the test failed.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn interrupt_while_a_new_group_is_waited_for_ends_at_once_and_leaves_nothing_half_made() {
    let stage = Stage::new(&WEB.replace("https", "exodus"));
    // Nothing is written to this group, so that it is looked at. Before, plan and apply each look
    // once whether the name is free.
    let said = interrupted_at(&stage, "DescribeSecurityGroups", 2).end();
    assert!(said.contains("Interrupt received"), "{said}");
    // Either it was finished, or it was deleted again.
    stage.assert_agreed(&said);

    stage.emulator.release(false);
    stage.work.apply();
    let expected = plain(["egress all to 0.0.0.0/0"]);
    assert_eq!(stage.held("exodus"), expected);
    stage.assert_settled();
}

#[test]
fn interrupt_while_rules_are_added_waits_for_the_answer_and_leaves_nothing_half_made() {
    let stage = Stage::new(WEB);
    let run = interrupted_at(&stage, "AuthorizeSecurityGroupIngress", 0);
    stage.emulator.release(true);
    let said = run.end();
    // Either it was finished, or it was deleted again.
    stage.assert_agreed(&said);

    stage.work.apply();
    let expected = plain(["ingress tcp/443 from 0.0.0.0/0"]);
    assert_eq!(stage.held("https"), expected);
}
