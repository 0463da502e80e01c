//! Services and presets of the user's own, from the first plan to the last.

use super::{configuration, web};
use crate::support::said::assert_says;
use crate::support::stage::{REGION, Stage, WEB};
use crate::support::terraform::Terraform;

const DEFINITIONS: &str = r#"
  service {
    name        = "billing"
    description = "Billing API"
    traffic     = ["tcp/8443", "tcp/9000-9010", "udp/5000"]
  }
  preset {
    name          = "tier"
    description   = "Web tier"
    ingress_rules = { https = "https from anywhere-ipv4", health = "billing from 10.0.0.0/8 # Health" }
    egress_rules  = { out = "all to anywhere-ipv4" }
  }
  guardrail {
    name    = "billing-stays-inside"
    traffic = ["billing"]
    reason  = "Billing is for the VPC."
  }
"#;

#[test]
fn a_service_of_ones_own_stands_wherever_one_of_the_catalog_does() {
    let stage = Stage::with_provider(
        DEFINITIONS,
        r#"
resource "curated_security_group" "blocks" {
  name = "blocks"
  ingress {
    service     = "billing"
    cidr_blocks = ["10.1.0.0/16"]
  }
  ingress {
    services    = ["ssh", "billing"]
    cidr_blocks = ["10.2.0.0/16"]
  }
}
resource "curated_security_group" "short" {
  name          = "short"
  ingress_rules = { a = "billing, ssh from self # Ours" }
}
resource "curated_security_group" "tier" {
  preset = "tier"
}
resource "curated_security_group" "both" {
  name    = "both"
  presets = ["tier", "ssh"]
}
resource "curated_security_group" "outside" {
  name = "outside"
}
resource "curated_security_group_rules" "bundle" {
  security_group_id = curated_security_group.outside.id
  ingress {
    service     = "billing"
    cidr_blocks = ["10.3.0.0/16"]
  }
}
"#,
    );
    stage.settle();
    let billing = |peer: &str| {
        ["tcp/8443", "tcp/9000-9010", "udp/5000"].map(|t| format!("ingress {t} from {peer}"))
    };
    let mut expected = billing("10.1.0.0/16").to_vec();
    expected.extend(billing("10.2.0.0/16"));
    expected.push("ingress tcp/22 from 10.2.0.0/16".to_owned());
    expected.sort();
    assert_eq!(stage.keys("curated_security_group.blocks"), expected);

    let short = stage.rules("curated_security_group.short");
    assert_eq!(short["ingress udp/5000 from self"], "Ours");
    let bundle = stage.keys("curated_security_group_rules.bundle");
    assert_eq!(bundle, billing("10.3.0.0/16"));

    let tier = stage.emulator.group(REGION, "tier");
    assert_eq!(tier["description"], "Web tier");
    let tier = stage.rules("curated_security_group.tier");
    assert_eq!(tier["ingress tcp/8443 from 10.0.0.0/8"], "Health");
    let mut expected: Vec<String> = tier.into_keys().collect();
    expected.push("ingress tcp/22 from 0.0.0.0/0".to_owned());
    expected.sort();
    assert_eq!(stage.keys("curated_security_group.both"), expected);

    // A guardrail of that service holds for a port of its own, too.
    stage.write_all(
        DEFINITIONS,
        &web("  ingress_rules = { a = \"tcp/9005 from anywhere-ipv4\" }"),
    );
    let refused = stage.work.run(&["plan", "-no-color"]).failure();
    assert_says(
        &refused,
        &[
            "The guardrail \"billing-stays-inside\" is violated",
            "Billing is for the VPC.",
            "in the label \"a\" of ingress_rules",
        ],
    );
}

const SHARED: &str = r#"
service {
  name    = "ledger"
  traffic = ["tcp/7443"]
}
preset {
  name          = "books"
  description   = "Bookkeeping"
  ingress_rules = { ledger = "ledger from 10.0.0.0/8", web = "https from anywhere-ipv6" }
}
guardrail {
  name    = "no-ssh"
  traffic = ["ssh"]
  reason  = "Use the bastion"
}
"#;

