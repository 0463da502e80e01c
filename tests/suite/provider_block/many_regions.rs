//! One module in three regions by one apply, as the examples say: by provider aliases, and by
//! `for_each` with each resource's own region.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use serde_json::Value as Json;

use crate::examples;
use crate::support::bench::Bench;
use crate::support::terraform::{Outcome, Terraform, WorkDir};

const REGIONS: [&str; 3] = ["eu-west-1", "us-east-1", "ap-southeast-2"];
const NAMES: [&str; 3] = ["web-app", "web-database", "web-load-balancer"];

/// A copy of the example, and an EC2 for it.
struct Stage {
    bench: Bench,
    work: WorkDir,
    /// The configuration that is run.
    root: &'static str,
}

impl Stage {
    fn new(root: &'static str) -> Self {
        let (bench, mut work) = (Bench::start(), Terraform::find().work_dir(""));
        examples::set_up(&mut work, &bench);
        let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/many-regions");
        copy(&example, work.path());
        Self { bench, work, root }
    }

    #[track_caller]
    fn run(&self, arguments: &[&str]) -> Outcome {
        let root = format!("-chdir={}", self.root);
        let all: Vec<&str> = std::iter::once(root.as_str())
            .chain(arguments.iter().copied())
            .collect();
        let outcome = self.work.run(&all);
        assert_eq!(outcome.code, 0, "{outcome}");
        outcome
    }

    /// The names of a region's groups, but for the one that every VPC has.
    fn names(&self, region: &str) -> Vec<String> {
        let groups = self.bench.groups(region);
        let names = groups.as_array().into_iter().flatten();
        let names = names.filter_map(|group| group["name"].as_str());
        let mut names: Vec<String> = names
            .filter(|name| *name != "default")
            .map(str::to_owned)
            .collect();
        names.sort();
        names
    }

    fn ids(&self) -> Json {
        let shown = self.run(&["output", "-json", "security_group_ids"]);
        serde_json::from_str(&shown.stdout).expect("an output is JSON")
    }

    /// Every region has the module's groups, none is another region's, and nothing is left to do.
    #[track_caller]
    fn assert_made(&self) {
        let outputs = self.ids();
        let mut ids = BTreeSet::new();
        for region in REGIONS {
            assert_eq!(self.names(region), NAMES, "{region}");
            let id = |name: &str| self.bench.group(region, name)["id"].clone();
            for (name, caller) in [
                ("web-app", "web-load-balancer"),
                ("web-database", "web-app"),
            ] {
                let rules = self.bench.group(region, name)["ingress"].to_string();
                let caller = id(caller).to_string();
                assert!(rules.contains(&caller), "{region}: {name}: {rules}");
            }
            let tier = |name: &str| name.trim_start_matches("web-").replace('-', "_");
            for name in NAMES {
                assert_eq!(outputs[region][tier(name)], id(name), "{region}: {name}");
                ids.insert(id(name).to_string());
                let tags = &self.bench.group(region, name)["tags"];
                assert_eq!(tags["service"], "web", "{region}: {name}: {tags}");
            }
        }
        assert_eq!(ids.len(), REGIONS.len() * NAMES.len(), "{ids:?}");
        // Its exit code would be 2 if there were anything to do.
        self.run(&["plan", "-no-color", "-detailed-exitcode"]);
    }

    #[track_caller]
    fn assert_empties_with_one_destroy(&self) {
        let said = self.run(&["destroy", "-no-color", "-auto-approve"]).text();
        assert!(said.contains("Destroy complete!"), "{said}");
        for region in REGIONS {
            assert!(self.names(region).is_empty(), "{region}");
        }
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("the directory is ours");
    for entry in fs::read_dir(from).expect("the example is there") {
        let path = entry.expect("an entry").path();
        let target = to.join(path.file_name().expect("entries have names"));
        if path.is_dir() {
            copy(&path, &target);
        } else {
            fs::copy(&path, &target).expect("the directory is ours");
        }
    }
}

#[test]
fn a_module_called_with_a_provider_for_each_region_makes_its_groups_in_all_of_them() {
    let stage = Stage::new("aliases");
    stage.run(&["get"]);
    stage.run(&["validate", "-no-color"]);
    let said = stage.run(&["apply", "-no-color", "-auto-approve"]).text();
    assert!(said.contains("Resources: 9 added"), "{said}");
    stage.assert_made();
    for (region, data) in REGIONS.iter().zip(["eu", "us", "ap"]) {
        let tags = &stage.bench.group(region, "web-app")["tags"];
        assert_eq!(tags["data"], data, "{region}: {tags}");
    }
    stage.assert_empties_with_one_destroy();
}

#[test]
fn a_module_for_each_region_of_a_list_makes_its_groups_in_all_of_them() {
    let stage = Stage::new("for-each");
    stage.run(&["get"]);
    stage.run(&["validate", "-no-color"]);
    let said = stage.run(&["apply", "-no-color", "-auto-approve"]).text();
    assert!(said.contains("Resources: 9 added"), "{said}");
    stage.assert_made();

    // A region that is taken off the list, and put on again.
    let two = "-var=regions=[\"eu-west-1\", \"us-east-1\"]";
    let said = stage
        .run(&["apply", "-no-color", "-auto-approve", two])
        .text();
    assert!(said.contains("0 added, 0 changed, 3 destroyed"), "{said}");
    assert!(stage.names("ap-southeast-2").is_empty());
    assert_eq!(stage.names("us-east-1"), NAMES);
    stage.run(&["apply", "-no-color", "-auto-approve"]);
    stage.assert_made();
    stage.assert_empties_with_one_destroy();
}

#[test]
fn the_examples_of_many_regions_are_formatted() {
    let stage = Stage::new("for-each");
    for folder in ["aliases", "for-each", "modules/web"] {
        let checked = stage.work.run(&["fmt", "-check", "-diff", folder]);
        assert_eq!(checked.code, 0, "{checked}");
    }
}
