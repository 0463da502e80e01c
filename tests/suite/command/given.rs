//! What a user hands to `curated audit` besides files of its own: a catalog, a configuration, roles of
//! several accounts, and an interruption.

use std::fs;
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::{Emulator, REGION, create, curated, found, group, open, report, run};
use crate::support::plugin_process::send_signal;

const CATALOG: &str = r#"service {
  name        = "billing"
  description = "Billing API"
  category    = "database"
  traffic     = ["tcp/8443"]
}
preset {
  name          = "money"
  description   = "Billing"
  ingress_rules = { api = "billing from 10.0.0.0/8" }
}
guardrail {
  name    = "no-billing-from-the-world"
  traffic = ["billing"]
  reason  = "OPS-7: use the gateway"
}
"#;

fn written(folder: &Path, name: &str, text: &str) -> String {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().expect("a folder")).expect("there is room");
    fs::write(&path, text).expect("there is room");
    path.display().to_string()
}

#[test]
fn a_catalog_has_guardrails_services_and_presets_of_ones_own() {
    let emulator = Emulator::start();
    let folder = tempfile::tempdir().expect("a folder");
    let file = written(folder.path(), "catalog.hcl", CATALOG);
    let id = create(&emulator, REGION, "money");
    open(&emulator, REGION, &id, "8443");
    let without = report(&emulator, &[]);
    assert_eq!(found(&without, "guardrail"), [""; 0]);
    assert_eq!(found(&without, "open-port"), [id.as_str()]);

    let with = report(&emulator, &["--catalog", &file]);
    assert_eq!(found(&with, "guardrail"), [id.as_str()]);
    assert_eq!(found(&with, "open-data"), [id.as_str()]);
    assert_eq!(found(&with, "misleading-name"), [id.as_str()]);
    let findings = with["findings"].as_array().expect("a list");
    let guardrail = findings.iter().find(|it| it["id"] == "guardrail");
    let text = guardrail.expect("one").to_string();
    for needle in [
        "no-billing-from-the-world",
        "OPS-7: use the gateway",
        "billing (tcp/8443)",
    ] {
        assert!(text.contains(needle), "{text}");
    }
    let failing = ["audit", "--catalog", &file, "--fail-on", "high"];
    assert_eq!(run(&mut curated(&emulator, &failing)).code, Some(1));
}

#[test]
fn a_mistake_in_a_catalog_is_told_with_its_place_before_anything_is_asked() {
    let emulator = Emulator::start();
    let folder = tempfile::tempdir().expect("a folder");
    let file = written(
        folder.path(),
        "catalog.hcl",
        &CATALOG.replace("8443", "84430"),
    );
    for command in ["audit", "catalog"] {
        let ran = run(&mut curated(&emulator, &[command, "--catalog", &file]));
        assert_eq!(ran.code, Some(2), "{}", ran.stderr);
        let place = format!("error: {file}, line 5, column ");
        assert!(ran.stderr.starts_with(&place), "{}", ran.stderr);
        assert!(ran.stderr.contains("84430"), "{}", ran.stderr);
    }
    assert!(emulator.counts().is_empty());
}

#[test]
fn the_catalog_command_prints_services_of_ones_own() {
    let emulator = Emulator::start();
    let folder = tempfile::tempdir().expect("a folder");
    let file = written(folder.path(), "catalog.hcl", CATALOG);
    let search = [
        "catalog",
        "search",
        "billing",
        "--catalog",
        &file,
        "--format",
        "json",
    ];
    let ran = run(&mut curated(&emulator, &search));
    let printed: Value = serde_json::from_str(&ran.stdout).expect("JSON");
    let services = printed["services"].as_array().expect("a list");
    let billing = services.iter().find(|it| it["name"] == "billing");
    assert_eq!(billing.expect("it")["traffic"], json!(["tcp/8443"]));
    let all = run(&mut curated(&emulator, &["catalog", "--catalog", &file])).stdout;
    assert!(all.contains("money"), "{all}");
}

