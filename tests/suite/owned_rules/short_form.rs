//! The short form in a bundle, asked through a real Terraform.

use super::{Stage, block, bundle, ingress, tcp};
use crate::support::said::assert_says;

const LINES: &str = r#"
  presets = ["https"]
  ingress_rules = {
    web     = "ssh from 10.0.0.0/8"
    cluster = "tcp/7000-7001, udp/7946 from self # Gossip"
    never   = null
  }
  egress_rules = { out = "tcp/9100 to 10.0.0.0/8, 11.0.0.0/8" }
"#;

const BUNDLE: &str = "curated_security_group_rules.app";

#[test]
fn a_bundle_has_lines_beside_blocks_and_presets() {
    let stage = Stage::new(&bundle("app", &(block("80") + LINES)));
    stage.settle();
    let expected = [
        "egress tcp/9100 to 10.0.0.0/8",
        "egress tcp/9100 to 11.0.0.0/8",
        "ingress tcp/22 from 10.0.0.0/8",
        "ingress tcp/443 from 0.0.0.0/0",
        "ingress tcp/7000-7001 from self",
        "ingress tcp/80 from 10.0.0.0/8",
        "ingress udp/7946 from self",
    ];
    assert_eq!(stage.keys(), expected);
    assert_eq!(stage.rules()["ingress udp/7946 from self"], "Gossip");

    // Others take a rule of a line away: the line is what the plan shows, and nothing else.
    stage.by_hand("Revoke", "22");
    let plan = stage.work.plan().text;
    assert_says(
        &plan,
        &[
            "+ \"web\"     = \"ssh from 10.0.0.0/8\"",
            "0 to add, 1 to change",
        ],
    );
    assert!(!plan.contains("Gossip\" ->"), "{plan}");
    stage.settle();
    assert_eq!(stage.keys(), expected);

    // A change of a line is one, and leaves the others.
    let changed = LINES.replace("udp/7946", "udp/7947");
    stage.write(&bundle("app", &(block("80") + &changed)));
    let plan = stage.work.plan().text;
    assert_says(
        &plan,
        &["\"tcp/7000-7001, udp/7946 from self # Gossip\" -> \"tcp/7000-7001, udp/7947"],
    );
    stage.emulator.reset_counts();
    stage.settle();
    let calls = [
        "AuthorizeSecurityGroupIngress",
        "RevokeSecurityGroupIngress",
    ];
    assert_eq!(stage.writes(), calls);
    stage.write("");
    stage.settle();
    assert_eq!(stage.keys(), [""; 0]);
}

#[test]
fn the_form_of_the_same_rules_changes_without_a_write() {
    let stage = Stage::applied(&bundle("app", &block("80")));
    let line = "  ingress_rules = { web = \"http from 10.0.0.0/8\" }\n";
    for resources in [line.to_owned(), block("80")] {
        stage.write(&bundle("app", &resources));
        stage.settle();
        assert_eq!(stage.writes(), [""; 0]);
    }
}

