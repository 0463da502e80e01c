//! More kinds of configurations, each applied by the real AWS provider, moved, and found without a
//! change.

use super::proof::applied;
use super::write;
use crate::support::emulator::element;

/// A kind: its name, its files, and the addresses that have moved.
type Kind = (
    &'static str,
    &'static [(&'static str, &'static str)],
    &'static [&'static str],
);

const KINDS: [Kind; 5] = [
    (
        "default groups",
        &[(
            "main.tf",
            r#"PROVIDER
resource "aws_vpc" "a" {
  cidr_block = "10.9.0.0/16"
}
resource "aws_vpc" "b" {
  cidr_block = "10.8.0.0/16"
}
resource "aws_default_security_group" "closed" {
  vpc_id = aws_vpc.a.id
}
resource "aws_default_security_group" "open" {
  for_each = { b = aws_vpc.b }
  vpc_id   = each.value.id
  ingress {
    protocol  = -1
    self      = true
    from_port = 0
    to_port   = 0
  }
  egress = [{
    cidr_blocks      = ["0.0.0.0/0"]
    description      = ""
    from_port        = 0
    ipv6_cidr_blocks = []
    prefix_list_ids  = []
    protocol         = "-1"
    security_groups  = []
    self             = false
    to_port          = 0
  }]
  tags = { Name = "default" }
}
resource "aws_security_group" "app" {
  name   = "app"
  vpc_id = aws_default_security_group.closed.vpc_id
  ingress {
    protocol        = "tcp"
    from_port       = 443
    to_port         = 443
    security_groups = [aws_default_security_group.closed.id]
  }
}
output "open" {
  value = [for key, group in aws_default_security_group.open : group.arn]
}
"#,
        )],
        &[
            "curated_default_security_group.closed",
            "curated_default_security_group.open[\"b\"]",
            "curated_security_group.app",
        ],
    ),
    (
        "rules in lists",
        &[(
            "main.tf",
            r#"PROVIDER
variable "extra" {
  type    = any
  default = null
}
locals {
  none = { cidr_blocks = [], description = "", from_port = 0, ipv6_cidr_blocks = [], prefix_list_ids = [], protocol = "-1", security_groups = [], self = false, to_port = 0 }
  web  = [for p in [80, 443] : merge(local.none, { from_port = p, to_port = p, protocol = "tcp", cidr_blocks = ["0.0.0.0/0"] })]
}
resource "aws_security_group" "written" {
  name = "written"
  ingress = [
    {
      cidr_blocks      = ["10.0.0.0/8"]
      description      = "a"
      from_port        = 22
      ipv6_cidr_blocks = []
      prefix_list_ids  = null
      protocol         = "tcp"
      security_groups  = null
      self             = null
      to_port          = 22
    },
    { cidr_blocks = [], description = null, from_port = 53, ipv6_cidr_blocks = [], prefix_list_ids = [], protocol = "udp", security_groups = [], self = true, to_port = 53 },
  ]
  egress = []
}
resource "aws_security_group" "computed" {
  for_each = { x = 1, y = 2 }
  name     = "computed-${each.key}"
  ingress = concat(local.web, [
    # from the other one
    merge(local.none, { description = each.key, security_groups = [aws_security_group.written.id] }),
  ])
  egress = var.extra
}
resource "aws_security_group" "closed" {
  name    = "closed"
  ingress = []
  egress  = []
}
resource "aws_security_group" "listed" {
  name    = "listed"
  ingress = [for rule in local.web : rule if rule.from_port == 443]
}
"#,
        )],
        &[
            "curated_security_group.closed",
            "curated_security_group.computed[\"x\"]",
            "curated_security_group.computed[\"y\"]",
            "curated_security_group.listed",
            "curated_security_group.written",
        ],
    ),
    (
        "lifecycles, checks and data sources",
        &[(
            "main.tf",
            r#"PROVIDER
locals {
  name = "app"
}
resource "aws_security_group" "app" {
  name                   = local.name
  description            = trimspace(<<-EOT
    app of ${join(",", ["a", "b"])}
  EOT
  )
  revoke_rules_on_delete = true
  lifecycle {
    create_before_destroy = true
    prevent_destroy       = true
    ignore_changes        = [tags, ingress]
    precondition {
      condition     = local.name != ""
      error_message = "never"
    }
    postcondition {
      condition     = self.name == "app"
      error_message = "named ${self.name}"
    }
  }
}
resource "aws_security_group_rule" "in" {
  security_group_id = aws_security_group.app.id
  type              = "ingress"
  protocol          = "tcp"
  from_port         = 22
  to_port           = 22
  cidr_blocks       = ["10.0.0.0/8"]
  depends_on        = [aws_security_group.app]
}
resource "terraform_data" "user" {
  triggers_replace = [aws_security_group.app.arn, aws_security_group_rule.in.id]
  lifecycle {
    replace_triggered_by = [aws_security_group.app.description, aws_security_group_rule.in]
  }
}
data "aws_security_group" "app" {
  id = aws_security_group.app.id
}
data "aws_security_groups" "all" {
  filter {
    name   = "group-name"
    values = ["app"]
  }
  depends_on = [aws_security_group.app]
}
check "app" {
  assert {
    condition     = startswith(aws_security_group.app.id, "sg-")
    error_message = "x ${aws_security_group.app.name} of ${data.aws_security_group.app.vpc_id}"
  }
}
output "rules" {
  value = one([for rule in [aws_security_group_rule.in] : rule.security_group_id])
}
"#,
        )],
        &[
            "curated_security_group.app",
            "curated_security_group_rule.in",
        ],
    ),
    (
        "providers inside of modules",
        &[
            (
                "main.tf",
                r#"module "eu" {
  source = "./region"
  region = "eu-west-1"
}
module "us" {
  source = "./region"
  region = "us-west-2"
}
"#,
            ),
            (
                "region/main.tf",
                r#"terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5"
    }
  }
}
variable "region" {}
provider "aws" {
  region                  = var.region
  access_key              = "test"
  secret_key              = "test"
  skip_metadata_api_check = true
  assume_role {
    role_arn     = "arn:aws:iam::123456789012:role/network"
    session_name = "here"
  }
  default_tags {
    tags = { Region = var.region }
  }
  ignore_tags {
    key_prefixes = ["kubernetes.io/"]
  }
  endpoints {
    ec2 = "ENDPOINT"
    sts = "ENDPOINT"
  }
}
resource "aws_security_group" "this" {
  name_prefix = "this-"
  tags        = { Team = "net" }
}
resource "aws_vpc_security_group_egress_rule" "this" {
  security_group_id = aws_security_group.this.id
  ip_protocol       = -1
  cidr_ipv6         = "::/0"
}
"#,
            ),
        ],
        &[
            "module.eu.curated_security_group.this",
            "module.eu.curated_vpc_security_group_egress_rule.this",
            "module.us.curated_security_group.this",
            "module.us.curated_vpc_security_group_egress_rule.this",
        ],
    ),
    (
        "whole groups as values between modules",
        &[
            (
                "main.tf",
                r#"PROVIDER
module "net" {
  source   = "./net"
  for_each = { blue = ["10.0.0.0/8"], green = ["10.1.0.0/16", "10.2.0.0/16"] }
  name     = each.key
  cidrs    = each.value
}
module "rules" {
  source     = "./rules"
  groups     = { for key, net in module.net : key => net.group }
  depends_on = [module.net]
}
"#,
            ),
            (
                "net/main.tf",
                "variable \"name\" {}\nvariable \"cidrs\" { type = list(string) }\nresource \"aws_security_group\" \
                 \"this\" {\n  name_prefix = \"${var.name}-\"\n  tags = merge({ Name = var.name }, { for c in \
                 var.cidrs : replace(c, \"/\", \"_\") => \"y\" })\n}\noutput \"group\" { value = \
                 aws_security_group.this }\n",
            ),
            (
                "net/versions.tf",
                "terraform {\r\n  required_providers {\r\n    aws = {\r\n      source  = \"hashicorp/aws\"\r\n      \
                 version = \">= 4\"\r\n    }\r\n  }\r\n}\r\n",
            ),
            (
                "rules/main.tf",
                r#"terraform {
  required_providers {
    aws = ">= 4"
  }
}
variable "groups" {}
resource "aws_vpc_security_group_ingress_rule" "all" {
  for_each = merge([for key, group in var.groups : { for port in ["22", "443"] : "${key}-${port}" => { id = group.id, port = tonumber(port) } }]...)
  security_group_id = each.value.id
  from_port = each.value.port
  to_port = each.value.port
  ip_protocol = "tcp"
  cidr_ipv4 = "10.0.0.0/8"
}
"#,
            ),
        ],
        &[
            "module.net[\"blue\"].curated_security_group.this",
            "module.net[\"green\"].curated_security_group.this",
            "module.rules.curated_vpc_security_group_ingress_rule.all[\"blue-22\"]",
            "module.rules.curated_vpc_security_group_ingress_rule.all[\"blue-443\"]",
            "module.rules.curated_vpc_security_group_ingress_rule.all[\"green-22\"]",
            "module.rules.curated_vpc_security_group_ingress_rule.all[\"green-443\"]",
        ],
    ),
];

