//! `curated prune`: plans which groups can be deleted, marks unused ones, or deletes those of a
//! plan. Without --mark or --apply it changes nothing in AWS.

mod apply;
mod backup;
mod differences;
mod holders;
mod journal;
mod mark;
mod rule_tags;
mod survey;
mod writes;

use std::collections::BTreeMap;
use std::path::Path;

use super::called::Called;
use super::exit::Exit;
use super::failure::Failure;
use super::output;
use crate::curation::prune::{Conditions, NO_STATE, PrunePlan, plan};
use crate::curation::report::Usage;
use crate::ec2::GroupRule;

use self::survey::survey;

pub(super) use self::backup::{BACKUP_KIND, Backup};
pub(super) use self::journal::beside;
pub(super) use self::rule_tags::authorize_tagged;
pub(super) use self::survey::{Arguments, counted, kind, read_json};
pub(super) use self::writes::revoke;

/// Plans, marks or deletes.
pub(super) async fn run(arguments: &Arguments, called: &Called) -> Exit {
    let done = match &arguments.apply {
        Some(path) => apply::run(arguments, called, path).await,
        None => plan_or_mark(arguments, called).await,
    };
    done.unwrap_or_else(|failure| output::failure(&failure))
}

async fn plan_or_mark(arguments: &Arguments, called: &Called) -> Result<Exit, Failure> {
    let survey = survey(arguments, &arguments.connection).await?;
    for failure in &survey.read.failures {
        output::failure(failure);
    }
    let mut groups = survey.report.groups.iter();
    if arguments.state.is_empty() && groups.any(|group| group.usage == Usage::Unused) {
        output::warning(NO_STATE);
    }
    let exit = if arguments.mark {
        mark::run(&survey).await
    } else {
        let mut conditions = Conditions {
            now: &survey.now,
            min_age_days: arguments.min_age,
            unattached_since: &survey.unattached_since,
            has_states: !arguments.state.is_empty(),
            owned_rules: &BTreeMap::new(),
        };
        let unchecked = plan(&survey.read.snapshot, &survey.report, conditions);
        let planned = unchecked.deletions.iter().map(|it| &it.group);
        let mut tags = rule_tags::read(&survey.read.targets, planned).await?;
        // Only now it is known which groups have rules that resources own: these stay, and so does what
        // they name.
        let owned_rules = owned_rules(&tags);
        conditions.owned_rules = &owned_rules;
        let mut plan = plan(&survey.read.snapshot, &survey.report, conditions);
        for deletion in &mut plan.deletions {
            deletion.group.rule_tags = tags.remove(&deletion.group.id).unwrap_or_default();
        }
        let text = serde_json::to_string_pretty(&plan).expect("texts are JSON");
        output::write_whole(&arguments.output, &(text + "\n"))?;
        output::print(&reported(&plan, &arguments.output, called))
    };
    Ok(if survey.read.failures.is_empty() {
        exit
    } else {
        Exit::Unread
    })
}

/// The groups with a rule whose tag says which resource owns it, with that tag.
fn owned_rules(tags: &rule_tags::TagsByGroup) -> BTreeMap<String, String> {
    let owned = tags.iter().filter_map(|(id, rules)| {
        let mut owners = rules
            .values()
            .filter_map(|tags| tags.get(GroupRule::OWNER_TAG));
        let owner = output::plain(owners.next()?);
        Some((id.clone(), format!("{} = {owner:?}", GroupRule::OWNER_TAG)))
    });
    owned.collect()
}

/// A plan as text.
fn reported(plan: &PrunePlan, path: &Path, called: &Called) -> String {
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
        let of_the_plan = ["output", "min_age", "mark"];
        let path = path.to_string_lossy();
        let line = called.line(
            "prune",
            |id| !of_the_plan.contains(&id),
            &["--apply", &path],
        );
        text += &format!("To carry it out: {line}\n");
    }
    text
}
