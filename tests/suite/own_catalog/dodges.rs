//! Ways to write what a guardrail forbids so that it looks like something else: each is found.

use super::web;
use crate::support::said::assert_says;
use crate::support::stage::Stage;

const GUARDRAIL: &str = r#"
  guardrail {
    name    = "no-ssh"
    traffic = ["ssh"]
    reason  = "Use the bastion"
  }
"#;

/// Lines of a group that let the world in to port 22 in the end.
const DODGES: &[(&str, &str)] = &[
    (
        "the world in halves, in one block",
        "  ingress {\n    service     = \"ssh\"\n    cidr_blocks = [\"0.0.0.0/1\", \"128.0.0.0/1\"]\n  }",
    ),
    (
        "halves over two blocks of other ports",
        "  ingress {\n    protocol    = \"tcp\"\n    from_port   = 20\n    to_port     = 22\n    \
         cidr_blocks = [\"0.0.0.0/1\"]\n  }\n  ingress {\n    protocol    = \"tcp\"\n    \
         from_port   = 22\n    to_port     = 30\n    cidr_blocks = [\"128.0.0.0/1\"]\n  }",
    ),
    (
        "quarters over a block, labels and an other block",
        "  ingress {\n    service     = \"ssh\"\n    cidr_blocks = [\"0.0.0.0/2\"]\n  }\n  ingress {\n    \
         protocol    = \"all\"\n    cidr_blocks = [\"64.0.0.0/2\"]\n  }\n  ingress_rules = {\n    \
         a = \"tcp/1-1024 from 128.0.0.0/2\"\n    b = \"6/22 from 192.0.0.0/2\"\n  }",
    ),
    (
        "all but private addresses",
        "  ingress_rules = { a = \"ssh from 0.0.0.0/5, 8.0.0.0/7, 11.0.0.0/8, 12.0.0.0/6, 16.0.0.0/4, \
         32.0.0.0/3, 64.0.0.0/2, 128.0.0.0/1\" }",
    ),
    ("IPv6", "  ingress_rules = { a = \"ssh from ::/0\" }"),
    (
        "halves of what is in use of IPv6",
        "  ingress_rules = { a = \"ssh from 2000::/4\", b = \"ssh from 3000::/4\" }",
    ),
    (
        "what is in use of IPv6",
        "  ingress {\n    service          = \"ssh\"\n    ipv6_cidr_blocks = [\"2000::/3\"]\n  }",
    ),
    (
        "a range of ports",
        "  ingress_rules = { a = \"tcp/1-65535 from anywhere-ipv4\" }",
    ),
    (
        "all",
        "  ingress_rules = { a = \"all from anywhere-ipv4\" }",
    ),
    (
        "all by its number",
        "  ingress {\n    protocol    = \"-1\"\n    cidr_blocks = [\"0.0.0.0/0\"]\n  }",
    ),
    (
        "TCP by its number",
        "  ingress {\n    protocol    = \"6\"\n    from_port   = 22\n    cidr_blocks = [\"0.0.0.0/0\"]\n  }",
    ),
    (
        "a port in services",
        "  ingress {\n    services    = [\"https\", \"tcp/22\"]\n    cidr_blocks = [\"0.0.0.0/0\"]\n  }",
    ),
    ("a preset", "  presets = [\"http\", \"ssh\"]"),
    (
        "a half in a preset's rule",
        "  preset        = \"half\"\n  ingress_rules = { a = \"ssh from 128.0.0.0/1\" }",
    ),
];

const HALF: &str = r#"
  preset {
    name          = "half"
    description   = "Half of the world"
    ingress_rules = { a = "ssh from 0.0.0.0/1" }
  }
"#;

#[test]
fn each_way_to_dodge_a_guardrail_is_refused_by_validate_and_plan() {
    let definitions = format!("{GUARDRAIL}{HALF}");
    let stage = Stage::with_provider(&definitions, "");
    for (what, lines) in DODGES {
        stage.write_all(&definitions, &web(lines));
        for command in ["validate", "plan"] {
            let outcome = stage.work.run(&[command, "-no-color"]);
            assert_eq!(outcome.code, 1, "{what}: {outcome}");
            assert_says(
                &outcome.failure(),
                &["The guardrail \"no-ssh\" is violated", "Use the bastion"],
            );
        }
    }
}

#[test]
fn what_is_not_the_world_together_passes() {
    let stage = Stage::with_provider(GUARDRAIL, "");
    for lines in [
        "  ingress_rules = { a = \"ssh from 0.0.0.0/1\", b = \"tcp/23 from 128.0.0.0/1\" }",
        "  ingress_rules = { a = \"ssh from 0.0.0.0/1\", b = \"udp/22 from 128.0.0.0/1\" }",
        "  ingress_rules = { a = \"ssh from 0.0.0.0/1, 8000::/1\" }",
        "  ingress_rules = { a = \"tcp/1-21, tcp/23-65535, udp/22, icmp from anywhere-ipv4\" }",
        "  ingress_rules = { a = \"ssh from 0.0.0.0/1, 128.0.0.0/2, 192.0.0.0/4\" }",
        "  egress_rules = { a = \"all to anywhere-ipv4\" }",
    ] {
        stage.write_all(GUARDRAIL, &web(lines));
        stage.work.try_validate().expect(&[0]);
        let plan = stage.work.plan().text;
        assert!(!plan.contains("guardrail"), "{lines}: {plan}");
    }
}
