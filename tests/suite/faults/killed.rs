//! The provider is killed (as by `kill -9`) between any two calls, under a real Terraform. The next
//! apply goes on, or names the group that nobody knows of and how to import it.

use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value as Json, json};

use super::REGION;
use super::scenario::{FIRST, SECOND};
use super::scene::{Scene, existing};
use crate::support::bench::Bench;
use crate::support::plugin_process::{BINARY, send_signal};
use crate::support::terraform::WorkDir;

/// More than any step takes.
const PATIENCE: Duration = Duration::from_secs(30);

/// Applies `groups` and kills the provider while the call with this number is on its way. EC2 then
/// carries the call out (`go_on`), or never got it. Gives the call.
fn kill_at(scene: &Scene, groups: &str, number: usize, go_on: bool) -> Json {
    scene.configure(groups);
    scene.go_wrong(&json!([{ "action": "*", "do": "hold", "skip": number }]));
    kill_when_held(scene, go_on)
}

/// Applies, and kills the provider as soon as a call is held.
fn kill_when_held(scene: &Scene, go_on: bool) -> Json {
    let apply = ["apply", "-no-color", "-auto-approve"];
    let held = kill_while(&scene.work, &scene.bench, &apply, go_on);
    scene.go_wrong(&json!([]));
    held
}

/// Runs a command of Terraform, and kills the provider as soon as a call is held. Gives the call.
pub(crate) fn kill_while(work: &WorkDir, bench: &Bench, command: &[&str], go_on: bool) -> Json {
    let mut terraform = work
        .command(command)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("Terraform starts");
    let held = bench.wait_for_held(PATIENCE);
    let providers = children(terraform.id());
    assert!(!providers.is_empty(), "no provider to kill");
    for provider in providers {
        send_signal(provider, "KILL");
    }
    let status = terraform.wait().expect("a child can be waited for");
    assert!(!status.success(), "Terraform didn't notice");
    bench.release(go_on);
    wait_until_answered(bench);
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

/// A call that was let go on is carried out a moment later.
fn wait_until_answered(bench: &Bench) {
    let since = Instant::now();
    while bench.log().iter().any(|call| call["outcome"] == "arrived") {
        assert!(since.elapsed() < PATIENCE, "a call is never carried out");
        thread::sleep(Duration::from_millis(5));
    }
}

/// The calls of an undisturbed apply of `groups`, and how many of them come before the first write.
fn calls(scene: &Scene, groups: &str) -> (usize, usize) {
    scene.go_wrong(&json!([]));
    scene.apply(groups);
    let log = scene.bench.log();
    let is_read = |call: &&Json| {
        let action = call["action"].as_str().expect("a text");
        action.starts_with("Describe") || action.starts_with("Get")
    };
    (log.iter().take_while(is_read).count(), log.len())
}

/// The `import` block of an error about a name that is taken, for a group of this configuration.
fn import_block(words: &str) -> String {
    let begin = words
        .find("import {")
        .unwrap_or_else(|| panic!("no import block: {words}"));
    let end = words[begin..].find('}').expect("the block ends") + begin;
    let id = words[begin..end]
        .split('"')
        .nth(1)
        .expect("an id in quotes");
    assert!(id.starts_with(REGION), "{id}");
    format!("import {{\n  to = curated_security_group.web\n  id = \"{id}\"\n}}\n")
}

#[test]
fn a_creation_that_is_killed_goes_on_or_names_the_orphan() {
    let scene = Scene::empty();
    let (first, all) = calls(&scene, FIRST);
    scene.apply("");
    let mut orphaned = 0;
    // From the last call before the first write: until then nothing can have happened.
    for number in first - 1..all {
        for go_on in [false, true] {
            let held = kill_at(&scene, FIRST, number, go_on);
            let case = format!("killed at {}, {go_on}", held["action"]);
            assert!(scene.stated().is_empty(), "{case}");
            let orphans: Vec<String> = existing(&scene.bench).into_keys().collect();
            if let [orphan] = orphans.as_slice() {
                orphaned += 1;
                let words = scene.try_apply(FIRST).failure();
                assert!(
                    words.contains(&format!("taken by {orphan}")),
                    "{case}: {words}"
                );
                assert_eq!(existing(&scene.bench).len(), 1, "{case}");
                scene.apply(&format!("{FIRST}{}", import_block(&words)));
                assert!(existing(&scene.bench).contains_key(orphan), "{case}");
            } else {
                assert_eq!(orphans, [""; 0], "{case}");
                scene.apply(FIRST);
            }
            scene.configure(FIRST);
            scene.assert_settled(&case);
            scene.apply("");
            assert!(existing(&scene.bench).is_empty(), "{case}");
        }
    }
    // Once made, by the creation itself and every call after it.
    assert_eq!(orphaned, 2 * (all - first) - 1);
}

#[test]
fn a_change_that_is_killed_goes_on() {
    let scene = Scene::empty();
    scene.apply(FIRST);
    let (first, all) = calls(&scene, SECOND);
    let second = existing(&scene.bench);
    scene.apply(FIRST);
    for number in first - 1..all {
        for go_on in [false, true] {
            let held = kill_at(&scene, SECOND, number, go_on);
            let case = format!("killed at {}, {go_on}", held["action"]);
            scene.apply(SECOND);
            scene.assert_agreed(&case);
            assert_eq!(existing(&scene.bench), second, "{case}");
            scene.apply(FIRST);
        }
    }
    scene.assert_settled("at the end");
}

#[test]
fn a_deletion_that_is_killed_goes_on() {
    let scene = Scene::empty();
    scene.apply(FIRST);
    let (first, all) = calls(&scene, "");
    for number in first - 1..all {
        for go_on in [false, true] {
            scene.apply(FIRST);
            let held = kill_at(&scene, "", number, go_on);
            let case = format!("killed at {}, {go_on}", held["action"]);
            scene.apply("");
            scene.assert_settled(&case);
            assert!(existing(&scene.bench).is_empty(), "{case}");
        }
    }
}

/// A name out of a prefix is another one in every run, so that the orphan's isn't taken.
#[test]
fn a_killed_creation_with_a_name_prefix_names_its_orphan_too() {
    let scene = Scene::empty();
    let prefixed = |name: &str| {
        let named = FIRST.replacen("name        = \"web\"", "name_prefix = \"web-\"", 1);
        named.replace("\"web\" {", &format!("\"{name}\" {{"))
    };
    // One that the state knows, and that is as the other is to be.
    let first = prefixed("first");
    scene.apply(&first);
    let both = format!("{first}{}", prefixed("web"));
    scene.configure(&both);
    let plan = scene.work.plan();
    assert!(!plan.text.contains("left over"), "{}", plan.text);
    let known = existing(&scene.bench);

    scene.go_wrong(&json!([{ "action": "CreateSecurityGroup", "do": "hold" }]));
    kill_when_held(&scene, true);
    let mut orphans = existing(&scene.bench);
    orphans.retain(|id, _| !known.contains_key(id));
    let orphan = orphans.keys().next().expect("EC2 made it");

    let plan = scene.work.plan();
    assert!(
        plan.text.contains(&format!("{orphan} may be left over")),
        "{}",
        plan.text
    );
    assert_eq!(
        plan.text.matches("may be left over").count(),
        1,
        "{}",
        plan.text
    );
    let words: Vec<&str> = plan.text.split_whitespace().collect();
    scene.apply(&format!("{both}{}", import_block(&words.join(" "))));
    scene.configure(&both);
    scene.assert_settled("taken over");
    assert_eq!(existing(&scene.bench).len(), 2);
}
