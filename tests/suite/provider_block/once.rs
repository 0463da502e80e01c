//! What is there once. Of blocks that may stand once, each host itself refuses a second one, written or
//! made by `dynamic`, at its line. A warning about the provider block is shown once in a run.

use super::stage::provider_with;
use crate::support::emulator::Emulator;
use crate::support::terraform::Terraform;

const ONCE: [&str; 3] = [
    "default_tags",
    "ignore_tags",
    "assume_role_with_web_identity",
];

/// A provider block of its own for each way to have two of each block, and one in which two are good.
fn configuration() -> String {
    let mut bodies = vec!["  endpoints {}\n  endpoints {}".to_owned()];
    for name in ONCE {
        bodies.push(format!("  {name} {{}}\n  {name} {{}}"));
        bodies.push(format!(
            "  dynamic \"{name}\" {{\n    for_each = [1, 2]\n    content {{}}\n  }}"
        ));
    }
    let mut text = "terraform {\n  required_providers {\n    curated = { source = \
                    \"curated/curated\" }\n  }\n}\n"
        .to_owned();
    for (number, body) in bodies.iter().enumerate() {
        text += &format!(
            "provider \"curated\" {{\n  alias  = \"p{number}\"\n  region = \"eu-west-1\"\n{body}\n}}\n\
             resource \"curated_security_group\" \"g{number}\" {{\n  provider = curated.p{number}\n  \
             name     = \"g\"\n}}\n"
        );
    }
    text
}

#[test]
fn a_second_block_is_refused_by_each_host_whoever_writes_it() {
    for terraform in Terraform::find_all() {
        let said = terraform
            .work_dir(&configuration())
            .try_validate()
            .failure();
        for name in ONCE {
            let summary = format!("Error: Too many {name} blocks");
            let detail = format!("No more than 1 \"{name}\" blocks are allowed");
            for words in [summary, detail] {
                let count = said.matches(&words).count();
                assert_eq!(count, 2, "{}: {words}: {said}", terraform.version);
            }
        }
        assert_eq!(said.matches("Error:").count(), 2 * ONCE.len(), "{said}");
    }
}

/// Hosts validate the block before each time that they configure the provider: a warning of both came
/// twice in a plan, and three times in an apply.
#[test]
fn a_warning_about_the_provider_block_is_shown_once_in_a_run() {
    let warned_of = [
        "http_proxy serves https too",
        "No role is assumed",
        "The default tag \"team\" is ignored",
    ];
    let lines = "  http_proxy = \"http://127.0.0.1:1\"\n  no_proxy = \"127.0.0.1\"\n  assume_role {\n    \
                 role_arn = \"\"\n  }\n  default_tags {\n    tags = { team = \"web\" }\n  }\n  \
                 ignore_tags {\n    keys = [\"team\"]\n  }\n";
    for terraform in Terraform::find_all() {
        let emulator = Emulator::start();
        let provider = provider_with(emulator.endpoint(), lines);
        let group = "resource \"curated_security_group\" \"web\" {\n  name = \"web\"\n}\n";
        let work = terraform.work_dir(&format!("{provider}{group}"));
        let runs = [
            work.plan().text,
            work.apply(),
            work.run(&["destroy", "-no-color", "-auto-approve"]).text(),
        ];
        for said in runs {
            for words in warned_of {
                assert_eq!(said.matches(words).count(), 1, "{words}: {said}");
            }
            assert!(!said.contains("more similar warning"), "{said}");
        }
    }
}
