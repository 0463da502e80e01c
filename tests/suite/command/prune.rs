//! `curated prune` and `curated restore`: what goes, what stays, and that whatever fails or is killed,
//! nothing is lost.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use serde_json::{Value as Json, json};

use super::scene::{attach, held, let_in, scene};
use super::{REGION, create, curated, run};
use crate::support::bench::Bench;
use crate::support::plugin_process::send_signal;

/// More than any step takes.
const PATIENCE: Duration = Duration::from_secs(30);

fn read(path: &Path) -> Json {
    let text = std::fs::read_to_string(path).expect("it was written");
    serde_json::from_str(&text).expect("JSON")
}

/// Plans all that is unused; the ids in the plan's order.
#[track_caller]
fn plan(bench: &Bench, path: &Path) -> Vec<String> {
    let path_text = path.to_string_lossy();
    let ran = run(&mut curated(
        bench,
        &["prune", "--min-age", "0", "--output", &path_text],
    ));
    assert_eq!(ran.code, Some(0), "{}{}", ran.stdout, ran.stderr);
    let plan = read(path);
    let deletions = plan["deletions"].as_array().expect("a list").iter();
    deletions
        .map(|it| it["group"]["id"].as_str().expect("an id").to_owned())
        .collect()
}

fn apply(bench: &Bench, path: &Path) -> super::Ran {
    run(&mut curated(
        bench,
        &["prune", "--apply", &path.to_string_lossy()],
    ))
}

#[test]
fn what_is_unused_goes_by_the_plan_and_comes_back_from_the_backup() {
    let bench = Bench::start();
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("plan.json");
    let [one, two, user, ..] = scene(&bench);
    let tags = [
        ("ResourceId.1", one.as_str()),
        ("Tag.1.Key", "team"),
        ("Tag.1.Value", "web"),
    ];
    bench.call(REGION, "CreateTags", &tags);
    let before = held(&bench);
    bench.reset_counts();
    let planned = plan(&bench, &path);
    assert_eq!(planned[0], user);
    assert_eq!(planned.len(), 3);
    let writes = bench.counts().into_keys().filter(|action| {
        !["Describe", "Get"]
            .iter()
            .any(|read| action.starts_with(read))
    });
    assert_eq!(writes.collect::<Vec<_>>(), [""; 0]);

    let ran = apply(&bench, &path);
    assert_eq!(ran.code, Some(0), "{}{}", ran.stdout, ran.stderr);
    let names: Vec<String> = held(&bench).iter().map(|g| g["name"].to_string()).collect();
    assert_eq!(names, ["\"live\"", "\"named\""]);
    // The cheaper half of the cycle was opened: one rule.
    assert_eq!(bench.counts()["RevokeSecurityGroupIngress"], 1);
    assert!(!bench.counts().contains_key("RevokeSecurityGroupEgress"));

    // Again: nothing is left to do.
    let again = apply(&bench, &path);
    assert_eq!(again.code, Some(0), "{}", again.stderr);

    let backup = folder.path().join("plan.backup.json");
    let ran = run(&mut curated(
        &bench,
        &["restore", &backup.to_string_lossy()],
    ));
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    for id in [&one, &two, &user] {
        assert!(ran.stdout.contains(id.as_str()), "the map: {}", ran.stdout);
    }
    assert_eq!(held(&bench), before);
    let ran = run(&mut curated(
        &bench,
        &["restore", &backup.to_string_lossy()],
    ));
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert_eq!(held(&bench), before, "nothing is made twice");
}

