//! The probe with real Terraforms: data sources in plan and apply, functions, and on those that know
//! `terraform query`, lists and generated configuration.

use super::{Probe, Served};
use crate::support::terraform::{Terraform, WorkDir};

const REQUIRED: &str = "\
terraform {
  required_providers {
    probe = { source = \"test/probe\" }
  }
}
";

/// Runs a test with each Terraform that there is, each on a probe of its own.
async fn with_each(since: (u32, u32), test: impl Fn(&WorkDir)) {
    let mut count = 0;
    for terraform in Terraform::find_all() {
        let mut numbers = terraform.version.split('.').map(|n| n.parse().unwrap_or(0));
        let version = (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0));
        if version < since {
            continue;
        }
        let served = Served::start(Probe::new().0);
        let mut work = WorkDir::new(&terraform, REQUIRED, &[]);
        work.env("TF_REATTACH_PROVIDERS", &served.reattach());
        // Terraform is waited for, and the probe is served meanwhile.
        tokio::task::block_in_place(|| test(&work));
        count += 1;
    }
    if count == 0 {
        eprintln!("skipped: no Terraform {since:?} or newer is here");
    }
}

/// Writes a configuration and runs a command, which must end well.
#[track_caller]
fn run(work: &WorkDir, file: &str, text: &str, arguments: &[&str]) -> String {
    work.write(file, text);
    let outcome = work.run(arguments);
    assert_eq!(outcome.code, 0, "{outcome}");
    outcome.text()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_data_source_is_read_in_the_plan_or_else_in_the_apply() {
    with_each((1, 8), |work| {
        let config = r#"
            data "probe_echo" "now" { text = "now" }
            resource "probe_thing" "a" { name = data.probe_echo.now.id }
            data "probe_echo" "later" { text = terraform_data.x.output }
            resource "terraform_data" "x" { input = "later" }
            output "later" { value = data.probe_echo.later.id }
        "#;
        work.write("more.tf", config);
        let plan = work.plan();
        assert!(plan.text.contains("\"echo-now\""), "{}", plan.text);
        assert!(
            plan.text
                .contains("(config refers to values not yet known)"),
            "{}",
            plan.text
        );
        let applied = work.apply();
        assert!(applied.contains("later = \"echo-later\""), "{applied}");
        assert!(!work.plan().changes);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_error_of_a_data_source_ends_the_plan() {
    with_each((1, 8), |work| {
        work.write(
            "more.tf",
            "data \"probe_echo\" \"a\" {\n  text = \"nobody\"\n}\n",
        );
        let failure = work.try_plan();
        assert_eq!(failure.code, 1, "{failure}");
        assert!(failure.stderr.contains("No echo"), "{failure}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn functions_are_called_by_their_local_name() {
    with_each((1, 8), |work| {
        let config = r#"
            output "joined" { value = provider::probe::join("-", "a", "b") }
            output "kind" { value = provider::probe::kind(null) }
        "#;
        work.write("more.tf", config);
        let applied = work.apply();
        assert!(applied.contains("joined = \"a-b\""), "{applied}");
        assert!(applied.contains("kind   = \"null\""), "{applied}");
        assert!(!work.plan().changes);
        work.write(
            "more.tf",
            "output \"x\" {\n  value = provider::probe::halve(3)\n}\n",
        );
        let failure = work.try_validate().failure();
        let expected = "Invalid value for \"number\" parameter: It must be even.";
        assert!(failure.contains(expected), "{failure}");
        assert!(!failure.contains(".."), "{failure}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_query_lists_and_generates_what_plans_as_an_import_alone() {
    with_each((1, 14), |work| {
        let query = r#"
            list "probe_thing" "all" {
              provider = probe
              limit    = 2
              config {
                total = 3
              }
            }
        "#;
        let text = run(work, "all.tfquery.hcl", query, &["query", "-no-color"]);
        assert!(
            text.contains("thing 00000") && text.contains("thing 00001"),
            "{text}"
        );
        assert!(!text.contains("thing 00002"), "{text}");
        let generate = ["query", "-no-color", "-generate-config-out=made.tf"];
        run(work, "all.tfquery.hcl", query, &generate);
        let made = std::fs::read_to_string(work.path().join("made.tf")).expect("it is made");
        assert!(made.contains("name     = \"00000\""), "{made}");
        let resource = made.split("import {").next().unwrap_or_default();
        // The default size and the id, which nobody can set, aren't written.
        assert!(
            !resource.contains("size") && !resource.contains("id "),
            "{made}"
        );
        let planned = work.plan();
        let expected = "Plan: 2 to import, 0 to add, 0 to change, 0 to destroy.";
        assert!(planned.text.contains(expected), "{}", planned.text);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_block_generates_the_same_configuration() {
    with_each((1, 14), |work| {
        let import = "import {\n  to = probe_thing.a\n  id = \"t-x\"\n}\n";
        let generate = ["plan", "-no-color", "-generate-config-out=made.tf"];
        let text = run(work, "more.tf", import, &generate);
        let made = std::fs::read_to_string(work.path().join("made.tf")).expect("it is made");
        assert!(made.contains("name = \"x\""), "{made}");
        assert!(!made.contains("size"), "{made}");
        assert!(
            text.contains("1 to import, 0 to add, 0 to change"),
            "{text}"
        );
    })
    .await;
}
