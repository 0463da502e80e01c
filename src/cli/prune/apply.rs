//! Carries out a plan of deletions. All groups are read again, and those that differ from the plan
//! are kept and reported. The backup is on disk before the first write. Rules are revoked only to
//! open a cycle, only on groups that are deleted too, and are added again if the other group turns
//! out to be in use.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::Duration;

use super::backup::{self, BACKUP_KIND};
use super::differences::{differing, in_words, with_revoked};
use super::holders::Holders;
use super::journal::{Event, Journal, beside};
use super::rule_tags::{self, authorize_tagged};
use super::survey::{Arguments, counted, kind, read_json, survey};
use super::writes::revoke;
use crate::cli::called::{Called, quoted};
use crate::cli::connection::{self, ConnectionArguments, Target, target_of};
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::output;
use crate::curation::prune::{
    Deletion, PLAN_KIND, PLAN_VERSION, PrunePlan, SavedGroup, rule_set, texts,
};
use crate::ec2::{Ec2, Error, Group};
use crate::rules::Rule;

/// Pauses between attempts to delete a group: EC2 may refuse for a moment after the last reference
/// was removed.
const PAUSES: [Duration; 3] = [
    Duration::from_millis(300),
    Duration::from_secs(1),
    Duration::from_secs(3),
];

/// Deletes the groups of the plan.
pub(super) async fn run(
    arguments: &Arguments,
    called: &Called,
    path: &Path,
) -> Result<Exit, Failure> {
    let plan = read_plan(path)?;
    if plan.deletions.is_empty() {
        return Ok(output::print("The plan deletes nothing.\n"));
    }
    if arguments.state.is_empty() {
        for warning in &plan.warnings {
            output::warning(&output::plain(warning));
        }
    }
    let connection = places_of_plan(&arguments.connection, &plan);
    let survey = survey(arguments, &connection).await?;
    if !survey.read.failures.is_empty() {
        for failure in &survey.read.failures {
            output::failure(failure);
        }
        return Ok(Exit::Unread);
    }
    check_accounts(&plan, &survey.read.targets)?;
    let backup = match &arguments.backup {
        Some(path) => path.clone(),
        None => beside(path, "backup.json"),
    };
    let planned = plan.deletions.iter().map(|it| &it.group);
    let tags = rule_tags::read(&survey.read.targets, planned.clone()).await?;
    let mut journal = Journal::open(&beside(path, "journal.jsonl"))?;
    let left = differing(&plan, &survey, &tags, &journal);
    backup::save(&backup, &plan, &survey.now, &journal)?;
    let mut run = Run {
        targets: &survey.read.targets,
        plan: &plan,
        groups: planned.map(|group| (group.id.as_str(), group)).collect(),
        journal: &mut journal,
        left,
        went: BTreeSet::new(),
        deleted: 0,
        gone: 0,
        exit: Exit::Done,
    };
    run.all().await?;
    let (deleted, gone, left, exit) = (run.deleted, run.gone, run.left.len(), run.exit);
    let gone = match gone {
        0 => String::new(),
        1 => " 1 group was gone already;".to_owned(),
        count => format!(" {count} groups were gone already;"),
    };
    let restore = called.there("restore", &[&backup.to_string_lossy()]);
    let reported = output::print(&format!(
        "Deleted {};{gone} {} left as they are. The backup is {}: make them again with `{restore}`.\n",
        counted(deleted),
        counted(left),
        backup.display(),
    ));
    Ok(match exit {
        Exit::Done if left > 0 => Exit::Differs,
        Exit::Done => reported,
        other => other,
    })
}

fn read_plan(path: &Path) -> Result<PrunePlan, Failure> {
    if kind("--apply", path)? == BACKUP_KIND {
        return Err(Failure::usage(
            format!("{} is a backup, not a plan", path.display()),
            format!(
                "To make its groups again, run curated restore {}. --apply takes the plan that curated \
                 prune has written.",
                quoted(&path.to_string_lossy())
            ),
        ));
    }
    let plan: PrunePlan = read_json("--apply", path, "a plan of curated prune")?;
    if plan.kind != PLAN_KIND || plan.schema_version != PLAN_VERSION {
        return Err(Failure::usage(
            format!("{} is no plan of this version", path.display()),
            "Make a new one with curated prune.",
        ));
    }
    for deletion in &plan.deletions {
        let revoked = deletion.revoke_first.iter();
        let mut rules = revoked
            .map(|revocation| &revocation.rules)
            .chain([&deletion.group.rules]);
        if let Some(key) = rules.find_map(|rules| rule_set(rules).err()) {
            return Err(Failure::usage(
                format!("{}: \"{}\" is no rule", path.display(), output::plain(&key)),
                format!(
                    "It stands at the group {}. Make a new plan.",
                    deletion.group.id
                ),
            ));
        }
    }
    Ok(plan)
}

