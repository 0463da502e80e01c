//! Configurations of groups with rules inside of them, as people have them.

use super::proof::applied;
use super::{migrate, stdout};
use crate::support::emulator::element;

/// What each nested module requires.
const REQUIRED: &str = "terraform {\n  required_providers {\n    aws = {\n      source = \"hashicorp/aws\"\n    \
                        }\n  }\n}\n";

#[test]
fn one_file_with_groups_that_refer_to_each_other() {
    let main = r#"terraform {
  required_version = ">= 1.8"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.0" # aws_security_group.web
    }
  }
}

PROVIDER

resource "aws_security_group" "lb" {
  name        = "lb"
  description = "Load balancer"

  # Everybody
  ingress {
    protocol         = "tcp"
    from_port        = 443
    to_port          = 443
    cidr_blocks      = ["0.0.0.0/0"]
    ipv6_cidr_blocks = ["::/0"]
  }
  egress {
    protocol    = "-1"
    from_port   = 0
    to_port     = 0
    cidr_blocks = ["0.0.0.0/0"]
  }
  tags = { Name = "lb", Team = "web" }
}

resource "aws_security_group" "web" {
  name_prefix = "web-"
  description = "Web, behind ${aws_security_group.lb.name}"
  ingress {
    description     = "from ${aws_security_group.lb.name}"
    protocol        = "tcp"
    from_port       = 8080
    to_port         = 8080
    security_groups = [aws_security_group.lb.id]
    self            = true
  }
  lifecycle {
    create_before_destroy = true
    ignore_changes        = [tags["Patch"]]
  }
  timeouts {
    delete = "2m"
  }
}

resource "terraform_data" "user" {
  input            = [for g in [aws_security_group.lb, aws_security_group.web] : g.id if g.id != ""]
  triggers_replace = "${aws_security_group.web.arn}"
  depends_on       = [aws_security_group.lb]
}

data "aws_security_group" "lb" {
  id = aws_security_group.lb.id
}

output "text" {
  value = <<-EOT
    %{for id in aws_security_group.web[*].id~}
    ${id} ${data.aws_security_group.lb.name}
    %{endfor~}
  EOT
}
"#;
    // The data source's group is known while planning: what depends on nothing else stays a no-op.
    let Some(applied) = applied("one file", &[("main.tf", main)]) else {
        return;
    };
    let moved = applied.migrated(&[]);
    assert_eq!(
        moved,
        ["curated_security_group.lb", "curated_security_group.web"]
    );
    let again = migrate(applied.work.path(), &["--write", "--check"]);
    assert_eq!(again.status.code(), Some(0));
    assert!(stdout(&again).contains("Nothing is to be migrated here."));
}

#[test]
fn modules_of_modules_that_are_called_for_each_of_a_map() {
    let files = [
        (
            "main.tf",
            "PROVIDER\nmodule \"apps\" {\n  source   = \"./modules/app\"\n  for_each = toset([\"a\", \
                     \"b\"])\n  name     = each.key\n}\nmodule \"single\" {\n  source = \"./modules/group\"\n  name   \
                     = \"single\"\n  ports  = [22]\n}\noutput \"ids\" {\n  value = { for k, m in module.apps : k => m.id \
                     }\n}\n",
        ),
        (
            "modules/app/main.tf",
            "variable \"name\" { type = string }\nmodule \"group\" {\n  source = \"../group\"\n  \
                                 name   = var.name\n  ports  = [80, 443]\n}\noutput \"id\" { value = \
                                 module.group.id }\n",
        ),
        (
            "modules/group/variables.tf",
            "variable \"name\" {}\nvariable \"ports\" {\n  type = list(number)\n}\n",
        ),
        (
            "modules/group/main.tf",
            "resource \"aws_security_group\" \"this\" {\n  name = var.name\n  dynamic \
                                   \"ingress\" {\n    for_each = var.ports\n    content {\n      protocol    = \
                                   \"tcp\"\n      from_port   = ingress.value\n      to_port     = ingress.value\n      \
                                   cidr_blocks = [\"10.0.0.0/8\"]\n    }\n  }\n}\n",
        ),
        (
            "modules/group/outputs.tf",
            "output \"id\" {\n  value = aws_security_group.this.id\n}\n",
        ),
        ("modules/group/versions.tf", REQUIRED),
    ];
    let Some(applied) = applied("modules of modules", &files) else {
        return;
    };
    let moved = applied.migrated(&[]);
    assert_eq!(
        moved,
        [
            "module.apps[\"a\"].module.group.curated_security_group.this",
            "module.apps[\"b\"].module.group.curated_security_group.this",
            "module.single.curated_security_group.this",
        ]
    );
}

