//! The `import` blocks that the reference shows, run as they are but for the ids: every form of them
//! takes over what is there without a change.

use std::collections::BTreeSet;
use std::fs;

use serde_json::Value as Json;

use super::{REGION, folder, set_up};
use crate::support::emulator::Emulator;
use crate::support::terraform::{Terraform, WorkDir};

const ELSEWHERE: &str = "us-east-1";
/// The ids that the pages show.
const GROUP: &str = "sg-0123456789abcdef0";
const VPC: &str = "vpc-0123456789abcdef0";
const RULES: [&str; 2] = ["sgr-0123456789abcdef0", "sgr-0123456789abcdef1"];
/// The owner of rules that the pages show.
const OWNER: &str = "sgrules-0123456789abcdef";

const REQUIRED: &str = "\
terraform {
  required_providers {
    curated = { source = \"curated/curated\" }
  }
}
";

/// Adds or takes away a rule by hand, with this owner's tag.
fn call(
    emulator: &Emulator,
    region: &str,
    action: &str,
    group: &str,
    rule: [&str; 3],
    owner: &str,
) {
    let [protocol, port, cidr] = rule;
    let mut parameters = vec![
        ("GroupId", group),
        ("IpPermissions.1.IpProtocol", protocol),
        ("IpPermissions.1.IpRanges.1.CidrIp", cidr),
    ];
    if !port.is_empty() {
        parameters.push(("IpPermissions.1.FromPort", port));
        parameters.push(("IpPermissions.1.ToPort", port));
    }
    if !owner.is_empty() {
        parameters.extend([
            ("TagSpecification.1.ResourceType", "security-group-rule"),
            ("TagSpecification.1.Tag.1.Key", "curated:owner"),
            ("TagSpecification.1.Tag.1.Value", owner),
        ]);
    }
    emulator.call(region, action, &parameters);
}

/// Makes what a block is about, and puts its ids in the place of those that the page shows.
fn filled(emulator: &Emulator, type_name: &str, block: &str) -> String {
    let region = if block.contains(ELSEWHERE) {
        ELSEWHERE
    } else {
        REGION
    };
    let vpc = emulator.default_vpc(region);
    let group = if type_name == "curated_default_security_group" {
        emulator.id(region, "default")
    } else {
        emulator.create_group(region, "launch-wizard-7")
    };
    let is_of_presets = block.contains("#preset") || type_name.ends_with("_rules");
    let owner = if block.contains(OWNER) { OWNER } else { "" };
    let mut rules = Vec::new();
    if is_of_presets {
        let all = ["-1", "", "0.0.0.0/0"];
        call(
            emulator,
            region,
            "RevokeSecurityGroupEgress",
            &group,
            all,
            "",
        );
        rules.push(["tcp", "80", "0.0.0.0/0"]);
    }
    if type_name.ends_with("_rules") {
        rules.push(["tcp", "443", "0.0.0.0/0"]);
    } else if type_name.ends_with("_rule") {
        rules.extend(["10.0.0.0/8", "192.168.0.0/16"].map(|cidr| ["tcp", "443", cidr]));
    }
    for rule in rules {
        let action = "AuthorizeSecurityGroupIngress";
        call(emulator, region, action, &group, rule, owner);
    }
    let held = emulator.groups(region);
    let held = held.as_array().expect("a list of groups").iter();
    let held = held.filter(|held| held["id"] == *group);
    let direction = if type_name.ends_with("_egress_rule") {
        "egress"
    } else {
        "ingress"
    };
    let rules = held.flat_map(|held| held[direction].as_array().into_iter().flatten());
    let rules = rules.filter_map(|rule| rule["id"].as_str());
    let block = block.replace(GROUP, &group).replace(VPC, &vpc);
    let shown = RULES.iter().zip(rules);
    shown.fold(block, |block, (shown, id)| block.replace(shown, id))
}

