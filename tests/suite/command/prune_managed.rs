//! `curated prune` where Terraform manages groups: what it plans without their states, and that each
//! command that it names has the options that it was called with.

use serde_json::Value as Json;

use super::prune::read;
use super::scene::{let_in, tag, tag_rules};
use super::{REGION, Ran, create, curated, run};
use crate::support::emulator::{Emulator, element};

const NO_STATE: &str =
    "warning: No --state was given, so groups that Terraform or OpenTofu manages";

fn described(emulator: &Emulator, name: &str, description: &str) -> String {
    let parameters = [("GroupName", name), ("GroupDescription", description)];
    let reply = emulator.call(REGION, "CreateSecurityGroup", &parameters);
    element(&reply, "groupId").to_owned()
}

fn prune(emulator: &Emulator, folder: &tempfile::TempDir, arguments: &[&str]) -> Ran {
    let mut command = curated(emulator, &["prune"]);
    command.args(arguments).current_dir(folder.path());
    run(&mut command)
}

fn why(plan: &Json, id: &str) -> String {
    let kept = plan["kept"].as_array().expect("a list").iter();
    let mut kept = kept.filter(|group| group["id"] == id);
    let group = kept
        .next()
        .unwrap_or_else(|| panic!("{id} isn't kept: {plan:#}"));
    format!("{}: {}", group["why"], group["reason"])
}

#[test]
fn without_a_state_a_managed_collection_was_planned_for_deletion_without_a_word() {
    let emulator = Emulator::start();
    let folder = tempfile::tempdir().expect("a folder");
    let described = described(&emulator, "web", "Managed by Terraform");
    let tagged = create(&emulator, REGION, "tagged");
    tag(&emulator, REGION, &tagged, "ManagedBy", "terraform");
    let [owned, named, free] = ["owned", "named", "free"].map(|it| create(&emulator, REGION, it));
    let_in(&emulator, &owned, &named, "5432");
    tag_rules(&emulator, &owned, "curated:owner", "sgrules-1");
    emulator.reset_counts();

    let ran = prune(&emulator, &folder, &["--min-age", "0"]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert!(ran.stderr.contains(NO_STATE), "{}", ran.stderr);
    assert!(
        ran.stderr.contains("add --state state.json"),
        "{}",
        ran.stderr
    );
    assert_eq!(emulator.counts()["DescribeSecurityGroupRules"], 1);
    let plan = read(&folder.path().join("prune-plan.json"));
    let warning = plan["warnings"][0].as_str().expect("a warning");
    assert!(warning.starts_with("No --state was given"), "{warning}");
    assert_eq!(plan["deletions"].as_array().expect("a list").len(), 1);
    assert_eq!(plan["deletions"][0]["group"]["id"], free.as_str());
    for (id, said) in [
        (&described, "\"looks-managed\": \"Its description is"),
        (&tagged, "\"looks-managed\": \"Its tag ManagedBy is"),
        (
            &owned,
            "\"looks-managed\": \"A rule of it has the tag curated:owner = ",
        ),
        (&named, "\"held\""),
    ] {
        assert!(why(&plan, id).contains(said), "{}", why(&plan, id));
    }
    let marked = prune(&emulator, &folder, &["--mark"]);
    assert!(marked.stderr.contains(NO_STATE), "{}", marked.stderr);

    // The plan says it again where it is carried out without a state.
    let apply = prune(&emulator, &folder, &["--apply", "prune-plan.json"]);
    assert_eq!(apply.code, Some(0), "{}", apply.stderr);
    assert!(apply.stderr.contains(NO_STATE), "{}", apply.stderr);
}

#[test]
fn with_a_state_that_lacks_it_a_group_of_terraform_goes_and_its_sign_is_told() {
    let emulator = Emulator::start();
    let folder = tempfile::tempdir().expect("a folder");
    let id = described(&emulator, "web", "Managed by Terraform");
    let state = r#"{"version": 4, "terraform_version": "1.9.0", "serial": 1, "lineage": "x",
        "outputs": {}, "resources": []}"#;
    std::fs::write(folder.path().join("my state.json"), state).expect("written");
    let given = [
        "--min-age",
        "0",
        "--state",
        "my state.json",
        "--region",
        REGION,
    ];
    let ran = prune(&emulator, &folder, &given);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert!(!ran.stderr.contains("warning"), "{}", ran.stderr);
    let plan = read(&folder.path().join("prune-plan.json"));
    assert_eq!(plan["deletions"][0]["group"]["id"], id.as_str());
    assert!(plan["warnings"].is_null(), "{plan}");
    let reason = plan["deletions"][0]["reason"].as_str().expect("a reason");
    assert!(
        reason.ends_with(
            "Its description is \"Managed by Terraform\", but none of the given states has it."
        ),
        "{reason}"
    );
    // The command that follows looks with the same state, at the same place.
    let next = format!(
        "To carry it out: curated prune --state 'my state.json' --region {REGION} --apply \
         prune-plan.json\n"
    );
    assert!(ran.stdout.contains(&next), "{}", ran.stdout);
    let apply = [
        "--apply",
        "prune-plan.json",
        "--state",
        "my state.json",
        "--region",
        REGION,
    ];
    let ran = prune(&emulator, &folder, &apply);
    let next = format!("`curated restore --region {REGION} prune-plan.backup.json`");
    assert!(ran.stdout.contains(&next), "{}", ran.stdout);
}
