//! Writes the files of an adoption: all or none. The first line of each file names the command and
//! has a digest of the rest, so that a later run recognises unchanged files.

use std::fs;
use std::io::{self, Write as _};
use std::path::Path;

use sha2::{Digest as _, Sha256};

use crate::cli::failure::Failure;
use crate::curation::adopt::File;

/// Beginning of the first line of a file that `curated adopt` wrote.
const MARK: &str = "# Written by curated adopt, which replaces it only while it is unchanged: ";

/// Prefix of temporary names, before files are renamed to their own.
const STAGED: &str = ".curated-";

/// The text with its first line, which has the digest.
fn marked(text: &str) -> String {
    format!("{MARK}{}\n\n{text}", digest(&format!("\n{text}")))
}

/// Whether a text is unchanged since it was written by this module.
pub(super) fn is_unchanged(text: &str) -> bool {
    // Git on Windows may have changed the line endings.
    let text = text.replace("\r\n", "\n");
    let lines = text
        .strip_prefix(MARK)
        .and_then(|rest| rest.split_once('\n'));
    lines.is_some_and(|(said, rest)| said == digest(rest))
}

fn digest(text: &str) -> String {
    let digest = Sha256::digest(text.as_bytes());
    let digest = &digest[..16];
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Writes files into a folder, in order, and removes others there. If anything fails, the folder is
/// as before.
///
/// # Errors
/// The folder can't be made or written.
pub(super) fn all(folder: &Path, files: &[File], stale: &[&String]) -> Result<(), Failure> {
    let failed = |name: &str, error: io::Error| {
        Failure::unread(
            format!("{} can't be written", folder.join(name).display()),
            format!("{error}. Nothing was changed there."),
        )
    };
    let is_new = !folder.exists();
    fs::create_dir_all(folder).map_err(|error| failed("", error))?;
    remove_litter(folder);
    let staged = files.iter().map(|file| {
        let staged = stage(folder, &marked(&file.text));
        staged.map_err(|error| failed(&file.name, error))
    });
    let staged: Result<Vec<_>, Failure> = staged.collect();
    let staged = match staged {
        Ok(staged) => staged,
        Err(failure) => {
            if is_new {
                let _ = fs::remove_dir(folder);
            }
            return Err(failure);
        }
    };
    let mut before: Vec<(&str, Option<Vec<u8>>)> = Vec::new();
    for (file, staged) in files.iter().zip(staged) {
        let path = folder.join(&file.name);
        let old = fs::read(&path).ok();
        if let Err(refused) = staged.persist(&path) {
            put_back(folder, &before);
            return Err(failed(&file.name, refused.error));
        }
        before.push((&file.name, old));
    }
    for name in stale {
        let path = folder.join(name);
        let old = fs::read(&path).ok();
        if let Err(error) = fs::remove_file(&path) {
            put_back(folder, &before);
            return Err(failed(name, error));
        }
        before.push((name, old));
    }
    Ok(())
}

/// Removes the temporary files of a run that was killed.
fn remove_litter(folder: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let is_staged = name.to_string_lossy().starts_with(STAGED);
        let is_own = || fs::read_to_string(entry.path()).is_ok_and(|text| text.starts_with(MARK));
        if is_staged && is_own() {
            // A file that can't be removed does no harm: Terraform doesn't read it.
            let _ = fs::remove_file(entry.path());
        }
    }
}

fn stage(folder: &Path, text: &str) -> io::Result<tempfile::NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(STAGED);
    let mut file = crate::cli::output::usual_permissions(&mut builder).tempfile_in(folder)?;
    file.write_all(text.as_bytes())?;
    file.as_file().sync_all()?;
    Ok(file)
}

fn put_back(folder: &Path, before: &[(&str, Option<Vec<u8>>)]) {
    for (name, old) in before {
        // The first error is reported by the caller.
        let _ = match old {
            Some(bytes) => fs::write(folder.join(name), bytes),
            None => fs::remove_file(folder.join(name)),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(name: &str, text: &str) -> File {
        File {
            name: name.to_owned(),
            text: text.to_owned(),
        }
    }

    #[test]
    fn a_file_that_was_changed_is_told_from_one_that_was_written_here() {
        let text = marked("resource {}\n");
        assert!(is_unchanged(&text));
        assert!(is_unchanged(&text.replace('\n', "\r\n")));
        for other in [
            text.replace("{}", "{ }"),
            format!("{text}\n"),
            text.replacen('#', "", 1),
            "resource {}\n".to_owned(),
            String::new(),
        ] {
            assert!(!is_unchanged(&other), "{other}");
        }
    }

    #[test]
    fn all_files_are_written_or_none() {
        let parent = tempfile::tempdir().expect("a folder");
        let folder = parent.path().join("adopted");
        let names = || {
            let entries = fs::read_dir(&folder).expect("a folder");
            let names = entries.map(|it| it.expect("a file").file_name().into_string());
            let mut names: Vec<String> = names.map(|name| name.expect("text")).collect();
            names.sort();
            names
        };
        all(&folder, &[file("a.tf", "1"), file("b.tf", "2")], &[]).expect("written");
        assert_eq!(names(), ["a.tf", "b.tf"]);
        let before = fs::read(folder.join("a.tf")).expect("read");
        // A folder stands where the second file is to go.
        fs::create_dir(folder.join("c.tf")).expect("made");
        let failure = all(&folder, &[file("a.tf", "3"), file("c.tf", "4")], &[]);
        assert!(failure.expect_err("refused").summary.contains("c.tf"));
        assert_eq!(fs::read(folder.join("a.tf")).expect("read"), before);
        assert_eq!(names(), ["a.tf", "b.tf", "c.tf"]);
        let stale = "b.tf".to_owned();
        all(&folder, &[file("a.tf", "5")], &[&stale]).expect("written");
        assert_eq!(names(), ["a.tf", "c.tf"]);
    }
}
