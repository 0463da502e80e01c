//! Tests of `--bundle`: the text of bundles, and which rule resources stay.

use super::*;

/// The files and the notes after a migration with bundles.
fn bundled(files: &[(&str, &str)]) -> (BTreeMap<String, String>, Vec<String>) {
    let source = |(path, text): &(&str, &str)| Source {
        path: (*path).to_owned(),
        text: (*text).to_owned(),
        links: Vec::new(),
    };
    let sources: Vec<Source> = files.iter().map(source).collect();
    let options = Options {
        bundles: true,
        ..Options::default()
    };
    let migration = migrate(&sources, options, &[]);
    (files_after(files, &migration), lines(&migration.notes))
}

const GROUPS: &str =
    "resource \"aws_security_group\" \"a\" {\n}\n\nresource \"aws_security_group\" \"b\" {\n}\n";

#[test]
fn rules_of_one_group_become_blocks_with_their_comments() {
    let rules = r#"# Everybody
resource "aws_security_group_rule" "web" {
  security_group_id = aws_security_group.a.id
  type              = "ingress"
  protocol          = "tcp"
  # Twice
  from_port         = 443
  to_port           = 443 # HTTPS
  cidr_blocks = [
    "10.0.0.0/8",
    "10.1.0.0/16",
  ]
}

resource "aws_vpc_security_group_egress_rule" "out" {
  for_each = { b = aws_security_group.b.id }

  security_group_id            = aws_security_group.a.id
  description                  = "to ${each.key}"
  ip_protocol                  = "-1"
  referenced_security_group_id = each.value
}

resource "aws_security_group_rule" "ports" {
  count             = 2
  security_group_id = aws_security_group.a.id
  type              = "ingress"
  protocol          = "udp"
  from_port         = 53 + count.index
  to_port           = 53 + count.index
  self              = true
}

locals {
  last = aws_security_group.a.id
}
"#;
    let expected = r#"resource "curated_security_group_rules" "a" {
  security_group_id = curated_security_group.a.id

  # Everybody
  ingress {
    protocol = "tcp"
    # Twice
    from_port = 443
    to_port   = 443 # HTTPS
    cidr_blocks = [
      "10.0.0.0/8",
      "10.1.0.0/16",
    ]
  }

  dynamic "egress" {
    for_each = { b = curated_security_group.b.id }

    content {
      description     = "to ${egress.key}"
      protocol        = "-1"
      security_groups = [egress.value]
    }
  }

  dynamic "ingress" {
    for_each = range(2)

    content {
      protocol  = "udp"
      from_port = 53 + ingress.value
      to_port   = 53 + ingress.value
      self      = true
    }
  }
}

locals {
  last = curated_security_group.a.id
}
"#;
    let (after, said) = bundled(&[("groups.tf", GROUPS), ("rules.tf", rules)]);
    assert_eq!(after["rules.tf"], expected);
    assert_eq!(said, [""; 0]);
    let own = &after["curated.tf"];
    for name in [
        "aws_security_group_rule.web",
        "aws_vpc_security_group_egress_rule.out",
        "aws_security_group_rule.ports",
    ] {
        let removed = format!(
            "removed {{\n  from = {name}\n\n  lifecycle {{\n    destroy = false\n  }}\n}}\n"
        );
        assert!(own.contains(&removed), "{own}");
    }
    let import =
        "import {\n  to = curated_security_group_rules.a\n  id = curated_security_group.a.id\n}\n";
    assert!(own.contains(import), "{own}");
    assert_eq!(own.matches("\nmoved {").count(), 2, "{own}");
}

#[test]
fn one_rule_moves_also_in_a_module() {
    let main = "module \"m\" {\n  source = \"./m\"\n}\n";
    let rule = "variable \"group\" {}\nresource \"aws_vpc_security_group_ingress_rule\" \"r\" {\n  \
                security_group_id = var.group\n  ip_protocol = \"tcp\"\n  from_port = 22\n  cidr_ipv4 = \
                \"10.0.0.0/8\"\n  tags = { a = \"b\" }\n}\n";
    let (after, said) = bundled(&[("main.tf", main), ("m/main.tf", rule)]);
    let expected = "variable \"group\" {}\nresource \"curated_security_group_rules\" \"group\" {\n  \
                    security_group_id = var.group\n  tags              = { a = \"b\" }\n\n  ingress {\n    protocol    = \
                    \"tcp\"\n    from_port   = 22\n    cidr_blocks = [\"10.0.0.0/8\"]\n  }\n}\n";
    assert_eq!(after["m/main.tf"], expected);
    assert_eq!(said, [""; 0]);
    let moved = "moved {\n  from = aws_vpc_security_group_ingress_rule.r\n  to   = \
                 curated_security_group_rules.group\n}\n";
    assert!(after["m/curated.tf"].ends_with(moved), "{after:?}");
}

#[test]
fn what_cannot_be_folded_is_renamed_and_said() {
    let rule = |name: &str, group: &str, more: &str| {
        format!(
            "resource \"aws_security_group_rule\" \"{name}\" {{\n  security_group_id = {group}\n  type = \
             \"ingress\"\n{more}}}\n"
        )
    };
    let a = "aws_security_group.a.id";
    let second = rule("second", a, "");
    let cases = [
        (
            rule("r", a, "  lifecycle {\n  }\n"),
            "a block \"lifecycle\"",
        ),
        (
            rule("r", a, "  depends_on = [x.y]\n"),
            "sets \"depends_on\"",
        ),
        (rule("r", a, "  description = <<E\nx\nE\n"), "heredoc"),
        (
            rule("r", "each.value", "  for_each = {}\n"),
            "of several groups",
        ),
        (
            rule("r", a, "") + "output \"x\" {\n  value = aws_security_group_rule.r.id\n}\n",
            "main.tf:6 refers to it",
        ),
        (
            rule("r", a, "") + "provider \"aws\" {\n  default_tags {\n  }\n}\n",
            "default_tags",
        ),
        (
            rule("r", "var.id", "") + &rule("q", "var.id", ""),
            "named by its address",
        ),
        (
            rule("r", a, "  for_each = {}\n")
                + &rule("q", "coalesce(var.x, aws_security_group.a.id)", ""),
            "has other rules too",
        ),
    ];
    for (text, reason) in cases {
        let (after, said) = bundled(&[("groups.tf", GROUPS), ("main.tf", &text)]);
        let start = "resource \"curated_security_group_rule\" \"r\" {\n";
        assert!(
            after["main.tf"].contains(start),
            "{reason}: {}",
            after["main.tf"]
        );
        let is_said = said.iter().any(|line| {
            line.contains("curated_security_group_rule.r stays a resource of its own")
                && line.contains(reason)
        });
        assert!(is_said, "{reason}: {said:?}");
    }
    // Several rules of a module's group would need an import, which only a root module can have.
    let files = [
        ("main.tf", "module \"m\" {\n  source = \"./m\"\n}\n"),
        ("m/groups.tf", GROUPS),
        ("m/main.tf", &(rule("r", a, "") + &second)),
    ];
    let (_, said) = bundled(&files);
    assert_eq!(said.len(), 2);
    assert!(said[0].contains("only a root module can have"), "{said:?}");
}
