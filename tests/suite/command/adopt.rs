//! `curated adopt`: what it writes for a messy account takes that account in without a change, as a
//! real Terraform says; and it leaves alone what isn't its own.

use std::fs;
use std::path::Path;

use serde_json::json;

use super::adopt_scene::{INGRESS, OTHER_REGION, attach_all, messy, rules, used_by};
use super::scene::{attach, let_in, tag};
use super::{REGION, create, curated, open, run};
use crate::support::emulator::Emulator;
use crate::support::terraform::{Outcome, Terraform, WorkDir};

pub(super) const STYLES: [&str; 2] = ["short", "blocks"];

/// Runs the command into a folder.
#[track_caller]
pub(super) fn adopt(emulator: &Emulator, folder: &Path, arguments: &[&str]) -> String {
    let folder = folder.to_string_lossy();
    let mut all = vec!["adopt", "--out", &folder];
    all.extend(arguments);
    let ran = run(&mut curated(emulator, &all));
    assert_eq!(ran.code, Some(0), "{}{}", ran.stdout, ran.stderr);
    ran.stdout
}

/// A folder in which a real Terraform runs, with nothing but what the command writes.
pub(super) fn folder(emulator: &Emulator) -> WorkDir {
    let mut work = Terraform::find().work_dir("");
    fs::remove_file(work.path().join("main.tf")).expect("it was written");
    for (name, value) in [
        ("AWS_ENDPOINT_URL", emulator.endpoint()),
        ("AWS_ACCESS_KEY_ID", "test"),
        ("AWS_SECRET_ACCESS_KEY", "test"),
    ] {
        work.env(name, value);
    }
    work
}

pub(super) fn files(folder: &Path) -> Vec<(String, String)> {
    let entries = fs::read_dir(folder).expect("a folder");
    let paths = entries.map(|entry| entry.expect("a file").path());
    let is_written = |name: &str| name.ends_with(".tf") || name.ends_with(".txt");
    let mut found: Vec<(String, String)> = paths
        .filter_map(|path| {
            let name = path.file_name()?.to_str()?.to_owned();
            is_written(&name).then(|| (name, fs::read_to_string(&path).expect("text")))
        })
        .collect();
    found.sort();
    found
}

pub(super) fn text(folder: &Path) -> String {
    let files = files(folder).into_iter();
    files
        .map(|(name, text)| format!("== {name}\n{text}"))
        .collect()
}

/// Says the numbers of the first plan, that its apply writes nothing, and that the next one is empty.
#[track_caller]
pub(super) fn takes_in(emulator: &Emulator, work: &WorkDir, imports: usize) {
    let fmt = work.run(&["fmt", "-check", "-diff"]);
    assert_eq!(fmt.code, 0, "{fmt}");
    emulator.reset_counts();
    let plan = work.try_plan();
    let numbers = format!("Plan: {imports} to import, 0 to add, 0 to change, 0 to destroy.");
    assert!(
        plan.text().contains(&numbers),
        "{plan}\n{}",
        text(work.path())
    );
    let applied: Outcome = work.try_apply().expect(&[0]);
    assert!(applied.text().contains(&format!(
        "{imports} imported, 0 added, 0 changed, 0 destroyed"
    )));
    assert_eq!(emulator.writes(), [json!(null); 0]);
    let again = work.try_plan();
    assert_eq!(again.code, 0, "{again}");
}

#[test]
fn a_messy_account_is_taken_in_without_a_change_in_both_styles() {
    let emulator = Emulator::start();
    let groups = messy(&emulator);
    let used = used_by(&emulator);
    let used = used.to_string_lossy();
    for style in STYLES {
        let work = folder(&emulator);
        emulator.reset_counts();
        let said = adopt(
            &emulator,
            work.path(),
            &[
                "--style",
                style,
                "--region",
                REGION,
                "--region",
                OTHER_REGION,
                "--used-by",
                &used,
            ],
        );
        assert_eq!(emulator.writes(), [json!(null); 0]);
        let all = text(work.path());
        assert!(
            said.contains(&format!("{groups} groups adopted, 1 of them")),
            "{said}{all}"
        );
        for part in [
            "#preset=ssh\"",
            "service",
            "curated_security_group.web",
            "which isn't adopted",
            "= \"us-east-1\"\n",
            "It is unused.",
            "Kubernetes cluster",
            "local.vpc_test",
        ] {
            let is_there = all.contains(part) || (part == "service" && style == "short");
            assert!(is_there, "{part}: {all}");
        }
        takes_in(&emulator, &work, groups + 1);
    }
    fs::remove_file(used_by(&emulator)).expect("it was written");
}

