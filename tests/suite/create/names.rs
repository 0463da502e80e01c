//! Names that are made up once and then stay, and the prefix that one was made from.

use serde_json::{Value as Json, json};

use crate::support::emulator::element;
use crate::support::said::assert_says;
use crate::support::stage::{REGION, Stage, WEB};

fn prefixed(prefix: &str) -> String {
    format!("resource \"curated_security_group\" \"web\" {{\n  name_prefix = \"{prefix}\"\n}}\n")
}

#[test]
fn a_name_is_made_from_its_prefix_and_stays_while_it_begins_so() {
    let stage = Stage::new(&prefixed("web-"));
    assert_says(&stage.settle(), &["+ name = (known after apply)"]);
    let made = stage.work.attributes(WEB);
    let name = made["name"].as_str().unwrap_or_default().to_owned();
    assert!(name.starts_with("web-"), "{name}");
    assert_eq!(name.len(), "web-".len() + 26);
    assert_eq!(stage.id(&name), made["id"]);

    for prefix in ["we", "web-1", "web-"] {
        if !name.starts_with(prefix) {
            continue;
        }
        stage.write(&prefixed(prefix));
        stage.settle_without_a_write();
        let now = stage.work.attributes(WEB);
        assert_eq!((&now["id"], &now["name"]), (&made["id"], &made["name"]));
        assert_eq!(now["name_prefix"], prefix);
    }

    stage.write(&prefixed("app-"));
    let plan = stage.work.plan().text;
    assert_says(&plan, &["\"web-\" -> \"app-\" # forces replacement"]);
    stage.settle();
    let now = stage.work.attributes(WEB);
    assert_ne!(now["id"], made["id"]);
    assert!(now["name"].as_str().is_some_and(|n| n.starts_with("app-")));
    assert!(stage.emulator.group(REGION, &name).is_null());
}

#[test]
fn a_made_up_name_can_be_written_down_and_a_written_one_be_prefixed() {
    let stage = Stage::new(&prefixed("web-"));
    stage.settle();
    let made = stage.work.attributes(WEB);
    let name = made["name"].as_str().unwrap_or_default();

    let named =
        format!("resource \"curated_security_group\" \"web\" {{\n  name = \"{name}\"\n}}\n");
    stage.write(&named);
    stage.settle_without_a_write();
    // As in the AWS provider, it is what the name was made from.
    assert_eq!(stage.work.attributes(WEB)["name_prefix"], "web-");
    stage.write(&prefixed("web-"));
    stage.settle_without_a_write();
    assert_eq!(stage.work.attributes(WEB)["id"], made["id"]);
}

const NAMELESS: &str =
    "resource \"curated_security_group\" \"web\" {\n  description = \"No name\"\n}\n";

/// What a plan says of the group's attribute, and whether it knows it.
fn planned(stage: &Stage, name: &str) -> (Json, Json) {
    let change = stage.work.plan_json()["resource_changes"][0]["change"].clone();
    (
        change["after"][name].clone(),
        change["after_unknown"][name].clone(),
    )
}

#[test]
fn a_group_that_nothing_names_is_called_terraform_and_26_characters() {
    let stage = Stage::new(NAMELESS);
    for name in ["name", "name_prefix"] {
        assert_eq!(planned(&stage, name), (Json::Null, json!(true)), "{name}");
    }
    stage.settle();
    let made = stage.work.attributes(WEB);
    let name = made["name"].as_str().unwrap_or_default().to_owned();
    let suffix = name.strip_prefix("terraform-").unwrap_or_default();
    assert_eq!(suffix.len(), 26, "{name}");
    assert!(suffix.bytes().all(|b| b.is_ascii_hexdigit()), "{name}");
    assert_eq!(made["name_prefix"], "terraform-");
    assert_eq!(stage.id(&name), made["id"]);

    // It keeps the name when something else changes, and when the prefix is written down.
    let tagged = NAMELESS.replace("}\n", "  tags = { team = \"web\" }\n}\n");
    stage.write(&tagged);
    stage.settle();
    stage.write(&tagged.replace("  tags", "  name_prefix = \"terraform-\"\n  tags"));
    stage.settle_without_a_write();
    let now = stage.work.attributes(WEB);
    assert_eq!((&now["id"], &now["name"]), (&made["id"], &made["name"]));
}

