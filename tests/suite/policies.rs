//! The guide's policy over plans, run on the plans of a real Terraform: what isn't known yet never
//! hides a group that is open to the world.

use std::io::Write as _;
use std::process::{Command, Stdio};

use serde_json::Value as Json;

use crate::documentation::{blocks, read, root};
use crate::support::emulator::{Emulator, python};
use crate::support::terraform::{self, Terraform, WorkDir};

const REGION: &str = "eu-west-1";

/// What the guide's script says of a plan, and whether it lets it pass.
fn judged(plan: &Json) -> (bool, String) {
    let page = read(&root().join("docs/guides/policies.md"));
    let found = blocks(&page, "python");
    let [script] = found.as_slice() else {
        panic!("one script");
    };
    let mut policy = Command::new(python())
        .args(["-c", script])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("Python starts");
    let mut stdin = policy.stdin.take().expect("it is piped");
    stdin
        .write_all(plan.to_string().as_bytes())
        .expect("it reads");
    drop(stdin);
    let output = policy.wait_with_output().expect("Python ends");
    assert!(output.stderr.is_empty(), "{output:?}");
    let said = String::from_utf8(output.stdout).expect("text");
    (output.status.success(), said)
}

/// The plan of a group with these lines, in a configuration where several things are unknown.
fn plan(work: &WorkDir, emulator: &Emulator, lines: &str) -> Json {
    let provider = terraform::provider(emulator.endpoint(), REGION);
    let main_tf = format!(
        r#"{provider}
resource "terraform_data" "unknown" {{
  input = "x"
}}
resource "curated_security_group" "lb" {{
  name = "lb"
}}
resource "curated_security_group" "web" {{
  name = "web"
{lines}
}}
"#
    );
    work.write("main.tf", &main_tf);
    work.plan_json()
}

fn web(plan: &Json) -> &Json {
    let changes = plan["resource_changes"].as_array().into_iter().flatten();
    let mut found = changes.filter(|c| c["address"] == "curated_security_group.web");
    &found.next().expect("it changes")["change"]
}

/// A rule whose peer is made in the same run.
const UNKNOWN_PEER: &str = r#"
  ingress {
    protocol        = "tcp"
    from_port       = 8080
    security_groups = [curated_security_group.lb.id]
  }
"#;

/// Blocks that are open to the world, and what is said of them when they are all that is known.
const OPEN: [(&str, &str); 8] = [
    (
        "  ingress {\n    service = \"ssh\"\n    cidr_blocks = [\"0.0.0.0/0\"]\n  }\n",
        "an ingress block from 0.0.0.0/0",
    ),
    (
        "  ingress {\n    protocol = \"TCP\"\n    from_port = 80\n    to_port = 443\n    \
         ipv6_cidr_blocks = [\"::/0\"]\n  }\n",
        "an ingress block from ::/0",
    ),
    (
        "  ingress {\n    service = \"all\"\n    cidr_blocks = [\"10.0.0.0/8\", \"0.0.0.0/1\"]\n  }\n",
        "an ingress block from 0.0.0.0/1",
    ),
    ("  preset = \"ssh\"\n", "preset = \"ssh\""),
    ("  presets = [\"http\", \"ssh\"]\n", "preset = \"ssh\""),
    (
        "  ingress_rules = { admin = \"https, ssh from 10.0.0.0/8, anywhere-ipv4 # x\" }\n",
        "ingress_rules[\"admin\"] from anywhere-ipv4",
    ),
    (
        "  ingress {\n    services = [\"https\", \"tcp/22\"]\n    cidr_blocks = [\"0.0.0.0/0\"]\n  }\n",
        "an ingress block from 0.0.0.0/0",
    ),
    (
        "  ingress {\n    service = \"ssh\"\n    cidr_blocks = [\"0.0.0.0/0\"]\n    \
         security_groups = [curated_security_group.lb.id]\n  }\n",
        "an ingress block from 0.0.0.0/0",
    ),
];

/// Blocks that may be open to the world: nobody can tell yet.
const UNTOLD: [(&str, &str); 5] = [
    (
        "  ingress {\n    service = \"ssh\"\n    cidr_blocks = [terraform_data.unknown.output]\n  }\n",
        "cidr_blocks that aren't known yet",
    ),
    (
        "  ingress {\n    service = terraform_data.unknown.output\n    \
         cidr_blocks = [\"0.0.0.0/0\"]\n  }\n",
        "an ingress block from 0.0.0.0/0",
    ),
    (
        "  dynamic \"ingress\" {\n    for_each = toset([terraform_data.unknown.output])\n    \
         content {\n      service = \"ssh\"\n      cidr_blocks = [ingress.key]\n    }\n  }\n",
        "cidr_blocks that aren't known yet",
    ),
    (
        "  ingress_rules = { a = \"ssh from ${terraform_data.unknown.output}\" }\n",
        "ingress_rules[\"a\"], not known yet",
    ),
    (
        "  preset = terraform_data.unknown.output\n",
        "a preset that isn't known yet",
    ),
];

