//! `curated restore`: makes groups again from a backup. Their ids are new ones; rules that named an old
//! one name the new one.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use clap::Args;
use serde::{Deserialize, Serialize};

use super::connection::{self, ConnectionArguments, Place};
use super::exit::Exit;
use super::failure::Failure;
use super::output;
use super::prune::{BACKUP_KIND, Backup, authorize, beside, is_there, read_json, revoke};
use crate::curation::prune::{MARK, PLAN_VERSION, SavedGroup};
use crate::ec2::{CarriedOut, Ec2, Error, Group, NewGroup, Scope, Tags};
use crate::rules::{Peer, Rule, RuleSet};

/// What is made again, and with whose credentials.
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

Prints which new id stands for which old one. If it is killed, run it again: what was made already is
kept in a file beside the backup, and isn't made twice.

Exit codes: 0 done; 2 wrong usage; 3 not everything could be made.";

/// The new ids, by the old ones: kept beside the backup.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Restored {
    /// Of groups that EC2 has made.
    new_ids: BTreeMap<String, String>,
    /// Old ids of groups that are about to be made.
    begun: BTreeSet<String>,
}

/// Makes the groups again.
pub(super) async fn run(arguments: &Arguments) -> Exit {
    let done = restore(arguments).await;
    done.unwrap_or_else(|failure| output::failure(&failure))
}

async fn restore(arguments: &Arguments) -> Result<Exit, Failure> {
    let path = &arguments.backup;
    let groups = selected(read_backup(path)?, &arguments.only)?;
    let regions: BTreeSet<String> = groups.iter().map(|group| group.region.clone()).collect();
    let connection = arguments.connection.clone();
    let places = connection
        .of_regions(regions.into_iter().collect())
        .places()
        .await?;
    for group in &groups {
        place(&places, group)?;
    }
    let kept = beside(path, "restored.json");
    let mut restored: Restored = if kept.exists() {
        read_json("BACKUP", &kept, "a list of restored groups")?
    } else {
        Restored::default()
    };
    let scope = connection::reading();
    let mut exit = Exit::Done;
    for group in &groups {
        let ec2 = &place(&places, group)?.ec2;
        if let Some(id) = restored.new_ids.get(&group.id) {
            let there = is_there(ec2, id, &scope).await;
            let there = there.map_err(|error| unmade(group, &error))?;
            if there.is_some() {
                continue;
            }
        }
        let was_begun = !restored.begun.insert(group.id.clone());
        write(&kept, &restored)?;
        match make(ec2, group, was_begun, &scope).await {
            Ok(id) => {
                restored.new_ids.insert(group.id.clone(), id);
                write(&kept, &restored)?;
            }
            Err(error) => exit = output::failure(&unmade(group, &error)),
        }
    }
    for group in &groups {
        let Some(id) = restored.new_ids.get(&group.id) else {
            continue;
        };
        let ec2 = &place(&places, group)?.ec2;
        match give_rules(ec2, group, id, &restored.new_ids, &scope).await {
            Ok(()) => drop(output::print(&format!(
                "{}  {}  {}\n",
                group.id,
                id,
                output::plain(&group.name)
            ))),
            Err(failure) => exit = output::failure(&failure),
        }
    }
    Ok(exit)
}

fn read_backup(path: &Path) -> Result<Vec<SavedGroup>, Failure> {
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

fn selected(groups: Vec<SavedGroup>, only: &[String]) -> Result<Vec<SavedGroup>, Failure> {
    let is = |group: &SavedGroup, word: &String| group.id == *word || group.name == *word;
    if let Some(word) = only
        .iter()
        .find(|word| !groups.iter().any(|group| is(group, word)))
    {
        let names: Vec<String> = groups.iter().map(SavedGroup::called).collect();
        return Err(Failure::usage(
            format!("The backup has no group {}", output::plain(word)),
            format!(
                "--only says so. It has: {}.",
                output::plain(&names.join(", "))
            ),
        ));
    }
    let mut groups = groups;
    groups.retain(|group| only.is_empty() || only.iter().any(|word| is(group, word)));
    Ok(groups)
}

fn place<'a>(places: &'a [Place], group: &SavedGroup) -> Result<&'a Place, Failure> {
    let mut found = places.iter();
    let found =
        found.find(|place| place.account == group.account && place.ec2.region() == group.region);
    found.ok_or_else(|| {
        Failure::usage(
            format!("The backup is of the account {}", group.account),
            "Use its credentials, with --profile or --role-arn. Nothing was made.",
        )
    })
}