#[test]
fn each_kind_moves_without_a_change() {
    for (name, files, moved) in KINDS {
        let Some(applied) = applied(name, files) else {
            return;
        };
        // States take in the rules that were made after their groups.
        applied.work.apply();
        assert_eq!(applied.migrated(&[]), moved, "{name}");
    }
}

#[test]
fn moves_that_were_not_applied_yet_lead_on() {
    let before = "PROVIDER\nresource \"aws_security_group\" \"old\" {\n  name = \"x\"\n}\n";
    let Some(applied) = applied("a pending move", &[("main.tf", before)]) else {
        return;
    };
    let block = crate::support::aws_provider::aws_block(applied.emulator.endpoint());
    let main = format!(
        "{block}module \"m\" {{\n  source = \"./m\"\n}}\nmoved {{\n  from = aws_security_group.old\n  to   = \
         module.m.aws_security_group.new\n}}\n"
    );
    let module = "terraform {\n  required_providers {\n    aws = { source = \"hashicorp/aws\" }\n  }\n}\nresource \
                  \"aws_security_group\" \"new\" {\n  name = \"x\"\n}\n";
    write(
        applied.work.path(),
        &[("main.tf", &main), ("m/main.tf", module)],
    );
    assert_eq!(
        applied.migrated(&[]),
        ["module.m.curated_security_group.new"]
    );
}

