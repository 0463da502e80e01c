//! The examples that take over what exists do what they say.

use std::fs;
use std::path::Path;

use super::{REGION, Stage, assert_says, default_vpc, id, moving};
use crate::support::bench::Bench;
use crate::support::terraform::{Terraform, WorkDir};

/// The text of an example's only file.
fn example(name: &str) -> String {
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    let path = examples.join(name).join("main.tf");
    fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// As on a machine that is set up for AWS, only that AWS is the bench.
pub(crate) fn set_up(work: &mut WorkDir, bench: &Bench) {
    for (name, value) in [
        ("AWS_ACCESS_KEY_ID", "test"),
        ("AWS_SECRET_ACCESS_KEY", "test"),
        ("AWS_ENDPOINT_URL", bench.endpoint()),
        ("AWS_REGION", REGION),
        ("AWS_EC2_METADATA_DISABLED", "true"),
    ] {
        work.env(name, value);
    }
}

#[test]
fn the_import_example_takes_over_what_the_console_made() {
    let mut stage = Stage::new("");
    set_up(&mut stage.work, &stage.bench);
    for (name, port) in [("launch-wizard-7", "22"), ("web", "443")] {
        let group = [("GroupName", name), ("GroupDescription", "by hand")];
        stage.bench.call(REGION, "CreateSecurityGroup", &group);
        stage.by_hand(super::AUTHORIZE, name, port, "0.0.0.0/0", "");
    }
    stage.work.write("main.tf", &example("import"));
    stage
        .work
        .env("TF_VAR_vpc_id", &default_vpc(&stage.bench, REGION));
    stage.work.env("TF_VAR_web_id", &stage.id("web"));
    let said = stage.settle_without_a_write();
    assert_says(&said, &["2 imported, 0 added"]);
    assert!(stage.bench.group(REGION, "launch-wizard-7").is_object());
}

#[test]
fn the_moving_example_moves_without_a_change() {
    let Some(aws) = moving::aws_provider_or_skip("examples/moving-from-aws") else {
        return;
    };
    let bench = Bench::start();
    let after = example("moving-from-aws");
    // As it was before the move.
    let before = after.split("moved {").next().unwrap_or_default();
    let before = before.replace("curated_security_group", "aws_security_group");
    assert!(after.contains("moved {") && before.contains("resource \"aws_security_group\""));
    let mut work = moving::work_dir(&Terraform::find(), &aws, &before);
    set_up(&mut work, &bench);
    work.apply();
    let (web, app) = (id(&bench, "web"), id(&bench, "app"));

    work.write("main.tf", &after);
    bench.reset_counts();
    let said = work.apply();
    assert_says(
        &said,
        &["Apply complete! Resources: 0 added, 0 changed, 0 destroyed."],
    );
    let again = work.plan();
    assert!(!again.changes, "{}", again.text);
    let counts = bench.counts();
    assert!(
        counts
            .keys()
            .all(|a| !a.contains("SecurityGroup") || a.starts_with("Describe")),
        "{counts:?}"
    );
    assert_eq!((id(&bench, "web"), id(&bench, "app")), (web, app));
}
