//! Groups that exist already, taken into state.

use crate::support::emulator::element;
use crate::support::held::rules_in;
use crate::support::said::{assert_says, only_error};
use crate::support::stage::{REGION, Stage};

const ADDRESS: &str = "curated_security_group.web";

/// A group "web", made by hand, with ssh from two networks; EC2 adds that all may go out. The
/// calls until now don't count.
fn by_hand(body: &str) -> (Stage, String) {
    let stage = Stage::new(body);
    let group = [("GroupName", "web"), ("GroupDescription", "by hand")];
    let reply = stage.emulator.call(REGION, "CreateSecurityGroup", &group);
    let id = element(&reply, "groupId").to_owned();
    for cidr in ["10.0.0.0/8", "192.0.2.0/24"] {
        let action = "AuthorizeSecurityGroupIngress";
        stage.by_hand(action, "web", "22", cidr, "admins");
    }
    stage.emulator.reset_counts();
    (stage, id)
}

/// Has Terraform import the group of this id.
fn import_block(id: &str) -> String {
    format!("import {{\n  to = {ADDRESS}\n  id = \"{id}\"\n}}")
}

#[test]
fn import_into_a_configuration_that_describes_the_group_plans_nothing() {
    let (stage, id) = by_hand(
        r#"
resource "curated_security_group" "web" {
  name        = "web"
  description = "by hand"
  ingress {
    service     = "ssh"
    description = "admins"
    cidr_blocks = ["192.0.2.0/24", "10.0.0.0/8"]
  }
  egress {
    service     = "all"
    cidr_blocks = ["0.0.0.0/0"]
  }
}
"#,
    );
    stage.work.import(ADDRESS, &id);
    let attributes = stage.work.attributes(ADDRESS);
    assert_eq!(attributes["id"], id.as_str());
    assert_eq!(attributes["region"], REGION);
    assert_eq!(rules_in(&attributes), stage.held("web"));
    stage.assert_settled();
    stage.assert_no_writes();
}

#[test]
fn import_by_a_block_into_a_preset_changes_nothing_in_ec2() {
    let (stage, id) = by_hand("");
    stage.write(&format!(
        r#"{}
resource "curated_security_group" "web" {{
  preset = "exodus"
  ingress {{
    service     = "ssh"
    description = "admins"
    cidr_blocks = ["192.0.2.0/24", "10.0.0.0/8"]
  }}
}}
"#,
        import_block(&id)
    ));
    let said = stage.work.apply();
    assert!(said.contains("1 imported, 0 added"), "{said}");
    assert!(said.contains("0 destroyed"), "{said}");
    stage.assert_no_writes();
    let attributes = stage.work.attributes(ADDRESS);
    assert_eq!(attributes["name"], "web");
    assert_eq!(attributes["description"], "by hand");
    stage.assert_settled();
}

#[test]
fn import_of_an_id_that_is_nobodys_says_so() {
    let stage = Stage::new("resource \"curated_security_group\" \"web\" {\n  name = \"web\"\n}\n");
    let outcome = stage.work.try_import(ADDRESS, "sg-0123456789abcdef0");
    let words = ["no security group sg-0123456789abcdef0 in eu-west-1"];
    assert_says(&only_error(&outcome), &words);
    assert!(stage.work.attributes(ADDRESS).is_null());
}

#[test]
fn import_of_what_is_no_id_says_what_an_id_is() {
    let stage = Stage::new("resource \"curated_security_group\" \"web\" {\n  name = \"web\"\n}\n");
    for no_id in ["web", "sg-1234", "pl-63a5400a"] {
        let message = only_error(&stage.work.try_import(ADDRESS, no_id));
        let said = format!("\"{no_id}\" is not the id of a security group");
        assert_says(&message, &[&said, "sg-0123456789abcdef0"]);
    }
    let wrong_region = "eu-wset-1/sg-0123456789abcdef0";
    let message = only_error(&stage.work.try_import(ADDRESS, wrong_region));
    assert_says(&message, &["\"eu-wset-1\" is not", "eu-west-1"]);
    assert!(!message.contains("the id of a security group"), "{message}");
    assert_eq!(
        stage
            .emulator
            .counts_of("calls")
            .get("DescribeSecurityGroups"),
        None
    );
}

/// Terraform plans twice then, and holds the second plan, which keeps the state's own words, against
/// the first.
#[test]
fn import_of_a_group_whose_rules_are_known_at_apply_only_is_applied() {
    let blocks = [
        // Another spelling of the same.
        "ingress {\n    service     = \"ssh\"\n    description = \"admins\"\n    \
         cidr_blocks = [terraform_data.net.output, \"192.0.2.0/24\"]\n  }",
        "ingress {\n    protocol    = \"tcp\"\n    from_port   = 22\n    to_port     = 22\n    \
         description = terraform_data.text.output\n    \
         cidr_blocks = [\"10.0.0.0/8\", \"192.0.2.0/24\"]\n  }",
        "ingress {\n    service     = terraform_data.service.output\n    \
         description = \"admins\"\n    cidr_blocks = [\"10.0.0.0/8\"]\n  }\n  \
         ingress {\n    service     = \"ssh\"\n    description = \"admins\"\n    \
         cidr_blocks = [\"192.0.2.0/24\"]\n  }",
        // Another rule.
        "ingress {\n    service     = \"http\"\n    \
         cidr_blocks = [terraform_data.net.output]\n  }",
    ];
    for block in blocks {
        let (stage, id) = by_hand("");
        stage.write(&format!(
            r#"{}
resource "terraform_data" "net" {{
  input = "10.0.0.0/8"
}}
resource "terraform_data" "text" {{
  input = "admins"
}}
resource "terraform_data" "service" {{
  input = "ssh"
}}
resource "curated_security_group" "web" {{
  name        = "web"
  description = "by hand"
  {block}
}}
"#,
            import_block(&id)
        ));
        let applied = stage.work.try_apply();
        assert_eq!(applied.code, 0, "{block}: {applied}");
        stage.assert_settled();
    }
}
