//! Groups that exist are found by what the AWS provider's data sources and queries take.

use serde_json::{Value as Json, json};

use crate::data_sources::groups::{query, with_queries};
use crate::support::emulator::{ACCOUNT, element};
use crate::support::said::skipped;
use crate::support::stage::{REGION, Stage};

/// Three groups of one tag, and one without.
const GROUPS: &str = r#"
resource "curated_security_group" "team" {
  count = 3
  name  = "team-${count.index}"
  tags  = { team = "web" }
}
resource "curated_security_group" "other" {
  name = "other"
  tags = { only = "this" }
}
"#;

#[test]
fn groups_are_found_by_tags_and_by_filters() {
    let stage = Stage::new(GROUPS);
    stage.work.apply();
    stage.write(&format!(
        "{GROUPS}{}",
        r#"
data "curated_security_group" "by_tag" {
  tags = { only = "this" }
}
data "curated_security_group" "by_filter" {
  filter {
    name   = "group-name"
    values = ["other"]
  }
}
data "curated_security_groups" "by_tag" {
  tags = { team = "web" }
}
data "curated_security_groups" "by_filters" {
  filter {
    name   = "vpc-id"
    values = [curated_security_group.other.vpc_id]
  }
  filter {
    name   = "group-name"
    values = ["other"]
  }
}
data "curated_security_groups" "none" {
  tags = { team = "nobody" }
}
output "one" {
  value = distinct([
    data.curated_security_group.by_tag.id,
    data.curated_security_group.by_filter.id,
    one(data.curated_security_groups.by_filters.ids),
  ])
}
output "one_as_made" {
  value = [for name in ["arn", "description", "name", "tags", "vpc_id"] :
    jsonencode(data.curated_security_group.by_tag[name]) == jsonencode(curated_security_group.other[name])]
}
output "by_tag" {
  value = sort(data.curated_security_groups.by_tag.ids) == sort(curated_security_group.team[*].id)
}
output "none" {
  value = data.curated_security_groups.none.ids
}
"#
    ));
    stage.work.apply();
    let state = stage.work.state();
    let output = |name: &str| state["values"]["outputs"][name]["value"].clone();
    let other = stage.work.attributes("curated_security_group.other");
    assert_eq!(output("one"), json!([other["id"]]));
    assert_eq!(output("one_as_made"), json!([true, true, true, true, true]));
    assert_eq!(output("by_tag"), true);
    assert_eq!(output("none"), json!([]));
    assert!(!stage.work.plan().changes);
}

#[test]
fn the_tags_of_a_group_that_is_looked_at_are_those_that_are_not_ignored() {
    const LOOK: &str = "data \"curated_security_group\" \"web\" {\n  id = \
                        curated_security_group.web.id\n}\n";
    let defaults = "  default_tags {\n    tags = { zone = \"b\" }\n  }\n";
    let ignored = |key: &str| format!("{defaults}  ignore_tags {{\n    keys = [\"{key}\"]\n  }}\n");
    for (provider, tags, expected) in [
        ("", "", json!({})),
        ("", "tags = {}", json!({})),
        ("", "tags = { team = \"web\" }", json!({"team": "web"})),
        (
            defaults,
            "tags = { team = \"web\" }",
            json!({"team": "web", "zone": "b"}),
        ),
        (
            &*ignored("zone"),
            "tags = { team = \"web\" }",
            json!({"team": "web"}),
        ),
        (
            &*ignored("team"),
            "tags = { team = \"web\" }",
            json!({"zone": "b"}),
        ),
    ] {
        let stage = Stage::with_provider(
            provider,
            &format!(
                "resource \"curated_security_group\" \"web\" {{\n  name = \"web\"\n  {tags}\n}}\n{LOOK}"
            ),
        );
        stage.settle();
        let found = stage.work.attributes("data.curated_security_group.web");
        assert_eq!(found["tags"], expected, "{provider}{tags}");
        if provider.contains("ignore_tags") {
            let held = stage.emulator.group(REGION, "web")["tags"].clone();
            assert_eq!(held, json!({"team": "web", "zone": "b"}));
        }
    }
}

#[test]
fn groups_are_listed_with_their_identities_by_id_and_by_vpc() {
    let Some(terraform) = with_queries().into_iter().next() else {
        return skipped("no host here has queries");
    };
    let stage = Stage::under(&terraform, "");
    let make = |name: &str, vpc: &str| {
        let about = [
            ("GroupName", name),
            ("GroupDescription", "x"),
            ("VpcId", vpc),
        ];
        let made = stage.emulator.call(REGION, "CreateSecurityGroup", &about);
        element(&made, "groupId").to_owned()
    };
    let vpc = [("CidrBlock", "10.9.0.0/16")];
    let made = stage.emulator.call(REGION, "CreateVpc", &vpc);
    let elsewhere = element(&made, "vpcId").to_owned();
    let here = stage.emulator.default_vpc(REGION);
    let mut ours = vec![make("one", &elsewhere), make("two", &elsewhere)];
    let other = make("other", &here);
    ours.sort();
    let by_ids = format!(
        "filter {{\n      name = \"group-id\"\n      values = {}\n    }}",
        json!(ours)
    );
    let mut all = ours.clone();
    all.push(other);
    all.sort();
    for (config, expected) in [
        (by_ids, &ours),
        (format!("vpc_id = \"{elsewhere}\""), &ours),
        (String::new(), &all),
    ] {
        stage.work.write(
            "groups.tfquery.hcl",
            &format!("list \"curated_security_group\" \"x\" {{\n  provider = curated\n  config {{\n    {config}\n  }}\n}}\n"),
        );
        let said = query(&stage.work, &["-json"]).stdout;
        let events = said
            .lines()
            .filter_map(|line| serde_json::from_str::<Json>(line).ok());
        let found = events.filter(|event| event["type"] == "list_resource_found");
        let mut identities: Vec<Json> = found
            .map(|event| event["list_resource_found"]["identity"].clone())
            .collect();
        identities.sort_by_key(|identity| identity["id"].to_string());
        let expected = expected
            .iter()
            .map(|id| json!({"id": id, "region": REGION, "account_id": ACCOUNT}));
        assert_eq!(identities, expected.collect::<Vec<_>>(), "{config}");
    }
}
