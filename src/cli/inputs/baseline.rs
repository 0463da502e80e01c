//! Reads a baseline: an earlier report from `--format json`, whose findings don't count again.

use std::collections::BTreeSet;
use std::path::Path;

use serde::Deserialize;

use crate::cli::failure::Failure;

/// The option that names the file.
const OPTION: &str = "--baseline";
/// The version of the report's format that this program reads.
const VERSION: u32 = 1;

#[derive(Deserialize)]
struct Report {
    schema_version: u32,
    findings: Vec<Finding>,
}

#[derive(Deserialize)]
struct Finding {
    fingerprint: String,
}

/// The fingerprints of a report's findings.
///
/// # Errors
/// The file can't be read, or is no report.
pub(in crate::cli) fn read(path: &Path) -> Result<BTreeSet<String>, Failure> {
    let bytes = super::read(OPTION, path)?;
    let what = "a report that curated audit --format json wrote";
    let report: Report = super::json(OPTION, path, &bytes, what)?;
    if report.schema_version != VERSION {
        return Err(Failure::usage(
            format!(
                "{} is a report of version {}",
                path.display(),
                report.schema_version
            ),
            format!("{OPTION} takes version {VERSION}. Write the baseline anew."),
        ));
    }
    let fingerprints = report
        .findings
        .into_iter()
        .map(|finding| finding.fingerprint);
    Ok(fingerprints.collect())
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_report_gives_its_fingerprints_and_anything_else_an_error() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("old.json");
        let read = |text: &str| {
            std::fs::write(&path, text).expect("written");
            super::read(&path)
        };
        let report = r#"{"schema_version": 1, "groups": [], "findings": [{"fingerprint": "a"}]}"#;
        assert_eq!(read(report), Ok(["a".to_owned()].into()));
        for (text, needle) in [
            ("{\"schema_version\": 9, \"findings\": []}", "version 9"),
            ("{\"version\": \"2.1.0\"}", "this is not a report"),
            ("[]", "this is not a report"),
        ] {
            let failure = read(text).expect_err("refused");
            assert!(failure.summary.contains(needle), "{failure:?}");
        }
    }
}
