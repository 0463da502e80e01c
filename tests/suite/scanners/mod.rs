//! What `policies/` finds in the plans of a real Terraform, asked of the scanners themselves: a Rego
//! interpreter, Trivy (which has OPA's own), Checkov, and Terraform's expressions for Terraform Policy.

mod catalog;
mod findings;
mod terraform_policy;

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::process::Command;

use serde_json::Value as Json;
use tempfile::TempDir;

use crate::documentation::root;
use crate::support::emulator::Emulator;
use crate::support::said::skipped;
use crate::support::stage::work_dir;
use crate::support::terraform::Terraform;

/// What is found: the address of a resource, and the name of a check.
type Findings = BTreeSet<(String, String)>;

/// The names of the checks, in the order of the numbers that Trivy and Checkov know them by.
const CHECKS: [&str; 7] = [
    "world-admin",
    "world-data",
    "world-all",
    "open-egress",
    "default-group",
    "no-description",
    "not-known",
];

/// The check of a number such as `CURATED-0001` or `CKV_CURATED_1`.
#[track_caller]
fn check(id: &str) -> String {
    let digits: String = id.chars().filter(char::is_ascii_digit).collect();
    let number: usize = digits.parse().expect("a number");
    CHECKS[number - 1].to_owned()
}

/// A program of the scanners' Python; nothing, and a word of why, where it isn't there.
fn scanner(name: &str) -> Option<PathBuf> {
    let path = root().join("target/scanners/bin").join(name);
    if path.exists() {
        return Some(path);
    }
    skipped(&format!(
        "there is no {name}: `make scanners` fetches it where pip can"
    ));
    None
}

/// The plan of resources, as JSON in a folder of its own.
fn plan_of(resources: &str) -> (TempDir, Json) {
    let emulator = Emulator::start();
    let work = work_dir(&Terraform::find(), &emulator, resources);
    let plan = work.plan_json();
    let folder = TempDir::new().expect("a folder");
    write(&folder, &plan);
    (folder, plan)
}

fn write(folder: &TempDir, plan: &Json) {
    let path = folder.path().join("plan.json");
    std::fs::write(path, plan.to_string()).expect("it can be written");
}

/// What a scanner prints; it may fail, as scanners do that find something.
#[track_caller]
fn printed(command: &mut Command, folder: &TempDir) -> String {
    // No scanner is to look for news of itself.
    let output = command
        .env("HOME", folder.path())
        .env("LOG_LEVEL", "WARNING")
        .output()
        .expect("it starts");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(!text.trim().is_empty(), "{command:?}: {output:?}");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(
        !said.contains("policies/"),
        "a scanner warns of ours: {said}"
    );
    text
}

/// What OPA and conftest would refuse or warn of, by another interpreter of Rego.
fn by_rego(folder: &TempDir) -> Option<Findings> {
    let python = scanner("python")?;
    let script = r#"
import json, pathlib, sys
from regopy import Interpreter
policies, plan = map(pathlib.Path, sys.argv[1:])
rego = Interpreter()
for path in sorted(policies.glob("*.rego")):
    rego.add_module(path.name, path.read_text())
rego.set_input(json.loads(plan.read_text()))
found = [one for rule in ("deny", "warn") for one in rego.query(f"data.main.{rule}").results[0].expressions[0]]
print(json.dumps(found))
"#;
    let mut command = Command::new(python);
    command
        .args(["-c", script])
        .arg(root().join("policies/rego"));
    command.arg(folder.path().join("plan.json"));
    let found: Json = serde_json::from_str(&printed(&mut command, folder)).expect("JSON");
    let found = found.as_array().expect("a list").iter();
    let text = |one: &Json, name: &str| one[name].as_str().unwrap_or_default().to_owned();
    Some(
        found
            .map(|one| (text(one, "address"), text(one, "check")))
            .collect(),
    )
}

/// What Trivy finds.
fn by_trivy(folder: &TempDir) -> Option<Findings> {
    let mut command = Command::new(scanner("trivy")?);
    command.args([
        "config",
        "--quiet",
        "--skip-check-update",
        "--format",
        "json",
    ]);
    command.args(["--misconfig-scanners", "json", "--check-namespaces", "user"]);
    for part in ["rego", "trivy"] {
        command
            .arg("--config-check")
            .arg(root().join("policies").join(part));
    }
    command.arg(folder.path().join("plan.json"));
    let report: Json = serde_json::from_str(&printed(&mut command, folder)).expect("JSON");
    let results = report["Results"].as_array().into_iter().flatten();
    let found =
        results.flat_map(|result| result["Misconfigurations"].as_array().into_iter().flatten());
    let finding = |one: &Json| {
        let message = one["Message"].as_str().unwrap_or_default();
        let address = message.split_once(": ").map(|(address, _)| address);
        let id = one["ID"].as_str().unwrap_or_default();
        (address.unwrap_or_default().to_owned(), check(id))
    };
    Some(found.map(finding).collect())
}

/// What Checkov finds.
fn by_checkov(folder: &TempDir) -> Option<Findings> {
    let mut command = Command::new(scanner("checkov")?);
    command.arg("--file").arg(folder.path().join("plan.json"));
    command
        .arg("--external-checks-dir")
        .arg(root().join("policies/checkov"));
    let ours: Vec<String> = (1..=CHECKS.len())
        .map(|n| format!("CKV_CURATED_{n}"))
        .collect();
    command.args(["--check", &ours.join(",")]);
    command.args([
        "--skip-download",
        "--quiet",
        "--compact",
        "--output",
        "json",
    ]);
    let report: Json = serde_json::from_str(&printed(&mut command, folder)).expect("JSON");
    let failed = report["results"]["failed_checks"].as_array();
    let finding = |one: &Json| {
        let text = |name: &str| one[name].as_str().unwrap_or_default();
        (text("resource").to_owned(), check(text("check_id")))
    };
    Some(failed.into_iter().flatten().map(finding).collect())
}

/// Asks every scanner that is there.
#[track_caller]
fn assert_finds(folder: &TempDir, expected: &[(&str, &[&str])]) {
    let expected: Findings = expected
        .iter()
        .flat_map(|(address, checks)| {
            checks
                .iter()
                .map(|check| ((*address).to_owned(), (*check).to_owned()))
        })
        .collect();
    for (name, found) in [
        ("Rego", by_rego(folder)),
        ("Trivy", by_trivy(folder)),
        ("Checkov", by_checkov(folder)),
    ] {
        if let Some(found) = found {
            assert_eq!(found, expected, "{name}");
        }
    }
}
