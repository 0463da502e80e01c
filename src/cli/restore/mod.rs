//! `curated restore`: creates groups again from a backup. They get new ids, which replace the old
//! ones in rules.

mod make;
mod record;
mod rules;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use clap::Args;

use self::make::make;
use self::record::Record;
use self::rules::Ids;
use super::connection::{self, ConnectionArguments, Target, target_of};
use super::exit::Exit;
use super::failure::Failure;
use super::output;
use super::prune::{BACKUP_KIND, Backup, beside, kind, read_json};
use crate::curation::prune::{PLAN_KIND, PLAN_VERSION, SavedGroup};
use crate::ec2::{Ec2, Error};

/// The groups that are made again, and the credentials.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(super) struct Arguments {
    /// The backup that `curated prune --apply` has written.
    backup: PathBuf,
    /// Make only this group again, by the id that it had or by its name; may be repeated.
    #[arg(long, value_name = "GROUP")]
    only: Vec<String>,
    #[command(flatten)]
    connection: ConnectionArguments,
}

const EXAMPLES: &str = "Examples:
  curated restore prune-plan.backup.json
  curated restore prune-plan.backup.json --only web --only sg-0123456789abcdef0

Prints which new id stands for which old one. If it is killed, run it again: what was made already is \
kept in a file beside the backup, and isn't made twice.

Exit codes: 0 done; 2 wrong usage; 3 not everything could be made.";

/// Creates the groups.
pub(super) async fn run(arguments: &Arguments) -> Exit {
    let done = restore(arguments).await;
    done.unwrap_or_else(|failure| output::failure(&failure))
}

async fn restore(arguments: &Arguments) -> Result<Exit, Failure> {
    let path = &arguments.backup;
    let all = read_backup(path)?;
    let groups = selected(&all, &arguments.only)?;
    let regions: BTreeSet<String> = groups.iter().map(|group| group.region.clone()).collect();
    let connection = arguments.connection.clone();
    let targets = connection
        .of_regions(regions.into_iter().collect())
        .targets()
        .await?;
    for group in &groups {
        target(&targets, group)?;
    }
    let mut record = Record::of(path)?;
    let mut exit = Exit::Done;
    for group in &groups {
        let ec2 = &target(&targets, group)?.ec2;
        if let Err(failure) = make_one(ec2, group, &mut record).await? {
            exit = output::failure(&failure);
        }
    }
    let old: BTreeSet<&str> = all.iter().map(|group| group.id.as_str()).collect();
    for group in &groups {
        let Some(id) = record.new_ids().get(&group.id).cloned() else {
            continue;
        };
        let ec2 = &target(&targets, group)?.ec2;
        if let Err(failure) = complete(ec2, group, &id, &old, &mut record).await? {
            exit = output::failure(&failure);
        }
        output::print(&format!(
            "{}  {id}  {}\n",
            group.id,
            output::plain(&group.name)
        ));
    }
    Ok(exit)
}

/// Creates a group, unless it exists.
async fn make_one(
    ec2: &Ec2,
    group: &SavedGroup,
    record: &mut Record,
) -> Result<Result<(), Failure>, Failure> {
    let scope = connection::reading();
    let unmade = |error: Error| Ok(Err(unmade(group, &error)));
    let made = record.new_ids().get(&group.id);
    let id = made.unwrap_or(&group.id).clone();
    match ec2.describe_security_group(&id, &scope).await {
        Ok(Some(_)) if id == group.id => {
            let name = output::plain(&group.name);
            output::note(&format!("{id}  {name}  is there: it was never deleted"));
            return Ok(Ok(()));
        }
        Ok(Some(_)) => return Ok(Ok(())),
        Ok(None) => {}
        Err(error) => return unmade(error),
    }
    let was_begun = record.begin(&group.id)?;
    match make(ec2, group, was_begun, &scope).await {
        Ok(id) => record.made(&group.id, id).map(Ok),
        Err(error) => unmade(error),
    }
}

