//! Tags of rules as the AWS provider's tests have them: each expectation is held against a rule of
//! either direction at once.

use serde_json::{Map, Value as Json, json};

use crate::support::said::assert_says;
use crate::support::stage::{REGION, Stage};

const DIRECTIONS: [&str; 2] = ["ingress", "egress"];

fn address(direction: &str) -> String {
    format!("curated_vpc_security_group_{direction}_rule.web")
}

/// Rules of a group that nobody declares.
struct Scene {
    stage: Stage,
    group: String,
}

impl Scene {
    fn new() -> Self {
        let stage = Stage::new("");
        let group = stage.emulator.create_group(REGION, "shared");
        Self { stage, group }
    }

    /// A rule of each direction with these tags, lines of the provider block, and more resources.
    fn write(&mut self, provider: &str, tags: &str, more: &str) {
        provider.clone_into(&mut self.stage.provider);
        let group = &self.group;
        let rules = DIRECTIONS.map(|direction| {
            format!(
                "resource \"curated_vpc_security_group_{direction}_rule\" \"web\" {{\n  \
                 security_group_id = \"{group}\"\n  ip_protocol = \"tcp\"\n  from_port = 80\n  \
                 to_port = 80\n  cidr_ipv4 = \"10.0.0.0/8\"\n{tags}}}\n"
            )
        });
        self.stage.write(&(rules.concat() + more));
    }

    /// Applies, and proves that nothing is left to do. `added` and `changed` count rules.
    #[track_caller]
    fn settle(&self, added: usize, changed: usize) {
        let said = self.stage.work.apply();
        let counts = format!("{added} added, {changed} changed, 0 destroyed");
        assert!(said.contains(&counts), "{counts}: {said}");
        self.stage.assert_settled();
    }

    /// `tags_all` of both rules, and what EC2 holds of them beside whose they are.
    #[track_caller]
    fn assert_tags(&self, all: &Json, held: &Json) {
        let group = self.stage.emulator.group(REGION, "shared");
        for direction in DIRECTIONS {
            let state = self.stage.work.attributes(&address(direction));
            assert_eq!(&state["tags_all"], all, "{direction}: tags_all");
            let rules = group[direction].as_array().expect("a list of rules");
            let rule = rules.iter().find(|rule| rule["from_port"] == 80);
            let mut tags = rule.expect("the rule is there")["tags"].clone();
            let tags = tags.as_object_mut().map(|tags: &mut Map<String, Json>| {
                tags.remove("curated:owner").expect("it says whose it is");
                Json::from(tags.clone())
            });
            assert_eq!(tags.as_ref(), Some(held), "{direction}: EC2");
        }
    }

    /// An import gives the tags that the rules were made with, and is no change.
    #[track_caller]
    fn assert_imported(&self) {
        for direction in DIRECTIONS {
            let address = address(direction);
            let made = self.stage.work.attributes(&address);
            self.stage.run(&["state", "rm", &address]);
            let id = made["security_group_rule_id"].as_str().expect("an id");
            self.stage.work.import(&address, id);
            let imported = self.stage.work.attributes(&address);
            assert_eq!(imported["tags_all"], made["tags_all"], "{direction}");
        }
        self.stage.assert_settled();
    }
}

fn defaults(tags: &str) -> String {
    format!("  default_tags {{\n    tags = {{ {tags} }}\n  }}\n")
}

fn own(tags: &str) -> String {
    format!("  tags = {{ {tags} }}\n")
}

#[test]
fn tags_of_rules_come_change_and_go_and_may_be_empty() {
    let mut scene = Scene::new();
    for (tags, expected, added, changed) in [
        ("", json!({}), 2, 0),
        ("  tags = {}\n", json!({}), 0, 0),
        ("  tags = { unit = \"7\" }\n", json!({"unit": "7"}), 0, 2),
        (
            "  tags = { unit = \"8\", zone = \"b\" }\n",
            json!({"unit": "8", "zone": "b"}),
            0,
            2,
        ),
        (
            "  tags = { unit = \"8\", zone = \"\" }\n",
            json!({"unit": "8", "zone": ""}),
            0,
            2,
        ),
        ("  tags = { zone = \"\" }\n", json!({"zone": ""}), 0, 2),
        (
            "  tags = { zone = \"\", unit = \"\" }\n",
            json!({"zone": "", "unit": ""}),
            0,
            2,
        ),
    ] {
        scene.write("", tags, "");
        scene.settle(added, changed);
        scene.assert_tags(&expected, &expected);
    }
    scene.assert_imported();
    scene.write("", "", "");
    scene.settle(0, 2);
    scene.assert_tags(&json!({}), &json!({}));
    scene.assert_imported();
}

#[test]
fn rules_may_be_made_with_tags_empty_ones_among_them() {
    for (tags, expected) in [
        ("unit = \"7\"", json!({"unit": "7"})),
        ("unit = \"\"", json!({"unit": ""})),
    ] {
        let mut scene = Scene::new();
        scene.write("", &own(tags), "");
        scene.settle(2, 0);
        scene.assert_tags(&expected, &expected);
        scene.assert_imported();
    }
}

