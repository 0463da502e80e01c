//! The provider is killed (as by `kill -9`) between any two calls, under a real Terraform. The next
//! apply goes on, or names the group that nobody knows of and how to import it.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};

use super::scenario::{FIRST, SECOND};
use crate::support::agreement::existing;
use crate::support::kill::kill_while;
use crate::support::stage::{REGION, Stage};

/// Applies `groups` and kills the provider while the call with this number is on its way. EC2 then
/// carries the call out (`go_on`), or never got it. Gives the call.
fn kill_at(stage: &Stage, groups: &str, number: usize, go_on: bool) -> Json {
    stage.write(groups);
    stage.go_wrong(&json!([{ "action": "*", "do": "hold", "skip": number }]));
    kill_when_held(stage, go_on)
}

/// Applies, and kills the provider as soon as a call is held.
fn kill_when_held(stage: &Stage, go_on: bool) -> Json {
    let apply = ["apply", "-no-color", "-auto-approve"];
    let held = kill_while(&stage.work, &stage.emulator, &apply, go_on);
    stage.go_wrong(&json!([]));
    held
}

/// The calls of an undisturbed apply of `groups`, and how many of them come before the first write.
fn calls(stage: &Stage, groups: &str) -> (usize, usize) {
    stage.go_wrong(&json!([]));
    stage.apply(groups);
    let log = stage.emulator.log();
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
    let stage = Stage::new("");
    let (first, all) = calls(&stage, FIRST);
    stage.apply("");
    let mut orphaned = 0;
    // From the last call before the first write: until then nothing can have happened.
    for number in first - 1..all {
        for go_on in [false, true] {
            let held = kill_at(&stage, FIRST, number, go_on);
            let case = format!("killed at {}, {go_on}", held["action"]);
            assert_eq!(stage.stated(), BTreeMap::new(), "{case}");
            let orphans: Vec<String> = existing(&stage.emulator).into_keys().collect();
            if let [orphan] = orphans.as_slice() {
                orphaned += 1;
                let words = stage.try_apply(FIRST).failure();
                assert!(
                    words.contains(&format!("taken by {orphan}")),
                    "{case}: {words}"
                );
                assert_eq!(existing(&stage.emulator).len(), 1, "{case}");
                stage.apply(&format!("{FIRST}{}", import_block(&words)));
                assert!(existing(&stage.emulator).contains_key(orphan), "{case}");
            } else {
                assert_eq!(orphans, [""; 0], "{case}");
                stage.apply(FIRST);
            }
            stage.write(FIRST);
            stage.assert_agreed_and_settled(&case);
            stage.apply("");
            assert_eq!(existing(&stage.emulator), BTreeMap::new(), "{case}");
        }
    }
    // Once made, by the creation itself and every call after it.
    assert_eq!(orphaned, 2 * (all - first) - 1);
}

#[test]
fn a_change_that_is_killed_goes_on() {
    let stage = Stage::new("");
    stage.apply(FIRST);
    let (first, all) = calls(&stage, SECOND);
    let second = existing(&stage.emulator);
    stage.apply(FIRST);
    for number in first - 1..all {
        for go_on in [false, true] {
            let held = kill_at(&stage, SECOND, number, go_on);
            let case = format!("killed at {}, {go_on}", held["action"]);
            stage.apply(SECOND);
            stage.assert_agreed(&case);
            assert_eq!(existing(&stage.emulator), second, "{case}");
            stage.apply(FIRST);
        }
    }
    stage.assert_agreed_and_settled("at the end");
}

#[test]
fn a_deletion_that_is_killed_goes_on() {
    let stage = Stage::new("");
    stage.apply(FIRST);
    let (first, all) = calls(&stage, "");
    for number in first - 1..all {
        for go_on in [false, true] {
            stage.apply(FIRST);
            let held = kill_at(&stage, "", number, go_on);
            let case = format!("killed at {}, {go_on}", held["action"]);
            stage.apply("");
            stage.assert_agreed_and_settled(&case);
            assert_eq!(existing(&stage.emulator), BTreeMap::new(), "{case}");
        }
    }
}

/// A name out of a prefix is another one in every run, so that the orphan's isn't taken.
#[test]
fn a_killed_creation_with_a_name_prefix_names_its_orphan_too() {
    let stage = Stage::new("");
    let prefixed = |name: &str| {
        let named = FIRST.replacen("name        = \"web\"", "name_prefix = \"web-\"", 1);
        named.replace("\"web\" {", &format!("\"{name}\" {{"))
    };
    // One that the state knows, and that is as the other is to be.
    let first = prefixed("first");
    stage.apply(&first);
    let both = format!("{first}{}", prefixed("web"));
    stage.write(&both);
    let plan = stage.work.plan();
    assert!(!plan.text.contains("left over"), "{}", plan.text);
    let known = existing(&stage.emulator);

    stage.go_wrong(&json!([{ "action": "CreateSecurityGroup", "do": "hold" }]));
    kill_when_held(&stage, true);
    let mut orphans = existing(&stage.emulator);
    orphans.retain(|id, _| !known.contains_key(id));
    let orphan = orphans.keys().next().expect("EC2 made it");

    let plan = stage.work.plan();
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
    stage.apply(&format!("{both}{}", import_block(&words.join(" "))));
    stage.write(&both);
    stage.assert_agreed_and_settled("taken over");
    assert_eq!(existing(&stage.emulator).len(), 2);
}
