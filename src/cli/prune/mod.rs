//! `curated prune`: which groups can go, by a plan; their mark; and their deletion by such a plan.
//! Without --mark or --apply nothing is changed in AWS.

mod apply;
mod journal;
mod mark;
mod writes;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use clap::Args;
use serde::de::DeserializeOwned;

use super::audit::now;
use super::connection::ConnectionArguments;
use super::exit::Exit;
use super::failure::Failure;
use super::inputs::history::History;
use super::inputs::{self, state, used_by};
use super::output;
use super::reading::{self, Read};
use crate::curation::prune::{Conditions, PrunePlan, plan};
use crate::curation::report::Report;
use crate::curation::{self, Inputs};

pub(super) use self::apply::{BACKUP_KIND, Backup};
pub(super) use self::journal::beside;
pub(super) use self::writes::{authorize, is_there, revoke};

/// What can be deleted, with what is known besides.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(super) struct Arguments {
    /// Write the plan to this file.
    #[arg(long, short, value_name = "FILE", default_value = "prune-plan.json")]
    output: PathBuf,
    /// For so many days a group has to be known to be unused, by its mark or the history. With 0 any
    /// unused group can go.
    #[arg(long, value_name = "DAYS", default_value_t = 30)]
    min_age: u32,
    /// Put the tag curated:unused-since on groups that are unused, take it off those that aren't, and
    /// change nothing else.
    #[arg(long, conflicts_with = "apply")]
    mark: bool,
    /// Delete what this plan says, after a look whether all of it still holds.
    #[arg(long, value_name = "PLAN", conflicts_with_all = ["min_age", "output"])]
    apply: Option<PathBuf>,
    /// With --apply: write the backup to this file. Default: beside the plan, as PLAN.backup.json.
    #[arg(long, value_name = "FILE", requires = "apply")]
    backup: Option<PathBuf>,
    /// A state file of Terraform or OpenTofu, or what `terraform show -json` prints: groups that it
    /// manages are left to it. May be repeated.
    #[arg(long, value_name = "FILE")]
    state: Vec<PathBuf>,
    /// Any text: every id of a group in it counts as a use of that group. May be repeated.
    #[arg(long, value_name = "FILE")]
    used_by: Vec<PathBuf>,
    /// What `curated audit --history` keeps: it tells since when groups are attached to nothing.
    #[arg(long, value_name = "FILE")]
    history: Option<PathBuf>,
    #[command(flatten)]
    connection: ConnectionArguments,
}

const EXAMPLES: &str = "Examples:
  curated prune                            what could go, and why the rest stays; changes nothing
  curated prune --mark                     note on each unused group since when it is unused
  curated prune --all-regions --history seen.json --state terraform.tfstate
  curated prune --apply prune-plan.json    delete what the plan says; run it again if it is killed
  curated restore prune-plan.backup.json   make the groups again

Nothing is deleted that is attached, named by anything, managed by a state, kept by an AWS service, or
that looks other than in the plan.

Exit codes: 0 done; 2 wrong usage; 3 not everything needed could be read or written; 4 something
differs from the plan, and was left as it is.";

/// Plans, marks or deletes.
pub(super) async fn run(arguments: &Arguments) -> Exit {
    let done = match &arguments.apply {
        Some(path) => apply::run(arguments, path).await,
        None => look(arguments).await,
    };
    done.unwrap_or_else(|failure| output::failure(&failure))
}

/// What was read, and what the audit says of it.
struct Looked {
    read: Read,
    report: Report,
    now: String,
    unattached_since: BTreeMap<String, String>,
}

/// Reads accounts and regions, and the user's files.
async fn looked(
    arguments: &Arguments,
    connection: &ConnectionArguments,
) -> Result<Looked, Failure> {
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
    Ok(Looked {
        read,
        report,
        now,
        unattached_since: history.unattached_since(),
    })
}

async fn look(arguments: &Arguments) -> Result<Exit, Failure> {
    let looked = looked(arguments, &arguments.connection).await?;
    for failure in &looked.read.failures {
        output::failure(failure);
    }
    let exit = if arguments.mark {
        mark::run(&looked).await
    } else {
        let conditions = Conditions {
            now: &looked.now,
            min_age_days: arguments.min_age,
            unattached_since: &looked.unattached_since,
        };
        let plan = plan(&looked.read.snapshot, &looked.report, conditions);
        let text = serde_json::to_string_pretty(&plan).expect("texts are JSON");
        output::write_whole(&arguments.output, &(text + "\n"))?;
        output::print(&told(&plan, &arguments.output))
    };
    Ok(if looked.read.failures.is_empty() {
        exit
    } else {
        Exit::Unread
    })
}

/// A plan in words.
fn told(plan: &PrunePlan, path: &Path) -> String {
    let mut text = String::new();
    for deletion in &plan.deletions {
        let group = &deletion.group;
        let since = match &deletion.unused_since {
            Some(since) => format!(" Unused since {since}."),
            None => String::new(),
        };
        text += &format!(
            "delete  {}  {}  {}\n        {}{since}\n",
            group.region,
            group.id,
            output::plain(&group.name),
            output::plain(&deletion.reason)
        );
        for revocation in &deletion.revoke_first {
            for rule in revocation.rules.keys() {
                text += &format!("        first revokes of {}: {rule}\n", revocation.group_id);
            }
        }
    }
    for kept in &plan.kept {
        text += &format!(
            "keep    {}  {}  {}\n        {}\n",
            kept.region,
            kept.id,
            output::plain(&kept.name),
            output::plain(&kept.reason)
        );
    }
    let count = plan.deletions.len();
    text += &format!(
        "\n{} to delete, {} that stay. Nothing was changed. The plan is in {}.\n",
        counted(count),
        plan.kept.len(),
        path.display()
    );
    if count > 0 {
        text += &format!(
            "To carry it out: curated prune --apply {}\n",
            path.display()
        );
    }
    text
}

pub(super) fn counted(groups: usize) -> String {
    match groups {
        1 => "1 group".to_owned(),
        count => format!("{count} groups"),
    }
}

/// A file of JSON that a command of this program has written.
pub(super) fn read_json<T: DeserializeOwned>(
    option: &str,
    path: &Path,
    what: &str,
) -> Result<T, Failure> {
    let bytes = inputs::read(option, path)?;
    inputs::json(option, path, &bytes, what)
}