#[test]
fn a_second_run_adds_what_is_new_and_touches_nothing_else() {
    let emulator = Emulator::start();
    let [web, db] = ["web", "db"].map(|name| create(&emulator, REGION, name));
    let_in(&emulator, &web, &db, "80");
    let_in(&emulator, &db, &web, "5432");
    attach_all(&emulator, &[&web, &db]);
    let work = folder(&emulator);
    adopt(&emulator, work.path(), &[]);
    let first = files(work.path());
    adopt(&emulator, work.path(), &[]);
    assert_eq!(files(work.path()), first, "the same account, the same text");
    takes_in(&emulator, &work, 3);

    // One more group, and only that one is asked for: nothing of the others goes.
    let more = create(&emulator, REGION, "more");
    let_in(&emulator, &more, &web, "9100");
    attach(&emulator, &more);
    adopt(&emulator, work.path(), &["more"]);
    let now = files(work.path());
    for (name, text) in first.iter().filter(|(name, _)| name.ends_with(".tf")) {
        assert!(
            now.contains(&(name.clone(), text.clone())),
            "{name} was changed"
        );
    }
    takes_in(&emulator, &work, 1);

    // With the state there is nothing to do, wherever it is written.
    let elsewhere = tempfile::tempdir().expect("a folder");
    let state = work.path().join("terraform.tfstate");
    let said = adopt(
        &emulator,
        elsewhere.path(),
        &["--state", &state.to_string_lossy()],
    );
    assert!(said.contains("0 groups adopted"), "{said}");
    let left = fs::read_to_string(elsewhere.path().join("left-out.txt")).expect("reasons");
    assert!(
        left.contains("curated_security_group.web manages it."),
        "{left}"
    );
    // So it is with the configuration alone.
    let config = work.path().to_string_lossy();
    let said = adopt(&emulator, elsewhere.path(), &["--config", &config]);
    assert!(said.contains("0 groups adopted"), "{said}");
}

#[test]
fn a_file_that_was_changed_or_is_not_its_own_stays_as_it_is() {
    let emulator = Emulator::start();
    let web = create(&emulator, REGION, "web");
    attach(&emulator, &web);
    let work = folder(&emulator);
    adopt(&emulator, work.path(), &[]);
    let path = work.path().join("vpc-default.tf");
    let changed = fs::read_to_string(&path).expect("written") + "# mine\n";
    fs::write(&path, &changed).expect("written");
    let own = "# my own notes\n";
    fs::write(work.path().join("left-out.txt"), own).expect("written");
    let db = create(&emulator, REGION, "db");
    attach(&emulator, &db);
    adopt(&emulator, work.path(), &[]);
    let found = files(work.path());
    let of = |name: &str| {
        found
            .iter()
            .find(|(it, _)| it == name)
            .map(|(_, text)| text.as_str())
    };
    assert_eq!(of("vpc-default.tf"), Some(changed.as_str()));
    assert_eq!(of("left-out.txt"), Some(own));
    assert!(of("left-out-2.txt").is_some());
    takes_in(&emulator, &work, 2);
}

#[test]
fn rules_with_resources_of_their_own_stay_with_them() {
    let emulator = Emulator::start();
    let web = create(&emulator, REGION, "web");
    open(&emulator, REGION, &web, "80");
    rules(
        &emulator,
        REGION,
        INGRESS,
        &web,
        &[
            ("IpPermissions.1.IpProtocol", "tcp"),
            ("IpPermissions.1.FromPort", "9100"),
            ("IpPermissions.1.ToPort", "9100"),
            ("IpPermissions.1.IpRanges.1.CidrIp", "10.0.0.0/8"),
            ("TagSpecification.1.ResourceType", "security-group-rule"),
            ("TagSpecification.1.Tag.1.Key", "curated:owner"),
            ("TagSpecification.1.Tag.1.Value", "sgrules-elsewhere"),
        ],
    );
    attach(&emulator, &web);
    for style in STYLES {
        let work = folder(&emulator);
        adopt(&emulator, work.path(), &["--style", style]);
        assert!(!text(work.path()).contains("9100"), "{}", text(work.path()));
        takes_in(&emulator, &work, 1);
    }
}

