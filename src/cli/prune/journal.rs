//! The journal of a plan: each step that was begun or done, as a line of JSON that is on disk
//! before the next call. The next run of the same plan continues after one that was killed.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{File, OpenOptions};
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::cli::failure::Failure;

/// A line of the journal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub(super) enum Event {
    /// Rules of one group are about to be revoked, so that another group can be deleted.
    Revoking {
        group_id: String,
        so_that_goes: String,
        rules: Rules,
    },
    /// These rules were added again, since the other group is kept.
    PutBack { so_that_goes: String },
    /// A group is about to be deleted.
    Deleting { group_id: String },
    /// The group is gone.
    Deleted { group_id: String },
}

/// Rules by their keys, with their descriptions.
type Rules = BTreeMap<String, String>;

/// The journal of a plan, and the state after its last line.
pub(super) struct Journal {
    file: File,
    path: PathBuf,
    is_empty: bool,
    /// Groups whose deletion was begun.
    begun: BTreeSet<String>,
    /// Those of them that are known to be deleted.
    deleted: BTreeSet<String>,
    /// Revoked rules, by the group that had them and the group whose deletion they were revoked
    /// for.
    revoked: BTreeMap<String, BTreeMap<String, Rules>>,
    /// The groups that had revoked rules, by the group whose deletion they were revoked for.
    holders: BTreeMap<String, BTreeSet<String>>,
}

impl Journal {
    /// Opens the journal, or creates it.
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
        // The last line of a killed run may be incomplete, and is ignored.
        let lines = text.split_inclusive('\n');
        let whole = lines.filter(|line| line.ends_with('\n'));
        let events = whole.filter_map(|line| serde_json::from_str(line).ok());
        let mut journal = Self {
            path: path.to_owned(),
            file,
            is_empty: true,
            begun: BTreeSet::new(),
            deleted: BTreeSet::new(),
            revoked: BTreeMap::new(),
            holders: BTreeMap::new(),
        };
        for event in events {
            journal.apply(event);
        }
        if !text.is_empty() && !text.ends_with('\n') {
            (&journal.file).write_all(b"\n").map_err(failed)?;
        }
        Ok(journal)
    }

    /// Whether no step was begun.
    pub(super) fn is_empty(&self) -> bool {
        self.is_empty
    }

    /// Writes a line, before or after its step.
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
        self.apply(event);
        Ok(())
    }

    /// Whether the deletion of a group was begun.
    pub(super) fn has_begun(&self, group: &str) -> bool {
        self.begun.contains(group)
    }

    /// Whether a group is known to be deleted.
    pub(super) fn was_deleted(&self, group: &str) -> bool {
        self.deleted.contains(group)
    }

    /// Rules of a group that were revoked, or may have been.
    pub(super) fn revoked_of(&self, group: &str) -> impl Iterator<Item = &Rules> {
        self.revoked
            .get(group)
            .into_iter()
            .flat_map(BTreeMap::values)
    }

    /// Rules that were or may have been revoked for the deletion of this group, by the groups that
    /// had them.
    pub(super) fn revoked_for(&self, goes: &str) -> Vec<(String, Rules)> {
        let holders = self.holders.get(goes).into_iter().flatten();
        let rules = holders.filter_map(|holder| {
            let rules = self.revoked.get(holder)?.get(goes)?;
            Some((holder.clone(), rules.clone()))
        });
        rules.collect()
    }

    /// Takes an event into account.
    fn apply(&mut self, event: Event) {
        self.is_empty = false;
        match event {
            Event::Revoking {
                group_id,
                so_that_goes,
                rules,
            } => {
                let holders = self.holders.entry(so_that_goes.clone()).or_default();
                holders.insert(group_id.clone());
                let of_group = self.revoked.entry(group_id).or_default();
                of_group.insert(so_that_goes, rules);
            }
            Event::PutBack { so_that_goes } => {
                for holder in self.holders.remove(&so_that_goes).unwrap_or_default() {
                    if let Some(of_group) = self.revoked.get_mut(&holder) {
                        of_group.remove(&so_that_goes);
                    }
                }
            }
            Event::Deleting { group_id } => {
                self.begun.insert(group_id);
            }
            Event::Deleted { group_id } => {
                self.begun.insert(group_id.clone());
                self.deleted.insert(group_id);
            }
        }
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
        assert!(journal.has_begun("sg-1") && !journal.has_begun("sg-2"));
        journal.note(deleting("sg-2")).expect("noted");
        let journal = Journal::open(&path).expect("it can be read");
        assert!(journal.has_begun("sg-1") && journal.has_begun("sg-2"));
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
        assert_eq!(journal.revoked_of("sg-9").count(), 1);
        assert_eq!(journal.revoked_for("sg-1"), []);
        let rules = rules("ingress all from self");
        assert_eq!(journal.revoked_for("sg-2"), [("sg-9".to_owned(), rules)]);
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
