//! The report as JSON: everything, with the same bytes for the same account and time.

use std::io;

use crate::curation::report::Report;

/// Writes the report, piece by piece: of a large organisation it is a hundred megabytes.
///
/// # Errors
/// `out` can't be written.
pub fn json(report: &Report, out: &mut dyn io::Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, report)?;
    out.write_all(b"\n")
}