#[test]
fn rules_that_a_state_manages_are_neither_declared_nor_revoked() {
    let emulator = Emulator::start();
    let web = create(&emulator, REGION, "web");
    for port in ["80", "9100"] {
        open(&emulator, REGION, &web, port);
    }
    attach(&emulator, &web);
    let group = emulator.group(REGION, "web");
    let mut rules = group["ingress"].as_array().expect("rules").iter();
    let metrics = rules.find(|rule| rule.to_string().contains("9100"));
    let id = metrics.expect("the rule")["id"].as_str().expect("an id");
    let state = json!({ "version": 4, "resources": [{
        "mode": "managed", "type": "aws_vpc_security_group_ingress_rule", "name": "metrics",
        "instances": [{ "attributes": { "id": id, "security_group_id": web } }],
    }] });
    let elsewhere = tempfile::tempdir().expect("a folder");
    let path = elsewhere.path().join("terraform.tfstate");
    fs::write(&path, state.to_string()).expect("written");
    for style in STYLES {
        let work = folder(&emulator);
        adopt(
            &emulator,
            work.path(),
            &["--style", style, "--state", &path.to_string_lossy()],
        );
        assert!(!text(work.path()).contains("9100"), "{}", text(work.path()));
        takes_in(&emulator, &work, 2);
    }
}

#[test]
fn what_is_asked_for_and_is_not_there_is_said() {
    let emulator = Emulator::start();
    let folder = tempfile::tempdir().expect("a folder");
    let out = folder.path().join("out");
    let out_text = out.to_string_lossy();
    let ran = run(&mut curated(
        &emulator,
        &["adopt", "nobody", "--out", &out_text],
    ));
    assert_eq!(ran.code, Some(2), "{}", ran.stderr);
    assert!(
        ran.stderr.contains("There is no group \"nobody\"\n"),
        "{}",
        ran.stderr
    );
    assert_eq!(ran.stdout, "");
    assert!(!out.exists(), "nothing is written");
    // So it is with whatever else selects nothing.
    create(&emulator, REGION, "web");
    for (arguments, said) in [
        (
            &["--tag", "team=web"][..],
            "There is no group with the tag \"team=web\"",
        ),
        (&["--vpc", "main"], "There is no VPC \"main\""),
        (
            &["nobody", "--tag", "team"],
            "There is no group \"nobody\", and no group with the tag",
        ),
    ] {
        let mut command = curated(&emulator, &["adopt", "--out", &out_text]);
        let ran = run(command.args(arguments));
        assert_eq!(ran.code, Some(2), "{}", ran.stderr);
        assert!(ran.stderr.contains(said), "{}", ran.stderr);
        assert!(!out.exists(), "{arguments:?}");
    }
    // EC2 refuses what is needed: nothing is written.
    emulator.config(&json!({ "faults": [{
        "action": "DescribeSecurityGroupRules", "do": "error", "code": "UnauthorizedOperation",
    }] }));
    let again = folder.path().join("again");
    let ran = run(&mut curated(
        &emulator,
        &["adopt", "--out", &again.to_string_lossy()],
    ));
    assert_eq!(ran.code, Some(3), "{}", ran.stderr);
    assert!(
        ran.stderr.contains("ec2:DescribeSecurityGroupRules"),
        "{}",
        ran.stderr
    );
    assert!(!again.exists());
}

#[test]
fn a_run_that_was_killed_between_two_files_is_repaired_by_the_next() {
    let emulator = Emulator::start();
    let web = create(&emulator, REGION, "web");
    attach(&emulator, &web);
    let work = folder(&emulator);
    adopt(&emulator, work.path(), &[]);
    let before = files(work.path());
    let db = create(&emulator, REGION, "db");
    attach(&emulator, &db);
    // The VPC has another name by now, so that its file has one too.
    let vpc = emulator.group(REGION, "web")["vpc_id"].clone();
    tag(
        &emulator,
        REGION,
        vpc.as_str().expect("an id"),
        "Name",
        "main",
    );
    adopt(&emulator, work.path(), &[]);
    let after = files(work.path());
    let written: Vec<&String> = after.iter().map(|(name, _)| name).collect();
    assert!(written.contains(&&"vpc-main.tf".to_owned()), "{written:?}");
    // In whatever place of the order it was killed: files of both runs, and one that was staged.
    for count in 0..=after.len() {
        for (name, _) in &after {
            fs::remove_file(work.path().join(name)).expect("removed");
        }
        let begun = ["terraform.tf", "imports.tf", "vpc-main.tf", "left-out.txt"];
        for (name, text) in &before {
            fs::write(work.path().join(name), text).expect("written");
        }
        for (name, text) in &after {
            if begun.iter().take(count).any(|begun| begun == name) {
                fs::write(work.path().join(name), text).expect("written");
            }
        }
        let staged = work.path().join(".curated-a1b2c3");
        fs::write(&staged, &after[0].1).expect("written");
        adopt(&emulator, work.path(), &[]);
        assert_eq!(files(work.path()), after, "after {count} files");
        assert!(!staged.exists());
    }
    takes_in(&emulator, &work, 2);
}
