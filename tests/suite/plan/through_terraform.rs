//! Configurations that can't be right: each is refused before EC2 is asked, in words that say
//! where it is wrong and how to mend it.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::support::held::text;
use crate::support::said::{assert_says, only_error};
use crate::support::stage::Stage;
use crate::support::terraform::Terraform;

/// A resource's arguments, and the words that its one error has.
const CASES: &[(&str, &str, &[&str])] = &[
    (
        "preset_misspelt",
        r#"preset = "htpps""#,
        &[r#""htpps" is not a preset"#, r#"Did you mean "https""#],
    ),
    (
        "service_misspelt",
        r#"
        name = "app"
        ingress {
          service     = "opnvpn"
          cidr_blocks = ["0.0.0.0/0"]
        }"#,
        &[r#""opnvpn" is not a service"#, r#"Did you mean "openvpn"?"#],
    ),
    (
        "protocol_misspelt",
        r#"
        name = "app"
        ingress {
          protocol    = "tpc"
          from_port   = 22
          cidr_blocks = ["0.0.0.0/0"]
        }"#,
        &[r#""tpc" is not a protocol"#, r#"Did you mean "tcp""#],
    ),
    (
        "host_bits",
        r#"
        name = "app"
        ingress {
          service     = "ssh"
          cidr_blocks = ["10.0.0.5/24"]
        }"#,
        &[
            r#""10.0.0.5/24" has host bits set"#,
            r#"Write that, or "10.0.0.5/32""#,
            r#""10.0.0.0/24""#,
            "cidr_blocks",
        ],
    ),
    (
        "no_source",
        r#"
        name = "app"
        ingress {
          service = "ssh"
        }"#,
        &[
            "cidr_blocks",
            "ipv6_cidr_blocks",
            "prefix_list_ids",
            "security_groups",
            "self",
        ],
    ),
    (
        "nothing_let_through",
        r#"
        name = "app"
        egress {
          cidr_blocks = ["0.0.0.0/0"]
        }"#,
        &[r#"Set "service", "services", or "protocol""#],
    ),
    (
        "service_and_protocol",
        r#"
        name = "app"
        ingress {
          service     = "ssh"
          protocol    = "tcp"
          cidr_blocks = ["0.0.0.0/0"]
        }"#,
        &[
            "Conflicting configuration arguments",
            r#"protocol = "tcp""#,
            "remove one",
        ],
    ),
    (
        "ports_that_open_everything",
        r#"
        name = "app"
        ingress {
          protocol    = "-1"
          from_port   = 22
          to_port     = 22
          cidr_blocks = ["10.0.0.0/8"]
        }"#,
        &["would be ignored", r#"write protocol = "tcp""#],
    ),
    (
        "read_only",
        r#"
        name = "app"
        arn  = "arn:aws:ec2:eu-west-1:123456789012:security-group/sg-0123456789abcdef0""#,
        &[r#""arn" is read-only"#, "remove it"],
    ),
    (
        "twice_in_blocks",
        r#"
        name = "app"
        ingress {
          description = "one"
          service     = "https"
          cidr_blocks = ["0.0.0.0/0"]
        }
        ingress {
          description = "two"
          protocol    = "6"
          from_port   = 443
          cidr_blocks = ["10.0.0.0/8", "0.0.0.0/0"]
        }"#,
        &["ingress tcp/443 from 0.0.0.0/0", "one", "two", "only once"],
    ),
    (
        "twice_with_preset",
        r#"
        preset = "openvpn"
        ingress {
          protocol    = "tcp"
          from_port   = 443
          cidr_blocks = ["0.0.0.0/0"]
        }"#,
        &[
            "ingress tcp/443 from 0.0.0.0/0",
            r#"The preset "openvpn" brings this rule already"#,
        ],
    ),
    (
        "zone_for_region",
        r#"
        name   = "app"
        region = "eu-west-1a""#,
        &[r#""eu-west-1a" is not a region"#, r#""eu-west-1""#],
    ),
    ("name_reserved", r#"name = "sg-app""#, &["sg-"]),
];

#[test]
fn validate_of_each_bad_configuration_gives_one_error_that_mends_it() {
    let main_tf: String = CASES
        .iter()
        .map(|(name, arguments, _)| {
            format!("resource \"curated_security_group\" \"{name}\" {{\n{arguments}\n}}\n")
        })
        .collect();
    let required = "terraform {\n  required_providers {\n    curated = { source = \
                    \"curated/curated\" }\n  }\n}\n";
    let work = Terraform::find().work_dir(&format!("{required}{main_tf}"));
    let outcome = work.run(&["validate", "-json"]);
    let found: Value = serde_json::from_str(&outcome.stdout).expect("JSON");

    let mut errors: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for found in found["diagnostics"].as_array().expect("a list") {
        if found["severity"] != "error" {
            continue;
        }
        let address = text(&found["address"]);
        let name = address.trim_start_matches("curated_security_group.");
        let message = format!("{}. {}", text(&found["summary"]), text(&found["detail"]));
        errors.entry(name).or_default().push(message);
    }
    for (name, _, words) in CASES {
        let errors = errors.remove(name).unwrap_or_default();
        assert_eq!(errors.len(), 1, "{name}: {errors:#?}");
        assert_says(&errors[0], words);
    }
    assert!(errors.is_empty(), "{errors:#?}");
}

#[test]
fn plan_of_a_rule_that_turns_out_bad_asks_for_no_change() {
    // What a variable holds is known only when planning.
    let stage = Stage::new(
        r#"
variable "cidr" { default = "10.0.0.1/8" }
resource "curated_security_group" "app" {
  name = "app"
  ingress {
    service     = "ssh"
    cidr_blocks = [var.cidr]
  }
}
"#,
    );
    assert_eq!(stage.work.try_validate().code, 0);
    let message = only_error(&stage.work.try_apply());
    assert_says(&message, &["host bits", "\"10.0.0.0/8\"", "main.tf line"]);
    stage.assert_no_writes();
}

#[test]
fn plan_of_a_wrong_id_says_where_it_is_written_and_asks_for_no_change() {
    let stage = Stage::new(
        r#"
resource "curated_security_group" "app" {
  name   = "app"
  vpc_id = "subnet-0123456789abcdef0"
}
resource "curated_security_group" "web" {
  name = "web"
  ingress {
    service         = "https"
    security_groups = ["load-balancer"]
  }
}
"#,
    );
    let outcome = stage.work.try_apply();
    let message = outcome.failure();
    assert_says(
        &message,
        &[
            r#""subnet-0123456789abcdef0" is not the id of a VPC"#,
            "vpc_id = \"subnet-0123456789abcdef0\"",
            r#""load-balancer" is not the id of a security group"#,
            "curated_security_group.web.id",
            "main.tf line",
        ],
    );
    assert_eq!(message.matches("Error: ").count(), 2, "{outcome}");
    stage.assert_no_writes();
}
