//! Finds and reads the files of a configuration, and writes each one whole or not at all.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use walkdir::{DirEntry, WalkDir};

use crate::cli::failure::Failure;
use crate::cli::output;
use crate::cli::paths::lexically_normal;
use crate::migration::{self, Change, Migration, Source};

/// Endings of the names of files that Terraform and OpenTofu read.
const ENDINGS: [&str; 8] = [
    ".tf",
    ".tofu",
    ".tf.json",
    ".tofu.json",
    ".tftest.hcl",
    ".tofutest.hcl",
    ".tfmock.hcl",
    ".tftest.json",
];

/// The files that were read.
#[derive(Debug)]
pub(super) struct Read {
    pub(super) sources: Vec<Source>,
    /// Errors of files that can't be read.
    pub(super) errors: Vec<String>,
}

/// Reads all files of the directory's modules, and of those outside that they call.
pub(super) fn read(directory: &Path) -> Result<Read, String> {
    let root = fs::canonicalize(directory)
        .map_err(|error| format!("{} can't be read: {error}.", directory.display()))?;
    if !root.is_dir() {
        return Err(format!(
            "{} is not a directory. Name the directory that has the configuration.",
            directory.display()
        ));
    }
    let mut texts: BTreeMap<String, Source> = BTreeMap::new();
    let mut errors = Vec::new();
    let is_wanted = |entry: &DirEntry| entry.depth() == 0 || !is_hidden(entry);
    for entry in WalkDir::new(&root)
        .sort_by_file_name()
        .into_iter()
        .filter_entry(is_wanted)
    {
        match entry {
            Ok(entry) => add(&root, entry.path(), &mut texts, &mut errors),
            Err(error) => errors.push(format!("{error}.")),
        }
    }
    loop {
        let sources: Vec<Source> = texts.values().cloned().collect();
        let count = sources.len();
        for folder in migration::folders_outside(&sources) {
            for entry in fs::read_dir(root.join(folder))
                .into_iter()
                .flatten()
                .flatten()
            {
                add(&root, &entry.path(), &mut texts, &mut errors);
            }
        }
        if texts.len() == count {
            return Ok(Read { sources, errors });
        }
    }
}

fn is_hidden(entry: &DirEntry) -> bool {
    entry.file_name().to_string_lossy().starts_with('.')
}

/// Adds a file, if it belongs to a configuration.
fn add(root: &Path, path: &Path, texts: &mut BTreeMap<String, Source>, errors: &mut Vec<String>) {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let is_read = ENDINGS.iter().any(|ending| name.ends_with(ending));
    if !is_read || name.starts_with('.') || !path.is_file() {
        return;
    }
    let (place, real) = match (relative(root, path), fs::canonicalize(path)) {
        (Some(place), Ok(real)) => (place, real),
        (_, Err(error)) => {
            return errors.push(format!("{} can't be read: {error}.", path.display()));
        }
        (None, _) => return,
    };
    let Some(real_place) = relative(root, &real) else {
        return;
    };
    if !texts.contains_key(&real_place) {
        match fs::read_to_string(&real) {
            Ok(text) => drop(texts.insert(
                real_place.clone(),
                Source {
                    path: real_place.clone(),
                    text,
                    links: Vec::new(),
                },
            )),
            Err(error) => return errors.push(format!("{place} can't be read: {error}.")),
        }
    }
    let folder = place.rsplit_once('/').map_or("", |(folder, _)| folder);
    if place != real_place
        && let Some(source) = texts.get_mut(&real_place)
        && !source.links.iter().any(|link| link == folder)
    {
        source.links.push(folder.to_owned());
    }
}

/// A path relative to the directory, with `/` between its parts.
fn relative(root: &Path, path: &Path) -> Option<String> {
    let path = lexically_normal(path);
    let mut up = 0;
    let mut base = root;
    let rest = loop {
        match path.strip_prefix(base) {
            Ok(rest) => break rest,
            Err(_) => base = base.parent()?,
        }
        up += 1;
    };
    let mut parts = vec!["..".to_owned(); up];
    parts.extend(rest.iter().map(|part| part.to_string_lossy().into_owned()));
    Some(parts.join("/"))
}

/// Writes the changed files. Returns a line for each written file, and the error that ended it.
pub(super) fn write(directory: &Path, migration: &Migration) -> (String, Result<(), Failure>) {
    let mut said = String::new();
    for change in &migration.changes {
        if let Err(failure) = write_one(&directory.join(&change.path), change) {
            return (said, Err(failure));
        }
        said.push_str(&format!("wrote {}\n", change.path));
    }
    (said, Ok(()))
}

/// Replaces or creates a file.
fn write_one(path: &Path, change: &Change) -> Result<(), Failure> {
    let found = fs::read_to_string(path).ok();
    // A file that was changed since it was read isn't overwritten, and a dangling link isn't
    // followed.
    if found != change.before || (found.is_none() && path.is_symlink()) {
        return Err(Failure::unread(
            format!("{} isn't as it was read any more", path.display()),
            "Another program writes there. Run the command again: it goes on where it stopped.",
        ));
    }
    output::write_whole(path, &change.after)
}
