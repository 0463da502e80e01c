//! Writes a command's output. A reader that closes the pipe early, as `head` does, is no error.

use std::env;
use std::ffi::OsString;
use std::fs::File;
use std::io::{self, BufWriter, ErrorKind, IsTerminal as _, Write};
use std::path::Path;

use super::exit::Exit;
use super::failure::Failure;
use crate::rules::quoted;

/// Columns of a table where no terminal says how many there are.
pub(super) const WIDTH: u16 = 80;

/// Most characters that are shown of a foreign text: EC2 takes descriptions of 255 characters.
const LONGEST: usize = 300;

/// Prints a text to standard output.
pub(super) fn print(text: &str) -> Exit {
    print_by(|out| out.write_all(text.as_bytes()))
}

/// Prints the output of a function to standard output.
pub(super) fn print_by(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Exit {
    let mut stdout = BufWriter::new(io::stdout().lock());
    let written = write(&mut stdout);
    match written.and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            error_line(&format!("Standard output can't be written: {error}."));
            Exit::Unread
        }
        _ => Exit::Done,
    }
}

/// A foreign text on one line, with its control characters escaped.
pub(super) fn plain(text: &str) -> String {
    quoted(text, LONGEST)
}

/// Prints an error to standard error: what is wrong, where, and what to do.
pub(super) fn error_line(text: &str) {
    // That standard error is gone can't be reported.
    let _ = writeln!(io::stderr(), "error: {text}");
}

/// Prints the error of a command, and returns its exit code.
pub(super) fn failure(failure: &Failure) -> Exit {
    let detail = failure.detail.trim_end().replace('\n', "\n  ");
    // The detail is indented by two spaces, except for empty lines.
    let detail = detail.replace("\n  \n", "\n\n");
    match detail.as_str() {
        "" => error_line(&failure.summary),
        detail => error_line(&format!("{}\n  {detail}", failure.summary)),
    }
    failure.exit
}

/// Prints a warning to standard error: the command goes on.
pub(super) fn warning(text: &str) {
    // That standard error is gone can't be reported.
    let _ = writeln!(io::stderr(), "warning: {text}");
}

/// Prints a note to standard error, which is no error.
pub(super) fn note(text: &str) {
    // That standard error is gone can't be reported.
    let _ = writeln!(io::stderr(), "{text}");
}

/// Writes a file whole or not at all: a reader finds what was there before, or all of the new text.
///
/// # Errors
/// The folder or the file can't be written.
pub(super) fn write_whole(path: &Path, text: &str) -> Result<(), Failure> {
    write_whole_by(path, |out| out.write_all(text.as_bytes()))
}

/// Like [`write_whole`], with the output of a function.
///
/// # Errors
/// The folder or the file can't be written.
pub(super) fn write_whole_by(
    path: &Path,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<(), Failure> {
    let failed = |error: io::Error| {
        Failure::unread(
            format!("{} can't be written", path.display()),
            format!("{error}. Nothing was changed there."),
        )
    };
    // Of a symbolic link, the target is replaced.
    let target = path.canonicalize();
    let path = target.as_deref().unwrap_or(path);
    // A device or a pipe can't be replaced, so it is written to.
    if path.metadata().is_ok_and(|found| !found.is_file()) {
        let file = File::create(path);
        return file.and_then(|file| fill(&file, write)).map_err(failed);
    }
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let mut file = tempfile::Builder::new();
    file.prefix(".curated-");
    // A file that exists keeps its permissions; a new file gets the usual ones.
    let permissions = path.metadata().map(|found| found.permissions()).ok();
    let file = match permissions {
        Some(permissions) => file.permissions(permissions).tempfile_in(folder),
        None => usual_permissions(&mut file).tempfile_in(folder),
    }
    .map_err(failed)?;
    fill(file.as_file(), write).map_err(failed)?;
    file.as_file().sync_all().map_err(failed)?;
    file.persist(path)
        .map_err(|refused| failed(refused.error))?;
    Ok(())
}

fn fill(file: &File, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    let mut out = BufWriter::new(file);
    write(&mut out)?;
    out.flush()
}

/// The mode of a new file: 0666 less the process's umask.
#[cfg(unix)]
pub(super) fn usual_permissions<'a, 'b>(
    file: &'a mut tempfile::Builder<'b, 'b>,
) -> &'a mut tempfile::Builder<'b, 'b> {
    use std::os::unix::fs::PermissionsExt as _;
    file.permissions(std::fs::Permissions::from_mode(0o666))
}

#[cfg(not(unix))]
pub(super) fn usual_permissions<'a, 'b>(
    file: &'a mut tempfile::Builder<'b, 'b>,
) -> &'a mut tempfile::Builder<'b, 'b> {
    file
}

/// Whether standard output may have colours: it is a terminal that knows them, and `NO_COLOR`
/// (<https://no-color.org>) isn't set.
pub(super) fn is_coloured() -> bool {
    io::stdout().is_terminal() && allows_colours(|name| env::var_os(name))
}

fn allows_colours(variable: impl Fn(&str) -> Option<OsString>) -> bool {
    let is_forbidden = variable("NO_COLOR").is_some_and(|value| !value.is_empty());
    let is_plain = variable("TERM").is_some_and(|value| value == "dumb");
    !is_forbidden && !is_plain
}

/// The columns of the terminal to which standard output goes, as COLUMNS or the terminal says; elsewhere
/// always the same number.
pub(super) fn width() -> u16 {
    if !io::stdout().is_terminal() {
        return WIDTH;
    }
    let columns = env::var("COLUMNS").ok();
    let columns = columns.and_then(|text| text.parse::<u16>().ok());
    let columns = columns.or_else(|| Some(terminal_size::terminal_size_of(io::stdout())?.0.0));
    // Narrower tables would break every name.
    columns.unwrap_or(WIDTH).max(WIDTH)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_replaced_as_a_whole_and_nothing_is_left_beside_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("report.json");
        for text in ["one", "another, longer"] {
            write_whole(&path, text).expect("written");
            assert_eq!(std::fs::read_to_string(&path).expect("read"), text);
        }
        let missing = folder.path().join("none").join("report.json");
        let failure = write_whole(&missing, "text").expect_err("no folder");
        assert!(failure.summary.contains("report.json can't be written"));
        let left = std::fs::read_dir(folder.path()).expect("a folder").count();
        assert_eq!(left, 1);
    }

    #[test]
    fn an_audit_was_coloured_on_a_terminal_that_knows_no_colours() {
        for (set, expected) in [
            (None, true),
            (Some(("TERM", "xterm")), true),
            (Some(("TERM", "dumb")), false),
            (Some(("NO_COLOR", "1")), false),
            (Some(("NO_COLOR", "")), true),
        ] {
            let variable = |name: &str| {
                set.filter(|(key, _)| *key == name)
                    .map(|(_, value)| value.into())
            };
            assert_eq!(allows_colours(variable), expected, "{set:?}");
        }
    }
}
