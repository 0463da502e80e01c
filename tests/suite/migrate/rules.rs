//! Groups whose rules are resources of their own, of all three types: everything moves, and nothing
//! becomes of the rules.

use super::proof::applied;

#[test]
fn groups_in_a_cycle_move_with_their_rules() {
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

  lifecycle {
    replace_triggered_by = [aws_security_group.a.name]
  }
}

resource "terraform_data" "user" {
  input      = aws_vpc_security_group_egress_rule.a_out.security_group_rule_id
  depends_on = [aws_security_group_rule.a_from_b]
}
"#;
    let Some(applied) = applied("groups in a cycle", &[("main.tf", main)]) else {
        return;
    };
    assert_eq!(
        applied.migrated(&[]),
        [
            "curated_security_group.a",
            "curated_security_group.b[\"x\"]",
            "curated_security_group.b[\"y\"]",
            "curated_security_group_rule.a_from_b[\"x\"]",
            "curated_security_group_rule.a_from_b[\"y\"]",
            "curated_vpc_security_group_egress_rule.a_out",
            "curated_vpc_security_group_ingress_rule.b_from_a[\"x\"]",
            "curated_vpc_security_group_ingress_rule.b_from_a[\"y\"]",
        ]
    );
}

#[test]
fn flattened_rules_of_a_map_of_groups_with_guards_and_default_tags() {
    let main = r#"PROVIDER

locals {
  groups = {
    web = { ingress = { https = { port = 443, cidrs = ["0.0.0.0/0"] }, http = { port = 80, cidrs = ["10.0.0.0/8", "10.1.0.0/16"] } } }
    db  = { ingress = { pg = { port = 5432, cidrs = ["10.0.0.0/8"] } } }
  }
  rules = merge([
    for name, group in local.groups : {
      for label, rule in group.ingress : "${name}/${label}" => merge(rule, { group = name })
    }
  ]...)
  logs = true
}

resource "aws_security_group" "this" {
  for_each    = local.groups
  name_prefix = "${each.key}-"
  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_security_group_rule" "in" {
  for_each          = local.rules
  security_group_id = aws_security_group.this[each.value.group].id
  type              = "ingress"
  protocol          = "TCP"
  from_port         = each.value.port
  to_port           = each.value.port
  cidr_blocks       = each.value.cidrs
}

resource "aws_vpc_security_group_egress_rule" "out" {
  for_each          = aws_security_group.this
  security_group_id = each.value.id
  ip_protocol       = -1
  cidr_ipv4         = "0.0.0.0/0"
  tags              = { Name = each.key }
}

resource "aws_vpc_security_group_ingress_rule" "logs" {
  count             = local.logs ? 1 : 0
  security_group_id = aws_security_group.this["web"].id
  ip_protocol       = "udp"
  from_port         = 514
  to_port           = 514
  cidr_ipv4         = "10.9.0.0/16"
  description       = "logs"
}

resource "aws_security_group_rule" "absent" {
  count             = local.logs ? 0 : 1
  security_group_id = aws_security_group.this["web"].id
  type              = "egress"
  protocol          = "all"
  from_port         = 0
  to_port           = 0
  self              = true
}

output "logs" {
  value = one(aws_vpc_security_group_ingress_rule.logs[*].arn)
}
"#;
    let main = main.replace(
        "PROVIDER",
        "PROVIDER\nprovider \"aws\" {\n  alias                   = \"tagged\"\n  region                  = \
         \"REGION\"\n  access_key              = \"test\"\n  secret_key              = \"test\"\n  \
         skip_metadata_api_check = true\n  endpoints {\n    ec2 = \"ENDPOINT\"\n    sts = \"ENDPOINT\"\n  }\n  \
         default_tags {\n    tags = { Team = \"net\" }\n  }\n}\nresource \"aws_security_group\" \"tagged\" {\n  \
         provider = aws.tagged\n  name     = \"tagged\"\n}\nresource \"aws_security_group_rule\" \"untagged\" {\n  \
         provider          = aws.tagged\n  security_group_id = aws_security_group.tagged.id\n  type              \
         = \"ingress\"\n  protocol          = \"icmp\"\n  from_port         = 8\n  to_port           = 0\n  \
         cidr_blocks       = [\"10.0.0.0/8\"]\n}\nresource \"aws_vpc_security_group_ingress_rule\" \"tagged\" {\n  \
         provider          = aws.tagged\n  security_group_id = aws_security_group.tagged.id\n  ip_protocol       \
         = \"tcp\"\n  from_port         = 22\n  to_port           = 22\n  cidr_ipv6         = \
         \"2001:db8::/32\"\n  tags              = { Team = \"own\" }\n}",
    );
    let Some(applied) = applied("flattened rules", &[("main.tf", &main)]) else {
        return;
    };
    assert_eq!(
        applied.migrated(&[]),
        [
            "curated_security_group.tagged",
            "curated_security_group.this[\"db\"]",
            "curated_security_group.this[\"web\"]",
            "curated_security_group_rule.in[\"db/pg\"]",
            "curated_security_group_rule.in[\"web/http\"]",
            "curated_security_group_rule.in[\"web/https\"]",
            "curated_security_group_rule.untagged",
            "curated_vpc_security_group_egress_rule.out[\"db\"]",
            "curated_vpc_security_group_egress_rule.out[\"web\"]",
            "curated_vpc_security_group_ingress_rule.logs[0]",
            "curated_vpc_security_group_ingress_rule.tagged",
        ]
    );
}

