//! The formats of a report, and which one the name of a file asks for.

use std::io::{self, Write};
use std::path::Path;

use clap::ValueEnum;

use crate::cli::failure::Failure;
use crate::cli::output;
use crate::curation::report::Report;
use crate::report::{self, Style};

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
    /// The format that the end of a file's name asks for: a table where it has none.
    ///
    /// # Errors
    /// No format has the ending.
    pub(super) fn of_file(path: &Path) -> Result<Self, Failure> {
        let Some(end) = path.extension() else {
            return Ok(Self::Table);
        };
        match end.to_string_lossy().to_ascii_lowercase().as_str() {
            "html" | "htm" => Ok(Self::Html),
            "json" => Ok(Self::Json),
            "csv" => Ok(Self::Csv),
            "sarif" => Ok(Self::Sarif),
            "md" => Ok(Self::Markdown),
            "txt" => Ok(Self::Table),
            end => Err(Failure::usage(
                format!("\".{}\" is the ending of no format", output::plain(end)),
                "--output says so. Let the name end in .txt, .json, .csv, .sarif, .md or .html, or set \
                 --format to table, json, csv, sarif, markdown or html.",
            )),
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

/// Colour and the width of the terminal where there is one.
fn style(to_stdout: bool) -> Style {
    Style {
        width: if to_stdout {
            output::width()
        } else {
            output::WIDTH
        },
        colour: to_stdout && output::is_coloured(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_a_name_asks_for_a_format() {
        for (name, expected) in [
            ("audit.json", Format::Json),
            ("a/b.JSON", Format::Json),
            ("x.csv", Format::Csv),
            ("x.sarif", Format::Sarif),
            ("x.md", Format::Markdown),
            ("x.html", Format::Html),
            ("x.txt", Format::Table),
            ("x", Format::Table),
            ("/dev/stdout", Format::Table),
        ] {
            assert_eq!(Format::of_file(Path::new(name)), Ok(expected), "{name}");
        }
        let failure = Format::of_file(Path::new("a.pdf")).expect_err("no format");
        assert_eq!(failure.summary, "\".pdf\" is the ending of no format");
        assert!(failure.detail.contains(".sarif"), "{failure:?}");
    }
}