/// Writes the rules of a group, unless an earlier run did.
async fn complete(
    ec2: &Ec2,
    group: &SavedGroup,
    id: &str,
    old: &BTreeSet<&str>,
    record: &mut Record,
) -> Result<Result<(), Failure>, Failure> {
    if record.is_complete(&group.id) {
        return Ok(Ok(()));
    }
    let ids = Ids {
        new: record.new_ids().clone(),
        old,
    };
    let waiting = rules::give(ec2, group, id, &ids, &connection::reading()).await;
    let lacks = format!("{id}, made for {}, lacks rules", group.display_name());
    match waiting {
        Ok(waiting) if waiting.is_empty() => record.completed(&group.id).map(Ok),
        Ok(waiting) => {
            let rules: Vec<String> = waiting.iter().map(ToString::to_string).collect();
            Ok(Err(Failure::unread(
                lacks,
                format!(
                    "They name groups of the backup that aren't made again: {}.\nRun the command \
                     without --only, or with those groups, and then for this group again.",
                    rules.join("; ")
                ),
            )))
        }
        Err(error) => Ok(Err(connection::refused(
            lacks,
            &error,
            "Correct this, and run the same command again: it goes on with the rules.",
        ))),
    }
}

fn read_backup(path: &Path) -> Result<Vec<SavedGroup>, Failure> {
    if kind("BACKUP", path)? == PLAN_KIND {
        let backup = beside(path, "backup.json");
        let detail = if backup.exists() {
            format!("The backup is {}: restore that file.", backup.display())
        } else {
            format!(
                "Its backup is {}, once curated prune --apply has written it.",
                backup.display()
            )
        };
        return Err(Failure::usage(
            format!("{} is the plan, not the backup", path.display()),
            detail,
        ));
    }
    let backup: Backup = read_json("BACKUP", path, "a backup of curated prune")?;
    if backup.kind != BACKUP_KIND || backup.schema_version != PLAN_VERSION {
        return Err(Failure::usage(
            format!("{} is no backup of this version", path.display()),
            "Use the curated that wrote it.",
        ));
    }
    for group in &backup.groups {
        if let Err(key) = group.rule_set() {
            return Err(Failure::usage(
                format!("{}: \"{}\" is no rule", path.display(), output::plain(&key)),
                format!("It stands at the group {}. Correct it there.", group.id),
            ));
        }
    }
    Ok(backup.groups)
}

fn selected<'a>(groups: &'a [SavedGroup], only: &[String]) -> Result<Vec<&'a SavedGroup>, Failure> {
    let is = |group: &SavedGroup, word: &String| group.id == *word || group.name == *word;
    if let Some(word) = only
        .iter()
        .find(|word| !groups.iter().any(|group| is(group, word)))
    {
        let names: Vec<String> = groups.iter().map(SavedGroup::display_name).collect();
        return Err(Failure::usage(
            format!("The backup has no group {}", output::plain(word)),
            format!(
                "--only says so. It has: {}.",
                output::plain(&names.join(", "))
            ),
        ));
    }
    let groups = groups.iter();
    let wanted = groups.filter(|group| only.is_empty() || only.iter().any(|word| is(group, word)));
    Ok(wanted.collect())
}

fn target<'a>(targets: &'a [Target], group: &SavedGroup) -> Result<&'a Target, Failure> {
    let found = target_of(targets, &group.account, &group.region);
    found.ok_or_else(|| {
        Failure::usage(
            format!("The backup is of the account {}", group.account),
            "Use its credentials, with --profile or --role-arn. Nothing was made.",
        )
    })
}

fn unmade(group: &SavedGroup, error: &Error) -> Failure {
    let hint = if error.is_name_taken() {
        "The VPC has a group of this name: rename or delete that one, or leave this out with --only."
    } else {
        "Correct this, and run the same command again."
    };
    connection::refused(
        format!("{} can't be made again", group.display_name()),
        error,
        hint,
    )
}
