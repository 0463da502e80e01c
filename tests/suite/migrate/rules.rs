//! Groups whose rules are resources of their own: the groups move, and nothing becomes of the rules.

use super::proof::applied;

#[test]
fn groups_in_a_cycle_move_and_their_rules_stay() {
    let main = r#"PROVIDER

resource "aws_security_group" "a" {
  name = "a"
}

resource "aws_security_group" "b" {
  for_each = toset(["x", "y"])
  name     = "b-${each.key}"
}

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

resource "aws_vpc_security_group_ingress_rule" "b_from_a" {
  for_each                     = aws_security_group.b
  security_group_id            = each.value.id
  referenced_security_group_id = aws_security_group.a.id
  ip_protocol                  = "tcp"
  from_port                    = 8080
  to_port                      = 8080
}

resource "aws_vpc_security_group_egress_rule" "a_out" {
  security_group_id = aws_security_group.a.id
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "-1"
}
"#;
    let Some(applied) = applied("groups in a cycle", &[("main.tf", main)]) else {
        return;
    };
    assert_eq!(
        applied.partly_migrated(),
        [
            "curated_security_group.a",
            "curated_security_group.b[\"x\"]",
            "curated_security_group.b[\"y\"]",
        ]
    );
}
