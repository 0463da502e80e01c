//! Kills the provider (as by `kill -9`) under a real Terraform, while a call is on its way.

use std::process::{Command, Stdio};
use std::time::Duration;

use serde_json::Value as Json;

use super::emulator::Emulator;
use super::plugin_process::{BINARY, send_signal};
use super::terraform::WorkDir;

/// More than any step takes.
const PATIENCE: Duration = Duration::from_secs(30);

/// Runs a command of Terraform, and kills the provider as soon as a call is held. Gives the call.
pub fn kill_while(work: &WorkDir, emulator: &Emulator, command: &[&str], go_on: bool) -> Json {
    let mut terraform = work
        .command(command)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("Terraform starts");
    let held = emulator.wait_for_held(PATIENCE);
    let providers = children(terraform.id());
    assert!(!providers.is_empty(), "no provider to kill");
    for provider in providers {
        send_signal(provider, "KILL");
    }
    let status = terraform.wait().expect("a child can be waited for");
    assert!(!status.success(), "Terraform didn't notice");
    emulator.release(go_on);
    emulator.wait_until_answered();
    held
}

/// The provider's processes of this Terraform.
fn children(terraform: u32) -> Vec<u32> {
    let output = Command::new("ps")
        .args(["-A", "-o", "pid=,ppid=,args="])
        .output()
        .expect("ps runs");
    let lines = String::from_utf8_lossy(&output.stdout).into_owned();
    let parse = |line: &str| {
        let mut words = line.split_whitespace();
        let pid: u32 = words.next()?.parse().ok()?;
        let parent: u32 = words.next()?.parse().ok()?;
        (parent == terraform && words.next() == Some(BINARY)).then_some(pid)
    };
    lines.lines().filter_map(parse).collect()
}