#[test]
fn two_configurations_that_share_a_catalog_file_agree() {
    let files = "  catalog_files = [\"${path.root}/catalog.hcl\"]\n";
    let of_preset = "resource \"curated_security_group\" \"web\" {\n  preset = \"books\"\n}\n";
    let first = Stage::with_provider(files, of_preset);
    let second = Terraform::find().work_dir(&configuration(
        &first.emulator,
        files,
        &web("  ingress_rules = { a = \"ledger from 10.0.0.0/8\", b = \"https from ::/0\" }"),
    ));
    first.work.write("catalog.hcl", SHARED);
    second.write("catalog.hcl", SHARED);
    first.settle();
    second.apply();
    let expected = [
        "ingress tcp/443 from ::/0",
        "ingress tcp/7443 from 10.0.0.0/8",
    ];
    assert_eq!(first.keys(WEB), expected);
    let other = second.attributes(WEB);
    let other = other["rules"].as_object().expect("a map");
    assert_eq!(other.keys().collect::<Vec<_>>(), expected);

    // What the file forbids is refused in both.
    for work in [&first.work, &second] {
        let open = web("  ingress_rules = { a = \"ssh from anywhere-ipv6\" }");
        work.write("main.tf", &configuration(&first.emulator, files, &open));
        let refused = work.run(&["plan", "-no-color"]).failure();
        assert_says(
            &refused,
            &["The guardrail \"no-ssh\" is violated", "Use the bastion"],
        );
    }

    // A mistake is told with file, line and column, while validating already.
    first
        .work
        .write("catalog.hcl", &SHARED.replace("tcp/7443", "tcp/74443"));
    for command in ["validate", "plan"] {
        let refused = first.work.run(&[command, "-no-color"]).failure();
        assert_says(&refused, &["catalog.hcl, line 4, column 13"]);
    }
}

#[test]
fn a_service_that_is_not_known_while_validating_is_judged_in_the_plan() {
    let definitions = "  service {\n    name    = var.name\n    traffic = [var.traffic]\n  }\n";
    let variables = "variable \"name\" {\n  default = \"billing\"\n}\nvariable \"traffic\" {\n  \
                     default = \"tcp/8443\"\n}\n";
    let with = |lines: &str| format!("{variables}{}", web(lines));
    let stage = Stage::with_provider(
        definitions,
        &with("  ingress_rules = { a = \"billing from self\" }"),
    );
    stage.work.try_validate().expect(&[0]);
    stage.settle();
    assert_eq!(stage.keys(WEB), ["ingress tcp/8443 from self"]);
    for lines in [
        "  ingress_rules = { a = \"biling from self\" }",
        "  ingress {\n    service = \"biling\"\n    self    = true\n  }",
        "  ingress {\n    services = [\"biling\"]\n    self     = true\n  }",
    ] {
        stage.write_all(definitions, &with(lines));
        stage.work.try_validate().expect(&[0]);
        let refused = stage.work.run(&["plan", "-no-color"]).failure();
        assert_says(&refused, &["\"biling\" is n", "Did you mean \"billing\"?"]);
    }
    stage.write_all(definitions, &with("  preset = \"ttier\""));
    stage.work.try_validate().expect(&[0]);
    let refused = stage.work.run(&["plan", "-no-color"]).failure();
    assert_says(&refused, &["\"ttier\" is not a preset"]);
}

#[test]
fn a_service_that_only_an_apply_makes_known_is_judged_there() {
    let definitions = "  service {\n    name    = \"billing\"\n    traffic = [\"tcp/${terraform_data.port.output}\"]\n  }\n";
    let with = |lines: &str| {
        let data = "resource \"terraform_data\" \"port\" {\n  input = 8443\n}\n";
        format!("{data}{}", web(lines))
    };
    let stage = Stage::with_provider(
        definitions,
        &with("  ingress_rules = { a = \"billing, ssh from self\" }"),
    );
    let plan = stage.work.plan().text;
    assert_says(&plan, &["+ rules = (known after apply)"]);
    stage.settle();
    assert_eq!(
        stage.keys(WEB),
        ["ingress tcp/22 from self", "ingress tcp/8443 from self"]
    );
}

#[test]
fn warnings_and_the_quota_name_the_label() {
    let stage = Stage::with_provider("", "");
    let many: Vec<String> = (0..61).map(|n| format!("10.0.{n}.0/24")).collect();
    let lines = format!(
        "  ingress_rules = {{\n    offices = \"https from {}\"\n    one     = \"ssh from self\"\n  }}",
        many.join(", ")
    );
    stage.write_all("", &web(&lines));
    let refused = stage.work.run(&["plan", "-no-color"]).failure();
    assert_says(
        &refused,
        &[
            "More ingress rules than EC2 allows",
            "the label \"offices\" of ingress_rules: 61",
            "the label \"one\" of ingress_rules: 1",
        ],
    );
    stage.write_all(
        "",
        &web("  ingress_rules = { odd = \"icmpv6 from 10.0.0.0/8\" }"),
    );
    assert_says(
        &stage.work.plan().text,
        &[
            "lets nothing through",
            "This is about the label \"odd\" of ingress_rules.",
        ],
    );
}
