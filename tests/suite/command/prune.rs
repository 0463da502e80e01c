//! `curated prune` and `curated restore`: what goes, what stays, and that whatever fails or is killed,
//! nothing is lost.

use std::path::Path;

use serde_json::{Value as Json, json};

use super::prune_faults::PATIENCE;
use super::scene::{attach, held, let_in, scene, tag, tag_rules};
use super::{REGION, create, curated, run};
use crate::support::emulator::{Emulator, element};

pub(super) fn read(path: &Path) -> Json {
    let text = std::fs::read_to_string(path).expect("it was written");
    serde_json::from_str(&text).expect("JSON")
}

/// Plans all that is unused; the ids in the plan's order.
#[track_caller]
pub(super) fn plan(emulator: &Emulator, path: &Path) -> Vec<String> {
    let path_text = path.to_string_lossy();
    let ran = run(&mut curated(
        emulator,
        &["prune", "--min-age", "0", "--output", &path_text],
    ));
    assert_eq!(ran.code, Some(0), "{}{}", ran.stdout, ran.stderr);
    let plan = read(path);
    let deletions = plan["deletions"].as_array().expect("a list").iter();
    deletions
        .map(|it| it["group"]["id"].as_str().expect("an id").to_owned())
        .collect()
}

pub(super) fn apply(emulator: &Emulator, path: &Path) -> super::Ran {
    run(&mut curated(
        emulator,
        &["prune", "--apply", &path.to_string_lossy()],
    ))
}

/// What makes EC2 refuse the deletion of a group.
type Intrusion = fn(&Emulator, &str);

/// Associates a group with a new VPC.
fn associate(emulator: &Emulator, id: &str, block: &str) {
    let vpc = emulator.call(REGION, "CreateVpc", &[("CidrBlock", block)]);
    let parameters = [("GroupId", id), ("VpcId", element(&vpc, "vpcId"))];
    emulator.call(REGION, "AssociateSecurityGroupVpc", &parameters);
}

#[test]
fn what_is_unused_goes_by_the_plan_and_comes_back_from_the_backup() {
    let emulator = Emulator::start();
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("plan.json");
    let [one, two, user, ..] = scene(&emulator);
    tag(&emulator, REGION, &one, "team", "web");
    // All rules but one, which goes without.
    tag_rules(&emulator, &one, "team", "web");
    tag_rules(&emulator, &two, "owner", "elsewhere");
    let before = held(&emulator);
    emulator.reset_counts();
    let planned = plan(&emulator, &path);
    assert_eq!(planned[0], user);
    assert_eq!(planned.len(), 3);
    let writes = emulator.counts().into_keys().filter(|action| {
        !["Describe", "Get"]
            .iter()
            .any(|read| action.starts_with(read))
    });
    assert_eq!(writes.collect::<Vec<_>>(), [""; 0]);

    let ran = apply(&emulator, &path);
    assert_eq!(ran.code, Some(0), "{}{}", ran.stdout, ran.stderr);
    let names: Vec<String> = held(&emulator)
        .iter()
        .map(|g| g["name"].to_string())
        .collect();
    assert_eq!(names, ["\"live\"", "\"named\""]);
    // The cheaper half of the cycle was opened: one rule.
    assert_eq!(emulator.counts()["RevokeSecurityGroupIngress"], 1);
    assert!(!emulator.counts().contains_key("RevokeSecurityGroupEgress"));

    // Again: nothing is left to do, and nothing is said to be done.
    let again = apply(&emulator, &path);
    assert_eq!(again.code, Some(0), "{}", again.stderr);
    let said = "Deleted 0 groups; 3 groups were gone already; 0 groups left as they are.";
    assert!(again.stdout.contains(said), "{}", again.stdout);
    for id in &planned {
        let said = format!("was deleted already  {id}");
        assert!(again.stderr.contains(&said), "{}", again.stderr);
    }

    let backup = folder.path().join("plan.backup.json");
    let ran = run(&mut curated(
        &emulator,
        &["restore", &backup.to_string_lossy()],
    ));
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    for id in [&one, &two, &user] {
        assert!(ran.stdout.contains(id.as_str()), "the map: {}", ran.stdout);
    }
    assert_eq!(held(&emulator), before);
    let ran = run(&mut curated(
        &emulator,
        &["restore", &backup.to_string_lossy()],
    ));
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert_eq!(held(&emulator), before, "nothing is made twice");
}

