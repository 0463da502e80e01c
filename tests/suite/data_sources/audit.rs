//! The data source `curated_audit`, with every Terraform that there is.

use serde_json::json;

use super::through_terraform::open;
use crate::support::emulator::Emulator;
use crate::support::said::assert_says;
use crate::support::stage::{REGION, provider_with, work_dir};
use crate::support::terraform::Terraform;

#[test]
fn an_audit_finds_what_the_command_finds_and_what_guardrails_forbid() {
    let guardrail = r#"
        guardrail {
          name   = "no-databases"
          traffic = ["postgresql"]
          reason = "Use the proxy."
        }
    "#;
    let config = r#"
        data "curated_audit" "all" {}
        data "curated_audit" "worst" { severity = "medium" }
        data "curated_audit" "unused" { ids = ["unused"] }
        data "curated_audit" "elsewhere" { vpc_id = "vpc-0123456789abcdef0" }
        data "curated_audit" "there" { region = "us-east-1" }
        output "all" { value = data.curated_audit.all }
        output "worst" { value = data.curated_audit.worst.findings[*].id }
        output "unused" { value = data.curated_audit.unused.findings }
        output "elsewhere" { value = data.curated_audit.elsewhere.findings }
        output "there" { value = data.curated_audit.there.findings[*].group_id }
    "#;
    for terraform in Terraform::find_all() {
        let emulator = Emulator::start();
        let ssh = open(&emulator, "launch-wizard-7", "22");
        let database = open(&emulator, "database", "5432");
        let text = format!("{}{config}", provider_with(emulator.endpoint(), guardrail));
        let work = terraform.work_dir(&text);
        work.apply();
        let state = work.state();
        let output = |name: &str| state["values"]["outputs"][name]["value"].clone();
        let all = output("all");
        let findings = all["findings"].as_array().expect("a list").clone();
        let of = |id: &str, group: &str| {
            let mut all = findings.iter();
            all.find(|it| it["id"] == id && it["group_id"] == group)
                .unwrap_or_else(|| panic!("{id} of {group}: {findings:#?}"))
        };
        let finding = of("open-admin", &ssh);
        // Nothing has the group: two steps less than critical.
        assert_eq!(finding["severity"], "medium");
        assert_eq!(finding["group_name"], "launch-wizard-7");
        assert_eq!(finding["rules"], json!(["ingress tcp/22 from 0.0.0.0/0"]));
        assert_eq!(finding["region"], REGION);
        for text in ["message", "remediation", "fingerprint"] {
            assert_ne!(finding[text], "", "{text}");
        }
        let forbidden = of("guardrail", &database);
        assert_eq!(forbidden["severity"], "high");
        assert!(
            forbidden["evidence"].to_string().contains("Use the proxy."),
            "{forbidden}"
        );
        of("launch-wizard", &ssh);
        let weights = findings.iter().map(|it| it["severity"].as_str());
        let weights: Vec<usize> = weights
            .map(|name| {
                let names = ["critical", "high", "medium", "low", "info", "note"];
                let mut names = names.iter();
                names.position(|it| Some(*it) == name).expect("a severity")
            })
            .collect();
        assert!(weights.is_sorted(), "{findings:#?}");
        let total: u64 = all["summary"]
            .as_object()
            .expect("a map")
            .values()
            .filter_map(serde_json::Value::as_u64)
            .sum();
        assert_eq!(total, findings.len() as u64);
        assert_eq!(all["summary"]["high"], 1);
        assert_eq!(all["group_count"], 3);
        assert_eq!(all["not_looked_at"], json!([]));
        assert_eq!(all["id"], REGION);

        let worst = output("worst").to_string();
        assert!(worst.contains("open-admin") && !worst.contains("launch-wizard"));
        let unused = output("unused");
        let unused: Vec<&str> = unused
            .as_array()
            .expect("a list")
            .iter()
            .filter_map(|it| it["group_id"].as_str())
            .collect();
        assert!(unused.contains(&ssh.as_str()), "{unused:?}");
        assert_eq!(output("elsewhere"), json!([]));
        assert!(!output("there").to_string().contains(&ssh));
        assert!(!work.plan().changes, "the same account was told otherwise");
    }
}