#[test]
fn maps_of_groups_with_flattened_rules_and_count_guards() {
    let main = r#"PROVIDER

locals {
  groups = {
    web = { ports = [80, 443], cidrs = ["0.0.0.0/0"] }
    db  = { ports = [5432], cidrs = ["10.0.0.0/8", "172.16.0.0/12"] }
  }
  flat = flatten([
    for name, group in local.groups : [
      for port in group.ports : { name = name, port = port, cidrs = group.cidrs }
    ]
  ])
  create = true
}

resource "aws_security_group" "many" {
  for_each = local.groups
  name     = "many-${each.key}"

  dynamic "ingress" {
    for_each = [for rule in local.flat : rule if rule.name == each.key]
    iterator = rule
    content {
      description = "port ${rule.value.port}"
      protocol    = "tcp"
      from_port   = rule.value.port
      to_port     = rule.value.port
      cidr_blocks = rule.value.cidrs
    }
  }
}

resource "aws_security_group" "guarded" {
  count = local.create ? 1 : 0
  name  = "guarded"

  ingress {
    protocol        = "tcp"
    from_port       = 0
    to_port         = 65535
    security_groups = values(aws_security_group.many)[*].id
  }
  egress {
    protocol        = "udp"
    from_port       = 53
    to_port         = 53
    security_groups = [for name, group in aws_security_group.many : group.id if name == "db"]
  }
}

resource "aws_security_group" "absent" {
  count = local.create ? 0 : 1
  name  = "absent"
}

output "guarded" {
  value = try(aws_security_group.guarded[0].id, one(aws_security_group.absent[*].id), "")
}
"#;
    let Some(applied) = applied("maps of groups", &[("main.tf", main)]) else {
        return;
    };
    let moved = applied.migrated(&[]);
    assert_eq!(
        moved,
        [
            "curated_security_group.guarded[0]",
            "curated_security_group.many[\"db\"]",
            "curated_security_group.many[\"web\"]",
        ]
    );
}

#[test]
fn regions_by_aliases_that_go_through_modules() {
    let provider = |alias: &str, region: &str| {
        format!(
            "provider \"aws\" {{\n{alias}  region                  = \"{region}\"\n  access_key              = \
             \"test\"\n  secret_key              = \"test\"\n  skip_metadata_api_check = true\n  endpoints {{\n    \
             ec2 = \"ENDPOINT\"\n    sts = \"ENDPOINT\"\n  }}\n  default_tags {{\n    tags = {{ Region = \
             \"{region}\", Owner = \"net\" }}\n  }}\n}}\n"
        )
    };
    let providers = [
        provider("", "us-east-1"),
        provider("  alias = \"eu\"\n", "eu-west-1"),
        provider("  alias = \"ap\"\n", "ap-southeast-2"),
    ]
    .concat();
    let files = [
        ("providers.tf", providers.as_str()),
        (
            "main.tf",
            "resource \"aws_security_group\" \"us\" {\n  name = \"us\"\n}\nresource \"aws_security_group\" \
                     \"eu\" {\n  provider = aws.eu\n  name     = \"eu\"\n  tags     = { Owner = \"own\" }\n}\nmodule \
                     \"ap\" {\n  source = \"./modules/pair\"\n  providers = {\n    aws      = aws.ap\n    aws.peer = \
                     aws.eu\n  }\n}\nmodule \"inherits\" {\n  source = \"./modules/one\"\n}\nmodule \"one\" {\n  source    = \
                     \"./modules/one\"\n  providers = { aws = aws.eu }\n}\n",
        ),
        (
            "modules/pair/main.tf",
            "terraform {\n  required_providers {\n    aws = {\n      source                = \
                                  \"hashicorp/aws\"\n      configuration_aliases = [aws.peer]\n    }\n  }\n}\nresource \
                                  \"aws_security_group\" \"here\" {\n  name = \"here\"\n}\nresource \"aws_security_group\" \
                                  \"there\" {\n  provider = aws.peer\n  name     = \"there\"\n}\nmodule \"below\" {\n  \
                                  source = \"../one\"\n  name   = \"below\"\n  providers = {\n    aws = aws.peer\n  }\n}\n",
        ),
        (
            "modules/one/main.tf",
            "variable \"name\" {\n  default = \"one\"\n}\nresource \"aws_security_group\" \"it\" {\n  \
                                 name = var.name\n}\n",
        ),
        ("modules/one/versions.tf", REQUIRED),
    ];
    let Some(applied) = applied("regions", &files) else {
        return;
    };
    let moved = applied.migrated(&[]);
    assert_eq!(
        moved,
        [
            "curated_security_group.eu",
            "curated_security_group.us",
            "module.ap.curated_security_group.here",
            "module.ap.curated_security_group.there",
            "module.ap.module.below.curated_security_group.it",
            "module.inherits.curated_security_group.it",
            "module.one.curated_security_group.it",
        ]
    );
}

