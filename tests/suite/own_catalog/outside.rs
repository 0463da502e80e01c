//! Guardrails hold for rules outside of their group, and count what the group has already.

use crate::support::said::assert_says;
use crate::support::stage::{Stage, WEB};

const GUARDRAILS: &str = r#"
  guardrail {
    name    = "no-admin"
    traffic = ["remote-access"]
    reason  = "Use the bastion"
  }
  guardrail {
    name      = "no-way-out"
    direction = "egress"
    traffic   = ["smtp"]
    reason    = "Mail goes by the relay"
  }
"#;

#[test]
fn guardrails_hold_for_rules_outside_of_their_group() {
    let open = "\"0.0.0.0/0\"";
    let rule = |kind: &str, lines: &str| {
        format!(
            "resource \"curated_security_group\" \"web\" {{\n  name = \"web\"\n}}\n\
             resource \"{kind}\" \"it\" {{\n  security_group_id = {WEB}.id\n{lines}\n}}\n"
        )
    };
    let stage = Stage::with_provider(GUARDRAILS, "");
    for (kind, lines) in [
        (
            "curated_security_group_rules",
            "  ingress_rules = { a = \"ssh from anywhere-ipv4\" }".to_owned(),
        ),
        (
            "curated_security_group_rules",
            format!("  ingress {{\n    service = \"ssh\"\n    cidr_blocks = [{open}]\n  }}"),
        ),
        (
            "curated_security_group_rule",
            format!(
                "  type = \"ingress\"\n  protocol = \"tcp\"\n  from_port = 20\n  to_port = 30\n  \
                 cidr_blocks = [{open}]"
            ),
        ),
        (
            "curated_vpc_security_group_ingress_rule",
            format!("  ip_protocol = \"-1\"\n  cidr_ipv4 = {open}"),
        ),
    ] {
        stage.write_all(GUARDRAILS, &rule(kind, &lines));
        for command in ["validate", "plan"] {
            let refused = stage.work.run(&[command, "-no-color"]).failure();
            assert_says(&refused, &["The guardrail \"no-admin\" is violated"]);
        }
    }
    let egress = rule(
        "curated_vpc_security_group_egress_rule",
        &format!("  ip_protocol = \"tcp\"\n  from_port = 25\n  to_port = 25\n  cidr_ipv4 = {open}"),
    );
    stage.write_all(GUARDRAILS, &egress);
    let refused = stage.work.run(&["plan", "-no-color"]).failure();
    assert_says(&refused, &["The guardrail \"no-way-out\" is violated"]);
}

#[test]
fn a_bundle_that_completes_what_its_group_opens_is_refused() {
    let group = "resource \"curated_security_group\" \"web\" {\n  name = \"web\"\n}\n\
                 resource \"curated_security_group_rules\" \"first\" {\n  \
                 security_group_id = curated_security_group.web.id\n  \
                 ingress_rules     = { a = \"ssh from 0.0.0.0/1\" }\n}\n";
    let second = "resource \"curated_security_group_rules\" \"second\" {\n  \
                  security_group_id = curated_security_group.web.id\n  \
                  ingress_rules     = { b = \"tcp/20-30 from 128.0.0.0/1\" }\n}\n";
    let stage = Stage::with_provider(GUARDRAILS, group);
    stage.settle();
    stage.write_all(GUARDRAILS, &format!("{group}{second}"));
    let refused = stage.work.run(&["plan", "-no-color"]).failure();
    assert_says(
        &refused,
        &[
            "The guardrail \"no-admin\" is violated",
            "Together they let ssh",
        ],
    );
}

/// No plan sees what a group opens that isn't made yet, and the next one would come too late.
#[test]
fn a_bundle_that_completes_what_a_new_group_opens_is_refused_by_the_apply() {
    let both = "resource \"curated_security_group\" \"web\" {\n  name = \"web\"\n  \
                ingress_rules = { a = \"ssh from 0.0.0.0/1\" }\n}\n\
                resource \"curated_security_group_rules\" \"other\" {\n  \
                security_group_id = curated_security_group.web.id\n  \
                ingress_rules     = { b = \"ssh from 128.0.0.0/1\" }\n}\n";
    let stage = Stage::with_provider(GUARDRAILS, both);
    let apply = ["apply", "-auto-approve", "-no-color"];
    let refused = stage.work.run(&apply).failure();
    let told = [
        "The guardrail \"no-admin\" is violated",
        "ingress tcp/22 from 0.0.0.0/1, which the group has already",
    ];
    assert_says(&refused, &told);
}

#[test]
fn a_group_that_completes_what_a_bundle_opens_is_refused() {
    let with = |lines: &str| {
        format!(
            "resource \"curated_security_group\" \"web\" {{\n  name = \"web\"\n  \
             ingress_rules = {{ {lines} }}\n}}\n\
             resource \"curated_security_group_rules\" \"other\" {{\n  \
             security_group_id = curated_security_group.web.id\n  \
             ingress_rules     = {{ b = \"ssh from 128.0.0.0/1\" }}\n}}\n"
        )
    };
    let stage = Stage::with_provider(GUARDRAILS, &with("a = \"https from 10.0.0.0/8\""));
    stage.settle();
    stage.write_all(GUARDRAILS, &with("a = \"ssh from 0.0.0.0/1\""));
    let refused = stage.work.run(&["plan", "-no-color"]).failure();
    let told = [
        "with curated_security_group.web",
        "The guardrail \"no-admin\" is violated",
        "ingress tcp/22 from 128.0.0.0/1, which the group has already",
    ];
    assert_says(&refused, &told);
}
