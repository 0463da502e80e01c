//! `curated migrate --bundle`: the rules of a group become one resource, without a change.

use super::proof::applied;

#[test]
fn rules_of_all_kinds_become_bundles_of_their_groups() {
    let main = r#"PROVIDER

resource "aws_security_group" "a" {
  name = "a"
}

resource "aws_security_group" "b" {
  for_each = toset(["x", "y"])
  name     = "b-${each.key}"
}

resource "aws_security_group" "c" {
  name = "c"
}

# Cycle
resource "aws_security_group_rule" "a_from_b" {
  for_each                 = aws_security_group.b
  type                     = "ingress"
  security_group_id        = aws_security_group.a.id
  source_security_group_id = each.value.id
  protocol                 = "tcp"
  from_port                = 443
  to_port                  = 443
  description              = "from ${each.key}"
}

resource "aws_vpc_security_group_ingress_rule" "a_in" {
  count             = 2
  security_group_id = aws_security_group.a.id
  cidr_ipv4         = "10.${count.index}.0.0/16"
  ip_protocol       = "udp"
  from_port         = 53 + count.index
  to_port           = 54
}

resource "aws_vpc_security_group_egress_rule" "a_out" {
  security_group_id = aws_security_group.a.id
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "-1"
}

resource "aws_security_group_rule" "x" {
  security_group_id = aws_security_group.b["x"].id
  type              = "ingress"
  protocol          = "all"
  from_port         = 0
  to_port           = 0
  self              = true
  description       = "each other"
}

resource "aws_vpc_security_group_ingress_rule" "y1" {
  security_group_id            = aws_security_group.b["y"].id
  referenced_security_group_id = aws_security_group.a.id
  ip_protocol                  = "tcp"
  from_port                    = 8080
  to_port                      = 8080
  tags                         = { Team = "web" }
}

resource "aws_vpc_security_group_ingress_rule" "y2" {
  security_group_id = aws_security_group.b["y"].id
  cidr_ipv6         = "2001:db8::/32"
  ip_protocol       = "tcp"
  from_port         = 8080
  to_port           = 8080
  tags              = { Team = "web" }
}

resource "aws_security_group_rule" "c" {
  security_group_id = aws_security_group.c.id
  type              = "egress"
  protocol          = "tcp"
  from_port         = 5432
  to_port           = 5432
  cidr_blocks       = ["10.0.0.0/8", "172.16.0.0/16"]
  ipv6_cidr_blocks  = ["2001:db8::/32"]
}
"#;
    let Some(applied) = applied("bundles", &[("main.tf", main)]) else {
        return;
    };
    applied.work.apply();
    assert_eq!(
        applied.migrated(&["--bundle"]),
        [
            "curated_security_group.a",
            "curated_security_group.b[\"x\"]",
            "curated_security_group.b[\"y\"]",
            "curated_security_group.c",
            "curated_security_group_rules.b_x",
            "curated_security_group_rules.c",
        ]
    );
    let rules = |address: &str| {
        let state = applied.work.attributes(address);
        state["rules"].as_object().expect("a map").len()
    };
    assert_eq!(rules("curated_security_group_rules.a"), 5);
    assert_eq!(rules("curated_security_group_rules.b_x"), 1);
    assert_eq!(rules("curated_security_group_rules.b_y"), 2);
    assert_eq!(rules("curated_security_group_rules.c"), 3);
}
