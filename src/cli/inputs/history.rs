//! Reads and updates the history: when each group was first seen, and when it was last seen
//! attached. EC2 knows neither, so each audit records both in a file.

use std::collections::BTreeMap;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::cli::failure::Failure;
use crate::cli::output;
use crate::snapshot::Region;

/// The option that names the file.
const OPTION: &str = "--history";
/// The version of the file's form.
const VERSION: u32 = 1;

/// Facts about groups that are kept from one audit to the next, by their ids.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::cli) struct History {
    schema_version: u32,
    groups: BTreeMap<String, Seen>,
}

/// When a group was seen, as times of RFC 3339.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::cli) struct Seen {
    account: String,
    region: String,
    first_seen: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_attached: Option<String>,
}

impl Default for History {
    fn default() -> Self {
        Self {
            schema_version: VERSION,
            groups: BTreeMap::new(),
        }
    }
}

impl History {
    /// Reads the file; one that isn't there yet is an empty history.
    ///
    /// # Errors
    /// The file can't be read, or is no history.
    pub(in crate::cli) fn read(path: &Path) -> Result<Self, Failure> {
        let Some(bytes) = super::read_if_there(OPTION, path)? else {
            return Ok(Self::default());
        };
        let history: Self = super::json(OPTION, path, &bytes, "a history of curated audit")?;
        if history.schema_version != VERSION {
            return Err(Failure::usage(
                format!(
                    "{} is a history of version {}",
                    path.display(),
                    history.schema_version
                ),
                format!("{OPTION} takes version {VERSION}. Use the curated that wrote it."),
            ));
        }
        Ok(history)
    }

    /// When groups were last seen attached, before this audit.
    pub(in crate::cli) fn last_attached(&self) -> BTreeMap<String, String> {
        let pairs = self.groups.iter();
        pairs
            .filter_map(|(id, seen)| Some((id.clone(), seen.last_attached.clone()?)))
            .collect()
    }

    /// Since when groups are known to be attached to nothing: since they were last seen attached, else
    /// since they were first seen.
    pub(in crate::cli) fn unattached_since(&self) -> BTreeMap<String, String> {
        let pairs = self.groups.iter();
        pairs
            .map(|(id, seen)| {
                let since = seen.last_attached.as_ref().unwrap_or(&seen.first_seen);
                (id.clone(), since.clone())
            })
            .collect()
    }

    /// Adds the groups of an audit. Groups that are gone from a region that could be read are
    /// removed; other regions are unchanged.
    pub(in crate::cli) fn update(&mut self, regions: &[Region], now: &str) {
        for region in regions.iter().filter(|region| is_read(region)) {
            self.groups.retain(|id, seen| {
                let is_here = seen.account == region.account && seen.region == region.name;
                !is_here || region.groups.contains_key(id)
            });
            for id in region.groups.keys() {
                let new = || Seen {
                    account: region.account.clone(),
                    region: region.name.clone(),
                    first_seen: now.to_owned(),
                    last_attached: None,
                };
                self.groups.entry(id.clone()).or_insert_with(new);
            }
            // A detached interface still has the group, and can be attached again.
            for id in region.interfaces.iter().flat_map(|it| it.groups.iter()) {
                if let Some(seen) = self.groups.get_mut(&**id) {
                    seen.last_attached = Some(now.to_owned());
                }
            }
        }
    }

    /// Writes the file, whole or not at all.
    ///
    /// # Errors
    /// The file can't be written.
    pub(in crate::cli) fn write(&self, path: &Path) -> Result<(), Failure> {
        let text = serde_json::to_string_pretty(self).expect("texts and numbers are JSON");
        output::write_whole(path, &(text + "\n"))
    }
}

/// Whether the groups of a region could be read.
fn is_read(region: &Region) -> bool {
    let is_groups = |operation: &str| operation == "DescribeSecurityGroups";
    region
        .looked_at
        .keys()
        .any(|operation| is_groups(operation))
        && !region
            .not_looked_at
            .iter()
            .any(|note| is_groups(&note.operation) && !note.code.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::snapshot::{Group, Interface};

    fn region(name: &str, groups: &[&str], attached: &[&str]) -> Region {
        let group = |id: &&str| ((*id).to_owned(), Group::default());
        let interface = |id: &&str| Interface {
            groups: [(*id).into()].into(),
            ..Interface::default()
        };
        Region {
            name: name.to_owned(),
            groups: groups.iter().map(group).collect(),
            interfaces: attached.iter().map(interface).collect(),
            looked_at: [("DescribeSecurityGroups".to_owned(), 1)].into(),
            ..Region::default()
        }
    }

    #[test]
    fn each_audit_brings_the_history_up_to_date() {
        let mut history = History::default();
        let first = [
            region("eu-west-1", &["sg-1", "sg-2"], &["sg-1"]),
            region("eu-west-2", &["sg-3"], &["sg-3"]),
        ];
        history.update(&first, "2026-01-01T00:00:00Z");
        // The second audit doesn't look at eu-west-2, and one group of eu-west-1 is gone.
        let second = [region("eu-west-1", &["sg-1", "sg-4"], &["sg-4"])];
        history.update(&second, "2026-02-01T00:00:00Z");
        let known: Vec<&str> = history.groups.keys().map(String::as_str).collect();
        assert_eq!(known, ["sg-1", "sg-3", "sg-4"]);
        let attached = history.last_attached();
        assert_eq!(attached["sg-1"], "2026-01-01T00:00:00Z");
        assert_eq!(attached["sg-4"], "2026-02-01T00:00:00Z");
        assert_eq!(history.groups["sg-1"].first_seen, "2026-01-01T00:00:00Z");
    }

    #[test]
    fn a_region_that_could_not_be_read_forgets_nothing() {
        let mut history = History::default();
        let seen = [region("eu-west-1", &["sg-1"], &[])];
        history.update(&seen, "2026-01-01T00:00:00Z");
        let before = history.clone();
        let unread = Region {
            name: "eu-west-1".to_owned(),
            ..Region::default()
        };
        history.update(&[unread], "2026-02-01T00:00:00Z");
        assert_eq!(history, before);
    }

    #[test]
    fn what_was_written_is_read_back() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("history.json");
        assert_eq!(History::read(&path), Ok(History::default()));
        let mut history = History::default();
        let seen = [region("eu-west-1", &["sg-1"], &["sg-1"])];
        history.update(&seen, "2026-01-01T00:00:00Z");
        history.write(&path).expect("written");
        assert_eq!(History::read(&path), Ok(history));
        std::fs::write(&path, "{\"schema_version\": 2, \"groups\": {}}").expect("written");
        let failure = History::read(&path).expect_err("another version");
        assert!(failure.summary.contains("version 2"), "{failure:?}");
    }
}
