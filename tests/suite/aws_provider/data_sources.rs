//! Groups that exist are found by what the AWS provider's data sources take.

use serde_json::json;

use super::Stage;

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
