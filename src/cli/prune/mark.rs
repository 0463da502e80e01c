//! Writes the mark: a tag with the time since when a group is unused. It is removed when the group
//! is in use.

use std::collections::BTreeMap;

use super::survey::{Survey, counted};
use crate::cli::connection::{self, target_of};
use crate::cli::exit::Exit;
use crate::cli::output;
use crate::curation::prune::MARK;
use crate::curation::report::Usage;

/// Marks unused groups, and removes the mark from groups that are in use.
pub(super) async fn run(survey: &Survey) -> Exit {
    let scope = connection::reading();
    let tag = BTreeMap::from([(MARK.to_owned(), survey.now.clone())]);
    let (mut marked, mut unmarked, mut exit) = (0, 0, Exit::Done);
    for group in &survey.report.groups {
        let has_mark = group.tags.contains_key(MARK);
        let is_free = group.usage == Usage::Unused && group.managed_by.is_none();
        let is_in_use = !matches!(group.usage, Usage::Unused | Usage::Unknown);
        let Some(target) = target_of(&survey.read.targets, &group.account, &group.region) else {
            continue;
        };
        let done = if is_free && !has_mark {
            let done = target.ec2.create_tags(&group.id, &tag, &scope).await;
            marked += usize::from(done.is_ok());
            done
        } else if is_in_use && has_mark {
            let key = [MARK.to_owned()];
            let done = target.ec2.delete_tags(&group.id, &key, &scope).await;
            unmarked += usize::from(done.is_ok());
            done
        } else {
            continue;
        };
        if let Err(error) = done {
            let summary = format!("The mark of {} can't be changed", group.id);
            let hint = "Allow ec2:CreateTags and ec2:DeleteTags, or look for a policy on tags.";
            exit = output::failure(&connection::refused(summary, &error, hint));
        }
    }
    let reported = output::print(&format!(
        "Marked {}, and took the mark off {}.\n",
        counted(marked),
        counted(unmarked)
    ));
    if exit == Exit::Done { reported } else { exit }
}
