//! What guardrails do to plans: errors, warnings, exemptions and their reasons.

use super::web;
use crate::support::said::{assert_says, words};
use crate::support::stage::{REGION, Stage};

const GUARDRAILS: &str = r#"
  guardrail {
    name    = "no-admin"
    traffic = ["remote-access"]
    reason  = "Use the bastion: https://wiki.example/bastion"
  }
  guardrail {
    name    = "beware-of-databases"
    traffic = ["database"]
    action  = "warning"
    reason  = "Ask the data team"
  }
  guardrail {
    name       = "no-telnet"
    traffic    = ["telnet"]
    reason     = "Nobody needs it"
    exemptible = false
  }
  guardrail {
    name      = "no-way-out"
    direction = "egress"
    traffic   = ["smtp"]
    reason    = "Mail goes by the relay"
  }
  guardrail {
    name    = "not-from-the-office"
    traffic = ["tcp/9200"]
    peers   = ["192.0.2.0/24"]
    reason  = "The office has no business there"
  }
"#;

#[test]
fn a_violation_stops_validate_and_plan_with_guardrail_reason_rule_and_place() {
    let stage = Stage::with_provider(GUARDRAILS, "");
    for (lines, said) in [
        (
            "  ingress {\n    service     = \"rdp\"\n    cidr_blocks = [\"0.0.0.0/0\"]\n  }",
            [
                "no-admin",
                "Use the bastion: https://wiki.example/bastion",
                "tcp/3389",
                "in the ingress block with service = \"rdp\"",
            ],
        ),
        (
            "  ingress_rules = { door = \"ssh from anywhere-ipv6 # ours\" }",
            [
                "no-admin",
                "Use the bastion",
                "tcp/22 from ::/0",
                "the label \"door\" of ingress_rules",
            ],
        ),
        (
            "  preset = \"ssh\"",
            [
                "no-admin",
                "Use the bastion",
                "tcp/22 from 0.0.0.0/0",
                "the preset",
            ],
        ),
        (
            "  egress_rules = { mail = \"all to anywhere-ipv4\" }",
            [
                "no-way-out",
                "Mail goes by the relay",
                "egress all to 0.0.0.0/0",
                "the label \"mail\"",
            ],
        ),
        (
            "  ingress_rules = { es = \"tcp/9000-9300 from 192.0.2.128/25\" }",
            [
                "not-from-the-office",
                "The office has no business",
                "192.0.2.128/25",
                "the label \"es\"",
            ],
        ),
    ] {
        stage.write_all(GUARDRAILS, &web(lines));
        for command in ["validate", "plan"] {
            let refused = stage.work.run(&[command, "-no-color"]).failure();
            let summary = format!("The guardrail \"{}\" is violated", said[0]);
            assert_says(&refused, &[&summary]);
            assert_says(&refused, &said[1..]);
        }
    }
    // What is narrower passes.
    let narrow =
        "  ingress_rules = { a = \"ssh from 10.0.0.0/8\", b = \"https from anywhere-ipv4\" }";
    stage.write_all(GUARDRAILS, &web(narrow));
    stage.work.try_validate().expect(&[0]);
    assert!(!stage.settle().contains("guardrail"));
}

#[test]
fn a_warning_lets_the_apply_pass() {
    let stage = Stage::with_provider(
        GUARDRAILS,
        &web("  ingress_rules = { a = \"postgresql from anywhere-ipv4\" }"),
    );
    stage.work.try_validate().expect(&[0]);
    let said = [
        "Warning: The guardrail \"beware-of-databases\" is violated",
        "Ask the data team",
    ];
    assert_says(&stage.work.plan().text, &said);
    assert_says(&stage.work.apply(), &said);
    let plan = stage.work.plan();
    assert!(!plan.changes, "{}", plan.text);
    assert_says(&plan.text, &said);
}