#[test]
fn rules_in_a_module_of_their_own_for_groups_of_another() {
    let required =
        "terraform {\n  required_providers {\n    aws = { source = \"hashicorp/aws\" }\n  }\n}\n";
    let group = format!(
        "{required}variable \"name\" {{}}\nresource \"aws_security_group\" \"this\" {{\n  name = var.name\n  lifecycle \
         {{\n    ignore_changes = [ingress, egress, description]\n  }}\n}}\noutput \"id\" {{ value = \
         aws_security_group.this.id }}\n"
    );
    let rules = format!(
        "{required}variable \"group\" {{}}\nvariable \"ports\" {{ type = list(number) }}\nresource \
         \"aws_security_group_rule\" \"ports\" {{\n  count             = length(var.ports)\n  security_group_id = \
         var.group\n  type              = \"ingress\"\n  protocol          = \"6\"\n  from_port         = \
         var.ports[count.index]\n  to_port           = var.ports[count.index]\n  self              = true\n}}\n"
    );
    let files = [
        (
            "main.tf",
            "PROVIDER\nmodule \"groups\" {\n  source   = \"./group\"\n  for_each = toset([\"a\", \"b\"])\n  name     \
             = each.key\n}\nmodule \"rules\" {\n  source = \"./rules\"\n  group  = module.groups[\"a\"].id\n  ports  = \
             [80, 443]\n}\nresource \"aws_vpc_security_group_egress_rule\" \"b\" {\n  security_group_id = \
             module.groups[\"b\"].id\n  ip_protocol       = \"-1\"\n  referenced_security_group_id = \
             module.groups[\"b\"].id\n}\n",
        ),
        ("group/main.tf", group.as_str()),
        ("rules/main.tf", rules.as_str()),
    ];
    let Some(applied) = applied("rules in a module", &files) else {
        return;
    };
    // The groups' states take in the rules that were made after them.
    applied.work.apply();
    assert_eq!(
        applied.migrated(&[]),
        [
            "curated_vpc_security_group_egress_rule.b",
            "module.groups[\"a\"].curated_security_group.this",
            "module.groups[\"b\"].curated_security_group.this",
            "module.rules.curated_security_group_rule.ports[0]",
            "module.rules.curated_security_group_rule.ports[1]",
        ]
    );
}

#[test]
fn a_group_with_both_kinds_of_rules_stays_with_its_rules_and_the_others_move() {
    let main = r#"PROVIDER

resource "aws_security_group" "both" {
  name = "both"
  egress {
    protocol    = "-1"
    from_port   = 0
    to_port     = 0
    cidr_blocks = ["0.0.0.0/0"]
  }
}

resource "aws_security_group_rule" "both" {
  security_group_id        = aws_security_group.both.id
  source_security_group_id = aws_security_group.other.id
  type                     = "ingress"
  protocol                 = "tcp"
  from_port                = 22
  to_port                  = 22
}

resource "aws_security_group" "other" {
  name = "other"
}

resource "aws_security_group_rule" "other" {
  security_group_id        = aws_security_group.other.id
  source_security_group_id = aws_security_group.both.id
  type                     = "egress"
  protocol                 = "tcp"
  from_port                = 22
  to_port                  = 22
}
"#;
    let Some(applied) = applied("both kinds of rules", &[("main.tf", main)]) else {
        return;
    };
    // The groups' states take in the rules that were made after them.
    applied.work.apply();
    assert_eq!(
        applied.partly_migrated(),
        [
            "curated_security_group.other",
            "curated_security_group_rule.other",
        ]
    );
}
