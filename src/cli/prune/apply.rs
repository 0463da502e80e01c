//! Carrying a plan out. Everything is looked at again; what differs from the plan is left, and said.
//! The backup is on disk before the first write. Rules are revoked only where a cycle demands it, only
//! of groups that go as well, and are put back if the other group turns out to be in use.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::journal::{Event, Journal, beside};
use super::look::{Arguments, Looked, counted, looked, read_json};
use super::mark::place_of;
use super::writes::{authorize, is_there, revoke};
use crate::cli::connection::{self, ConnectionArguments, Place};
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::output;
use crate::curation::prune::{
    Deletion, PLAN_KIND, PLAN_VERSION, PrunePlan, SavedGroup, held_by, rule_set,
};
use crate::curation::report::Usage;
use crate::ec2::{Error, Group, Scope};

/// What the field `kind` of a backup says.
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

/// Deletes what the plan says.
pub(super) async fn run(arguments: &Arguments, path: &Path) -> Result<Exit, Failure> {
    let plan = read_plan(path)?;
    if plan.deletions.is_empty() {
        return Ok(output::print("The plan deletes nothing.\n"));
    }
    let connection = places_of_plan(&arguments.connection, &plan);
    let looked = looked(arguments, &connection).await?;
    if !looked.read.failures.is_empty() {
        for failure in &looked.read.failures {
            output::failure(failure);
        }
        return Ok(Exit::Unread);
    }
    check_accounts(&plan, &looked.read.places)?;
    let backup = match &arguments.backup {
        Some(path) => path.clone(),
        None => beside(path, "backup.json"),
    };
    let mut journal = Journal::open(&beside(path, "journal.jsonl"))?;
    let left = differing(&plan, &looked, &journal);
    save(&backup, &plan, &looked, &journal)?;
    let mut run = Run {
        places: &looked.read.places,
        plan: &plan,
        journal: &mut journal,
        scope: connection::reading(),
        left,
        deleted: 0,
        exit: Exit::Done,
    };
    run.all().await?;
    let (deleted, left, exit) = (run.deleted, run.left.len(), run.exit);
    let told = output::print(&format!(
        "Deleted {}; {} left as they are. The backup is {}: make them again with \
         `curated restore {}`.\n",
        counted(deleted),
        counted(left),
        backup.display(),
        backup.display()
    ));
    Ok(match exit {
        Exit::Done if left > 0 => Exit::Differs,
        Exit::Done => told,
        other => other,
    })
}