#[test]
fn a_name_that_only_begins_with_terraform_was_made_from_no_prefix() {
    let named = "resource \"curated_security_group\" \"web\" {\n  name = \"terraform-web\"\n}\n";
    let stage = Stage::new(named);
    assert_eq!(planned(&stage, "name_prefix"), (Json::Null, Json::Null));
    stage.settle();
    assert!(stage.work.attributes(WEB)["name_prefix"].is_null());
    import(&stage, "terraform-web");
    assert!(stage.work.attributes(WEB)["name_prefix"].is_null());
    stage.assert_settled();
}

#[test]
fn another_name_takes_the_prefix_of_the_former_one_away() {
    let stage = Stage::new(&prefixed("web-"));
    stage.settle();
    stage.write("resource \"curated_security_group\" \"web\" {\n  name = \"web\"\n}\n");
    stage.settle();
    let now = stage.work.attributes(WEB);
    assert_eq!(
        (&now["name"], &now["name_prefix"]),
        (&json!("web"), &Json::Null)
    );
}

#[test]
fn a_group_that_a_prefix_named_is_imported_into_it_without_a_change() {
    for (name, block) in [
        ("pre-20261125000000000000000001", "name_prefix = \"pre-\""),
        ("pre-2026112509300012340000000a", "name_prefix = \"pre-\""),
        (
            "pre-20261125000000000000000001",
            "name = \"pre-20261125000000000000000001\"",
        ),
        (
            "terraform-20261125000000000000000001",
            "description = \"Managed by Terraform\"",
        ),
        (
            "terraform-20261125000000000000000001",
            "name_prefix = \"terraform-\"",
        ),
    ] {
        let stage = Stage::new("");
        let group = [
            ("GroupName", name),
            ("GroupDescription", "Managed by Terraform"),
        ];
        let made = stage.emulator.call(REGION, "CreateSecurityGroup", &group);
        let id = element(&made, "groupId").to_owned();
        stage.write(&format!(
            r#"
resource "curated_security_group" "web" {{
  {block}
  egress {{
    service     = "all"
    cidr_blocks = ["0.0.0.0/0"]
  }}
}}
import {{
  to = {WEB}
  id = "{id}"
}}
"#
        ));
        let plan = stage.work.plan().text;
        let nothing = "1 to import, 0 to add, 0 to change, 0 to destroy";
        assert_says(&plan, &[nothing]);
        stage.settle_without_a_write();
        let prefix = name.split_inclusive('-').next();
        assert_eq!(stage.work.attributes(WEB)["name_prefix"], json!(prefix));
    }
}

#[test]
fn a_group_of_ones_own_comes_back_by_an_import_as_it_was() {
    for config in [
        prefixed("web-"),
        prefixed("ab1-"),
        prefixed("terraform-test"),
        NAMELESS.to_owned(),
    ] {
        let stage = Stage::new(&config);
        stage.settle();
        let made = stage.work.attributes(WEB);
        import(&stage, made["name"].as_str().unwrap_or_default());
        // An import can't tell yet whether the configuration leaves the group's rules to others.
        let mut imported = stage.work.attributes(WEB);
        imported["exclusive"] = made["exclusive"].clone();
        assert_eq!(imported, made);
        stage.assert_settled();
    }
}

#[test]
fn a_generated_configuration_of_a_prefixed_group_plans_clean() {
    let stage = Stage::new("");
    let group = [
        ("GroupName", "pre-20261125000000000000000001"),
        ("GroupDescription", "by hand"),
    ];
    let made = stage.emulator.call(REGION, "CreateSecurityGroup", &group);
    let id = element(&made, "groupId").to_owned();
    stage.write(&format!("import {{\n  to = {WEB}\n  id = \"{id}\"\n}}\n"));
    let said = stage
        .work
        .run(&["plan", "-no-color", "-generate-config-out=web.tf"]);
    assert_says(&said.text(), &["1 to import, 0 to add, 0 to change"]);
    stage.settle_without_a_write();
}

/// Forgets the group, and imports the one of this name.
fn import(stage: &Stage, name: &str) {
    let id = stage.id(name);
    let forgotten = stage.work.run(&["state", "rm", WEB]);
    assert_eq!(forgotten.code, 0, "{forgotten}");
    stage.work.import(WEB, &id);
}