/// Uses the regions of the plan if the arguments name none.
fn places_of_plan(arguments: &ConnectionArguments, plan: &PrunePlan) -> ConnectionArguments {
    let regions = plan.deletions.iter().map(|it| it.group.region.clone());
    let regions: BTreeSet<String> = regions.collect();
    arguments.clone().of_regions(regions.into_iter().collect())
}

fn check_accounts(plan: &PrunePlan, targets: &[Target]) -> Result<(), Failure> {
    for deletion in &plan.deletions {
        let group = &deletion.group;
        if target_of(targets, &group.account, &group.region).is_none() {
            let found: BTreeSet<&str> = targets.iter().map(|target| &*target.account).collect();
            let found: Vec<&str> = found.into_iter().collect();
            return Err(Failure::differs(
                format!(
                    "The plan is for the account {} and the region {}",
                    group.account, group.region
                ),
                format!(
                    "These credentials are of {}. Use those of the plan's account, with --profile \
                     or --role-arn. Nothing was changed.",
                    found.join(", ")
                ),
            ));
        }
    }
    Ok(())
}

/// The state of a run.
struct Run<'a> {
    targets: &'a [Target],
    plan: &'a PrunePlan,
    /// The plan's groups, by id.
    groups: BTreeMap<&'a str, &'a SavedGroup>,
    journal: &'a mut Journal,
    /// Groups that are kept, with the reason.
    left: BTreeMap<String, String>,
    /// Groups that were referenced by groups or rules that this run removed.
    went: BTreeSet<String>,
    deleted: usize,
    /// Groups that were gone before this run.
    gone: usize,
    exit: Exit,
}

impl<'a> Run<'a> {
    async fn all(&mut self) -> Result<(), Failure> {
        let left: Vec<(String, String)> = self.left.clone().into_iter().collect();
        for (id, reason) in left {
            tell_left(&id, &reason);
            // An earlier run may have begun its deletion.
            self.put_back(&id).await?;
        }
        let plan = self.plan;
        for deletion in &plan.deletions {
            if self.left.contains_key(&deletion.group.id) {
                continue;
            }
            if let Err(reason) = self.one(deletion).await? {
                tell_left(&deletion.group.id, &reason);
                self.left.insert(deletion.group.id.clone(), reason);
                self.put_back(&deletion.group.id).await?;
            }
        }
        Ok(())
    }

    /// Deletes a group, or returns the reason to keep it.
    async fn one(&mut self, deletion: &Deletion) -> Result<Result<(), String>, Failure> {
        let planned = &deletion.group;
        let ec2 = self.ec2(planned);
        // Each group has its own time limit, since a plan may have thousands.
        let scope = connection::reading();
        // The group may have changed since everything was read.
        let group = match ec2.describe_security_group(&planned.id, &scope).await {
            Ok(group) => group,
            Err(error) => return Ok(Err(self.refused(&error))),
        };
        let Some(group) = group else {
            let was_deleted = self.journal.was_deleted(&planned.id);
            // A run that was killed may have deleted it without noting that.
            let is_ours = !was_deleted && self.journal.has_begun(&planned.id);
            let how = match (is_ours, was_deleted) {
                (true, _) => "deleted",
                (false, true) => "was deleted already",
                (false, false) => "gone already",
            };
            if is_ours {
                self.deleted += 1;
                self.journal.note(Event::Deleted {
                    group_id: planned.id.clone(),
                })?;
            } else {
                self.gone += 1;
            }
            print_progress(&planned.id, how, &planned.name);
            return Ok(Ok(()));
        };
        let now = with_revoked(saved(planned, &group), planned, self.journal);
        if let Some(differences) = in_words(planned, &now) {
            return Ok(Err(differences));
        }
        for revocation in &deletion.revoke_first {
            self.journal.note(Event::Revoking {
                group_id: revocation.group_id.clone(),
                so_that_goes: planned.id.clone(),
                rules: revocation.rules.clone(),
            })?;
            let rules = rule_set(&revocation.rules).unwrap_or_default();
            if let Err(error) = revoke(ec2, &revocation.group_id, &rules, &scope).await {
                return Ok(Err(self.refused(&error)));
            }
            self.went.insert(planned.id.clone());
        }
        self.journal.note(Event::Deleting {
            group_id: planned.id.clone(),
        })?;
        if let Err(reason) = self.delete(ec2, planned).await {
            return Ok(Err(reason));
        }
        self.journal.note(Event::Deleted {
            group_id: planned.id.clone(),
        })?;
        self.deleted += 1;
        let peers = group.rules.keys().filter_map(Rule::referenced_group);
        self.went.extend(peers.map(str::to_owned));
        print_progress(&planned.id, "deleted", &planned.name);
        Ok(Ok(()))
    }