/// Terraform shows one of several warnings with the same summary: two of three reasons were hidden.
#[test]
fn the_reasons_of_several_groups_are_all_shown() {
    let groups = ["a", "b", "c"].map(|name| {
        format!(
            "resource \"curated_security_group\" \"{name}\" {{\n  name = \"{name}\"\n  ingress_rules \
             = {{ a = \"ssh from anywhere-ipv4\" }}\n  guardrail_exemptions = {{ \"no-admin\" = \
             \"OPS-{name}\" }}\n}}\n"
        )
    });
    let stage = Stage::with_provider(GUARDRAILS, &groups.concat());
    for _ in ["new", "stored"] {
        let said = stage.work.plan().text;
        assert_says(&said, &["OPS-a", "OPS-b", "OPS-c", "is exempted for a"]);
        assert!(!said.contains("more similar warning"), "{said}");
        stage.work.apply();
    }
}

#[test]
fn the_reason_of_an_exemption_is_in_every_plan() {
    let exempted = "  ingress_rules        = { a = \"ssh from anywhere-ipv4\" }\n  \
                    guardrail_exemptions = { \"no-admin\" = \"OPS-123: until the VPN is up\" }";
    let stage = Stage::with_provider(GUARDRAILS, &web(exempted));
    stage.work.try_validate().expect(&[0]);
    let said = [
        "Warning: The guardrail \"no-admin\" is exempted",
        "OPS-123: until the VPN is up",
    ];
    assert_says(&stage.work.plan().text, &said);
    assert_says(&stage.work.apply(), &said);
    let plan = stage.work.plan();
    assert!(!plan.changes, "{}", plan.text);
    assert_says(&plan.text, &said);
    // Only that guardrail is exempted.
    stage.write_all(
        GUARDRAILS,
        &web(&exempted.replace("ssh from", "ssh, telnet from")),
    );
    let refused = stage.work.run(&["plan", "-no-color"]).failure();
    assert_says(&refused, &["The guardrail \"no-telnet\" is violated"]);
    // Without the exemption what is there already is refused, too.
    stage.write_all(
        GUARDRAILS,
        &web("  ingress_rules = { a = \"ssh from anywhere-ipv4\" }"),
    );
    let refused = stage.work.run(&["plan", "-no-color"]).failure();
    assert_says(&refused, &["The guardrail \"no-admin\" is violated"]);
}

#[test]
fn an_exemption_that_cannot_be_is_refused() {
    let stage = Stage::with_provider(GUARDRAILS, "");
    let with = |exemption: &str| {
        web(&format!(
            "  ingress_rules = {{ a = \"telnet from anywhere-ipv4\" }}\n  \
             guardrail_exemptions = {{ {exemption} }}"
        ))
    };
    for (exemption, said) in [
        (
            "no-telnet = \"please\"",
            "No group can be exempted from \"no-telnet\"",
        ),
        (
            "no-admin = \" \"",
            "The exemption from \"no-admin\" gives no reason",
        ),
    ] {
        stage.write_all(GUARDRAILS, &with(exemption));
        for command in ["validate", "plan"] {
            let refused = stage.work.run(&[command, "-no-color"]).failure();
            assert_says(&refused, &[said]);
        }
    }
    let typo = "  ingress_rules = { a = \"ssh from self\" }\n  \
                guardrail_exemptions = { \"no-amdin\" = \"OPS-1\" }";
    stage.write_all(GUARDRAILS, &web(typo));
    let valid = words(&stage.work.try_validate().expect(&[0]).text());
    let plan = words(&stage.work.plan().text);
    for said in [valid, plan] {
        assert_says(
            &said,
            &[
                "\"no-amdin\" is not a guardrail",
                "Did you mean \"no-admin\"?",
            ],
        );
    }
}

#[test]
fn what_is_only_known_at_apply_is_judged_there() {
    let resources = format!(
        "resource \"terraform_data\" \"cidr\" {{\n  input = \"0.0.0.0/0\"\n}}\n{}",
        web("  ingress_rules = { a = \"ssh from ${terraform_data.cidr.output}\" }")
    );
    let stage = Stage::with_provider(GUARDRAILS, &resources);
    assert!(stage.work.plan().changes);
    let refused = stage.work.try_apply().failure();
    assert_says(&refused, &["The guardrail \"no-admin\" is violated"]);
    assert!(stage.emulator.group(REGION, "web").is_null());
}
