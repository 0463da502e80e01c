//! Writes the report as CSV for spreadsheets, with one line for each finding. A cell that a
//! spreadsheet would take for a formula gets an apostrophe, which makes it text.

use ::csv::WriterBuilder;

use super::plain::plain;
use crate::curation::report::{Finding, Report, SuppressedBy};

/// The columns. Their names and order are a public interface.
const HEADER: [&str; 13] = [
    "severity",
    "id",
    "account",
    "region",
    "vpc_id",
    "group_id",
    "group_name",
    "rules",
    "message",
    "evidence",
    "remediation",
    "fingerprint",
    "suppressed",
];

/// Characters at which a spreadsheet begins a formula, or that it skips before one.
const FORMULA: [char; 7] = ['=', '+', '-', '@', '\t', '\r', '\n'];

/// Writes the findings as CSV according to RFC 4180.
pub fn csv(report: &Report) -> String {
    let mut text = WriterBuilder::new()
        .terminator(::csv::Terminator::CRLF)
        .from_writer(Vec::new());
    let rows = report.findings.iter().map(row);
    for row in [HEADER.map(str::to_owned)].into_iter().chain(rows) {
        text.write_record(row.map(|cell| safe(&cell)))
            .expect("memory takes every row, and all rows are of one length");
    }
    let bytes = text.into_inner().expect("memory takes everything");
    String::from_utf8(bytes).expect("made of text")
}

fn row(finding: &Finding) -> [String; 13] {
    let suppressed = finding.suppressed.as_ref().map(|it| match it.by {
        SuppressedBy::Baseline => "baseline".to_owned(),
        SuppressedBy::Ignore => {
            format!("ignored: {}", it.reason.as_deref().unwrap_or_default())
        }
    });
    [
        finding.severity.to_string(),
        finding.id.clone(),
        finding.account.to_string(),
        finding.region.to_string(),
        finding.vpc_id.as_deref().unwrap_or_default().to_owned(),
        finding.group_id.clone().unwrap_or_default(),
        finding.group_name.clone().unwrap_or_default(),
        finding.rules.join("; "),
        finding.message.clone(),
        finding.evidence.join("; "),
        finding.remediation.clone(),
        finding.fingerprint.clone(),
        suppressed.unwrap_or_default(),
    ]
}

fn safe(cell: &str) -> String {
    if cell.starts_with(FORMULA) {
        format!("'{}", plain(cell))
    } else {
        plain(cell)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::tests as sample;

    #[test]
    fn a_group_named_like_a_formula_was_computed() {
        for (name, expected) in [
            ("=HYPERLINK(\"http://x\")", "'=HYPERLINK(\"http://x\")"),
            ("+1", "'+1"),
            ("-1", "'-1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\t=1", "'\\t=1"),
            ("\r=1", "'\\r=1"),
            ("\n=1", "'\\n=1"),
            ("web-1", "web-1"),
            ("a,\"b\"", "a,\"b\""),
        ] {
            let mut report = sample::report();
            report.findings[0].group_name = Some(name.to_owned());
            let text = csv(&report);
            let mut reader = ::csv::Reader::from_reader(text.as_bytes());
            assert_eq!(reader.headers().expect("a header"), &HEADER[..]);
            let rows: Vec<_> = reader.records().map(|row| row.expect("a row")).collect();
            assert_eq!(rows.len(), report.findings.len());
            assert_eq!(&rows[0][6], expected);
            for cell in rows.iter().flatten() {
                assert!(!cell.starts_with(FORMULA), "{cell:?}");
            }
        }
    }
}