#[test]
fn each_workspace_moves_by_itself() {
    let main = "PROVIDER\nresource \"aws_security_group\" \"app\" {\n  name = \
                \"app-${terraform.workspace}\"\n  ingress {\n    protocol    = \"tcp\"\n    from_port   = 22\n    \
                to_port     = 22\n    cidr_blocks = [terraform.workspace == \"prod\" ? \"10.0.0.0/8\" : \
                \"10.1.0.0/16\"]\n  }\n}\n";
    let Some(applied) = applied("workspaces", &[("main.tf", main)]) else {
        return;
    };
    let work = &applied.work;
    work.run(&["workspace", "new", "prod"]).expect(&[0]);
    work.apply();
    assert_eq!(applied.migrated(&[]), ["curated_security_group.app"]);
    work.run(&["workspace", "select", "default"]).expect(&[0]);
    assert_eq!(applied.nothing_changes(), ["curated_security_group.app"]);
}

#[test]
fn files_of_windows_with_moves_imports_and_overrides_of_their_own() {
    let main = "PROVIDER\nresource \"aws_security_group\" \"new\" {\n  name = \"x\"\n}\nresource \"aws_security_group\" \
                \"keyed\" {\n  for_each = { a = \"keyed\" }\n  name     = each.value\n}\nmoved {\n  from = \
                aws_security_group.older\n  to   = aws_security_group.new\n}\nmoved {\n  from = \
                aws_security_group.keyed[0]\n  to   = aws_security_group.keyed[\"a\"]\n}\nimport {\n  for_each = { a \
                = \"sg-00000000000000000\" }\n  to       = aws_security_group.imported[each.key]\n  id       = \
                each.value\n}\n";
    let before = "PROVIDER\nresource \"aws_security_group\" \"older\" {\n  name = \"x\"\n}\nresource \
                  \"aws_security_group\" \"keyed\" {\n  count = 1\n  name  = \"keyed\"\n}\n";
    let Some(applied) = applied("files of Windows", &[("main.tf", before)]) else {
        return;
    };
    let work = &applied.work;
    // An import block of old stays in the file, for a group that has long been in the state.
    let foreign = applied.emulator.call(
        crate::support::stage::REGION,
        "CreateSecurityGroup",
        &[("GroupName", "imported"), ("GroupDescription", "by hand")],
    );
    let id = element(&foreign, "groupId").to_owned();
    let block = crate::support::aws_provider::aws_block(applied.emulator.endpoint());
    let imported = "resource \"aws_security_group\" \"imported\" {\n  for_each    = toset([\"a\"])\n  name        = \
                    \"imported\"\n  description = \"by hand\"\n  egress {\n    protocol    = \"-1\"\n    from_port   = \
                    0\n    to_port     = 0\n    cidr_blocks = [\"0.0.0.0/0\"]\n  }\n}\n";
    let text = format!("{main}{imported}")
        .replace("PROVIDER", &block)
        .replace("sg-00000000000000000", &id)
        .replace('\n', "\r\n");
    work.write("main.tf", &text);
    work.write(
        "override.tf",
        "resource \"aws_security_group\" \"new\" {\n  tags = { a = \"b\" }\n}\n",
    );
    work.apply();
    let moved = applied.migrated(&[]);
    assert_eq!(
        moved,
        [
            "curated_security_group.imported[\"a\"]",
            "curated_security_group.keyed[\"a\"]",
            "curated_security_group.new",
        ]
    );
    let after = std::fs::read_to_string(work.path().join("main.tf")).expect("the file is there");
    assert_eq!(after.matches('\n').count(), after.matches("\r\n").count());
}
