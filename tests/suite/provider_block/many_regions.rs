//! One module in three regions by one apply, as the examples say: by provider aliases, and by
//! `for_each` with each resource's own region.

use std::collections::BTreeSet;
use std::ops::Deref;

use serde_json::Value as Json;

use crate::examples;
use crate::support::held::names;

const REGIONS: [&str; 3] = ["eu-west-1", "us-east-1", "ap-southeast-2"];
const NAMES: [&str; 3] = ["web-app", "web-database", "web-load-balancer"];

/// One of the example's configurations.
struct Stage(examples::Stage);

impl Deref for Stage {
    type Target = examples::Stage;

    fn deref(&self) -> &examples::Stage {
        &self.0
    }
}

impl Stage {
    fn new(root: &str) -> Self {
        let stage = examples::Stage::new(&format!("many-regions/{root}"));
        Self(stage.expect("it needs no other provider"))
    }

    fn names(&self, region: &str) -> Vec<String> {
        names(&self.emulator, region)
    }

    fn ids(&self) -> Json {
        let shown = self.succeed(&["output", "-json", "security_group_ids"]);
        serde_json::from_str(&shown.stdout).expect("an output is JSON")
    }

    /// Every region has the module's groups, none is another region's, and nothing is left to do.
    #[track_caller]
    fn assert_made(&self) {
        let outputs = self.ids();
        let mut ids = BTreeSet::new();
        for region in REGIONS {
            assert_eq!(self.names(region), NAMES, "{region}");
            let id = |name: &str| self.emulator.group(region, name)["id"].clone();
            for (name, caller) in [
                ("web-app", "web-load-balancer"),
                ("web-database", "web-app"),
            ] {
                let rules = self.emulator.group(region, name)["ingress"].to_string();
                let caller = id(caller).to_string();
                assert!(rules.contains(&caller), "{region}: {name}: {rules}");
            }
            let tier = |name: &str| name.trim_start_matches("web-").replace('-', "_");
            for name in NAMES {
                assert_eq!(outputs[region][tier(name)], id(name), "{region}: {name}");
                ids.insert(id(name).to_string());
                let tags = &self.emulator.group(region, name)["tags"];
                assert_eq!(tags["service"], "web", "{region}: {name}: {tags}");
            }
        }
        assert_eq!(ids.len(), REGIONS.len() * NAMES.len(), "{ids:?}");
        // Its exit code would be 2 if there were anything to do.
        self.succeed(&["plan", "-no-color", "-detailed-exitcode"]);
    }

    /// The configuration is valid, and one apply makes its groups in every region.
    #[track_caller]
    fn assert_applies_to_nine_groups(&self) {
        self.succeed(&["validate", "-no-color"]);
        let applied = self.succeed(&["apply", "-no-color", "-auto-approve"]);
        let said = applied.text();
        assert!(said.contains("Resources: 9 added"), "{said}");
        self.assert_made();
    }

    #[track_caller]
    fn assert_empties_with_one_destroy(&self) {
        let said = self
            .succeed(&["destroy", "-no-color", "-auto-approve"])
            .text();
        assert!(said.contains("Destroy complete!"), "{said}");
        for region in REGIONS {
            assert_eq!(self.names(region), [""; 0], "{region}");
        }
    }
}

#[test]
fn a_module_called_with_a_provider_for_each_region_makes_its_groups_in_all_of_them() {
    let stage = Stage::new("aliases");
    stage.assert_applies_to_nine_groups();
    for (region, data) in REGIONS.iter().zip(["eu", "us", "ap"]) {
        let tags = &stage.emulator.group(region, "web-app")["tags"];
        assert_eq!(tags["data"], data, "{region}: {tags}");
    }
    stage.assert_empties_with_one_destroy();
}

#[test]
fn a_module_for_each_region_of_a_list_makes_its_groups_in_all_of_them() {
    let stage = Stage::new("for-each");
    stage.assert_applies_to_nine_groups();

    // A region that is taken off the list, and put on again.
    let two = "-var=regions=[\"eu-west-1\", \"us-east-1\"]";
    let said = stage
        .succeed(&["apply", "-no-color", "-auto-approve", two])
        .text();
    assert!(said.contains("0 added, 0 changed, 3 destroyed"), "{said}");
    assert_eq!(stage.names("ap-southeast-2"), [""; 0]);
    assert_eq!(stage.names("us-east-1"), NAMES);
    stage.succeed(&["apply", "-no-color", "-auto-approve"]);
    stage.assert_made();
    stage.assert_empties_with_one_destroy();
}