    /// Makes the call. If EC2 refuses, the error names what references the group.
    async fn delete(&mut self, ec2: &Ec2, planned: &SavedGroup) -> Result<(), String> {
        let scope = connection::reading();
        let mut pauses = PAUSES.iter();
        loop {
            let error = match ec2.delete_security_group(&planned.id, &scope).await {
                Ok(()) => return Ok(()),
                Err(error) if error.is_no_such_group() => return Ok(()),
                Err(error) => error,
            };
            if error.code.is_none() || error.is("UnauthorizedOperation") {
                return Err(self.refused(&error));
            }
            let holders = Holders::of(ec2, &planned.id, &scope).await;
            let may_be_late = holders.are_none() && self.went.contains(&planned.id);
            match pauses.next().filter(|_| may_be_late) {
                Some(pause) => tokio::time::sleep(*pause).await,
                None => return Err(format!("{} {}", self.refused(&error), holders.in_words())),
            }
        }
    }

    /// Adds rules again that were revoked for the deletion of a group that is kept.
    async fn put_back(&mut self, stays: &str) -> Result<(), Failure> {
        let revoked = self.journal.revoked_for(stays);
        if revoked.is_empty() {
            return Ok(());
        }
        let scope = connection::reading();
        for (holder, rules) in revoked {
            let Some(group) = self.groups.get(holder.as_str()) else {
                continue;
            };
            let ec2 = self.ec2(group);
            let rules = rule_set(&rules).unwrap_or_default();
            let tags = group.tags_of_rules();
            if let Err(error) = authorize_tagged(ec2, &holder, &rules, &tags, &scope).await {
                let keys: Vec<String> = rules.keys().map(ToString::to_string).collect();
                return Err(connection::refused(
                    format!("Rules of {holder} can't be put back: {}", keys.join("; ")),
                    &error,
                    "Run the same command again: it begins with that.",
                ));
            }
        }
        self.journal.note(Event::PutBack {
            so_that_goes: stays.to_owned(),
        })
    }

    fn ec2(&self, group: &SavedGroup) -> &'a Ec2 {
        let target = target_of(self.targets, &group.account, &group.region);
        &target.expect("the plan's accounts were checked").ec2
    }

    /// The reason for a group that EC2 refused to delete.
    fn refused(&mut self, error: &Error) -> String {
        if error.code.is_none() || error.is("UnauthorizedOperation") {
            self.exit = Exit::Unread;
        }
        format!("{error}.")
    }
}

fn saved(planned: &SavedGroup, group: &Group) -> SavedGroup {
    SavedGroup {
        account: planned.account.clone(),
        region: planned.region.clone(),
        id: group.id.clone(),
        name: group.name.clone(),
        description: group.description.clone(),
        vpc_id: group.vpc_id.clone(),
        tags: group.tags.clone(),
        rules: texts(&group.rules),
        // The rules were compared when all groups were read.
        rule_tags: planned.rule_tags.clone(),
    }
}

fn print_progress(id: &str, what: &str, name: &str) {
    output::note(&format!("{what}  {id}  {}", output::plain(name)));
}

fn tell_left(id: &str, reason: &str) {
    output::note(&format!("left  {id}: {}", output::plain(reason)));
}
