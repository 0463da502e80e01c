//! Writes the report as SARIF 2.1.0, for code scanning. GitHub requires a physical location for
//! each result: the line of the configuration that declares the group, or else a stable path below
//! `aws/`.

use std::collections::HashMap;

use serde_json::{Value, json};

use super::plain::plain;
use crate::curation::report::{Finding, Report, SourceLine, SuppressedBy};
use crate::curation::{CHECKS, Severity};

/// Writes the findings as SARIF.
pub fn sarif(report: &Report) -> String {
    let rules: Vec<Value> = CHECKS
        .iter()
        .map(|check| {
            json!({
                "id": check.id,
                "shortDescription": {"text": check.title},
                "fullDescription": {"text": check.when},
                "help": {"text": format!("{} Evidence: {}.", check.advice, check.evidence)},
                "defaultConfiguration": {"level": level(check.severity)},
                "properties": {
                    "security-severity": score(check.severity),
                    "tags": ["security", "aws", "ec2", "security-group"],
                },
            })
        })
        .collect();
    let notifications: Vec<Value> = report
        .not_looked_at
        .iter()
        .map(|it| {
            let code = if it.code.is_empty() {
                "no answer"
            } else {
                &it.code
            };
            let text = format!(
                "{}, {}: {code}. {}",
                it.operation, it.region, it.consequence
            );
            json!({"level": "warning", "message": {"text": plain(&text)}})
        })
        .collect();
    let declared: HashMap<_, _> = report
        .groups
        .iter()
        .filter_map(|group| Some((group.id.as_str(), group.declared_in.as_ref()?)))
        .collect();
    let results = report.findings.iter().map(|finding| {
        let group = finding.group_id.as_deref().unwrap_or_default();
        result(finding, declared.get(group).copied())
    });
    let results: Vec<Value> = results.collect();
    let document = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {
                "name": "curated",
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": rules,
            }},
            "invocations": [{
                "executionSuccessful": true,
                "endTimeUtc": report.generated_at,
                "toolExecutionNotifications": notifications,
            }],
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    });
    format!("{document:#}\n")
}

fn result(finding: &Finding, declared: Option<&SourceLine>) -> Value {
    let (uri, line) = match declared {
        Some(place) => (uri(&place.file), place.line),
        None => (path(finding), 1),
    };
    let rule = CHECKS.iter().position(|check| check.id == finding.id);
    let mut result = json!({
        "ruleId": finding.id,
        "level": level(finding.severity),
        "message": {"text": message(finding)},
        "locations": [{
            "physicalLocation": {
                "artifactLocation": {"uri": uri},
                "region": {"startLine": line},
            },
            "logicalLocations": [{
                "name": plain(finding.group_name.as_deref().unwrap_or(&finding.region)),
                "fullyQualifiedName": finding.group_id.as_deref().unwrap_or(&finding.region),
                "kind": "resource",
            }],
        }],
        "partialFingerprints": {"curated/v1": finding.fingerprint},
        "properties": {"security-severity": score(finding.severity)},
    });
    if let Some(rule) = rule {
        result["ruleIndex"] = json!(rule);
    }
    if let Some(suppressed) = &finding.suppressed {
        let why = match suppressed.by {
            SuppressedBy::Baseline => "An earlier report has it.",
            SuppressedBy::Ignore => suppressed.reason.as_deref().unwrap_or_default(),
        };
        let suppression = json!({"kind": "external", "justification": plain(why)});
        result["suppressions"] = json!([suppression]);
    } else {
        result["suppressions"] = json!([]);
    }
    result
}

fn message(finding: &Finding) -> String {
    let place = match (&finding.group_name, &finding.group_id) {
        (Some(name), Some(id)) => format!("{name} ({id}), {}", finding.region),
        _ => finding.region.to_string(),
    };
    let mut sentences = vec![plain(&place) + ":", plain(&finding.message)];
    sentences.extend(finding.evidence.iter().map(|sentence| plain(sentence)));
    format!("{}\n{}", sentences.join(" "), plain(&finding.remediation))
}