#[test]
fn what_changed_since_the_plan_is_left_and_the_rest_goes_on() {
    let bench = Bench::start();
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("plan.json");
    let ids = ["attached", "changed", "tagged", "held", "free"].map(|n| create(&bench, REGION, n));
    let [attached, changed, tagged, held_one, free] = &ids;
    assert_eq!(plan(&bench, &path).len(), 5);
    attach(&bench, attached);
    let_in(&bench, changed, held_one, "1");
    let tags = [
        ("ResourceId.1", tagged.as_str()),
        ("Tag.1.Key", "a"),
        ("Tag.1.Value", "b"),
    ];
    bench.call(REGION, "CreateTags", &tags);

    let ran = apply(&bench, &path);
    assert_eq!(ran.code, Some(4), "{}{}", ran.stdout, ran.stderr);
    for (id, why) in [
        (attached, "eni-"),
        (changed, "its rules"),
        (tagged, "its tags"),
        (held_one, changed.as_str()),
    ] {
        let line = ran
            .stderr
            .lines()
            .find(|line| line.contains(&format!("left  {id}")));
        let line = line.unwrap_or_else(|| panic!("{id} isn't told: {}", ran.stderr));
        assert!(line.contains(why), "{line}");
    }
    assert!(
        ran.stderr.contains(&format!("deleted  {free}")),
        "{}",
        ran.stderr
    );
    assert_eq!(held(&bench).len(), 4);
}

#[test]
fn a_group_that_is_attached_in_the_last_moment_keeps_what_names_it() {
    let bench = Bench::start();
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("plan.json");
    let [one, two] = ["one", "two"].map(|name| create(&bench, REGION, name));
    let_in(&bench, &one, &two, "1");
    let_in(&bench, &two, &one, "2");
    let before = held(&bench);
    let planned = plan(&bench, &path);
    // EC2 refuses the first deletion, as if an interface had come between.
    bench.config(&json!({ "faults": [{
        "action": "DeleteSecurityGroup", "do": "error", "code": "DependencyViolation",
        "message": "resource has a dependent object", "times": 1,
    }] }));
    let ran = apply(&bench, &path);
    assert_eq!(ran.code, Some(4), "{}{}", ran.stdout, ran.stderr);
    assert!(
        ran.stderr.contains(&format!("left  {}", planned[0])),
        "{}",
        ran.stderr
    );
    assert_eq!(held(&bench), before, "the revoked rule is back");
    // The reason is gone: the same plan goes on.
    let ran = apply(&bench, &path);
    assert_eq!(ran.code, Some(0), "{}{}", ran.stdout, ran.stderr);
    assert_eq!(held(&bench), [json!(null); 0]);
}

/// Kills the command while a call is on its way, which EC2 then carries out, or never gets.
fn killed_at(bench: &Bench, arguments: &[&str], action: &str, go_on: bool) {
    bench.config(&json!({ "faults": [{ "action": action, "do": "hold", "times": 1 }] }));
    let mut command = curated(bench, arguments);
    let mut child = command
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("it starts");
    bench.wait_for_held(PATIENCE);
    send_signal(child.id(), "KILL");
    child.wait().expect("it ends");
    bench.release(go_on);
    bench.config(&json!({ "faults": [] }));
    // The call that went on has its time.
    std::thread::sleep(Duration::from_millis(300));
}

#[test]
fn a_run_that_is_killed_is_finished_by_the_next_and_nothing_is_lost() {
    for (action, go_on) in [
        ("DeleteSecurityGroup", true),
        ("DeleteSecurityGroup", false),
        ("RevokeSecurityGroupIngress", true),
        ("RevokeSecurityGroupIngress", false),
    ] {
        let bench = Bench::start();
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("plan.json");
        scene(&bench);
        let before = held(&bench);
        plan(&bench, &path);
        let path_text = path.to_string_lossy();
        killed_at(&bench, &["prune", "--apply", &path_text], action, go_on);
        let ran = apply(&bench, &path);
        assert_eq!(
            ran.code,
            Some(0),
            "{action} {go_on}: {}{}",
            ran.stdout,
            ran.stderr
        );
        assert_eq!(held(&bench).len(), 2, "{action} {go_on}");

        let backup = folder.path().join("plan.backup.json");
        let backup = backup.to_string_lossy();
        for (action, go_on) in [
            ("CreateSecurityGroup", true),
            ("AuthorizeSecurityGroupIngress", true),
        ] {
            killed_at(&bench, &["restore", &backup], action, go_on);
        }
        let ran = run(&mut curated(&bench, &["restore", &backup]));
        assert_eq!(ran.code, Some(0), "{action}: {}", ran.stderr);
        assert_eq!(held(&bench), before, "{action} {go_on}");
    }
}

