//! Writes the whole report as JSON, with the same bytes for the same account and time.

use crate::curation::report::Report;

/// Writes the report.
///
/// # Panics
/// Never: the report's values are all JSON.
pub fn json(report: &Report) -> String {
    let text = serde_json::to_string_pretty(report).expect("texts and numbers are JSON");
    text + "\n"
}