/// Blocks that let nobody in who may not come in.
const CLOSED: [&str; 8] = [
    "",
    "  presets = [\"http\", \"https\"]\n",
    "  ingress_rules = { web = \"https, tcp/80 from anywhere-ipv4\", in = \"ssh from 10.0.0.0/8\" }\n",
    "  ingress {\n    services = [\"http\", \"https\"]\n    cidr_blocks = [\"0.0.0.0/0\"]\n  }\n",
    "  ingress {\n    service = \"https\"\n    cidr_blocks = [\"0.0.0.0/0\"]\n  }\n",
    "  ingress {\n    protocol = \"tcp\"\n    from_port = 80\n    ipv6_cidr_blocks = [\"::/0\"]\n  }\n",
    "  ingress {\n    service = \"ssh\"\n    cidr_blocks = [\"10.0.0.0/8\"]\n  }\n",
    "  egress {\n    service = \"all\"\n    cidr_blocks = [\"0.0.0.0/0\"]\n  }\n",
];

#[test]
fn a_group_that_is_open_to_the_world_is_refused_whatever_else_is_unknown() {
    let emulator = Emulator::start();
    let work = Terraform::find().work_dir("");
    for (lines, said) in OPEN {
        let known = lines.replace("security_groups = [curated_security_group.lb.id]", "");
        let known = plan(&work, &emulator, &known);
        let (passes, message) = judged(&known);
        assert!(!passes, "{lines}{message}");
        assert!(
            message.starts_with("curated_security_group.web: ingress "),
            "{message}"
        );

        let unknown = plan(&work, &emulator, &format!("{lines}{UNKNOWN_PEER}"));
        assert_eq!(web(&unknown)["after_unknown"]["rules"], true);
        assert!(web(&unknown)["after"]["rules"].is_null());
        let (passes, message) = judged(&unknown);
        assert!(!passes && message.contains(said), "{lines}{message}");
    }
}

#[test]
fn a_rule_is_not_hidden_by_a_description_that_is_unknown() {
    let emulator = Emulator::start();
    let work = Terraform::find().work_dir("");
    let open = "  ingress {\n    service = \"ssh\"\n    cidr_blocks = [\"0.0.0.0/0\"]\n    \
                description = terraform_data.unknown.output\n  }\n";
    let plan = plan(&work, &emulator, open);
    assert_eq!(web(&plan)["after"]["rules"], serde_json::json!({}));
    let (passes, message) = judged(&plan);
    assert!(!passes, "{message}");
    assert!(
        message.contains("ingress tcp/22 from 0.0.0.0/0"),
        "{message}"
    );
}

#[test]
fn digests_in_place_of_peers_hide_no_open_group() {
    let emulator = Emulator::start();
    let work = Terraform::find().work_dir("");
    for (lines, said) in OPEN {
        for unknown in ["", UNKNOWN_PEER] {
            let lines = format!("  redact_rules = true\n{lines}{unknown}");
            let (passes, message) = judged(&plan(&work, &emulator, &lines));
            assert!(!passes && message.contains(said), "{lines}{message}");
        }
    }
    for lines in CLOSED {
        let lines = format!("  redact_rules = true\n{lines}");
        let (passes, message) = judged(&plan(&work, &emulator, &lines));
        assert!(passes, "{lines}{message}");
    }
}

#[test]
fn what_cannot_be_told_yet_is_refused() {
    let emulator = Emulator::start();
    let work = Terraform::find().work_dir("");
    for (lines, said) in UNTOLD {
        let (passes, message) = judged(&plan(&work, &emulator, lines));
        assert!(!passes && message.contains(said), "{lines}{message}");
    }
}

#[test]
fn closed_groups_pass_with_and_without_an_unknown_peer() {
    let emulator = Emulator::start();
    let work = Terraform::find().work_dir("");
    for lines in CLOSED {
        for unknown in ["", UNKNOWN_PEER] {
            let (passes, message) = judged(&plan(&work, &emulator, &format!("{lines}{unknown}")));
            assert!(passes, "{lines}{unknown}{message}");
        }
    }
}
