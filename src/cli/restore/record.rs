//! Keeps a record of restored groups beside the backup, so that a second run creates none twice.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::cli::failure::Failure;
use crate::cli::output;
use crate::cli::prune::{beside, read_json};

/// The restored groups of a backup.
pub(super) struct Record {
    path: PathBuf,
    made: Made,
}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Made {
    /// The new ids of created groups, by the old ones.
    new_ids: BTreeMap<String, String>,
    /// Old ids of groups whose creation was begun.
    begun: BTreeSet<String>,
    /// Old ids of groups that have their rules: later changes to these are kept.
    #[serde(default)]
    complete: BTreeSet<String>,
}

impl Record {
    /// Reads the record of a backup, or creates one.
    pub(super) fn of(backup: &Path) -> Result<Self, Failure> {
        let path = beside(backup, "restored.json");
        let made = if path.exists() {
            read_json("BACKUP", &path, "a list of restored groups")?
        } else {
            Made::default()
        };
        Ok(Self { path, made })
    }

    /// The new ids, by the old ones.
    pub(super) fn new_ids(&self) -> &BTreeMap<String, String> {
        &self.made.new_ids
    }

    /// Whether the rules of a group were written.
    pub(super) fn is_complete(&self, old: &str) -> bool {
        self.made.complete.contains(old)
    }

    /// Records that the creation of a group begins. Returns whether an earlier run recorded it.
    pub(super) fn begin(&mut self, old: &str) -> Result<bool, Failure> {
        let is_new = self.made.begun.insert(old.to_owned());
        let was_made = self.made.new_ids.remove(old).is_some();
        let was_complete = self.made.complete.remove(old);
        if is_new || was_made || was_complete {
            self.write()?;
        }
        // A group that was created and deleted again is created once more.
        Ok(!is_new && !was_made)
    }

    /// Records the new id of a group.
    pub(super) fn made(&mut self, old: &str, new: String) -> Result<(), Failure> {
        self.made.new_ids.insert(old.to_owned(), new);
        self.write()
    }

    /// Records that the rules of a group were written.
    pub(super) fn completed(&mut self, old: &str) -> Result<(), Failure> {
        self.made.complete.insert(old.to_owned());
        self.write()
    }

    fn write(&self) -> Result<(), Failure> {
        let text = serde_json::to_string_pretty(&self.made).expect("texts are JSON");
        output::write_whole(&self.path, &(text + "\n"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_made_and_is_gone_again_begins_anew() {
        let folder = tempfile::tempdir().expect("a folder");
        let backup = folder.path().join("b.json");
        let read = || Record::of(&backup).expect("it can be read");
        let mut record = read();
        assert!(!record.begin("sg-1").expect("written"));
        assert!(read().begin("sg-1").expect("written"), "killed in between");
        record.made("sg-1", "sg-2".to_owned()).expect("written");
        record.completed("sg-1").expect("written");
        assert!(read().is_complete("sg-1"));
        let mut again = read();
        assert!(!again.begin("sg-1").expect("written"));
        assert!(!again.is_complete("sg-1") && again.new_ids().is_empty());
    }
}