#[test]
fn throttling_faults_and_lost_replies_lose_nothing() {
    for fault in [
        json!({ "do": "error", "code": "RequestLimitExceeded", "status": 503, "times": 2 }),
        json!({ "do": "error", "code": "InternalError", "status": 500, "times": 1 }),
        json!({ "do": "reset", "when": "before" }),
        json!({ "do": "close", "when": "after" }),
        json!({ "do": "cut", "share": 0.5, "when": "after" }),
    ] {
        let bench = Bench::start();
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("plan.json");
        scene(&bench);
        let before = held(&bench);
        plan(&bench, &path);
        let faults = |actions: &[&str]| {
            let of = |action: &&str| {
                let mut fault = fault.clone();
                fault["action"] = (*action).into();
                fault
            };
            bench.config(&json!({ "faults": actions.iter().map(of).collect::<Vec<_>>() }));
        };
        faults(&["DeleteSecurityGroup", "RevokeSecurityGroupIngress"]);
        let ran = apply(&bench, &path);
        assert_eq!(ran.code, Some(0), "{fault}: {}{}", ran.stdout, ran.stderr);
        assert_eq!(held(&bench).len(), 2, "{fault}");
        faults(&["CreateSecurityGroup", "AuthorizeSecurityGroupIngress"]);
        let backup = folder.path().join("plan.backup.json");
        let ran = run(&mut curated(
            &bench,
            &["restore", &backup.to_string_lossy()],
        ));
        assert_eq!(ran.code, Some(0), "{fault}: {}", ran.stderr);
        assert_eq!(held(&bench), before, "{fault}");
    }
}

#[test]
fn a_mark_says_since_when_and_comes_off_what_is_in_use() {
    let bench = Bench::start();
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("plan.json");
    let id = create(&bench, REGION, "old");
    let path_text = path.to_string_lossy().into_owned();
    let young = run(&mut curated(&bench, &["prune", "--output", &path_text]));
    assert!(
        young.stdout.contains("Nobody knows for how long"),
        "{}",
        young.stdout
    );
    assert_eq!(read(&path)["deletions"], json!([]));

    let ran = run(&mut curated(&bench, &["prune", "--mark"]));
    assert_eq!(
        (ran.code, ran.stdout.contains("Marked 1 group")),
        (Some(0), true),
        "{}",
        ran.stdout
    );
    let later = |arguments: &[&str]| {
        let mut command = curated(&bench, arguments);
        // 31 days after the tests' time.
        command.env(
            "SOURCE_DATE_EPOCH",
            (1_764_460_800 + 31 * 86_400).to_string(),
        );
        run(&mut command)
    };
    later(&["prune", "--output", &path_text]);
    assert_eq!(read(&path)["deletions"][0]["group"]["id"], id.as_str());
    attach(&bench, &id);
    let ran = later(&["prune", "--mark"]);
    assert!(
        ran.stdout.contains("off 1 group"),
        "{}{}",
        ran.stdout,
        ran.stderr
    );
    assert_eq!(bench.group(REGION, "old")["tags"], json!({}));
}

#[test]
fn a_plan_that_is_not_one_is_refused_before_anything_is_asked() {
    let bench = Bench::start();
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("plan.json");
    create(&bench, REGION, "old");
    plan(&bench, &path);
    let whole = std::fs::read_to_string(&path).expect("it was written");
    for (text, said) in [
        (
            whole[..whole.len() / 2].to_owned(),
            "not a plan of curated prune",
        ),
        ("{}".to_owned(), "not a plan of curated prune"),
        (
            whole.replace("curated-prune-plan", "other"),
            "no plan of this version",
        ),
        (
            whole.replace("egress all to 0.0.0.0/0", "egress of all"),
            "\"egress of all\" is no rule",
        ),
        (
            whole.replace("123456789012", "210987654321"),
            "210987654321",
        ),
    ] {
        std::fs::write(&path, text).expect("written");
        let ran = apply(&bench, &path);
        assert_eq!(ran.code, Some(2), "{said}: {}", ran.stderr);
        assert!(ran.stderr.contains(said), "{said}: {}", ran.stderr);
    }
    assert_eq!(held(&bench).len(), 1);
}