#[test]
fn code_scanning_shows_a_finding_at_the_line_that_declares_the_group() {
    let emulator = Emulator::start();
    let folder = tempfile::tempdir().expect("a folder");
    let id = create(&emulator, REGION, "web");
    open(&emulator, REGION, &id, "22");
    let instance = json!({ "index_key": "a", "attributes": { "id": id } });
    let resource = json!({ "module": "module.web", "mode": "managed", "name": "app",
                           "type": "curated_security_group", "instances": [instance] });
    let state = json!({ "version": 4, "resources": [resource] }).to_string();
    let state = written(folder.path(), "infra/terraform.tfstate", &state);
    let call = "module \"web\" {\n  source = \"./web\"\n}\n";
    written(folder.path(), "infra/main.tf", call);
    let block = "# The application.\nresource \"curated_security_group\" \"app\" {\n}\n";
    written(folder.path(), "infra/web/main.tf", block);
    let mut command = curated(
        &emulator,
        &[
            "audit", "--state", &state, "--config", "infra", "--format", "sarif",
        ],
    );
    let ran = run(command.current_dir(folder.path()));
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let sarif: Value = serde_json::from_str(&ran.stdout).expect("JSON");
    let results = sarif["runs"][0]["results"].as_array().expect("a list");
    let result = results.iter().find(|it| it["ruleId"] == "open-admin");
    let place = &result.expect("one")["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "infra/web/main.tf");
    assert_eq!(place["region"]["startLine"], 2);

    let nowhere = ["audit", "--state", &state, "--config", "nowhere"];
    let ran = run(&mut curated(&emulator, &nowhere));
    assert_eq!(ran.code, Some(2));
    assert!(
        ran.stderr.contains("nowhere is no directory"),
        "{}",
        ran.stderr
    );
}

#[test]
fn each_role_is_an_account_of_its_own() {
    const OTHER: &str = "210987654321";
    let emulator = Emulator::start();
    let parameters = [("GroupName", "abroad"), ("GroupDescription", "a group")];
    let reply = emulator.call_as(OTHER, REGION, "CreateSecurityGroup", &parameters);
    let abroad = crate::support::emulator::element(&reply, "groupId").to_owned();
    let here = create(&emulator, REGION, "here");
    let role = |account: &str| format!("arn:aws:iam::{account}:role/audit");
    let (own, other) = (role("123456789012"), role(OTHER));
    let with = report(
        &emulator,
        &["--role-arn", &own, "--role-arn", &other, "--role-arn", &own],
    );
    assert_eq!(with["accounts"], json!(["123456789012", OTHER]));
    assert_eq!(group(&with, &abroad)["account"], OTHER);
    assert_eq!(group(&with, &here)["account"], "123456789012");
    // A role that is named twice is looked at once.
    let places = emulator.counts();
    assert_eq!(places["DescribeVpcs"], 2);

    let wrong = run(&mut curated(&emulator, &["audit", "--role-arn", "audit"]));
    assert_eq!(wrong.code, Some(2), "{}", wrong.stderr);
    let needle = "\"audit\" is not the ARN of a role";
    assert!(wrong.stderr.contains(needle), "{}", wrong.stderr);
}

#[cfg(unix)]
#[test]
fn an_interruption_ends_the_audit_at_once_and_leaves_no_half_of_a_report() {
    let emulator = Emulator::start();
    let folder = tempfile::tempdir().expect("a folder");
    let output = folder.path().join("audit.json");
    let fault = json!({ "action": "DescribeNetworkInterfaces", "do": "hold", "times": 9 });
    emulator.config(&json!({ "faults": [fault] }));
    let arguments = ["audit", "--output", &output.display().to_string()];
    let mut command = curated(&emulator, &arguments);
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it runs");
    emulator.wait_for_held(Duration::from_secs(60));
    let interrupted = Instant::now();
    send_signal(child.id(), "INT");
    let status = child.wait().expect("it ends");
    assert!(interrupted.elapsed() < Duration::from_secs(2));
    assert!(!status.success());
    assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 0);
    emulator.release(false);
}
