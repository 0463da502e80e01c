//! New groups: what EC2 holds after an apply, what was known before it, and what is left when it
//! fails half-way.

use std::collections::BTreeMap;

use serde_json::json;

use crate::support::emulator::element;
use crate::support::held::{described, plain, rules_in, text};
use crate::support::said::{assert_says, only_error};
use crate::support::stage::{REGION, Stage};

const EVERY_KIND: &str = r#"
variable "prefix_list" { type = string }

resource "curated_security_group" "other" {
  name = "other"
}

resource "curated_security_group" "every" {
  name        = "every"
  description = "Every kind of rule"

  ingress {
    service          = "openvpn"
    description      = "the office"
    cidr_blocks      = ["192.0.2.0/24"]
    ipv6_cidr_blocks = ["2001:DB8:0::/48"]
  }
  ingress {
    protocol        = "TCP"
    from_port       = 8000
    to_port         = 8100
    prefix_list_ids = [var.prefix_list]
    security_groups = [curated_security_group.other.id]
    self            = true
  }
  ingress {
    protocol    = "icmp"
    from_port   = 8
    to_port     = 0
    cidr_blocks = ["10.0.0.0/8"]
  }
  ingress {
    protocol         = "icmpv6"
    ipv6_cidr_blocks = ["::/0"]
  }
  ingress {
    protocol    = "50"
    cidr_blocks = ["198.51.100.7/32"]
  }
  egress {
    protocol         = "-1"
    description      = "out"
    ipv6_cidr_blocks = ["::/0"]
  }
  egress {
    protocol        = "17"
    from_port       = 53
    prefix_list_ids = [var.prefix_list]
  }
}

output "rules" {
  value = curated_security_group.every.rules
}
"#;

#[test]
fn group_with_every_kind_of_block_holds_exactly_their_rules() {
    let stage = Stage::new(EVERY_KIND);
    let list = stage.emulator.call(
        REGION,
        "CreateManagedPrefixList",
        &[
            ("PrefixListName", "partners"),
            ("AddressFamily", "IPv4"),
            ("MaxEntries", "3"),
        ],
    );
    let list = element(&list, "prefixListId");
    let value = format!("prefix_list = \"{list}\"\n");
    stage.work.write("terraform.tfvars", &value);

    stage.work.apply();

    let other = stage.id("other");
    let expected = [
        ("ingress tcp/443 from 192.0.2.0/24", "the office"),
        ("ingress udp/1194 from 192.0.2.0/24", "the office"),
        ("ingress tcp/443 from 2001:db8::/48", "the office"),
        ("ingress udp/1194 from 2001:db8::/48", "the office"),
        (&format!("ingress tcp/8000-8100 from {list}"), ""),
        (&format!("ingress tcp/8000-8100 from {other}"), ""),
        ("ingress tcp/8000-8100 from self", ""),
        ("ingress icmp/8/0 from 10.0.0.0/8", ""),
        ("ingress icmpv6 from ::/0", ""),
        ("ingress 50 from 198.51.100.7/32", ""),
        ("egress all to ::/0", "out"),
        (&format!("egress udp/53 to {list}"), ""),
    ];
    let expected = described(expected);
    assert_eq!(stage.held("every"), expected);
    let attributes = stage.work.attributes("curated_security_group.every");
    assert_eq!(rules_in(&attributes), expected);
    let outputs = &stage.work.state()["values"]["outputs"];
    assert_eq!(outputs["rules"]["value"], attributes["rules"]);
    assert_eq!(stage.held("other"), plain([]), "no block, no rule");
    stage.assert_settled();
}

#[test]
fn group_from_a_preset_with_blocks_and_tags_holds_all_of_them() {
    let stage = Stage::new(
        r#"
resource "curated_security_group" "web" {
  preset = "https"
  name   = "web"
  ingress {
    service     = "http"
    description = "redirects"
    cidr_blocks = ["0.0.0.0/0"]
  }
  tags = { team = "web", note = "" }
}
"#,
    );
    stage.work.apply();
    let group = stage.emulator.group(REGION, "web");
    assert_eq!(group["description"], "HTTPS");
    assert_eq!(group["tags"], json!({ "team": "web", "note": "" }));
    let expected = [
        ("ingress tcp/443 from 0.0.0.0/0", ""),
        ("ingress tcp/80 from 0.0.0.0/0", "redirects"),
    ];
    assert_eq!(stage.held("web"), described(expected));
    let attributes = stage.work.attributes("curated_security_group.web");
    for name in ["id", "owner_id", "vpc_id", "description"] {
        assert_eq!(attributes[name], group[name], "{name}");
    }
    assert_eq!(attributes["tags_all"], group["tags"]);
    let arn = format!(
        "arn:aws:ec2:{REGION}:{}:security-group/{}",
        text(&group["owner_id"]),
        text(&group["id"])
    );
    assert_eq!(attributes["arn"], arn);
    let calls = [
        "AuthorizeSecurityGroupIngress",
        "CreateSecurityGroup",
        "RevokeSecurityGroupEgress",
    ];
    assert_eq!(stage.sorted_writes(), calls);
    stage.assert_settled();
}