#[test]
fn default_tags_of_rules_change_without_and_beside_tags_of_their_own() {
    let mut scene = Scene::new();
    let mut added = 2;
    for (provider, tags, expected) in [
        (defaults("unit = \"7\""), "", json!({"unit": "7"})),
        (
            defaults("unit = \"8\", zone = \"b\""),
            "",
            json!({"unit": "8", "zone": "b"}),
        ),
        (
            defaults("zone = \"b\""),
            "own = \"1\"",
            json!({"zone": "b", "own": "1"}),
        ),
        (
            defaults("zone = \"c\""),
            "own = \"2\", more = \"3\"",
            json!({"zone": "c", "own": "2", "more": "3"}),
        ),
        // One key in both: the rule's own value counts.
        (
            defaults("zone = \"c\""),
            "zone = \"mine\"",
            json!({"zone": "mine"}),
        ),
        (
            defaults("zone = \"c\", unit = \"7\""),
            "zone = \"mine\", unit = \"own\"",
            json!({"zone": "mine", "unit": "own"}),
        ),
        // Empty values, of the default and of the rule.
        (defaults("zone = \"c\""), "zone = \"\"", json!({"zone": ""})),
        (
            defaults("unit = \"\", zone = \"c\""),
            "",
            json!({"unit": "", "zone": "c"}),
        ),
        (String::new(), "", json!({})),
    ] {
        scene.write(&provider, &own(tags), "");
        scene.settle(added, 2 - added);
        added = 0;
        scene.assert_tags(&expected, &expected);
    }
}

#[test]
fn a_tag_of_rules_that_moves_between_default_tags_and_tags_is_no_change() {
    let mut scene = Scene::new();
    let expected = json!({"unit": "7"});
    let mut added = 2;
    for (provider, tags) in [
        (String::new(), own("unit = \"7\"")),
        (defaults("unit = \"7\""), String::new()),
        (String::new(), own("unit = \"7\"")),
    ] {
        scene.write(&provider, &tags, "");
        scene.settle(added, 0);
        added = 0;
        scene.assert_tags(&expected, &expected);
        scene.assert_imported();
    }
}

/// Where the AWS provider puts an empty value on, as the guide says.
#[test]
fn a_null_tag_of_rules_is_none_and_lets_the_default_count() {
    for (provider, tags, expected) in [
        ("", "unit = null", json!({})),
        (
            &*defaults("unit = \"7\""),
            "unit = null",
            json!({"unit": "7"}),
        ),
        (
            &*defaults("unit = \"7\""),
            "own = null",
            json!({"unit": "7"}),
        ),
    ] {
        let mut scene = Scene::new();
        scene.write(provider, &own(tags), "");
        scene.settle(2, 0);
        scene.assert_tags(&expected, &expected);
        scene.assert_imported();
    }
}

#[test]
fn a_tag_of_rules_whose_value_an_apply_decides_is_put_on_by_it() {
    let decided = |input: &str| {
        format!("resource \"terraform_data\" \"owner\" {{\n  input = \"{input}\"\n}}\n")
    };
    const OUTPUT: &str = "owner = terraform_data.owner.output";
    let mut scene = Scene::new();
    // From the start, as one more tag, and in the place of another value.
    for (before, input, tags, expected) in [
        ("", "first", OUTPUT.to_owned(), json!({"owner": "first"})),
        (
            "unit = \"7\"",
            "second",
            format!("unit = \"7\", {OUTPUT}"),
            json!({"unit": "7", "owner": "second"}),
        ),
        (
            "owner = \"nobody\"",
            "third",
            OUTPUT.to_owned(),
            json!({"owner": "third"}),
        ),
    ] {
        if !before.is_empty() {
            scene.write("", &own(before), "");
            scene.stage.settle();
        }
        scene.write("", &own(&tags), &decided(input));
        for direction in DIRECTIONS {
            let planned = scene.stage.work.planned(&address(direction));
            assert_eq!(planned["after_unknown"]["tags"], json!({"owner": true}));
            assert_eq!(planned["after_unknown"]["tags_all"], true);
        }
        scene.stage.settle();
        scene.assert_tags(&expected, &expected);
    }
}

#[test]
fn an_ignored_default_tag_of_rules_is_put_on_once_and_then_never_looked_at() {
    let provider = |made: &str| {
        defaults(&format!("made = \"{made}\"")) + "  ignore_tags {\n    keys = [\"made\"]\n  }\n"
    };
    let mut scene = Scene::new();
    for (made, unit, added, changed) in [
        ("first", "1", 2, 0),
        ("second", "1", 0, 0),
        ("third", "2", 0, 2),
    ] {
        scene.write(&provider(made), &own(&format!("unit = \"{unit}\"")), "");
        scene.settle(added, changed);
        scene.assert_tags(
            &json!({"unit": unit}),
            &json!({"unit": unit, "made": "first"}),
        );
    }
}

/// Where the AWS provider plans a change for ever, as the guide says.
#[test]
fn a_tag_of_rules_that_is_ignored_is_put_on_once_warned_of_and_no_change() {
    const IGNORE: &str = "  ignore_tags {\n    keys = [\"made\"]\n  }\n";
    let mut scene = Scene::new();
    for (made, unit, added, changed) in [
        ("first", "1", 2, 0),
        ("second", "1", 0, 2),
        ("third", "2", 0, 2),
    ] {
        // Another value is a change of the state alone.
        let tags = own(&format!("made = \"{made}\", unit = \"{unit}\""));
        scene.write(IGNORE, &tags, "");
        assert_says(
            &scene.stage.work.plan().text,
            &["\"ignore_tags\" in the provider block"],
        );
        scene.settle(added, changed);
        scene.assert_tags(
            &json!({"unit": unit}),
            &json!({"unit": unit, "made": "first"}),
        );
    }
}
