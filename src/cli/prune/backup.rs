//! Writes the backup of a plan's groups, whole and before the first call that changes anything.

use std::collections::HashMap;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::journal::Journal;
use super::survey::read_json;
use crate::cli::failure::Failure;
use crate::cli::output;
use crate::curation::prune::{PLAN_VERSION, PrunePlan, SavedGroup};

/// The value of the field `kind` of a backup.
pub(in crate::cli) const BACKUP_KIND: &str = "curated-backup";

/// Groups as they were before they were deleted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::cli) struct Backup {
    pub(in crate::cli) kind: String,
    pub(in crate::cli) schema_version: u32,
    pub(in crate::cli) made_at: String,
    pub(in crate::cli) groups: Vec<SavedGroup>,
}

/// Writes the backup of all groups of the plan, unless an earlier run did.
pub(super) fn save(
    path: &Path,
    plan: &PrunePlan,
    now: &str,
    journal: &Journal,
) -> Result<(), Failure> {
    if path.exists() {
        let backup: Backup = read_json("--backup", path, "a backup of curated prune")?;
        let saved: HashMap<&str, &SavedGroup> = backup
            .groups
            .iter()
            .map(|group| (group.id.as_str(), group))
            .collect();
        let mut planned = plan.deletions.iter().map(|it| &it.group);
        if planned.all(|group| saved.get(&*group.id) == Some(&group)) {
            return Ok(());
        }
        return Err(Failure::usage(
            format!("{} is the backup of another plan", path.display()),
            "Name another file with --backup: a backup is never written over.",
        ));
    }
    if !journal.is_empty() {
        return Err(Failure::usage(
            format!("The backup {} is gone", path.display()),
            "An earlier run of this plan has written it. Put it back, or name it with --backup.",
        ));
    }
    let backup = Backup {
        kind: BACKUP_KIND.to_owned(),
        schema_version: PLAN_VERSION,
        made_at: now.to_owned(),
        groups: plan.deletions.iter().map(|it| it.group.clone()).collect(),
    };
    let text = serde_json::to_string_pretty(&backup).expect("texts are JSON");
    output::write_whole(path, &(text + "\n"))
}
