//! What can't be deleted, and what can once others have let go.

use crate::support::said::assert_says;
use crate::support::stage::{REGION, Stage, WEB};

#[test]
fn a_vpcs_default_group_is_neither_imported_nor_deleted() {
    let stage =
        Stage::new("resource \"curated_security_group\" \"web\" {\n  name = \"default\"\n}\n");
    let refused = stage.work.try_validate().failure();
    assert_says(&refused, &["\"default\" is reserved"]);

    // Nor imported: it needs a resource of its own.
    stage.write("resource \"curated_security_group\" \"web\" {\n  preset = \"http\"\n}\n");
    let id = stage.id("default");
    let vpc = stage.emulator.default_vpc(REGION);
    for import in [id.clone(), format!("default@{vpc}")] {
        let refused = stage.work.try_import(WEB, &import).failure();
        let is_default = format!("{id} is the default group of {vpc}");
        assert_says(&refused, &[&is_default, "curated_default_security_group"]);
    }

    // A state of old may hold it.
    stage.work.apply();
    let other = stage.id("http");
    let state = std::fs::read_to_string(stage.work.path().join("terraform.tfstate"));
    let state = state.expect("there is a state").replace(&other, &id);
    stage.work.write("terraform.tfstate", &state);
    let refused = stage.work.try_destroy().failure();
    assert_says(
        &refused,
        &[
            &format!("Can't delete the security group {id}"),
            "This is a VPC's default group, which EC2 keeps as long as the VPC:",
            "`removed` block",
        ],
    );
    assert_eq!(stage.work.attributes(WEB)["id"], id.as_str());
}

const WEB_IS: &str = r#"
resource "curated_security_group" "web" {
  preset = "https"
}
"#;

const WEB_GOES_LAST: &str = r#"
resource "curated_security_group" "web" {
  preset = "https"
  lifecycle { create_before_destroy = true }
}
"#;

const LETS_WEB_IN: &str = r#"
  ingress {
    protocol        = "tcp"
    from_port       = 8080
    security_groups = [curated_security_group.web.id]
  }
"#;

/// Groups each of which lets the next one in.
fn chain(web: &str, into_app: &str) -> String {
    format!(
        r#"
{web}
resource "curated_security_group" "app" {{
  name = "app"
  {into_app}
}}

resource "curated_security_group" "db" {{
  name = "db"
  ingress {{
    service         = "ssh"
    self            = true
    security_groups = [curated_security_group.app.id]
  }}
  egress {{
    protocol        = "all"
    security_groups = [curated_security_group.app.id]
  }}
}}
"#
    )
}

#[test]
fn groups_that_name_one_another_go_in_order_without_a_wait() {
    let stage = Stage::new(&chain(WEB_IS, LETS_WEB_IN));
    stage.settle();
    stage.emulator.reset_counts();
    stage.work.destroy();
    assert_eq!(stage.writes(), ["DeleteSecurityGroup"; 3]);
    for name in ["https", "app", "db"] {
        assert!(stage.emulator.group(REGION, name).is_null(), "{name}");
    }
}

#[test]
fn a_group_goes_after_the_rule_that_named_it_where_its_lifecycle_says_so() {
    let stage = Stage::new(&chain(WEB_GOES_LAST, LETS_WEB_IN));
    stage.settle();
    stage.write(&chain("", ""));
    stage.emulator.reset_counts();
    stage.settle();
    let writes = ["RevokeSecurityGroupIngress", "DeleteSecurityGroup"];
    assert_eq!(stage.writes(), writes);
}

#[test]
fn a_group_that_terraform_deletes_before_the_rule_that_names_it_says_how_to_go_on() {
    let stage = Stage::new(&chain(WEB_IS, LETS_WEB_IN));
    stage.settle();
    stage.write(&chain("", ""));
    let refused = stage.work.try_apply().failure();
    assert_says(
        &refused,
        &[
            "of the security group",
            "(app)",
            "Keep the group in the configuration for one more apply",
        ],
    );
    assert!(!refused.contains("interfaces"), "{refused}");

    stage.write(&chain(WEB_IS, ""));
    stage.settle();
    stage.write(&chain("", ""));
    stage.settle();
    assert!(stage.emulator.group(REGION, "https").is_null());
}
