//! What the guide from aws_security_group says of expressions holds in a real Terraform: its blocks
//! are run as they stand, on a group that has each case.

use serde_json::{Value as Json, json};

use super::{blocks, read, root};
use crate::support::emulator::Emulator;
use crate::support::terraform::{self, Terraform, WorkDir};

const REGION: &str = "eu-west-1";

/// A group with a protocol in capitals, unset attributes, and sets of one and of several.
const APP: &str = r#"
resource "curated_security_group" "app" {
  name = "app"

  ingress {
    description = "application"
    protocol    = "TCP"
    from_port   = 8080
    cidr_blocks = ["10.1.0.0/16", "10.0.0.0/16"]
  }
  ingress {
    service = "all"
    self    = true
  }
  egress {
    service     = "all"
    cidr_blocks = ["0.0.0.0/0"]
  }
}
"#;

/// The blocks of the guide's section on expressions.
fn section() -> Vec<String> {
    let page = read(&root().join("docs/guides/from-aws-security-group.md"));
    let section = page.split("\n### In expressions\n").nth(1);
    let section = section.and_then(|rest| rest.split("\n## ").next());
    let found = blocks(section.expect("the section"), "terraform");
    found.into_iter().map(str::to_owned).collect()
}

fn stage(hcl: &str) -> (Emulator, WorkDir) {
    let emulator = Emulator::start();
    let work = Terraform::find().work_dir("");
    let provider = terraform::provider(emulator.endpoint(), REGION);
    work.write("main.tf", &format!("{provider}{APP}{hcl}"));
    (emulator, work)
}

/// The names that the first block gives to its values.
fn names(locals: &str) -> Vec<&str> {
    let lines = locals.lines().filter_map(|line| {
        let line = line.strip_prefix("  ").filter(|l| !l.starts_with(' '))?;
        let (name, _) = line.split_once('=')?;
        Some(name.trim()).filter(|name| !name.starts_with('#'))
    });
    lines.collect()
}

#[test]
fn expressions_of_the_guide_give_what_it_says() {
    let section = section();
    let names = names(&section[0]);
    let outputs: String = names
        .iter()
        .map(|name| format!("output \"{name}\" {{\n  value = local.{name}\n}}\n"))
        .collect();
    let (emulator, work) = stage(&format!("{}{outputs}", section.concat()));
    work.apply();
    assert!(!work.plan().changes);
    let state = work.state();
    let value = |name: &str| state["values"]["outputs"][name]["value"].clone();

    // The state holds what the guide's table says.
    let app = value("app");
    let ingress = app["ingress"].as_array().expect("blocks");
    let tcp = ingress.iter().find(|b| b["protocol"] == "TCP");
    let tcp = tcp.expect("the protocol as it was written");
    for unset in ["self", "ipv6_cidr_blocks", "prefix_list_ids", "service"] {
        assert!(tcp[unset].is_null(), "{unset}: {tcp}");
    }

    let sorted = |name: &str| {
        let mut texts: Vec<String> = serde_json::from_value(value(name)).expect("texts");
        texts.sort();
        texts
    };
    assert_eq!(value("tcp_blocks"), json!([tcp]));
    let tcp_rules = ["10.0.0.0/16", "10.1.0.0/16"].map(|c| format!("ingress tcp/8080 from {c}"));
    assert_eq!(sorted("tcp_rules"), tcp_rules);
    assert_eq!(value("world"), "0.0.0.0/0");
    assert_eq!(value("networks"), json!(["10.0.0.0/16", "10.1.0.0/16"]));
    assert_eq!(sorted("labels"), ["application", "no description"]);
    assert_eq!(value("own")[0]["service"], "all");
    assert_eq!(value("own").as_array().map(Vec::len), Some(1));
    assert_eq!(value("ipv6_many"), 0);
    let tested = [
        "app",
        "tcp_blocks",
        "tcp_rules",
        "world",
        "networks",
        "labels",
        "own",
    ];
    assert_eq!(
        names,
        [&tested[..], &["ipv6_many"]].concat(),
        "an expression isn't tested"
    );

    // The group of the second block has no rule, whose variable is an empty set.
    let offices = emulator.group(REGION, "offices");
    assert_eq!(
        offices["ingress"],
        Json::from(Vec::<Json>::new()),
        "{offices}"
    );
}

/// If these worked, the guide would warn of nothing.
#[test]
fn expressions_of_the_aws_provider_that_the_guide_warns_of_fail() {
    for (hcl, message) in [
        (
            "one(curated_security_group.app.egress).cidr_blocks[0]",
            "Invalid index",
        ),
        (
            "[for b in curated_security_group.app.ingress : length(b.ipv6_cidr_blocks)]",
            "null",
        ),
        (
            "[for b in curated_security_group.app.ingress : lower(b.protocol)]",
            "null",
        ),
    ] {
        let (_bench, work) = stage(&format!("output \"x\" {{\n  value = {hcl}\n}}\n"));
        let failure = work.try_apply().failure();
        assert!(failure.contains(message), "{hcl}: {failure}");
    }
    let (_bench, work) = stage("resource \"curated_security_group\" \"x\" {\n  ingress = []\n}\n");
    let failure = work.try_validate().failure();
    assert!(failure.contains("Unsupported argument"), "{failure}");
}