#[test]
fn plan_of_a_group_with_known_peers_has_all_its_rules_and_apply_keeps_them() {
    let stage = Stage::new(
        r#"
resource "curated_security_group" "ssh" {
  preset = "ssh"
  ingress {
    protocol    = "tcp"
    from_port   = 9100
    description = "metrics"
    cidr_blocks = ["10.1.0.0/16", "10.2.0.0/16"]
    self        = true
  }
}
"#,
    );
    let plan = stage.work.plan_json();
    let change = &plan["resource_changes"][0]["change"];
    let (planned, unknown) = (&change["after"], &change["after_unknown"]);
    let expected = described([
        ("ingress tcp/22 from 0.0.0.0/0", ""),
        ("ingress tcp/9100 from 10.1.0.0/16", "metrics"),
        ("ingress tcp/9100 from 10.2.0.0/16", "metrics"),
        ("ingress tcp/9100 from self", "metrics"),
    ]);
    assert_eq!(rules_in(planned), expected);
    assert_eq!(planned["name"], "ssh");
    assert_eq!(planned["description"], "SSH");
    assert_eq!(planned["region"], REGION);

    let applied = stage.work.run(&["apply", "-no-color", "plan.bin"]);
    assert_eq!(applied.code, 0, "{applied}");
    assert_eq!(stage.held("ssh"), expected);
    let after = stage.work.attributes("curated_security_group.ssh");
    for (name, value) in planned.as_object().expect("an object") {
        if unknown[name] != true {
            assert_eq!(after[name], *value, "{name}");
        }
    }
}

#[test]
fn plan_of_a_rule_for_a_group_to_come_leaves_rules_unknown_until_apply() {
    let stage = Stage::new(
        r#"
resource "curated_security_group" "web" {
  preset = "https"
}
resource "curated_security_group" "app" {
  name = "app"
  ingress {
    protocol        = "tcp"
    from_port       = 8080
    security_groups = [curated_security_group.web.id]
  }
}
"#,
    );
    let plan = stage.work.plan_json();
    let changes = plan["resource_changes"].as_array().expect("a list");
    let change = |name: &str| {
        let address = format!("curated_security_group.{name}");
        let found = changes.iter().find(|c| c["address"] == address.as_str());
        &found.expect("both are planned")["change"]
    };
    assert_eq!(change("app")["after_unknown"]["rules"], true);
    assert!(change("app")["after"].get("rules").is_none());
    let https = plain(["ingress tcp/443 from 0.0.0.0/0"]);
    assert_eq!(rules_in(&change("web")["after"]), https);

    let applied = stage.work.run(&["apply", "-no-color", "plan.bin"]);
    assert_eq!(applied.code, 0, "{applied}");
    let expected = plain([&format!("ingress tcp/8080 from {}", stage.id("https"))]);
    assert_eq!(stage.held("app"), expected);
    stage.assert_settled();
}

const BOTH_WAYS: &str = r#"
resource "curated_security_group" "app" {
  name = "app"
  ingress {
    service     = "https"
    cidr_blocks = ["0.0.0.0/0"]
  }
  egress {
    service     = "http"
    cidr_blocks = ["0.0.0.0/0"]
  }
}
"#;

/// Applies while EC2 refuses these; the one error.
fn refused(stage: &Stage, actions: &[&str]) -> String {
    let refusal = |action: &&str| {
        json!({
            "action": action, "do": "error", "code": "InvalidParameterValue", "message": "Not today.",
        })
    };
    let faults: Vec<_> = actions.iter().map(refusal).collect();
    stage.emulator.config(&json!({ "faults": faults }));
    let message = only_error(&stage.work.try_apply());
    let words = [actions[0], "InvalidParameterValue", "Not today."];
    assert_says(&message, &words);
    message
}

/// The next apply makes what the failed one didn't.
fn assert_goes_on(stage: &Stage) {
    stage.work.apply();
    assert_eq!(stage.names(REGION), ["app"]);
    let expected = plain([
        "ingress tcp/443 from 0.0.0.0/0",
        "egress tcp/80 to 0.0.0.0/0",
    ]);
    assert_eq!(stage.held("app"), expected);
    stage.assert_settled();
}

#[test]
fn create_failing_half_way_leaves_nothing_and_the_next_apply_makes_the_group() {
    let stage = Stage::new(BOTH_WAYS);
    let message = refused(&stage, &["AuthorizeSecurityGroupEgress"]);
    assert_says(&message, &["was deleted again"]);
    assert_eq!(stage.names(REGION), [""; 0]);
    assert_eq!(stage.work.resources(), BTreeMap::new());
    assert_goes_on(&stage);
}

#[test]
fn create_failing_half_way_for_good_keeps_what_exists_and_the_next_apply_leaves_one_group() {
    let stage = Stage::new(BOTH_WAYS);
    let actions = ["AuthorizeSecurityGroupEgress", "DeleteSecurityGroup"];
    let message = refused(&stage, &actions);
    let id = stage.id("app");
    assert_says(&message, &[&id]);
    let attributes = stage.work.attributes("curated_security_group.app");
    assert_eq!(attributes["id"], id.as_str());
    assert_eq!(rules_in(&attributes), stage.held("app"));
    assert_goes_on(&stage);
}

#[test]
fn create_of_a_name_that_is_taken_says_so_and_leaves_nothing() {
    let stage =
        Stage::new("resource \"curated_security_group\" \"ssh\" {\n  preset = \"ssh\"\n}\n");
    let taken = [("GroupName", "ssh"), ("GroupDescription", "by hand")];
    stage.emulator.call(REGION, "CreateSecurityGroup", &taken);
    let message = only_error(&stage.work.try_apply());
    let words = [
        "\"ssh\" is taken",
        "unique",
        "import {",
        "curated_security_group.NAME",
    ];
    assert_says(&message, &words);
    assert_eq!(
        stage.emulator.counts().get("CreateSecurityGroup"),
        Some(&1),
        "only by hand"
    );
    assert_eq!(stage.names(REGION), ["ssh"]);
    assert_eq!(stage.work.resources(), BTreeMap::new());
}
