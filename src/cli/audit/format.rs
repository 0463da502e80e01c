//! The formats of a report, and which one the name of a file asks for.

use std::io::{self, IsTerminal as _, Write};
use std::path::Path;

use clap::ValueEnum;

use crate::cli::output;
use crate::curation::report::Report;
use crate::report::{self, Style};

/// Columns of a table if COLUMNS doesn't say.
const WIDTH: u16 = 80;

/// How a report is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// For a terminal.
    Table,
    /// Everything, for programs; the form has a schema.
    Json,
    /// One finding in each line, for spreadsheets.
    Csv,
    /// For code scanning, as SARIF 2.1.0.
    Sarif,
    /// For the comment on a pull request.
    Markdown,
    /// A page to look at, complete in one file.
    Html,
}

impl Format {
    /// The format for a file's extension.
    pub(super) fn of_file(path: &Path) -> Option<Self> {
        let end = path.extension()?.to_str()?.to_ascii_lowercase();
        match end.as_str() {
            "html" | "htm" => Some(Self::Html),
            "json" => Some(Self::Json),
            "csv" => Some(Self::Csv),
            "sarif" => Some(Self::Sarif),
            "md" => Some(Self::Markdown),
            "txt" => Some(Self::Table),
            _ => None,
        }
    }

    /// Writes a report, to standard output or to a file.
    ///
    /// # Errors
    /// `out` can't be written.
    pub(super) fn write(
        self,
        report: &Report,
        to_stdout: bool,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let text = match self {
            // Like `report::json`, but streamed: a large organisation's report has a hundred
            // megabytes.
            Self::Json => {
                serde_json::to_writer_pretty(&mut *out, report)?;
                return out.write_all(b"\n");
            }
            Self::Table => report::table(report, style(to_stdout)),
            Self::Csv => report::csv(report),
            Self::Sarif => report::sarif(report),
            Self::Markdown => report::markdown(report),
            Self::Html => report::html(report),
        };
        out.write_all(text.as_bytes())
    }
}

/// The look of a table: on a terminal with colours, and as wide as COLUMNS says.
fn style(to_stdout: bool) -> Style {
    let is_terminal = to_stdout && std::io::stdout().is_terminal();
    let columns = std::env::var("COLUMNS").ok();
    let columns = columns.and_then(|text| text.parse::<u16>().ok());
    Style {
        width: columns.filter(|_| is_terminal).unwrap_or(WIDTH).max(WIDTH),
        colour: to_stdout && output::is_coloured(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_a_name_asks_for_a_format() {
        for (name, expected) in [
            ("audit.json", Some(Format::Json)),
            ("a/b.JSON", Some(Format::Json)),
            ("x.csv", Some(Format::Csv)),
            ("x.sarif", Some(Format::Sarif)),
            ("x.md", Some(Format::Markdown)),
            ("x.html", Some(Format::Html)),
            ("x.txt", Some(Format::Table)),
            ("x", None),
        ] {
            assert_eq!(Format::of_file(Path::new(name)), expected, "{name}");
        }
    }
}
