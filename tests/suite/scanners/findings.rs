//! Every check of every resource type, with rules that are known and with rules that aren't.

use super::{assert_finds, plan_of};

/// A group that isn't there yet, so that peers which name it aren't known, and a value that isn't.
const UNKNOWN: &str = r#"
resource "terraform_data" "unknown" {
  input = "x"
}
resource "curated_security_group" "lb" {
  name   = "lb"
  preset = "http"
}
"#;

const ADMIN: &str = "world-admin";
const DATA: &str = "world-data";
const ALL: &str = "world-all";
const EGRESS: &str = "open-egress";
const BARE: &str = "no-description";
const NOT_KNOWN: &str = "not-known";

#[test]
fn each_kind_of_rule_is_judged_in_rules() {
    let (folder, _) = plan_of(
        r#"
resource "curated_security_group" "short" {
  name          = "short"
  description   = "Short form"
  ingress_rules = { a = "ssh, postgresql from anywhere-ipv4 # A", b = "udp/53 from ::/0" }
}
resource "curated_security_group" "blocks" {
  name = "blocks"
  ingress {
    protocol    = "tcp"
    from_port   = 20
    to_port     = 30
    cidr_blocks = ["0.0.0.0/1", "10.0.0.0/8"]
    description = "Half of the world"
  }
  egress {
    protocol         = "-1"
    ipv6_cidr_blocks = ["::/0"]
    description      = "Out"
  }
}
resource "curated_security_group" "presets" {
  presets     = ["ssh", "exodus"]
  name        = "presets"
  description = "Presets"
}
resource "curated_security_group" "closed" {
  name          = "closed"
  description   = "Closed"
  ingress_rules = { a = "ssh, all from 10.0.0.0/8, self # A", b = "https, http from anywhere-ipv4 # B" }
  egress_rules  = { c = "https to anywhere-ipv4 # C", d = "all to 10.0.0.0/8 # D" }
}
resource "curated_security_group" "ports" {
  name          = "ports"
  description   = "Nearly all ports"
  ingress_rules = { a = "tcp/0-65100 from anywhere-ipv6 # A" }
}
resource "curated_security_group_rules" "bundle" {
  security_group_id = curated_security_group.closed.id
  ingress {
    services    = ["redis", "https"]
    cidr_blocks = ["0.0.0.0/0"]
    description = "Open"
  }
}
resource "curated_security_group_rule" "one" {
  security_group_id = curated_security_group.closed.id
  type              = "ingress"
  protocol          = "all"
  from_port         = 0
  to_port           = 0
  cidr_blocks       = ["0.0.0.0/0"]
}
resource "curated_vpc_security_group_ingress_rule" "in" {
  security_group_id = curated_security_group.closed.id
  ip_protocol       = "tcp"
  from_port         = 3389
  to_port           = 3389
  cidr_ipv6         = "::/0"
}
resource "curated_vpc_security_group_egress_rule" "out" {
  security_group_id = curated_security_group.closed.id
  ip_protocol       = "-1"
  cidr_ipv4         = "0.0.0.0/0"
  description       = "Out"
}
"#,
    );
    assert_finds(
        &folder,
        &[
            ("curated_security_group.short", &[ADMIN, DATA, BARE]),
            ("curated_security_group.blocks", &[ADMIN, EGRESS, BARE]),
            ("curated_security_group.presets", &[ADMIN, EGRESS]),
            ("curated_security_group.ports", &[ADMIN, DATA, ALL]),
            ("curated_security_group_rules.bundle", &[DATA]),
            ("curated_security_group_rule.one", &[ADMIN, DATA, ALL, BARE]),
            ("curated_vpc_security_group_ingress_rule.in", &[ADMIN, BARE]),
            ("curated_vpc_security_group_egress_rule.out", &[EGRESS]),
        ],
    );
}

#[test]
fn a_peer_that_is_not_known_hides_no_rule() {
    let resources = format!(
        "{UNKNOWN}{}",
        r#"
resource "curated_security_group" "blocks" {
  name        = "blocks"
  description = "Blocks"
  ingress {
    services        = ["ssh", "TCP/0-65535"]
    cidr_blocks     = ["0.0.0.0/0"]
    security_groups = [curated_security_group.lb.id]
    description     = "Open"
  }
  ingress {
    service         = "ssh"
    security_groups = [curated_security_group.lb.id]
  }
}
resource "curated_security_group" "ports" {
  name        = "ports"
  description = "Ports"
  ingress {
    protocol         = "6"
    from_port        = 5432
    ipv6_cidr_blocks = ["::/0"]
    security_groups  = [curated_security_group.lb.id]
    description      = "Open"
  }
}
resource "curated_security_group" "lines" {
  name          = "lines"
  description   = "Lines"
  ingress_rules = { a = "mysql, 6/443 from anywhere-ipv4 # A", b = "ssh from ${curated_security_group.lb.id}" }
  egress_rules  = { c = "all to 0.0.0.0/0 # C" }
}
resource "curated_security_group" "presets" {
  name        = "presets"
  description = "Presets"
  presets     = ["ssh", "http"]
  ingress {
    service         = "http"
    security_groups = [curated_security_group.lb.id]
    description     = "Known but for the group"
  }
}
resource "curated_security_group" "described" {
  name        = "described"
  description = "A description that is not known"
  ingress {
    service     = "ssh"
    cidr_blocks = ["0.0.0.0/0"]
    description = terraform_data.unknown.output
  }
}
resource "curated_security_group" "cidr" {
  name        = "cidr"
  description = "Addresses that are not known"
  ingress {
    service     = "ssh"
    cidr_blocks = [terraform_data.unknown.output]
    description = "SSH"
  }
}
resource "curated_security_group" "redacted" {
  name         = "redacted"
  description  = "Digests"
  redact_rules = true
  ingress {
    service     = "ssh"
    cidr_blocks = ["0.0.0.0/0"]
    description = "Open"
  }
}
resource "curated_vpc_security_group_ingress_rule" "in" {
  security_group_id = curated_security_group.lb.id
  ip_protocol       = "tcp"
  from_port         = 22
  to_port           = 22
  cidr_ipv4         = terraform_data.unknown.output
  description       = "SSH"
}
"#
    );
    let (folder, _) = plan_of(&resources);
    assert_finds(
        &folder,
        &[
            ("curated_security_group.blocks", &[ADMIN, DATA, ALL, BARE]),
            ("curated_security_group.ports", &[DATA]),
            ("curated_security_group.lines", &[DATA, EGRESS, NOT_KNOWN]),
            ("curated_security_group.presets", &[ADMIN]),
            ("curated_security_group.described", &[ADMIN]),
            ("curated_security_group.cidr", &[NOT_KNOWN]),
            ("curated_security_group.redacted", &[ADMIN]),
            ("curated_vpc_security_group_ingress_rule.in", &[NOT_KNOWN]),
        ],
    );
}

#[test]
fn any_rule_of_a_default_group_is_found_and_one_without_rules_is_as_it_should_be() {
    let (folder, _) = plan_of(
        r#"
resource "curated_default_security_group" "open" {
  ingress_rules = { a = "https from self # A" }
  egress {
    service     = "all"
    cidr_blocks = ["0.0.0.0/0"]
    description = "Out"
  }
}
resource "curated_default_security_group" "closed" {
  region = "us-east-1"
}
"#,
    );
    let both: &[&str] = &["default-group", EGRESS];
    assert_finds(&folder, &[("curated_default_security_group.open", both)]);
}
