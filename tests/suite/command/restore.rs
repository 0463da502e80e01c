//! `curated restore`: which groups it makes again, what it leaves alone, and what waits for others.

use std::path::PathBuf;

use serde_json::{Value as Json, json};

use super::prune::{apply, plan};
use super::scene::{attach, held, let_in};
use super::{REGION, Ran, create, curated, open, run};
use crate::support::emulator::Emulator;

/// Groups that were pruned, and their backup.
struct Pruned {
    emulator: Emulator,
    _folder: tempfile::TempDir,
    backup: PathBuf,
    before: Vec<Json>,
}

impl Pruned {
    fn of(make: impl Fn(&Emulator)) -> Self {
        let emulator = Emulator::start();
        let folder = tempfile::tempdir().expect("a folder");
        make(&emulator);
        let before = held(&emulator);
        let path = folder.path().join("plan.json");
        plan(&emulator, &path);
        apply(&emulator, &path);
        Self {
            backup: folder.path().join("plan.backup.json"),
            emulator,
            _folder: folder,
            before,
        }
    }

    fn restore(&self, more: &[&str]) -> Ran {
        let backup = self.backup.to_string_lossy();
        let mut arguments = vec!["restore", &backup];
        arguments.extend(more);
        run(&mut curated(&self.emulator, &arguments))
    }
}

/// One names two.
fn two_groups(emulator: &Emulator) {
    let [one, two] = ["one", "two"].map(|name| create(emulator, REGION, name));
    let_in(emulator, &one, &two, "1");
    open(emulator, REGION, &one, "443");
}

#[test]
fn a_rule_waits_for_the_group_that_it_names() {
    let pruned = Pruned::of(two_groups);
    let ran = pruned.restore(&["--only", "one"]);
    assert_eq!(ran.code, Some(3), "{}", ran.stderr);
    assert!(
        ran.stderr.contains("ingress tcp/1 from sg-"),
        "{}",
        ran.stderr
    );
    // It has its other rules.
    let one = pruned.emulator.group(REGION, "one");
    assert_eq!(one["ingress"][0]["to_port"], 443, "{one}");
    let ran = pruned.restore(&["--only", "two"]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let ran = pruned.restore(&["--only", "one"]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert_eq!(held(&pruned.emulator), pruned.before);
}

#[test]
fn what_is_done_to_a_restored_group_stays_at_the_next_run() {
    let pruned = Pruned::of(two_groups);
    assert_eq!(pruned.restore(&[]).code, Some(0));
    let two = pruned.emulator.group(REGION, "two");
    let id = two["id"].as_str().expect("an id");
    open(&pruned.emulator, REGION, id, "80");
    let now = held(&pruned.emulator);
    let ran = pruned.restore(&[]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert!(ran.stdout.contains(id), "the map: {}", ran.stdout);
    assert_eq!(held(&pruned.emulator), now);
    // One that went again is made again.
    let one = pruned.emulator.group(REGION, "one");
    let parameters = [("GroupId", one["id"].as_str().expect("an id"))];
    pruned
        .emulator
        .call(REGION, "DeleteSecurityGroup", &parameters);
    assert_eq!(pruned.restore(&[]).code, Some(0));
    assert_eq!(held(&pruned.emulator), now);
}

#[test]
fn a_group_that_was_never_deleted_is_left_as_it_is() {
    let emulator = Emulator::start();
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("plan.json");
    let [stays, goes] = ["stays", "goes"].map(|name| create(&emulator, REGION, name));
    let_in(&emulator, &goes, &stays, "1");
    let before = held(&emulator);
    plan(&emulator, &path);
    attach(&emulator, &stays);
    assert_eq!(apply(&emulator, &path).code, Some(4));
    emulator.reset_counts();
    let backup = folder.path().join("plan.backup.json");
    let ran = run(&mut curated(
        &emulator,
        &["restore", &backup.to_string_lossy()],
    ));
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let said = format!("{stays}  stays  is there: it was never deleted");
    assert!(ran.stderr.contains(&said), "{}", ran.stderr);
    assert_eq!(held(&emulator), before);
    assert_eq!(emulator.counts()["CreateSecurityGroup"], 1);
}

#[test]
fn a_name_that_is_taken_is_said_and_the_rest_is_made() {
    let pruned = Pruned::of(two_groups);
    create(&pruned.emulator, REGION, "two");
    let ran = pruned.restore(&[]);
    assert_eq!(ran.code, Some(3), "{}", ran.stderr);
    assert!(
        ran.stderr.contains("(two) can't be made again"),
        "{}",
        ran.stderr
    );
    assert!(ran.stderr.contains("--only"), "{}", ran.stderr);
    assert_ne!(pruned.emulator.group(REGION, "one"), json!(null));
    let none = pruned.restore(&["--only", "three"]);
    assert_eq!(none.code, Some(2), "{}", none.stderr);
    assert!(none.stderr.contains("(one)"), "{}", none.stderr);
}

#[test]
fn the_plan_in_place_of_the_backup_was_no_backup_without_a_word_of_which_file_is() {
    let emulator = Emulator::start();
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("plan.json");
    create(&emulator, REGION, "one");
    plan(&emulator, &path);
    let restore = |path: &std::path::Path| {
        run(&mut curated(
            &emulator,
            &["restore", &path.to_string_lossy()],
        ))
    };
    let ran = restore(&path);
    assert_eq!(ran.code, Some(2), "{}", ran.stderr);
    let said = "plan.json is the plan, not the backup\n  Its backup is ";
    assert!(ran.stderr.contains(said), "{}", ran.stderr);
    let ran = apply(&emulator, &path);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let ran = restore(&path);
    assert!(
        ran.stderr.contains("plan.backup.json: restore that file."),
        "{}",
        ran.stderr
    );
    let ran = apply(&emulator, &folder.path().join("plan.backup.json"));
    assert_eq!(ran.code, Some(2), "{}", ran.stderr);
    assert!(
        ran.stderr.contains("is a backup, not a plan"),
        "{}",
        ran.stderr
    );
}
