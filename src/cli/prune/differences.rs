//! Compares a plan with the account: which groups are kept, each with the reason. Plans have
//! thousands of groups, so there are only look-ups and no searches.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::journal::Journal;
use super::rule_tags::TagsByGroup;
use super::survey::Survey;
use crate::curation::prune::{Deletion, PrunePlan, SavedGroup};
use crate::curation::report::{self, Usage};
use crate::rules::Rule;
use crate::snapshot::Region;

/// The ids of groups that differ from the plan or must be kept, with the reason.
pub(super) fn differing(
    plan: &PrunePlan,
    survey: &Survey,
    rule_tags: &TagsByGroup,
    journal: &Journal,
) -> BTreeMap<String, String> {
    let account = Account::of(survey);
    let mut left = BTreeMap::new();
    for deletion in &plan.deletions {
        let group = account.now(&deletion.group, rule_tags, journal);
        let reason = group.and_then(|now| account.difference(deletion, &now));
        if let Some(reason) = reason {
            left.insert(deletion.group.id.clone(), reason);
        }
    }
    // EC2 doesn't delete a group that a kept group references.
    let goes: HashSet<&str> = plan.deletions.iter().map(|it| &*it.group.id).collect();
    for region in &survey.read.snapshot.regions {
        let ids = region.groups.keys().map(String::as_str);
        let mut holders: Vec<&str> = ids
            .filter(|id| !goes.contains(id) || left.contains_key(*id))
            .collect();
        // Of several referencing groups, the one with the lowest id is named.
        holders.reverse();
        while let Some(holder) = holders.pop() {
            let group = &region.groups[holder];
            for peer in group.rules.keys().filter_map(Rule::referenced_group) {
                let goes = goes.get(peer).filter(|peer| **peer != holder);
                let Some(peer) = goes.filter(|peer| !left.contains_key(**peer)) else {
                    continue;
                };
                if !region.groups.contains_key(*peer) {
                    continue;
                }
                let reason = format!(
                    "A rule of {holder} ({}), which stays, names it.",
                    group.name
                );
                left.insert((*peer).to_owned(), reason);
                holders.push(peer);
            }
        }
    }
    left
}

/// A sentence that says in what a group differs from the plan.
pub(super) fn in_words(planned: &SavedGroup, now: &SavedGroup) -> Option<String> {
    let differences = planned.differences(now);
    (!differences.is_empty())
        .then(|| format!("It differs from the plan in {}.", differences.join(", ")))
}

/// A group with the rules that an earlier run of the same plan revoked.
pub(super) fn with_revoked(
    mut now: SavedGroup,
    planned: &SavedGroup,
    journal: &Journal,
) -> SavedGroup {
    for rules in journal.revoked_of(&planned.id) {
        now = now.with_rules(rules, planned);
    }
    now
}

/// The account as it was just read.
struct Account<'a> {
    regions: HashMap<[&'a str; 2], &'a Region>,
    judged: HashMap<[&'a str; 3], &'a report::Group>,
}

impl<'a> Account<'a> {
    fn of(survey: &'a Survey) -> Self {
        let regions = survey.read.snapshot.regions.iter();
        let groups = survey.report.groups.iter();
        Self {
            regions: regions
                .map(|region| ([&*region.account, &*region.name], region))
                .collect(),
            judged: groups
                .map(|group| ([&*group.account, &*group.region, &*group.id], group))
                .collect(),
        }
    }

    /// A group of the plan as it was just read; `None` if it is gone, which is no difference.
    fn now(
        &self,
        planned: &SavedGroup,
        rule_tags: &TagsByGroup,
        journal: &Journal,
    ) -> Option<SavedGroup> {
        let (account, region) = (&*planned.account, &*planned.region);
        let group = self.regions.get(&[account, region])?;
        let group = group.groups.get(&planned.id)?;
        let mut now = SavedGroup::of(account, region, group);
        now.rule_tags = rule_tags.get(&planned.id).cloned().unwrap_or_default();
        Some(with_revoked(now, planned, journal))
    }

    /// Why a group isn't as the plan says.
    fn difference(&self, deletion: &Deletion, now: &SavedGroup) -> Option<String> {
        let planned = &deletion.group;
        if let Some(differences) = in_words(planned, now) {
            return Some(differences);
        }
        let judged = [&*planned.account, &*planned.region, &*planned.id];
        let judged = self.judged.get(&judged)?;
        if judged.usage != Usage::Unused {
            return Some(judged.evidence.join(" "));
        }
        let address = judged.managed_by.as_ref()?;
        Some(format!("{address} manages it."))
    }
}
