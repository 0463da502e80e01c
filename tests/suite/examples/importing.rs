//! The `import` blocks that the reference shows, run as they are but for the ids: every form of them
//! takes a group over without a change.

use std::collections::BTreeSet;
use std::fs;

use super::{REGION, folder, set_up};
use crate::support::bench::{Bench, element};
use crate::support::terraform::{Terraform, WorkDir};

const ELSEWHERE: &str = "us-east-1";
/// The ids that the pages show.
const GROUP: &str = "sg-0123456789abcdef0";
const VPC: &str = "vpc-0123456789abcdef0";

const REQUIRED: &str = "\
terraform {
  required_providers {
    curated = { source = \"curated/curated\" }
  }
}
";

fn page(name: &str) -> String {
    let path = folder().join("resources/curated_security_group").join(name);
    fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

fn create(bench: &Bench, region: &str, name: &str) -> String {
    let group = [("GroupName", name), ("GroupDescription", "by hand")];
    element(
        &bench.call(region, "CreateSecurityGroup", &group),
        "groupId",
    )
    .to_owned()
}

/// Imports what the blocks of a file name, and proves that EC2 notices nothing.
fn assert_imports(terraform: &Terraform, name: &str) {
    let bench = Bench::start();
    let mut work: WorkDir = terraform.work_dir("");
    set_up(&mut work, &bench);
    let here = create(&bench, REGION, "app");
    let there = create(&bench, ELSEWHERE, "app");
    for region in [REGION, ELSEWHERE] {
        create(&bench, region, "launch-wizard-7");
    }

    let text = page(name);
    let blocks: Vec<&str> = text.split_inclusive("\n}\n").collect();
    let filled = blocks.iter().map(|block| {
        let is_elsewhere = block.contains(ELSEWHERE);
        let (group, region) = if is_elsewhere {
            (&there, ELSEWHERE)
        } else {
            (&here, REGION)
        };
        let vpc = bench.default_vpc(region);
        block.replace(GROUP, group).replace(VPC, &vpc)
    });
    let filled: String = filled.collect();
    assert_ne!(filled, text, "{name} shows no id");
    work.write("main.tf", &format!("{REQUIRED}{filled}"));

    bench.reset_counts();
    let generated = work.run(&["plan", "-no-color", "-generate-config-out=generated.tf"]);
    let count = text.matches("import {").count();
    let wanted = format!("Plan: {count} to import, 0 to add, 0 to change, 0 to destroy.");
    assert!(generated.text().contains(&wanted), "{name}: {generated}");
    work.apply();
    assert!(!work.plan().changes, "{name}");
    assert!(bench.writes().is_empty(), "{name}: {:?}", bench.writes());
}

#[test]
fn import_blocks_of_the_reference_take_groups_over_without_a_change() {
    for terraform in Terraform::find_all() {
        assert_imports(&terraform, "import-by-string.tf");
    }
    assert_imports(&Terraform::with_identities(), "import-by-identity.tf");
}

/// A form that only one of the two files shows is missing in the other, and a type that lacks a file has
/// no such form on its page.
#[test]
fn blocks_and_commands_of_every_type_show_the_same_forms_of_ids() {
    let types = fs::read_dir(folder().join("resources")).expect("examples of resources");
    let mut seen = 0;
    for entry in types {
        let folder = entry.expect("it is readable").path();
        let read = |name: &str| {
            let path = folder.join(name);
            fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
        };
        let text = read("import-by-string.tf");
        let blocks = text.lines().filter_map(|line| {
            let value = line.trim().strip_prefix("id = ")?;
            Some(value.trim_matches('"').to_owned())
        });
        let script = read("import.sh");
        let commands = script.lines().filter_map(|line| {
            let words = line.strip_prefix("terraform import ")?;
            Some(words.split_once(' ')?.1.trim_matches('\'').to_owned())
        });
        let (blocks, commands): (BTreeSet<_>, BTreeSet<_>) = (blocks.collect(), commands.collect());
        assert_eq!(blocks, commands, "{}", folder.display());
        assert!(blocks.len() >= 2, "{blocks:?}");
        assert!(read("import-by-identity.tf").contains("  identity = {"));
        seen += 1;
    }
    assert!(seen >= 6, "{seen}");
}