#[test]
fn an_audit_tells_what_it_may_not_look_at_and_names_wrong_arguments() {
    let emulator = Emulator::start();
    let id = open(&emulator, "left-over", "443");
    emulator.config(&json!({ "faults": [{
        "action": "DescribeVpcEndpoints",
        "do": "error",
        "code": "UnauthorizedOperation",
        "message": "You are not authorized",
        "status": 403,
        "times": 100,
    }] }));
    let config = "data \"curated_audit\" \"all\" {}\n\
                  output \"all\" { value = data.curated_audit.all }\n";
    let work = work_dir(&Terraform::find(), &emulator, config);
    work.apply();
    let all = work.state()["values"]["outputs"]["all"]["value"].clone();
    let refused = &all["not_looked_at"][0];
    assert_eq!(refused["operation"], "DescribeVpcEndpoints");
    assert_eq!(refused["code"], "UnauthorizedOperation");
    assert_ne!(refused["consequence"], "");
    let findings = all["findings"].as_array().expect("a list");
    assert!(
        !findings
            .iter()
            .any(|it| it["id"] == "unused" && it["group_id"] == id.as_str()),
        "what can't be known was told: {findings:#?}"
    );

    for (argument, said) in [
        ("severity = \"urgent\"", "\"urgent\" is not a severity"),
        (
            "ids = [\"open-admn\"]",
            "\"open-admn\" is not a finding of the audit",
        ),
    ] {
        let config = format!("data \"curated_audit\" \"x\" {{\n{argument}\n}}\n");
        let refused = work_dir(&Terraform::find(), &emulator, &config)
            .try_plan()
            .failure();
        assert_says(&refused, &[said]);
    }
}

#[test]
fn an_audit_takes_pages_and_no_call_for_each_group() {
    let emulator = Emulator::start();
    emulator.seed(REGION, 1500, 2);
    // All of a region read it once.
    let config = "data \"curated_audit\" \"all\" {\n  count    = 5\n  severity = \"critical\"\n}\n";
    let work = work_dir(&Terraform::find(), &emulator, config);
    emulator.reset_counts();
    let plan = work.try_plan();
    assert_eq!(plan.code, 0, "{plan}");
    let calls = emulator.counts();
    assert_eq!(calls["DescribeSecurityGroups"], 2, "{calls:?}");
    let others: u64 = calls.values().sum();
    assert!(others <= 20, "{calls:?}");
}

#[test]
fn an_audit_that_waits_for_a_change_sees_it() {
    let emulator = Emulator::start();
    let config = r#"
        data "curated_audit" "before" { severity = "medium" }
        resource "curated_security_group" "ssh" {
          name          = "ssh"
          description   = length(data.curated_audit.before.findings) == 0 ? "first" : "second"
          ingress_rules = { ssh = "ssh from anywhere-ipv4" }
        }
        resource "terraform_data" "made" { input = curated_security_group.ssh.id }
        data "curated_audit" "after" {
          severity   = "medium"
          depends_on = [terraform_data.made]
        }
        output "after" { value = data.curated_audit.after.findings[*].id }
    "#;
    let work = work_dir(&Terraform::find(), &emulator, config);
    work.apply();
    let after = work.state()["values"]["outputs"]["after"]["value"].to_string();
    assert!(after.contains("open-admin"), "{after}");
}

#[test]
fn an_audit_says_that_guardrails_which_are_not_known_are_left_out() {
    let emulator = Emulator::start();
    open(&emulator, "database", "5432");
    let guardrail = "guardrail {\n  name    = \"no-databases\"\n  traffic = [\"postgresql\"]\n  \
                     reason  = terraform_data.reason.output\n}\n";
    let config = "resource \"terraform_data\" \"reason\" {\n  input = \"No.\"\n}\n\
                  data \"curated_audit\" \"all\" {}\n\
                  output \"ids\" { value = data.curated_audit.all.findings[*].id }\n";
    let text = format!("{}{config}", provider_with(emulator.endpoint(), guardrail));
    let work = Terraform::find().work_dir(&text);
    let said = "Guardrails are left out of curated_audit";
    assert_says(&work.try_plan().expect(&[0, 2]).text(), &[said]);
    work.apply();
    let known = work.try_plan().expect(&[0, 2]).text();
    assert!(!known.contains(said), "{known}");
    assert_says(&known, &["\"guardrail\""]);
}

#[test]
fn the_examples_check_warns_of_what_the_audit_finds() {
    let example = include_str!("../../../examples/data-sources/curated_audit/data-source.tf");
    for terraform in Terraform::find_all() {
        let emulator = Emulator::start();
        let ssh = open(&emulator, "ssh", "22");
        let work = work_dir(&terraform, &emulator, example);
        let quiet = work.try_plan();
        assert!(
            !quiet.text().contains("Check block assertion failed"),
            "{quiet}"
        );
        // What a guardrail forbids is severe, whether or not anything has the group.
        let guardrail =
            "guardrail {\n  name = \"no-ssh\"\n  traffic = [\"ssh\"]\n  reason = \"No.\"\n}\n";
        let text = format!("{}{example}", provider_with(emulator.endpoint(), guardrail));
        work.write("main.tf", &text);
        let warned = work.try_plan().expect(&[0, 2]);
        let violation = format!("ssh ({ssh}) violates the guardrail no-ssh.");
        assert_says(
            &warned.text(),
            &["Check block assertion failed", &violation],
        );
    }
}
