//! The short form, asked through a real Terraform: from an apply over drift and changes to imports.

use crate::support::held::keys;
use crate::support::said::{assert_says, only_error};
use crate::support::stage::{AUTHORIZE, REGION, REVOKE, Stage, WEB};

const GROUP: &str = r#"
resource "curated_security_group" "lb" {
  name = "lb"
  preset = "http"
}
resource "curated_security_group" "web" {
  name = "web"
  ingress_rules = {
    web     = "https, http from anywhere-ipv4"
    metrics = "tcp/9100 from ${curated_security_group.lb.id}, 10.0.0.0/8 # Prometheus"
    cluster = "tcp/7000-7001, udp/7946, icmp from self"
    never   = null
  }
  egress_rules = { out = "all to anywhere-ipv4" }
}
"#;

#[test]
fn a_group_in_the_short_form_lives_its_life() {
    let stage = Stage::new(GROUP);
    stage.settle();
    let id = stage.id("lb");
    let metrics = format!("ingress tcp/9100 from {id}");
    let rules = stage.rules(WEB);
    let expected = [
        "egress all to 0.0.0.0/0",
        "ingress icmp from self",
        "ingress tcp/443 from 0.0.0.0/0",
        "ingress tcp/7000-7001 from self",
        "ingress tcp/80 from 0.0.0.0/0",
        "ingress tcp/9100 from 10.0.0.0/8",
        &metrics,
        "ingress udp/7946 from self",
    ];
    assert_eq!(keys(&rules), expected);
    assert_eq!(rules[&metrics], "Prometheus");

    // What others did is shown where it is, and undone.
    stage.by_hand(REVOKE, "web", "9100", "10.0.0.0/8", "");
    stage.by_hand(AUTHORIZE, "web", "22", "0.0.0.0/0", "by hand");
    let plan = stage.work.plan().text;
    let gone = "-> \"tcp/9100 from ";
    let stranger = "- \"ssh\"     = \"ssh from anywhere-ipv4 # by hand\"";
    assert_says(
        &plan,
        &[gone, stranger, "0 to add, 1 to change, 0 to destroy"],
    );
    assert!(
        !plan.contains("https, http"),
        "only what differs is shown: {plan}"
    );
    stage.settle();
    assert_eq!(keys(&stage.rules(WEB)), expected);

    // A change of a line is one, and leaves the others.
    stage.write(&GROUP.replace("udp/7946", "udp/7947"));
    let plan = stage.work.plan().text;
    assert_says(
        &plan,
        &["udp/7946, icmp from self\" -> \"tcp/7000-7001, udp/7947"],
    );
    stage.settle();
}

#[test]
fn a_group_imports_in_each_form_with_nothing_to_change() {
    let stage =
        Stage::new("resource \"curated_security_group\" \"web\" {\n  preset = \"openvpn\"\n}\n");
    stage.settle();
    let id = stage.id("openvpn");
    let bare = "description = \"OpenVPN\"\n  name = \"openvpn\"\n";
    let short = "ingress_rules = { vpn = \"openvpn from anywhere-ipv4\" }\n";
    let blocks = "ingress {\n    service = \"openvpn\"\n    cidr_blocks = [\"0.0.0.0/0\"]\n  }\n";
    for (form, lines) in [
        ("", format!("{bare}  {blocks}")),
        ("#short", format!("{bare}  {short}")),
        ("#preset=openvpn", "preset = \"openvpn\"\n".to_owned()),
        (
            "#presets=https,openvpn",
            format!("{bare}  presets = [\"openvpn\", \"https\"]\n"),
        ),
    ] {
        let forgotten = stage.work.run(&["state", "rm", WEB]);
        assert_eq!(forgotten.code, 0, "{forgotten}");
        stage.write(&format!(
            "resource \"curated_security_group\" \"web\" {{\n  {lines}}}\nimport {{\n  to = {WEB}\n  \
             id = \"{REGION}/{id}{form}\"\n}}\n"
        ));
        let plan = stage.work.plan().text;
        assert_says(&plan, &["1 to import, 0 to add, 0 to change, 0 to destroy"]);
        stage.settle_without_a_write();
    }
    let forgotten = stage.work.run(&["state", "rm", WEB]);
    assert_eq!(forgotten.code, 0, "{forgotten}");
    for (form, said) in [
        ("#preset=ssh", "only the group has it"),
        ("#preset=shh", "is not a preset"),
        ("#shrot", "is not a form of rules"),
    ] {
        let refused = stage
            .work
            .run(&["import", "-no-color", WEB, &format!("{id}{form}")]);
        assert_ne!(refused.code, 0, "{refused}");
        assert_says(&refused.stderr, &[said]);
    }
}

/// Terraform 1.6 and later say how a string begins that isn't known as a whole.
#[test]
fn a_line_that_named_a_new_group_was_not_checked_before_that_was_made() {
    let with = |app: &str| {
        format!(
            "resource \"curated_security_group\" \"lb\" {{\n  name = \"lb\"\n  preset = \"http\"\n}}\n\
             resource \"curated_security_group\" \"web\" {{\n  name = \"web\"\n  \
             ingress_rules = {{ app = \"{app}\" }}\n}}\n"
        )
    };
    let id = "${curated_security_group.lb.id}";
    let stage = Stage::new(&with(""));
    for (text, said) in [
        (
            format!("htps from {id}"),
            r#""htps" is neither a service nor a protocol"#,
        ),
        (
            format!("https to {id}"),
            r#"An ingress rule says "from", not "to""#,
        ),
        (format!("https from wrld, {id}"), r#""wrld" is not a peer"#),
        (format!("tcp/443, 80 from {id}"), r#"Write "tcp/80"."#),
    ] {
        stage.write(&with(&text));
        let message = only_error(&stage.work.try_apply());
        assert_says(
            &message,
            &[said, "the label \"app\" of ingress_rules", "main.tf line"],
        );
        stage.assert_no_writes();
    }
    stage.write(&with(&format!("tcp/8080 from 10.0.0.0/8, {id}")));
    let plan = stage.work.plan().text;
    assert_says(
        &plan,
        &[
            "Not all rules of the group are known yet",
            "+ ingress tcp/8080 from 10.0.0.0/8",
            "app: ingress tcp/8080 from 10.0.0.0/8, (known after apply)",
        ],
    );
    stage.settle();
    let lb = format!("ingress tcp/8080 from {}", stage.id("lb"));
    assert_eq!(stage.keys(WEB), ["ingress tcp/8080 from 10.0.0.0/8", &lb]);
}