#[test]
fn a_bundle_imports_in_each_form_with_nothing_to_change() {
    let stage = Stage::new("");
    let revoked = [
        ("GroupId", stage.group.as_str()),
        ("IpPermissions.1.IpProtocol", "-1"),
        ("IpPermissions.1.IpRanges.1.CidrIp", "0.0.0.0/0"),
    ];
    stage
        .emulator
        .call(super::REGION, "RevokeSecurityGroupEgress", &revoked);
    for port in ["80", "443"] {
        let world = [
            ("GroupId", stage.group.as_str()),
            ("IpPermissions.1.IpProtocol", "tcp"),
            ("IpPermissions.1.FromPort", port),
            ("IpPermissions.1.ToPort", port),
            ("IpPermissions.1.IpRanges.1.CidrIp", "0.0.0.0/0"),
        ];
        stage
            .emulator
            .call(super::REGION, "AuthorizeSecurityGroupIngress", &world);
    }
    let blocks = "  ingress {\n    services = [\"http\", \"https\"]\n    cidr_blocks = \
                  [\"0.0.0.0/0\"]\n  }\n";
    for (form, body) in [
        ("", blocks),
        (
            "#short",
            "  ingress_rules = { all = \"https, http from anywhere-ipv4\" }\n",
        ),
        ("#presets=http,https", "  presets = [\"https\", \"http\"]\n"),
    ] {
        let import = format!("import {{\n  to = {BUNDLE}\n  id = \"eu-west-1/GROUP{form}\"\n}}\n");
        stage.write(&(bundle("app", body) + &import));
        let plan = stage.work.plan().text;
        assert_says(&plan, &["1 to import, 0 to add, 0 to change, 0 to destroy"]);
        stage.emulator.reset_counts();
        stage.settle();
        assert_eq!(stage.writes(), [""; 0]);
        let forgotten = stage.work.run(&["state", "rm", BUNDLE]);
        assert_eq!(forgotten.code, 0, "{forgotten}");
    }
    for (form, said) in [
        ("#presets=ssh", "the group doesn't have it"),
        ("#presets=shh", "is not a preset"),
        ("#shrot", "is not a form of rules"),
    ] {
        let id = format!("{}{form}", stage.group);
        let refused = stage.work.run(&["import", "-no-color", BUNDLE, &id]);
        assert_ne!(refused.code, 0, "{refused}");
        assert_says(&refused.stderr, &[said]);
    }
}

#[test]
fn an_error_names_the_label_and_the_column() {
    let refused = |body: &str| Stage::new(&bundle("app", body)).work.try_plan().failure();
    let said = refused("  ingress_rules = { web = \"htps from 10.0.0.0/8\" }\n");
    assert_says(
        &said,
        &["htps", "\"https\"", "the label \"web\"", "column 1"],
    );
    let said = refused("  ingress_rules = { web = \"https from 10.0.0.5/8\" }\n");
    assert_says(
        &said,
        &["\"10.0.0.5/8\" has host bits set", "the label \"web\""],
    );
    let lines = "  ingress_rules = { web = \"http from 10.0.0.0/8 # x\" }\n";
    let said = refused(&(block("80") + lines));
    assert_says(
        &said,
        &["ingress tcp/80 from 10.0.0.0/8", "the label \"web\""],
    );
}

#[test]
fn what_exists_or_does_not_fit_is_told_at_its_label() {
    let line = |port: &str| {
        format!(
            "  ingress_rules = {{ one = \"tcp/1 from self\", web = \"tcp/{port} from 10.0.0.0/8\" }}\n"
        )
    };
    let stage = Stage::new(&bundle("app", &line("80")));
    stage.by_hand("Authorize", "80");
    let said = stage.work.try_plan().failure();
    assert_says(&said, &["exists already", "import {", "ingress_rules"]);
    stage.write(&(bundle("app", &line("81")) + &ingress("web", &tcp("81"))));
    let said = stage.work.try_plan().failure();
    assert_says(&said, &["Two resources have the rule"]);
    for port in 100..159 {
        stage.by_hand("Authorize", &port.to_string());
    }
    stage.write(&bundle("app", &line("81")));
    let said = stage.work.try_plan().failure();
    assert_says(
        &said,
        &["More ingress rules than EC2 allows", "ingress_rules"],
    );
}

#[test]
fn a_line_with_a_group_that_is_yet_to_be_made_is_planned_and_applied() {
    let group = "resource \"curated_security_group\" \"new\" {\n  name = \"new\"\n}\n";
    let lines = "  ingress_rules = {\n    web = \"http from 10.0.0.0/8\"\n    \
                 lb  = \"https from ${curated_security_group.new.id}\"\n  }\n";
    let stage = Stage::new(&(group.to_owned() + &bundle("app", lines)));
    let plan = stage.work.plan().text;
    assert_says(
        &plan,
        &["http from 10.0.0.0/8", "+ ingress tcp/80 from 10.0.0.0/8"],
    );
    stage.settle();
    assert_eq!(stage.keys().len(), 2);
}
