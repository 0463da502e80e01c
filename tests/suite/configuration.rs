//! The writer of configuration against real hosts: what it writes is formatted, and means what was
//! meant.

use std::collections::BTreeMap;

use terraform_provider_curated::catalog::Catalog;
use terraform_provider_curated::configuration::text::{self, Body, quoted};
use terraform_provider_curated::configuration::{Configuration, Facts, Style, Vocabulary};
use terraform_provider_curated::rules::{Rule, RuleSet};

use crate::support::terraform::{Terraform, WorkDir};

/// Texts that mean something in HCL.
const TEXTS: [&str; 12] = [
    "plain",
    "",
    "${x}",
    "$${x}",
    "$$${x}",
    "%{if true}",
    "%%{x",
    "a \"quoted\" \\ part\\",
    "two\nlines\r\n\ttab",
    "$",
    "caf\u{e9} \u{1f600} \u{0}\u{7f}",
    "/* no */ // comment # at all",
];

#[test]
fn a_quoted_text_is_that_text_to_every_host() {
    let outputs = TEXTS.iter().enumerate();
    let body = outputs.fold(Body::new(), |body, (at, text)| {
        let output = Body::new().attribute("value", quoted(text));
        body.block(format!("output \"t{at}\""), output)
    });
    for terraform in Terraform::find_all() {
        let work = WorkDir::new(&terraform, &body.to_hcl(), &[]);
        assert_formatted(&work);
        work.apply();
        let state = work.state();
        for (at, text) in TEXTS.iter().enumerate() {
            let output = &state["values"]["outputs"][format!("t{at}")]["value"];
            assert_eq!(output, text, "{}", quoted(text));
        }
    }
}

#[test]
fn the_text_of_a_group_is_formatted_and_valid() {
    let many = (0..40).map(|n| (format!("ingress tcp/8443 from 10.{n}.0.0/16"), ""));
    let rules = [
        ("ingress tcp/443 from 0.0.0.0/0", "a # b ${x}"),
        ("ingress tcp/443 from ::/0", "a # b ${x}"),
        ("ingress tcp/443 from self", ""),
        ("ingress tcp/3000-3010 from sg-0000000a", " blank"),
        ("ingress icmp/8/0 from 10.0.0.0/8", ""),
        ("egress all to pl-0000000a", ""),
    ];
    let rules = rules.map(|(key, text)| (key.to_owned(), text));
    let rules: RuleSet = rules
        .into_iter()
        .chain(many)
        .map(|(key, text)| (key.parse::<Rule>().expect("a rule"), text.to_owned()))
        .collect();
    let tags: BTreeMap<String, String> = TEXTS
        .iter()
        .enumerate()
        .map(|(at, text)| (format!("{at} key: for"), (*text).to_owned()))
        .collect();
    let facts = Facts {
        name: "launch-wizard-7",
        description: "by hand: ${x} [a]",
        vpc_id: Some("vpc-0000000a"),
        region: Some("eu-west-1"),
        tags: &tags,
        rules: &rules,
    };
    let vocabulary = Vocabulary::of(Catalog::built_in());
    let required = "terraform {\n  required_providers {\n    curated = {\n      source = \
                    \"curated/curated\"\n    }\n  }\n}\n";
    for terraform in Terraform::find_all() {
        let texts = [Style::Blocks, Style::Short].map(|style| {
            let configuration = Configuration::of(&facts, &vocabulary, style);
            let label = format!("{style:?}").to_lowercase();
            text::group(&label, &configuration, None, &text::no_references)
        });
        let work = terraform.work_dir(&format!("{required}\n{}\n{}", texts[0], texts[1]));
        assert_formatted(&work);
    }
}

#[track_caller]
fn assert_formatted(work: &WorkDir) {
    let formatted = work.run(&["fmt", "-check", "-diff"]);
    assert_eq!(formatted.code, 0, "{formatted}");
}
