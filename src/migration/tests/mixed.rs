//! Tests of groups with rules in blocks and in resources: they are found through all references,
//! and aren't renamed.

use super::*;

const INSIDE: &str = "  ingress {\n  }\n";

/// Asserts that a group and its rule stay as they are, and returns the notes.
fn stays(files: &[(&str, &str)]) -> Vec<String> {
    let (after, notes) = settled(files);
    for (path, text) in files {
        assert_eq!(after[*path], *text);
    }
    lines(&notes)
}

fn rule(more: &str) -> String {
    format!(
        "resource \"aws_security_group_rule\" \"r\" {{\n  type = \"ingress\"\n  security_group_id = {more}\n}}\n"
    )
}

#[test]
fn a_group_with_rules_inside_and_outside_stays_whole() {
    let rule = rule("aws_security_group.a.id");
    let mixed = [
        INSIDE,
        "  dynamic \"egress\" {\n    for_each = []\n    content {}\n  }\n",
    ];
    for inside in mixed {
        let text = format!("{rule}resource \"aws_security_group\" \"a\" {{\n{inside}}}\n");
        let said = stays(&[("main.tf", &text)]);
        assert_eq!(
            said[0],
            "main.tf:1: aws_security_group_rule.r stays as it is: its group aws_security_group.a \
             (main.tf:5) has its rules in blocks of its own, and stays."
        );
        assert!(
            said[1].contains("rules in resources: aws_security_group_rule.r (main.tf:1)."),
            "{said:?}"
        );
        assert!(said[1].contains("add --tag-rules."), "{said:?}");
    }
    // The rules of a group that declares none are left to others.
    let text = format!("{rule}resource \"aws_security_group\" \"a\" {{\n}}\n");
    let (after, notes) = settled(&[("main.tf", &text)]);
    assert_eq!(after["main.tf"], text.replace("aws_", "curated_"));
    assert_eq!(lines(&notes), [""; 0]);
}

#[test]
fn rules_that_are_tagged_may_stand_beside_blocks() {
    let text = format!(
        "{}resource \"aws_security_group\" \"a\" {{\n{INSIDE}}}\n",
        rule("aws_security_group.a.id")
    );
    let source = Source {
        path: "main.tf".to_owned(),
        text: text.clone(),
        links: Vec::new(),
    };
    let migration = migrate(
        &[source],
        Options {
            tags_rules: true,
            ..Options::default()
        },
        &[],
    );
    let change = migration.changes.iter().find(|c| c.path == "main.tf");
    assert_eq!(
        change.map(|change| change.after.clone()),
        Some(text.replace("aws_", "curated_"))
    );
}

#[test]
fn a_groups_id_is_followed_through_names_modules_and_for_each() {
    let group = format!(
        "resource \"aws_security_group\" \"a\" {{\n{INSIDE}}}\noutput \"id\" {{\n  value = \
         aws_security_group.a.id\n}}\n"
    );
    let call = "module \"m\" {\n  source = \"./m\"\n}\n";
    let through_local = format!("locals {{\n  id = aws_security_group.a.id\n}}\n{group}");
    let looped = "resource \"aws_security_group_rule\" \"r\" {\n  for_each = { x = module.m.id }\n  \
                  security_group_id = each.value\n}\n";
    let rules = rule("local.id");
    let of_module = rule("module.m.id");
    let of_variable = rule("var.group");
    let given = "module \"rules\" {\n  source = \"./rules\"\n  for_each = toset([module.m.id])\n  group = each.key\n}\n";
    let circle =
        "locals {\n  id = coalesce(local.other, aws_security_group.a.id)\n  other = local.id\n}\n";
    let cases: [&[(&str, &str)]; 5] = [
        &[("main.tf", &through_local), ("rules.tf", &rules)],
        &[
            ("main.tf", call),
            ("m/main.tf", &group),
            ("rules.tf", &of_module),
        ],
        &[
            ("main.tf", call),
            ("m/main.tf", &group),
            ("rules.tf", looped),
        ],
        &[
            ("main.tf", call),
            ("m/main.tf", &group),
            ("rules.tf", given),
            ("rules/main.tf", &of_variable),
        ],
        &[("main.tf", &group), ("l.tf", circle), ("rules.tf", &rules)],
    ];
    for files in cases {
        let said = stays(files);
        let is_said = said.iter().any(|line| line.contains("add --tag-rules."));
        assert!(is_said, "{files:?}: {said:?}");
    }
}

#[test]
fn a_group_that_ignores_changes_of_its_rules_moves() {
    let cases = [
        ("[ingress]", true),
        ("[\"ingress\", tags]", true),
        ("all", true),
        ("[egress]", false),
        ("[ingress[0]]", false),
    ];
    for (ignored, moves) in cases {
        let text = format!(
            "{}resource \"aws_security_group\" \"a\" {{\n{INSIDE}  lifecycle {{\n    ignore_changes = \
             {ignored}\n  }}\n}}\n",
            rule("aws_security_group.a.id")
        );
        let (after, _) = settled(&[("main.tf", &text)]);
        let expected = if moves {
            text.replace("aws_", "curated_")
        } else {
            text
        };
        assert_eq!(after["main.tf"], expected, "{ignored}");
    }
}

#[test]
fn a_default_group_with_rules_in_resources_stays_however_they_name_it() {
    let group = "resource \"aws_default_security_group\" \"d\" {\n  vpc_id = aws_vpc.a.id\n}\nresource \
                 \"aws_default_security_group\" \"e\" {\n  vpc_id = aws_vpc.b.id\n}\n";
    for named in [
        "aws_default_security_group.d.id",
        "aws_vpc.a.default_security_group_id",
    ] {
        let text = format!("{group}{}", rule(named));
        let (after, notes) = settled(&[("main.tf", &text)]);
        // The default group of the other VPC is renamed.
        let expected = text.replace(
            "\"aws_default_security_group\" \"e\"",
            "\"curated_default_security_group\" \"e\"",
        );
        assert_eq!(after["main.tf"], expected, "{named}");
        let said = lines(&notes);
        assert!(
            said[0].contains("a default group has just the rules in blocks of its own here"),
            "{said:?}"
        );
        assert!(
            said[1].contains("aws_default_security_group.d (main.tf:1)"),
            "{said:?}"
        );
    }
    // With a variable, the group may be of either VPC.
    let group = group
        .replace("aws_vpc.a.id", "var.vpc")
        .replace("aws_vpc.b.id", "var.vpc");
    let text = format!("{group}{}", rule("aws_vpc.a.default_security_group_id"));
    assert_eq!(stays(&[("main.tf", &text)]).len(), 3);
}

#[test]
fn an_id_that_no_name_begins_was_a_panic() {
    let group = |vpc: &str| {
        format!("resource \"aws_default_security_group\" \"d\" {{\n  vpc_id = {vpc}\n}}\n")
    };
    let of_vpc = rule("aws_vpc.a.default_security_group_id");
    for vpc in ["jsondecode(\"{}\").vpc_id", "(\"x\").y"] {
        let text = format!("{}{of_vpc}", group(vpc));
        assert_eq!(stays(&[("main.tf", &text)]).len(), 2, "{vpc}");
    }
    let of_nothing = rule("default_security_group_id[0]");
    settled(&[("main.tf", &format!("{}{of_nothing}", group("aws_vpc.a.id")))]);
}