fn read_plan(path: &Path) -> Result<PrunePlan, Failure> {
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

/// The regions of the plan, where the arguments name none.
fn places_of_plan(arguments: &ConnectionArguments, plan: &PrunePlan) -> ConnectionArguments {
    let regions = plan.deletions.iter().map(|it| it.group.region.clone());
    let regions: BTreeSet<String> = regions.collect();
    arguments.clone().of_regions(regions.into_iter().collect())
}

fn check_accounts(plan: &PrunePlan, places: &[Place]) -> Result<(), Failure> {
    for deletion in &plan.deletions {
        let group = &deletion.group;
        if place_of(places, &group.account, &group.region).is_none() {
            let found: BTreeSet<&str> = places.iter().map(|place| &*place.account).collect();
            let found: Vec<&str> = found.into_iter().collect();
            return Err(Failure::usage(
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

/// What differs from the plan, by the ids of groups that stay, with the reason.
fn differing(plan: &PrunePlan, looked: &Looked, journal: &Journal) -> BTreeMap<String, String> {
    let mut left = BTreeMap::new();
    for deletion in &plan.deletions {
        if let Some(reason) = difference(deletion, looked, journal) {
            left.insert(deletion.group.id.clone(), reason);
        }
    }
    // What a group names that stays can't go either.
    loop {
        let held = plan.deletions.iter().find_map(|deletion| {
            let id = &deletion.group.id;
            if left.contains_key(id) {
                return None;
            }
            let region = region_of(looked, &deletion.group)?;
            let holder = held_by(region, id).into_iter().find(|holder| {
                let goes = plan.deletions.iter().any(|it| it.group.id == holder.id);
                !goes || left.contains_key(&holder.id)
            })?;
            let reason = format!("A rule of {}, which stays, names it.", holder.id);
            Some((id.clone(), reason))
        });
        match held {
            Some((id, reason)) => drop(left.insert(id, reason)),
            None => return left,
        }
    }
}

fn region_of<'a>(looked: &'a Looked, group: &SavedGroup) -> Option<&'a crate::snapshot::Region> {
    let mut regions = looked.read.snapshot.regions.iter();
    regions.find(|region| region.account == group.account && region.name == group.region)
}

/// Why a group isn't as the plan says. One that is gone already is no difference.
fn difference(deletion: &Deletion, looked: &Looked, journal: &Journal) -> Option<String> {
    let planned = &deletion.group;
    let group = region_of(looked, planned)?.groups.get(&planned.id)?;
    let now = SavedGroup::of(&planned.account, &planned.region, group);
    let now = with_revoked(now, journal);
    let differences = planned.differences(&now);
    if !differences.is_empty() {
        let differences = differences.join(", ");
        return Some(format!("It differs from the plan in {differences}."));
    }
    let mut groups = looked.report.groups.iter();
    let judged = groups.find(|group| {
        group.id == planned.id && group.region == planned.region && group.account == planned.account
    })?;
    if judged.usage != Usage::Unused {
        return Some(judged.evidence.join(" "));
    }
    let address = judged.managed_by.as_ref()?;
    Some(format!("{address} manages it."))
}

/// A group with the rules that an earlier run of the same plan revoked.
fn with_revoked(mut group: SavedGroup, journal: &Journal) -> SavedGroup {
    for ((_, holder), rules) in journal.revoked() {
        if holder == group.id {
            group.rules.extend(rules);
        }
    }
    group
}

/// Writes the backup of everything that the plan deletes, unless an earlier run has.
fn save(path: &Path, plan: &PrunePlan, looked: &Looked, journal: &Journal) -> Result<(), Failure> {
    if path.exists() {
        let backup: Backup = read_json("--backup", path, "a backup of curated prune")?;
        let has = |deletion: &Deletion| backup.groups.contains(&deletion.group);
        if plan.deletions.iter().all(has) {
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
        made_at: looked.now.clone(),
        groups: plan.deletions.iter().map(|it| it.group.clone()).collect(),
    };
    let text = serde_json::to_string_pretty(&backup).expect("texts are JSON");
    output::write_whole(path, &(text + "\n"))
}

/// A plan that is being carried out.
struct Run<'a> {
    places: &'a [Place],
    plan: &'a PrunePlan,
    journal: &'a mut Journal,
    scope: Scope,
    /// Groups that stay, with the reason.
    left: BTreeMap<String, String>,
    deleted: usize,
    exit: Exit,
}

impl Run<'_> {
    async fn all(&mut self) -> Result<(), Failure> {
        let left: Vec<(String, String)> = self.left.clone().into_iter().collect();
        for (id, reason) in left {
            tell_left(&id, &reason);
            // An earlier run may have begun with it.
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

    /// Deletes one group; or says why it stays.
    async fn one(&mut self, deletion: &Deletion) -> Result<Result<(), String>, Failure> {
        let planned = &deletion.group;
        let place = place_of(self.places, &planned.account, &planned.region);
        let ec2 = &place.expect("the plan's accounts were checked").ec2;
        // Between the look at everything and now, time has passed.
        let group = match is_there(ec2, &planned.id, &self.scope).await {
            Ok(group) => group,
            Err(error) => return Ok(Err(self.refused(&error))),
        };
        let Some(group) = group else {
            let by_us = self.journal.begun().contains(planned.id.as_str());
            let how = if by_us { "deleted" } else { "gone already" };
            self.deleted += usize::from(by_us);
            tell(&planned.id, how, &planned.name);
            return Ok(Ok(()));
        };
        let now = with_revoked(saved(planned, &group), self.journal);
        let differences = planned.differences(&now);
        if !differences.is_empty() {
            let differences = differences.join(", ");
            return Ok(Err(format!("It differs from the plan in {differences}.")));
        }
        for revocation in &deletion.revoke_first {
            self.journal.note(Event::Revoking {
                group_id: revocation.group_id.clone(),
                so_that_goes: planned.id.clone(),
                rules: revocation.rules.clone(),
            })?;
            let rules = rule_set(&revocation.rules).unwrap_or_default();
            if let Err(error) = revoke(ec2, &revocation.group_id, &rules, &self.scope).await {
                return Ok(Err(self.refused(&error)));
            }
        }
        self.journal.note(Event::Deleting {
            group_id: planned.id.clone(),
        })?;
        match ec2.delete_security_group(&planned.id, &self.scope).await {
            Err(error) if !error.is_no_such_group() => {
                let holders = match ec2.holders(&planned.id, &self.scope).await {
                    Ok(holders) => holders.iter().map(ToString::to_string).collect(),
                    Err(_) => Vec::new(),
                };
                let reason = self.refused(&error);
                Ok(Err(match holders.as_slice() {
                    [] => reason,
                    holders => format!("{reason} It is held by {}.", holders.join("; ")),
                }))
            }
            _ => {
                self.journal.note(Event::Deleted {
                    group_id: planned.id.clone(),
                })?;
                self.deleted += 1;
                tell(&planned.id, "deleted", &planned.name);
                Ok(Ok(()))
            }
        }
    }

    /// Gives rules back that were revoked so that a group could go which stays.
    async fn put_back(&mut self, stays: &str) -> Result<(), Failure> {
        let revoked = self.journal.revoked().into_iter();
        let revoked: Vec<_> = revoked.filter(|((goes, _), _)| goes == stays).collect();
        if revoked.is_empty() {
            return Ok(());
        }
        let plan = self.plan;
        for ((_, holder), rules) in revoked {
            let of_holder = plan.deletions.iter().find(|it| it.group.id == holder);
            let Some(of_holder) = of_holder else { continue };
            let group = &of_holder.group;
            let place = place_of(self.places, &group.account, &group.region);
            let ec2 = &place.expect("the plan's accounts were checked").ec2;
            let rules = rule_set(&rules).unwrap_or_default();
            if let Err(error) = authorize(ec2, &holder, &rules, &self.scope).await {
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

    /// EC2's refusal as a reason.
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
        rules: crate::curation::prune::texts(&group.rules),
    }
}

fn tell(id: &str, what: &str, name: &str) {
    output::note(&format!("{what}  {id}  {}", output::plain(name)));
}

fn tell_left(id: &str, reason: &str) {
    output::note(&format!("left  {id}: {}", output::plain(reason)));
}