/// Plans the import of what a block names, without a change. Where it is the first of its file, it is
/// applied too, and EC2 notices nothing.
fn assert_imports(terraform: &Terraform, type_name: &str, block: &str, is_first: bool) {
    let emulator = Emulator::start();
    let mut work: WorkDir = terraform.work_dir("");
    set_up(&mut work, &emulator);
    let block = filled(&emulator, type_name, block);
    work.write("main.tf", &format!("{REQUIRED}{block}"));
    emulator.reset_counts();
    let generated = work.run(&["plan", "-no-color", "-generate-config-out=generated.tf"]);
    let wanted = "Plan: 1 to import, 0 to add, 0 to change, 0 to destroy.";
    assert!(generated.text().contains(wanted), "{block}: {generated}");
    if !is_first {
        return;
    }
    work.apply();
    assert!(!work.plan().changes, "{block}");
    assert_eq!(emulator.writes(), [] as [Json; 0], "{block}");
}

/// The examples of resources, each with the folder's path.
fn types() -> Vec<(String, std::path::PathBuf)> {
    let types = fs::read_dir(folder().join("resources")).expect("examples of resources");
    let types = types.map(|entry| entry.expect("it is readable").path());
    let name = |path: &std::path::Path| {
        let name = path.file_name().expect("a folder has a name");
        name.to_string_lossy().into_owned()
    };
    types.map(|path| (name(&path), path)).collect()
}

fn read(folder: &std::path::Path, name: &str) -> String {
    let path = folder.join(name);
    fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

#[test]
fn import_blocks_of_the_reference_take_over_what_is_there_without_a_change() {
    let terraform = Terraform::with_identities();
    for (type_name, folder) in types() {
        for file in ["import-by-string.tf", "import-by-identity.tf"] {
            let text = read(&folder, file);
            for (number, block) in text.split_inclusive("\n}\n").enumerate() {
                assert_imports(&terraform, &type_name, block, number == 0);
            }
        }
    }
}

/// Hosts that generate configuration by themselves know the provider's schema alone.
#[test]
fn import_blocks_of_groups_take_them_over_in_every_host() {
    let type_name = "curated_security_group";
    let folder = folder().join("resources").join(type_name);
    for terraform in Terraform::find_all() {
        let text = read(&folder, "import-by-string.tf");
        for (number, block) in text.split_inclusive("\n}\n").enumerate() {
            assert_imports(&terraform, type_name, block, number == 0);
        }
    }
}

/// A form that only one of the two files shows is missing in the other, and a file that a page doesn't
/// show is read by nobody.
#[test]
fn the_page_of_every_type_shows_each_form_of_its_ids_as_block_and_as_command() {
    let pages = folder().join("../docs/resources");
    let types = types();
    for (type_name, folder) in &types {
        let text = read(folder, "import-by-string.tf");
        let blocks = text.lines().filter_map(|line| {
            let value = line.trim().strip_prefix("id = ")?;
            Some(value.trim_matches('"').to_owned())
        });
        let script = read(folder, "import.sh");
        let commands = script.lines().filter_map(|line| {
            let words = line.strip_prefix("terraform import ")?;
            Some(words.split_once(' ')?.1.trim_matches('\'').to_owned())
        });
        let (blocks, commands): (BTreeSet<_>, BTreeSet<_>) = (blocks.collect(), commands.collect());
        assert_eq!(blocks, commands, "{}", folder.display());
        assert!(blocks.len() >= 2, "{blocks:?}");
        let identity = read(folder, "import-by-identity.tf");
        assert!(identity.contains("  identity = {"));
        let page = type_name.replacen("curated_", "", 1) + ".md";
        let page = read(&pages, &page);
        for shown in [text, script, identity] {
            assert!(page.contains(shown.trim()), "{type_name} lacks:\n{shown}");
        }
    }
    assert!(types.len() >= 6, "{types:?}");
}
