//! Groups that a module of a registry makes: its files can't be edited, and the configuration that the
//! command offers instead takes them over without a change.

use std::fs;

use super::proof::applied;
use super::{migrate, stdout};

/// Group and rules as modules of registries make them: guarded by `count`, named by a prefix, with
/// lists of rules.
fn module(rule: &str) -> String {
    format!(
        r#"variable "name" {{
  type = string
}}

variable "ports" {{
  type = map(number)
}}

resource "aws_security_group" "this" {{
  count       = 1
  name_prefix = "${{var.name}}-"
  description = "Managed by a module"
  tags        = {{ Name = var.name }}

  lifecycle {{
    create_before_destroy = true
  }}
}}
{rule}
output "security_group_id" {{
  value = aws_security_group.this[0].id
}}
"#
    )
}

const NUMBERED: &str = r#"
resource "aws_security_group_rule" "ingress" {
  count             = length(var.ports)
  security_group_id = aws_security_group.this[0].id
  type              = "ingress"
  protocol          = "tcp"
  from_port         = values(var.ports)[count.index]
  to_port           = values(var.ports)[count.index]
  cidr_blocks       = ["10.0.0.0/8"]
  description       = "Ingress Rule"
}
"#;

const KEYED: &str = r#"
resource "aws_vpc_security_group_ingress_rule" "this" {
  for_each          = var.ports
  security_group_id = aws_security_group.this[0].id
  ip_protocol       = "tcp"
  from_port         = each.value
  to_port           = each.value
  cidr_ipv4         = "10.0.0.0/8"
  tags              = merge({ Name = each.key }, { Team = "net" })
}
"#;

const CALL: &str = r#"PROVIDER

module "web" {
  source = "./vendored"
  name   = "web"
  ports  = { http = 80, https = 443 }
}

resource "terraform_data" "user" {
  input = module.web.security_group_id
}
"#;

/// Lets the command say what replaces a call of the registry's module, and does it.
fn taken_over(name: &str, rule: &str) {
    let module = module(rule);
    let files = [("main.tf", CALL), ("vendored/main.tf", module.as_str())];
    let Some(applied) = applied(name, &files) else {
        return;
    };
    let work = &applied.work;
    let main = fs::read_to_string(work.path().join("main.tf")).expect("a file");
    let user = work.attributes("terraform_data.user");
    // Beside its type: that of `terraform_data` is open.
    let id = user["output"]["value"]
        .as_str()
        .expect("the group's id")
        .to_owned();

    // To the command, it is the registry's module.
    let source = "terraform-aws-modules/security-group/aws";
    let asked = tempfile::TempDir::new().expect("a directory can be made");
    let text = main.replace("./vendored", source);
    super::write(asked.path(), &[("main.tf", &text)]);
    let said = stdout(&migrate(asked.path(), &[]));
    let block = |start: &str| -> String {
        let lines = said.lines().skip_while(|line| !line.starts_with(start));
        let lines = lines.take_while(|line| line.starts_with("    "));
        lines.map(|line| format!("{line}\n")).collect()
    };
    let import = block("    import {").replace("sg-…", &id);
    assert!(import.contains("curated_security_group.web"), "{said}");
    let removed = block("    removed {");
    assert!(removed.contains("module.web"), "{said}");

    let (before, rest) = main.split_once("module \"web\"").expect("the call");
    let (_, behind) = rest.split_once("\n}\n").expect("its end");
    let behind = behind.replace(
        "module.web.security_group_id",
        "curated_security_group.web.id",
    );
    let curated = "terraform {\n  required_providers {\n    curated = {\n      source = \"curated/curated\"\n    \
                   }\n  }\n}\n";
    let twin = before.replace("provider \"aws\"", "provider \"curated\"");
    work.write("curated.tf", &format!("{curated}\n{twin}"));
    work.write("import.tf", &import);
    let plan = work.run(&["plan", "-no-color", "-generate-config-out=groups.tf"]);
    let text = plan.expect(&[0]).text();
    let said = "1 to import, 0 to add, 0 to change, 0 to destroy";
    assert!(text.contains(said), "{text}");

    work.write("main.tf", &format!("{before}{removed}{behind}"));
    let text = work.plan().text;
    assert!(text.contains(said), "{text}");
    applied.nothing_changes();
}

#[test]
fn a_group_with_numbered_rules_is_taken_over_by_what_is_offered() {
    taken_over("a registry's module with numbered rules", NUMBERED);
}

#[test]
fn a_group_with_keyed_rules_is_taken_over_by_what_is_offered() {
    taken_over("a registry's module with keyed rules", KEYED);
}
