//! Reads the input files of commands: state files, lists of what uses groups, the history, a
//! baseline, findings to ignore, and catalogs. None is trusted: sizes are limited, and an error
//! names the file and, if known, the line.

pub(super) mod baseline;
pub(super) mod catalog;
pub(super) mod declared;
pub(super) mod history;
pub(super) mod ignore;
pub(super) mod state;
pub(super) mod state_rules;
pub(super) mod used_by;

use std::fs::File;
use std::io::{ErrorKind, Read as _};
use std::path::Path;

use serde::de::DeserializeOwned;

use super::failure::Failure;

/// Longest file in bytes, ten times the largest known state files.
const LONGEST: u64 = 512 * 1024 * 1024;

/// The bytes of a file.
///
/// # Errors
/// The file can't be read, or is too long.
pub(super) fn read(option: &str, path: &Path) -> Result<Vec<u8>, Failure> {
    read_if_there(option, path)?.ok_or_else(|| {
        Failure::usage(
            format!("There is no file {}", path.display()),
            format!("{option} names it. Correct the name."),
        )
    })
}

/// The bytes of a file; `None` if it doesn't exist.
fn read_if_there(option: &str, path: &Path) -> Result<Option<Vec<u8>>, Failure> {
    let failed = |cause: String| {
        Failure::usage(
            format!("{} can't be read", path.display()),
            format!("{option} names it. {cause}."),
        )
    };
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(failed(error.to_string())),
    };
    let mut bytes = Vec::new();
    let read = file.take(LONGEST + 1).read_to_end(&mut bytes);
    read.map_err(|error| failed(error.to_string()))?;
    if bytes.len() as u64 > LONGEST {
        return Err(failed(format!(
            "It is longer than {} MiB",
            LONGEST / (1024 * 1024)
        )));
    }
    Ok(Some(bytes))
}

/// A file's JSON. An error says that the file isn't `what`.
pub(super) fn json<T: DeserializeOwned>(
    option: &str,
    path: &Path,
    bytes: &[u8],
    what: &str,
) -> Result<T, Failure> {
    // Editors on Windows may write a byte order mark.
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    serde_json::from_slice(bytes).map_err(|error| unexpected(option, path, &error, what))
}

fn unexpected(option: &str, path: &Path, error: &serde_json::Error, what: &str) -> Failure {
    let place = match error.line() {
        0 => path.display().to_string(),
        line => format!("{}, line {line}", path.display()),
    };
    // The position is in the summary.
    let cause = error.to_string();
    let cause = cause.split(" at line ").next().unwrap_or_default();
    Failure::usage(
        format!("{place}: this is not {what}"),
        format!("{option} names the file. {}.", capitalised(cause)),
    )
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_names_the_option_the_file_and_the_line() {
        let path = Path::new("old.json");
        let read: Result<Vec<u8>, _> = json("--baseline", path, b"[1,\n 2,\n x]", "a report");
        let failure = read.expect_err("no JSON");
        assert_eq!(failure.summary, "old.json, line 3: this is not a report");
        assert_eq!(failure.detail, "--baseline names the file. Expected value.");
        let missing = super::read("--state", Path::new("/nowhere/at/all")).expect_err("none");
        assert_eq!(missing.summary, "There is no file /nowhere/at/all");
    }

    #[test]
    fn json_that_nests_without_end_is_an_error() {
        let nested = "[".repeat(100_000);
        let path = Path::new("deep.json");
        let read: Result<serde_json::Value, _> =
            json("--state", path, nested.as_bytes(), "a state");
        assert!(read.is_err());
    }
}
