//! Tests of rules in lists, which become blocks.

use super::*;

/// The file `main.tf` with a group of this body after its migration, and the notes.
fn group_after(body: &str) -> (String, Vec<String>) {
    let text = format!("resource \"aws_security_group\" \"a\" {{\n{body}}}\n");
    let (after, notes) = settled(&[("main.tf", &text)]);
    let start = "resource \"curated_security_group\" \"a\" {\n";
    let rest = after["main.tf"].strip_prefix(start).expect("it is renamed");
    let body = rest.strip_suffix("}\n").expect("its end").to_owned();
    (body, lines(&notes))
}

#[test]
fn objects_that_are_written_out_become_a_block_each() {
    let (body, said) = group_after(
        "  name = \"a\"\n  ingress = [\n    {\n      from_port = 80\n      \"to_port\" = 80\n      protocol = \
         \"tcp\",\n      cidr_blocks = concat(var.x, [\n        \"10.0.0.0/8\",\n      ])\n    },\n    { self = \
         true, protocol = -1, security_groups = [aws_security_group.a.id] },\n  ] # both\n  tags = {}\n",
    );
    assert_eq!(
        body,
        "  name = \"a\"\n  ingress {\n    from_port   = 80\n    to_port     = 80\n    protocol    = \"tcp\"\n    \
         cidr_blocks = concat(var.x, [\n        \"10.0.0.0/8\",\n      ])\n  }\n  ingress {\n    self            = \
         true\n    protocol        = -1\n    security_groups = [curated_security_group.a.id]\n  } # both\n  tags = {}\n"
    );
    assert_eq!(said, [""; 0]);
}

#[test]
fn any_other_list_is_what_a_dynamic_block_goes_through() {
    for (list, expected) in [
        ("var.rules", "var.rules[*]"),
        ("concat(local.a, local.b)", "concat(local.a, local.b)[*]"),
        ("var.x ? local.a : null", "(var.x ? local.a : null)[*]"),
        (
            "[for k, g in aws_security_group.b : merge(local.x, {\n    self = g.id\n  })]",
            "[for k, g in aws_security_group.b : merge(local.x, {\n      self = g.id\n    })]",
        ),
        (
            "[{\n    # why\n    self = true\n  }]",
            "[{\n      # why\n      self = true\n    }]",
        ),
        (
            "[merge(local.x, { self = true })]",
            "[merge(local.x, { self = true })]",
        ),
    ] {
        let (body, said) = group_after(&format!("  name = \"a\"\n  egress = {list}\n"));
        let start = format!(
            "  name = \"a\"\n  dynamic \"egress\" {{\n    for_each = {expected}\n\n    content {{\n      cidr_blocks \
             \x20    = egress.value.cidr_blocks\n"
        );
        assert!(body.starts_with(&start), "{body}");
        assert!(body.ends_with("      to_port          = egress.value.to_port\n    }\n  }\n"));
        assert_eq!(body.matches("= egress.value.").count(), 9, "{body}");
        assert_eq!(said, [""; 0]);
    }
}

#[test]
fn an_empty_list_says_no_more_than_what_is_left_out() {
    let block = "  egress {\n    protocol = \"-1\"\n  }\n";
    let cases = [
        ("  ingress = []\n", "", 1),
        ("  ingress = [] # none\n", "  # none\n", 1),
        ("  ingress = null\n", "", 0),
        (
            "  ingress = []\n  egress  = []\n",
            "  exclusive = true\n",
            0,
        ),
        ("  ingress = []\n  egress  = null\n", "", 1),
        (&format!("  ingress = []\n{block}"), block, 0),
    ];
    for (before, after, hints) in cases {
        let (body, said) = group_after(before);
        assert_eq!(body, after, "{before}");
        assert_eq!(said.len(), hints, "{said:?}");
        assert!(
            said.iter()
                .all(|hint| hint.contains("Set \"exclusive = true\"")),
            "{said:?}"
        );
    }
    let text = "resource \"aws_default_security_group\" \"a\" {\r\n  ingress = []\r\n  egress  = []\r\n}\r\n";
    let (after, notes) = settled(&[("main.tf", text)]);
    let expected = "resource \"curated_default_security_group\" \"a\" {\r\n}\r\n";
    assert_eq!(after["main.tf"], expected);
    assert_eq!(lines(&notes), [""; 0]);
}

#[test]
fn a_list_and_rules_in_resources_are_both_kinds_of_rules() {
    let rule = "resource \"aws_vpc_security_group_egress_rule\" \"r\" {\n  security_group_id = \
                aws_security_group.a.id\n}\n";
    for (body, stays) in [
        ("  ingress = var.rules\n", true),
        ("  ingress = []\n  egress  = []\n", true),
        ("  ingress = []\n", false),
    ] {
        let text = format!("{rule}resource \"aws_security_group\" \"a\" {{\n{body}}}\n");
        let (after, _) = settled(&[("main.tf", &text)]);
        assert_eq!(after["main.tf"] == text, stays, "{body}");
    }
}

#[test]
fn a_list_in_a_block_of_one_line_stays_with_a_remedy() {
    let text = "resource \"aws_security_group\" \"a\" { ingress = [] }\n";
    let (after, notes) = settled(&[("main.tf", text)]);
    assert_eq!(after["main.tf"], text);
    let said = lines(&notes);
    assert!(
        said[0]
            .starts_with("main.tf:1: aws_security_group.a stays as it is: \"ingress\" is set as")
            && said[0].contains("Write the resource on several lines"),
        "{said:?}"
    );
}
