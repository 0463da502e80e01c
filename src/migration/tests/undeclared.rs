//! Tests of rules that only a state has: `ignore_changes` keeps them.

use super::*;

/// The file `main.tf` after its migration, with a state in which groups have rules of these
/// directions.
fn after(text: &str, states: &[(&str, [bool; 2])]) -> (String, Vec<String>) {
    let sources = [("main.tf", text), ("m/main.tf", MODULE)].map(|(path, text)| Source {
        path: path.to_owned(),
        text: text.to_owned(),
        links: Vec::new(),
    });
    let states: Vec<GroupInState> = states
        .iter()
        .map(|(address, has_rules)| GroupInState {
            root: None,
            address: (*address).to_owned(),
            has_rules: *has_rules,
        })
        .collect();
    let migration = migrate(&sources, Options::default(), &states);
    let mut changes = migration.changes.into_iter();
    let change = changes.find(|change| change.path == "main.tf");
    (
        change.map(|change| change.after).unwrap_or_default(),
        lines(&migration.notes),
    )
}

const MODULE: &str =
    "resource \"aws_security_group\" \"a\" {\n  count = 2\n  ingress {\n    self = true\n  }\n}\n";

fn group(body: &str) -> String {
    format!(
        "resource \"aws_security_group\" \"a\" {{\n  ingress {{\n    self = true\n  }}\n{body}}}\n"
    )
}

#[test]
fn a_direction_that_only_the_state_knows_is_ignored_whatever_lifecycle_there_is() {
    let added = "    ignore_changes = [egress]\n";
    for (body, expected) in [
        ("", format!("\n  lifecycle {{\n{added}  }}\n")),
        (
            "  lifecycle {\n  }\n",
            format!("  lifecycle {{\n{added}  }}\n"),
        ),
        (
            "  lifecycle { prevent_destroy = true }\n",
            format!("  lifecycle {{\n{added}    prevent_destroy = true\n  }}\n"),
        ),
        (
            "  lifecycle {\n    ignore_changes = []\n  }\n",
            format!("  lifecycle {{\n{added}  }}\n"),
        ),
        (
            "  lifecycle {\n    ignore_changes = [tags, name]\n  }\n",
            "  lifecycle {\n    ignore_changes = [egress, tags, name]\n  }\n".to_owned(),
        ),
        (
            "  lifecycle {\n    ignore_changes = [\n      tags,\n    ]\n  }\n",
            "  lifecycle {\n    ignore_changes = [egress,\n      tags,\n    ]\n  }\n".to_owned(),
        ),
    ] {
        for ends in ["\n", "\r\n"] {
            let text = group(body).replace('\n', ends);
            let (text, said) = after(&text, &[("aws_security_group.a", [true, true])]);
            let expected = group(&expected)
                .replace("aws_", "curated_")
                .replace('\n', ends);
            assert_eq!(text, expected);
            assert_eq!(said.len(), 1, "{said:?}");
            assert!(said[0].contains("curated_security_group.a has rules of egress in its state"));
        }
    }
}

#[test]
fn what_is_declared_or_ignored_or_left_to_others_stays_as_it_is() {
    let state = [("aws_security_group.a", [true, true])];
    for text in [
        group("  egress {\n    self = true\n  }\n"),
        group("  dynamic \"egress\" {\n    for_each = []\n    content {}\n  }\n"),
        group("  egress = var.x\n").replace("  egress", "  #"),
        group("  lifecycle {\n    ignore_changes = all\n  }\n"),
        group("  lifecycle {\n    ignore_changes = [egress]\n  }\n"),
        "resource \"aws_security_group\" \"a\" {\n}\n".to_owned(),
    ] {
        let is_declared = !text.contains("  # = var.x");
        let (after, _) = after(&text, &state);
        assert_eq!(
            after == text.replace("aws_", "curated_"),
            is_declared,
            "{text}"
        );
    }
    // A group without such rules isn't changed either.
    let (text, said) = after(&group(""), &[("aws_security_group.a", [true, false])]);
    assert_eq!(text, group("").replace("aws_", "curated_"));
    assert_eq!(said, [""; 0]);
}

#[test]
fn groups_of_modules_are_found_by_their_address() {
    let main = "module \"x\" {\n  source   = \"./m\"\n  for_each = { \"a.b\" = 1 }\n}\nresource \
                \"aws_default_security_group\" \"d\" {\n  vpc_id = var.vpc\n}\n";
    let (text, said) = after(
        main,
        &[
            ("module.x[\"a.b\"].aws_security_group.a[1]", [true, true]),
            ("module.y.aws_security_group.a", [true, true]),
            ("aws_default_security_group.d", [true, true]),
        ],
    );
    assert!(
        text.contains("    ignore_changes = [egress, ingress]\n"),
        "{text}"
    );
    let places: Vec<&str> = said
        .iter()
        .filter_map(|line| line.split(": ").next())
        .collect();
    assert_eq!(places, ["m/main.tf:1", "main.tf:5"]);
}

#[test]
fn rules_that_resources_have_are_not_taken_for_undeclared_ones() {
    let rule = "resource \"aws_vpc_security_group_egress_rule\" \"r\" {\n  security_group_id = \
                aws_security_group.a.id\n}\n";
    let source = Source {
        path: "main.tf".to_owned(),
        text: format!("{}{rule}", group("")),
        links: Vec::new(),
    };
    let state = GroupInState {
        root: Some(String::new()),
        address: "aws_security_group.a".to_owned(),
        has_rules: [true, true],
    };
    let options = Options {
        tags_rules: true,
        ..Options::default()
    };
    let migration = migrate(std::slice::from_ref(&source), options, &[state]);
    let mut changes = migration.changes.iter();
    let change = changes.find(|change| change.path == "main.tf");
    let after = &change.expect("it changes").after;
    assert_eq!(*after, source.text.replace("aws_", "curated_"));
}