#[test]
fn what_changed_since_the_plan_is_left_and_the_rest_goes_on() {
    let emulator = Emulator::start();
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("plan.json");
    let ids = [
        "attached",
        "changed",
        "tagged",
        "held",
        "rule-tagged",
        "associated",
        "free",
    ]
    .map(|name| create(&emulator, REGION, name));
    let [
        attached,
        changed,
        tagged,
        held_one,
        rule_tagged,
        associated,
        free,
    ] = &ids;
    assert_eq!(plan(&emulator, &path).len(), 7);
    attach(&emulator, attached);
    let_in(&emulator, changed, held_one, "1");
    tag(&emulator, REGION, tagged, "a", "b");
    tag_rules(&emulator, rule_tagged, "a", "b");
    associate(&emulator, associated, "10.8.0.0/16");

    let ran = apply(&emulator, &path);
    assert_eq!(ran.code, Some(4), "{}{}", ran.stdout, ran.stderr);
    for (id, why) in [
        (attached, "eni-"),
        (changed, "its rules"),
        (tagged, "its tags"),
        (held_one, changed.as_str()),
        (rule_tagged, "the tags of its rules"),
        (associated, "vpc-"),
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
    assert_eq!(held(&emulator).len(), 6);
}

#[test]
fn what_ec2_refuses_is_said_with_who_holds_it_and_the_rest_goes() {
    let intrusions: [(Intrusion, &str); 3] = [
        (
            |emulator, id| attach(emulator, id),
            "network interface eni-",
        ),
        (
            |emulator, id| {
                let_in(
                    emulator,
                    emulator.group(REGION, "live")["id"]
                        .as_str()
                        .expect("an id"),
                    id,
                    "7",
                )
            },
            "rule \"ingress tcp/7 from sg-",
        ),
        (
            |emulator, id| associate(emulator, id, "10.7.0.0/16"),
            "association with the VPC vpc-",
        ),
    ];
    for (intrude, said) in intrusions {
        let emulator = Emulator::start();
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("plan.json");
        let live = create(&emulator, REGION, "live");
        attach(&emulator, &live);
        for name in ["one", "two"] {
            create(&emulator, REGION, name);
        }
        let planned = plan(&emulator, &path);
        assert_eq!(planned.len(), 2);
        // It comes when everything was looked at, and the deletion is on its way.
        emulator.config(&json!({ "faults": [
            { "action": "DeleteSecurityGroup", "do": "hold", "times": 1 }
        ] }));
        let ran = std::thread::scope(|threads| {
            let running = threads.spawn(|| apply(&emulator, &path));
            emulator.wait_for_held(PATIENCE);
            intrude(&emulator, &planned[0]);
            emulator.release(true);
            running.join().expect("it ends")
        });
        assert_eq!(ran.code, Some(4), "{said}: {}{}", ran.stdout, ran.stderr);
        let mut lines = ran.stderr.lines();
        let line = lines.find(|line| line.contains(&format!("left  {}", planned[0])));
        let line = line.unwrap_or_else(|| panic!("{said}: {}", ran.stderr));
        assert!(line.contains("DependencyViolation"), "{line}");
        assert!(line.contains(&format!("It is held by {said}")), "{line}");
        assert!(ran.stderr.contains(&format!("deleted  {}", planned[1])));
        assert_eq!(held(&emulator).len(), 2, "{said}");
    }
}

#[test]
fn who_holds_a_group_is_said_to_be_unknown_where_ec2_does_not_tell() {
    let emulator = Emulator::start();
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("plan.json");
    create(&emulator, REGION, "one");
    plan(&emulator, &path);
    emulator.config(&json!({ "faults": [
        { "action": "DeleteSecurityGroup", "do": "error", "code": "DependencyViolation",
          "message": "resource has a dependent object", "times": 9 },
        // The look at everything asks as well.
        { "action": "DescribeSecurityGroupVpcAssociations", "do": "error",
          "code": "UnauthorizedOperation", "times": 9, "skip": 1 },
    ] }));
    let ran = apply(&emulator, &path);
    assert_eq!(ran.code, Some(4), "{}", ran.stderr);
    let said = "EC2 refused DescribeSecurityGroupVpcAssociations";
    assert!(ran.stderr.contains(said), "{}", ran.stderr);
    // The backup has it, though it stays.
    assert!(folder.path().join("plan.backup.json").exists());
}

#[test]
fn without_the_tags_of_rules_nothing_is_planned() {
    let emulator = Emulator::start();
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("plan.json");
    create(&emulator, REGION, "one");
    emulator.config(&json!({ "faults": [
        { "action": "DescribeSecurityGroupRules", "do": "error", "code": "UnauthorizedOperation" },
    ] }));
    let output = path.to_string_lossy();
    let ran = run(&mut curated(
        &emulator,
        &["prune", "--min-age", "0", "--output", &output],
    ));
    assert_eq!(ran.code, Some(3), "{}", ran.stderr);
    assert!(
        ran.stderr.contains("ec2:DescribeSecurityGroupRules"),
        "{}",
        ran.stderr
    );
    assert!(!path.exists());
}

#[test]
fn a_group_that_is_associated_with_another_vpc_is_kept() {
    let emulator = Emulator::start();
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("plan.json");
    let id = create(&emulator, REGION, "shared");
    associate(&emulator, &id, "10.8.0.0/16");
    assert_eq!(plan(&emulator, &path), [""; 0]);
    assert_eq!(read(&path)["kept"][0]["why"], "dormant");
}

#[test]
fn a_group_that_is_attached_in_the_last_moment_keeps_what_names_it() {
    let emulator = Emulator::start();
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("plan.json");
    let [one, two] = ["one", "two"].map(|name| create(&emulator, REGION, name));
    let_in(&emulator, &one, &two, "1");
    let_in(&emulator, &two, &one, "2");
    let before = held(&emulator);
    let planned = plan(&emulator, &path);
    // EC2 refuses the first deletion, as if an interface had come between.
    emulator.config(&json!({ "faults": [{
        "action": "DeleteSecurityGroup", "do": "error", "code": "DependencyViolation",
        "message": "resource has a dependent object", "times": 9,
    }] }));
    let ran = apply(&emulator, &path);
    emulator.config(&json!({ "faults": [] }));
    assert_eq!(ran.code, Some(4), "{}{}", ran.stdout, ran.stderr);
    assert!(
        ran.stderr.contains(&format!("left  {}", planned[0])),
        "{}",
        ran.stderr
    );
    assert_eq!(held(&emulator), before, "the revoked rule is back");
    // The reason is gone: the same plan goes on.
    let ran = apply(&emulator, &path);
    assert_eq!(ran.code, Some(0), "{}{}", ran.stdout, ran.stderr);
    assert_eq!(held(&emulator), [json!(null); 0]);
}

#[test]
fn a_mark_says_since_when_and_comes_off_what_is_in_use() {
    let emulator = Emulator::start();
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("plan.json");
    let id = create(&emulator, REGION, "old");
    let path_text = path.to_string_lossy().into_owned();
    let young = run(&mut curated(&emulator, &["prune", "--output", &path_text]));
    assert!(
        young
            .stdout
            .contains("It isn't known since when it is unused. Run `curated prune --mark`"),
        "{}",
        young.stdout
    );
    assert_eq!(read(&path)["deletions"], json!([]));

    let ran = run(&mut curated(&emulator, &["prune", "--mark"]));
    assert_eq!(
        (ran.code, ran.stdout.contains("Marked 1 group")),
        (Some(0), true),
        "{}",
        ran.stdout
    );
    let later = |arguments: &[&str]| {
        let mut command = curated(&emulator, arguments);
        // 31 days after the tests' time.
        command.env(
            "SOURCE_DATE_EPOCH",
            (1_764_460_800 + 31 * 86_400).to_string(),
        );
        run(&mut command)
    };
    later(&["prune", "--output", &path_text]);
    assert_eq!(read(&path)["deletions"][0]["group"]["id"], id.as_str());
    attach(&emulator, &id);
    let ran = later(&["prune", "--mark"]);
    assert!(
        ran.stdout.contains("off 1 group"),
        "{}{}",
        ran.stdout,
        ran.stderr
    );
    assert_eq!(emulator.group(REGION, "old")["tags"], json!({}));
}

#[test]
fn a_plan_that_is_not_one_is_refused_before_anything_is_asked() {
    let emulator = Emulator::start();
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("plan.json");
    create(&emulator, REGION, "old");
    plan(&emulator, &path);
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
    ] {
        std::fs::write(&path, text).expect("written");
        let ran = apply(&emulator, &path);
        assert_eq!(ran.code, Some(2), "{said}: {}", ran.stderr);
        assert!(ran.stderr.contains(said), "{said}: {}", ran.stderr);
    }
    // Another account: it differs from the plan.
    let text = whole.replace("123456789012", "210987654321");
    std::fs::write(&path, text).expect("written");
    let ran = apply(&emulator, &path);
    assert_eq!(ran.code, Some(4), "{}", ran.stderr);
    assert!(ran.stderr.contains("210987654321"), "{}", ran.stderr);
    assert_eq!(held(&emulator).len(), 1);
}
