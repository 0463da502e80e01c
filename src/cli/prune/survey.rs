//! The arguments of `curated prune`, and what is read before anything is decided.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use clap::Args;
use serde::de::DeserializeOwned;

use crate::cli::audit::now;
use crate::cli::connection::ConnectionArguments;
use crate::cli::failure::Failure;
use crate::cli::inputs::history::History;
use crate::cli::inputs::{self, state, used_by};
use crate::cli::numbers;
use crate::cli::reading::{self, Read};
use crate::curation::report::Report;
use crate::curation::{self, Inputs};

/// The conditions under which groups are deleted, and further inputs.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(in crate::cli) struct Arguments {
    /// Write the plan to this file.
    #[arg(long, short, value_name = "FILE", default_value = "prune-plan.json")]
    pub(super) output: PathBuf,
    /// For so many days a group has to be known to be unused, by its mark or the history. With 0 any
    /// unused group can go.
    #[arg(long, value_name = "DAYS", default_value_t = 30, value_parser = numbers::days)]
    pub(super) min_age: u32,
    /// Put the tag curated:unused-since on groups that are unused, take it off those that aren't, and
    /// change nothing else.
    #[arg(long, conflicts_with = "apply")]
    pub(super) mark: bool,
    /// Delete what this plan says, after a look whether all of it still holds.
    #[arg(long, value_name = "PLAN", conflicts_with_all = ["min_age", "output"])]
    pub(super) apply: Option<PathBuf>,
    /// With --apply: write the backup to this file. Default: beside the plan, as PLAN.backup.json.
    #[arg(long, value_name = "FILE", requires = "apply")]
    pub(super) backup: Option<PathBuf>,
    /// A state file of Terraform or OpenTofu, or what `terraform show -json` prints: groups that it
    /// manages are left to it. May be repeated. Without any, a group that Terraform manages is one that
    /// nobody manages.
    #[arg(long, value_name = "FILE")]
    pub(super) state: Vec<PathBuf>,
    /// Any text: every id of a group in it counts as a use of that group. May be repeated.
    #[arg(long, value_name = "FILE")]
    pub(super) used_by: Vec<PathBuf>,
    /// What `curated audit --history` keeps: it tells since when groups are attached to nothing.
    #[arg(long, value_name = "FILE")]
    pub(super) history: Option<PathBuf>,
    #[command(flatten)]
    pub(super) connection: ConnectionArguments,
}

const EXAMPLES: &str = "Examples:
  curated prune --state prod.json         Plan what could go; changes nothing
  curated prune --mark --state prod.json  Tag unused groups with the date
  curated prune --all-regions --history seen.json --state prod.json
  curated prune --apply prune-plan.json --state prod.json
  curated restore prune-plan.backup.json  Make the groups again

Nothing is deleted that is attached, named by anything, managed by a state of --state or by an AWS service, \
or that looks other than in the plan. A run with --apply that is killed goes on when it is run again.

Exit codes: 0 done; 2 wrong usage; 3 not everything needed could be read or written; 4 something differs from the plan, and was left as it is.";

/// A snapshot, and the audit of it.
pub(super) struct Survey {
    pub(super) read: Read,
    pub(super) report: Report,
    pub(super) now: String,
    pub(super) unattached_since: BTreeMap<String, String>,
}

/// Reads accounts and regions, and the user's files.
pub(super) async fn survey(
    arguments: &Arguments,
    connection: &ConnectionArguments,
) -> Result<Survey, Failure> {
    let now = now()?;
    let mut managed = state::Addresses::new();
    for path in &arguments.state {
        state::add(path, &mut managed)?;
    }
    let history = match &arguments.history {
        Some(path) => History::read(path)?,
        None => History::default(),
    };
    for path in &arguments.used_by {
        used_by::check(path)?;
    }
    let mut read = reading::read(connection).await?;
    for path in &arguments.used_by {
        used_by::add(path, &mut read.snapshot.regions)?;
    }
    read.snapshot.managed = managed;
    read.snapshot.last_attached = history.last_attached();
    let report = curation::audit(&read.snapshot, &Inputs::new(&now));
    Ok(Survey {
        read,
        report,
        now,
        unattached_since: history.unattached_since(),
    })
}

pub(in crate::cli) fn counted(groups: usize) -> String {
    match groups {
        1 => "1 group".to_owned(),
        count => format!("{count} groups"),
    }
}

/// The `kind` that a file of JSON says that it is, which tells a plan from a backup.
pub(in crate::cli) fn kind(option: &str, path: &Path) -> Result<String, Failure> {
    let bytes = inputs::read(option, path)?;
    let value: serde_json::Value = serde_json::from_slice(&bytes).unwrap_or_default();
    let kind = value.get("kind").and_then(serde_json::Value::as_str);
    Ok(kind.unwrap_or_default().to_owned())
}

/// A file of JSON that a command of this program has written.
pub(in crate::cli) fn read_json<T: DeserializeOwned>(
    option: &str,
    path: &Path,
    what: &str,
) -> Result<T, Failure> {
    let bytes = inputs::read(option, path)?;
    inputs::json(option, path, &bytes, what)
}