fn write(path: &Path, restored: &Restored) -> Result<(), Failure> {
    let text = serde_json::to_string_pretty(restored).expect("texts are JSON");
    output::write_whole(path, &(text + "\n"))
}

/// A creation without an answer is looked for, and sent again so often at the most.
const ATTEMPTS: usize = 3;

/// Makes a group, or finds the one that an attempt without an answer has made.
async fn make(
    ec2: &Ec2,
    group: &SavedGroup,
    was_begun: bool,
    scope: &Scope,
) -> Result<String, Error> {
    let mut tags: Tags = group.tags.clone();
    // Tags of AWS's services can't be put on by others, and what is made again isn't unused.
    tags.retain(|key, _| !key.starts_with("aws:") && key != MARK);
    let new = NewGroup {
        name: &group.name,
        description: &group.description,
        vpc_id: Some(&group.vpc_id)
            .filter(|id| !id.is_empty())
            .map(|id| id.as_str()),
        tags: &tags,
        ignored_tags: &Tags::new(),
    };
    let mut may_be_ours = was_begun;
    for attempt in 1.. {
        let error = match ec2.create_security_group(&new, scope).await {
            Ok(created) => return Ok(created.group.id),
            Err(error) => error,
        };
        may_be_ours |= error.carried_out == CarriedOut::Maybe;
        if may_be_ours && let Some(id) = ours(ec2, group, &tags, scope).await? {
            return Ok(id);
        }
        if error.carried_out == CarriedOut::No || attempt == ATTEMPTS {
            return Err(error);
        }
    }
    unreachable!("attempts have an end")
}

/// The group that an earlier attempt has made: of the same name and VPC, and as a new one is.
async fn ours(
    ec2: &Ec2,
    group: &SavedGroup,
    tags: &Tags,
    scope: &Scope,
) -> Result<Option<String>, Error> {
    let found = ec2
        .describe_security_groups("group-name", &group.name, scope)
        .await?;
    let is_ours = |it: &&Group| {
        it.vpc_id == group.vpc_id
            && it.description == group.description
            && it.tags == *tags
            && it.is_as_new()
    };
    Ok(found.iter().find(is_ours).map(|it| it.id.clone()))
}

fn unmade(group: &SavedGroup, error: &Error) -> Failure {
    let mend = if error.is_name_taken() {
        "The VPC has a group of this name: rename or delete that one, or leave this out with --only."
    } else {
        "Run the same command again once this is mended."
    };
    connection::refused(
        format!("{} can't be made again", group.called()),
        error,
        mend,
    )
}

/// Gives a group its rules, and none else.
async fn give_rules(
    ec2: &Ec2,
    group: &SavedGroup,
    id: &str,
    new_ids: &BTreeMap<String, String>,
    scope: &Scope,
) -> Result<(), Failure> {
    let failed = |error: Error| {
        connection::refused(
            format!("{id}, made for {}, lacks rules", group.called()),
            &error,
            "Run the same command again once this is mended: it goes on with the rules.",
        )
    };
    let rules = group.rule_set().unwrap_or_default().into_iter();
    let wanted: RuleSet = rules
        .map(|(rule, text)| (renamed(rule, new_ids), text))
        .collect();
    let there = is_there(ec2, id, scope).await.map_err(failed)?;
    let mut extra = there.map(|group| group.rules).unwrap_or_default();
    extra.retain(|rule, _| !wanted.contains_key(rule));
    revoke(ec2, id, &extra, scope).await.map_err(failed)?;
    authorize(ec2, id, &wanted, scope).await.map_err(failed)
}

/// A rule with the new id of the group that it names.
fn renamed(rule: Rule, new_ids: &BTreeMap<String, String>) -> Rule {
    let peer = match rule.peer {
        Peer::Group { account: None, id } => {
            let id = new_ids
                .get(&*id)
                .map_or(id.clone(), |new| new.as_str().into());
            Peer::Group { account: None, id }
        }
        peer => peer,
    };
    Rule { peer, ..rule }
}
