//! The journal of a plan: what was begun and what was done, one line of JSON each, on disk before the
//! next call. A run that is killed is finished by the next one with the same plan.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{File, OpenOptions};
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::cli::failure::Failure;

/// One line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub(super) enum Event {
    /// Rules of a group that goes later are about to be revoked, so that another can be deleted.
    Revoking {
        group_id: String,
        so_that_goes: String,
        rules: BTreeMap<String, String>,
    },
    /// They are there again, since the other one stays.
    PutBack { so_that_goes: String },
    /// A group is about to be deleted.
    Deleting { group_id: String },
    /// It is gone.
    Deleted { group_id: String },
}

/// The journal of a plan.
pub(super) struct Journal {
    file: File,
    path: PathBuf,
    events: Vec<Event>,
}

impl Journal {
    /// Opens the journal, or begins it.
    pub(super) fn open(path: &Path) -> Result<Self, Failure> {
        let failed = |error: std::io::Error| {
            Failure::unread(
                format!("{} can't be written", path.display()),
                format!("{error}. Without a journal nothing is deleted."),
            )
        };
        let mut options = OpenOptions::new();
        options.create(true).read(true).append(true);
        let mut file = options.open(path).map_err(failed)?;
        let mut text = String::new();
        file.read_to_string(&mut text).map_err(failed)?;
        // The last line of a run that was killed may be cut, and then nothing came of it.
        let lines = text.split_inclusive('\n');
        let whole = lines.filter(|line| line.ends_with('\n'));
        let events = whole.filter_map(|line| serde_json::from_str(line).ok());
        let journal = Self {
            events: events.collect(),
            path: path.to_owned(),
            file,
        };
        if !text.is_empty() && !text.ends_with('\n') {
            (&journal.file).write_all(b"\n").map_err(failed)?;
        }
        Ok(journal)
    }

    /// Whether nothing was ever begun.
    pub(super) fn is_empty(&self) -> bool {
        self.events.is_empty()
    }

    /// Notes what is about to be done, or was done.
    pub(super) fn note(&mut self, event: Event) -> Result<(), Failure> {
        let line = serde_json::to_string(&event).expect("texts are JSON") + "\n";
        let written = self.file.write_all(line.as_bytes());
        written
            .and_then(|()| self.file.sync_data())
            .map_err(|error| {
                Failure::unread(
                    format!("{} can't be written", self.path.display()),
                    format!("{error}. Make room, and run the same command again."),
                )
            })?;
        self.events.push(event);
        Ok(())
    }

    /// Groups whose deletion was begun.
    pub(super) fn begun(&self) -> BTreeSet<&str> {
        let groups = self.events.iter().filter_map(|event| match event {
            Event::Deleting { group_id } | Event::Deleted { group_id } => Some(group_id.as_str()),
            Event::Revoking { .. } | Event::PutBack { .. } => None,
        });
        groups.collect()
    }

    /// Rules that are revoked, or may be: by the group that is to go for them, and the group that had
    /// them.
    pub(super) fn revoked(&self) -> BTreeMap<(String, String), BTreeMap<String, String>> {
        let mut revoked = BTreeMap::new();
        for event in &self.events {
            match event {
                Event::Revoking {
                    group_id,
                    so_that_goes,
                    rules,
                } => {
                    let key = (so_that_goes.clone(), group_id.clone());
                    revoked.insert(key, rules.clone());
                }
                Event::PutBack { so_that_goes } => {
                    revoked.retain(|(goes, _), _| goes != so_that_goes);
                }
                Event::Deleting { .. } | Event::Deleted { .. } => {}
            }
        }
        revoked
    }
}

/// A file beside another one: `plan.json` and `backup.json` make `plan.backup.json`.
pub(in crate::cli) fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.file_stem().unwrap_or_default().to_owned();
    name.push(".");
    name.push(ending);
    path.with_file_name(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(key: &str) -> BTreeMap<String, String> {
        BTreeMap::from([(key.to_owned(), String::new())])
    }

    #[test]
    fn a_line_that_was_cut_by_a_kill_counts_as_never_written() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("plan.journal.jsonl");
        let mut journal = Journal::open(&path).expect("it can be written");
        assert!(journal.is_empty());
        let deleting = |id: &str| Event::Deleting {
            group_id: id.to_owned(),
        };
        journal.note(deleting("sg-1")).expect("noted");
        let cut = b"{\"event\":\"deleting\",\"group_id\":\"sg-";
        (&journal.file).write_all(cut).expect("written");

        let mut journal = Journal::open(&path).expect("it can be read");
        assert_eq!(journal.begun(), BTreeSet::from(["sg-1"]));
        journal.note(deleting("sg-2")).expect("noted");
        let journal = Journal::open(&path).expect("it can be read");
        assert_eq!(journal.begun(), BTreeSet::from(["sg-1", "sg-2"]));
    }

    #[test]
    fn what_was_put_back_is_not_revoked_any_more() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut journal = Journal::open(&folder.path().join("j")).expect("it can be written");
        for goes in ["sg-1", "sg-2"] {
            let event = Event::Revoking {
                group_id: "sg-9".to_owned(),
                so_that_goes: goes.to_owned(),
                rules: rules("ingress all from self"),
            };
            journal.note(event).expect("noted");
        }
        let back = Event::PutBack {
            so_that_goes: "sg-1".to_owned(),
        };
        journal.note(back).expect("noted");
        let left: Vec<_> = journal.revoked().into_keys().collect();
        assert_eq!(left, [("sg-2".to_owned(), "sg-9".to_owned())]);
    }

    #[test]
    fn files_beside_a_plan_have_its_name() {
        let path = Path::new("plans/old.json");
        assert_eq!(
            beside(path, "backup.json"),
            Path::new("plans/old.backup.json")
        );
    }
}