/// A path that is the same in every run: account, region, VPC and group.
fn path(finding: &Finding) -> String {
    let account = if finding.account.is_empty() {
        "unknown"
    } else {
        &finding.account
    };
    let parts = [
        Some(account),
        Some(&finding.region),
        finding.vpc_id.as_deref(),
    ];
    let name = finding.group_name.as_deref().or(Some("region"));
    let parts = parts.into_iter().chain([name]).flatten();
    let parts: Vec<String> = parts.filter(|part| !part.is_empty()).map(encoded).collect();
    format!("aws/{}", parts.join("/"))
}

/// A file's path as a URI: relative to the directory that was scanned, or on this machine.
fn uri(file: &str) -> String {
    // Dots stay, since the path leads to a real file.
    let part = |part: &str| match part {
        "." | ".." => part.to_owned(),
        part => encoded(part),
    };
    let parts: Vec<String> = file.split('/').map(part).collect();
    let scheme = if file.starts_with('/') { "file://" } else { "" };
    format!("{scheme}{}", parts.join("/"))
}

/// A part of a URI's path. `.` and `..` are encoded too, since they would change the path.
fn encoded(part: &str) -> String {
    let dots = part.bytes().all(|byte| byte == b'.');
    let mut text = String::new();
    for byte in part.bytes() {
        let is_plain =
            byte.is_ascii_alphanumeric() || (b"-_~".contains(&byte)) || (byte == b'.' && !dots);
        if is_plain {
            text.push(byte.into());
        } else {
            text.push_str(&format!("%{byte:02X}"));
        }
    }
    text
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical | Severity::High => "error",
        Severity::Medium => "warning",
        Severity::Low | Severity::Info | Severity::Note => "note",
    }
}

/// The score by which GitHub sorts, as text: critical from 9.0, high from 7.0, medium from 4.0, else low.
fn score(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "9.0",
        Severity::High => "7.0",
        Severity::Medium => "4.0",
        Severity::Low => "2.0",
        Severity::Info => "1.0",
        Severity::Note => "0.0",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::tests as sample;

    #[test]
    fn a_result_without_a_physical_location_was_refused() {
        let report = sample::report();
        let document: Value = serde_json::from_str(&sarif(&report)).expect("JSON");
        let results = document["runs"][0]["results"].as_array().expect("results");
        assert_eq!(results.len(), report.findings.len());
        for (result, finding) in results.iter().zip(&report.findings) {
            let place = &result["locations"][0]["physicalLocation"];
            let uri = place["artifactLocation"]["uri"].as_str().expect("a path");
            let legal = |c: char| c.is_ascii_alphanumeric() || "-_.~%/".contains(c);
            assert!(uri.starts_with("aws/111111111111/eu-west-1/"), "{uri}");
            assert!(uri.chars().all(legal), "{uri}");
            assert_eq!(place["region"]["startLine"], 1);
            assert_eq!(
                result["partialFingerprints"]["curated/v1"],
                *finding.fingerprint
            );
            let index = result["ruleIndex"].as_u64().expect("a rule") as usize;
            assert_eq!(CHECKS[index].id, finding.id);
            let suppressed = !result["suppressions"]
                .as_array()
                .expect("a list")
                .is_empty();
            assert_eq!(suppressed, finding.suppressed.is_some());
        }
    }

    #[test]
    fn a_declared_group_stands_at_its_line() {
        let mut report = sample::report();
        let finding = report.findings.iter().position(|it| it.group_id.is_some());
        let index = finding.expect("one of a group");
        let id = report.findings[index].group_id.clone();
        for (file, expected) in [
            ("infra/a b.tf", "infra/a%20b.tf"),
            ("../web.tf", "../web.tf"),
            ("/src/web.tf", "file:///src/web.tf"),
        ] {
            for group in &mut report.groups {
                if Some(&group.id) == id.as_ref() {
                    let (file, line) = (file.to_owned(), 12);
                    group.declared_in = Some(SourceLine { file, line });
                }
            }
            let document: Value = serde_json::from_str(&sarif(&report)).expect("JSON");
            let result = &document["runs"][0]["results"][index];
            let place = &result["locations"][0]["physicalLocation"];
            assert_eq!(place["artifactLocation"]["uri"], expected);
            assert_eq!(place["region"]["startLine"], 12);
        }
    }

    #[test]
    fn a_name_led_out_of_the_folder() {
        for (name, expected) in [
            ("..", "%2E%2E"),
            (".", "%2E"),
            ("a/b", "a%2Fb"),
            ("a.b", "a.b"),
        ] {
            assert_eq!(encoded(name), expected);
        }
    }
}