/// As the AWS provider leaves it: an imported group, whose egress no configuration ever declared.
#[test]
fn rules_that_were_never_declared_stay_out_of_the_plan() {
    let Some(applied) = applied("undeclared rules", &[("main.tf", "PROVIDER")]) else {
        return;
    };
    let group = [("GroupName", "old"), ("GroupDescription", "by hand")];
    let made = applied
        .emulator
        .call(crate::support::stage::REGION, "CreateSecurityGroup", &group);
    let id = element(&made, "groupId").to_owned();
    let main = std::fs::read_to_string(applied.work.path().join("main.tf")).expect("a file");
    let old = "resource \"aws_security_group\" \"old\" {\n  name        = \"old\"\n  description = \"by \
               hand\"\n  ingress {\n    protocol    = \"tcp\"\n    from_port   = 22\n    to_port     = 22\n    \
               cidr_blocks = [\"10.0.0.0/8\"]\n  }\n}\n";
    let import = format!("import {{\n  to = aws_security_group.old\n  id = \"{id}\"\n}}\n");
    applied
        .work
        .write("main.tf", &format!("{main}\n{old}{import}"));
    applied.work.apply();
    assert_eq!(applied.migrated(&[]), ["curated_security_group.old"]);
    // Declared rules are managed as ever.
    let text = std::fs::read_to_string(applied.work.path().join("main.tf")).expect("a file");
    applied
        .work
        .write("main.tf", &text.replace("10.0.0.0/8", "10.0.0.0/9"));
    applied.work.apply();
    let rules = applied.work.attributes("curated_security_group.old")["rules"].to_string();
    assert!(
        rules.contains("10.0.0.0/9") && rules.contains("egress all to 0.0.0.0/0"),
        "{rules}"
    );
    assert!(!applied.work.plan().changes);
}
