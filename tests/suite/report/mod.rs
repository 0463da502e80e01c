//! The report in the hands of those who read it: programs that know its schemas, and a browser. The
//! account is made of names and descriptions that attack whoever shows them.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;
use terraform_provider_curated::curation::report::Report;
use terraform_provider_curated::report;

use crate::support::emulator::python;

/// Where Debian, Fedora and others put Chromium; `CURATED_TEST_CHROMIUM` names another.
const CHROMIUM: [&str; 4] = [
    "/usr/bin/chromium",
    "/usr/bin/chromium-browser",
    "/usr/bin/google-chrome",
    "/snap/bin/chromium",
];

/// Validates the standard input against the schema of that file, and prints what is wrong.
const VALIDATE: &str = "import json, sys
from jsonschema.validators import validator_for
schema = json.load(open(sys.argv[1]))
validator = validator_for(schema)
validator.check_schema(schema)
for error in validator(schema).iter_errors(json.load(sys.stdin)):
    print(list(error.absolute_path), error.message[:300])
";

fn hostile() -> Report {
    serde_json::from_str(include_str!("hostile.json")).expect("a report")
}

/// What a schema of the package finds wrong.
fn faults(schema: &str, text: &str) -> String {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("document.json");
    std::fs::write(&file, text).expect("written");
    let schema = Path::new(env!("CARGO_MANIFEST_DIR")).join(schema);
    let output = Command::new(python())
        .args(["-c", VALIDATE])
        .arg(schema)
        .stdin(std::fs::File::open(&file).expect("just written"))
        .stderr(Stdio::inherit())
        .output()
        .expect("python");
    assert!(output.status.success());
    String::from_utf8(output.stdout).expect("text")
}

#[test]
fn the_json_report_is_as_its_schema_says() {
    let schema = "schemas/audit.schema.json";
    let text = report::json(&hostile());
    assert_eq!(faults(schema, &text), "");
    let other = text.replacen("\"severity\"", "\"gravity\"", 1);
    assert_ne!(faults(schema, &other), "", "the schema refuses other forms");
}

#[test]
fn the_sarif_report_is_as_its_standard_says() {
    let schema = "tests/suite/report/sarif-2.1.0.json";
    let text = report::sarif(&hostile());
    assert_eq!(faults(schema, &text), "");
    let other = text.replacen("\"message\"", "\"said\"", 1);
    assert_ne!(faults(schema, &other), "", "the schema refuses other forms");
}

fn chromium() -> Option<PathBuf> {
    let named = std::env::var_os("CURATED_TEST_CHROMIUM").map(PathBuf::from);
    let known = CHROMIUM.into_iter().map(PathBuf::from);
    named.into_iter().chain(known).find(|path| path.is_file())
}

#[test]
fn the_page_is_read_in_a_browser() {
    let Some(chromium) = chromium() else {
        eprintln!("skipped: no Chromium in {CHROMIUM:?}, nor in CURATED_TEST_CHROMIUM");
        return;
    };
    let folder = tempfile::tempdir().expect("a folder");
    let page = folder.path().join("page.html");
    std::fs::write(&page, report::html(&hostile())).expect("written");
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/suite/report/browser.py");
    let output = Command::new(python())
        .arg(script)
        .args([&chromium, &page])
        .arg(folder.path())
        .stderr(Stdio::inherit())
        .output()
        .expect("python");
    assert!(output.status.success());
    let seen: Value = serde_json::from_slice(&output.stdout).expect("JSON");

    // Other people's text is text.
    assert_eq!(seen["hostile"], 0);
    assert_eq!(seen["scripts"], 1);
    assert_eq!(
        seen["requests"],
        Value::Array(Vec::new()),
        "nothing is loaded from elsewhere"
    );
    assert_eq!(seen["broken_links"], Value::Array(Vec::new()));
    assert_ne!(seen["light"]["background"], seen["dark"]["background"]);
    assert_ne!(seen["light"]["ink"], seen["dark"]["ink"]);
    for view in ["light", "dark", "narrow"] {
        assert_eq!(seen[view]["overflow"], 0, "{view} scrolls sideways");
    }
    // The filter needs JavaScript, and isn't there without.
    assert_eq!(seen["filter_hidden"], false);
    assert_eq!(seen["filter_without_javascript"], true);
    assert_eq!(
        seen["rows_after_filter"], 2,
        "in the matrix and among the groups"
    );
    // By keyboard: the way past the head comes first, and checks open and close.
    assert_eq!(seen["reached"][0], "A skip");
    assert!(
        seen["reached"]
            .as_array()
            .expect("a list")
            .contains(&"SUMMARY ".into())
    );
    assert_eq!(seen["opened_by_keyboard"], true);
    assert_eq!(seen["print_shows_closed"], true, "paper can't be opened");
    assert_eq!(seen["pdf"], "%PDF-");
}
