//! Reads and writes the tags of rules. DescribeSecurityGroups doesn't return them, so they are read
//! only for groups that are deleted or made again.

use std::collections::BTreeMap;

use super::writes::authorize;
use crate::cli::connection::{self, Target, target_of};
use crate::cli::failure::Failure;
use crate::curation::prune::SavedGroup;
use crate::ec2::{Ec2, Error, GroupRule, Scope, Tags};
use crate::rules::{Rule, RuleSet};

/// The tags of rules by the groups' ids and the rules' keys. Rules without tags aren't in it.
pub(super) type TagsByGroup = BTreeMap<String, BTreeMap<String, Tags>>;

/// Reads the tags of the rules of these groups.
pub(super) async fn read<'a>(
    targets: &[Target],
    groups: impl Iterator<Item = &'a SavedGroup>,
) -> Result<TagsByGroup, Failure> {
    let mut asked: BTreeMap<(&str, &str), Vec<String>> = BTreeMap::new();
    for group in groups {
        let target = (&*group.account, &*group.region);
        asked.entry(target).or_default().push(group.id.clone());
    }
    let mut found = TagsByGroup::new();
    for ((account, region), ids) in asked {
        let Some(target) = target_of(targets, account, region) else {
            continue;
        };
        let scope = connection::reading();
        let rules = target.ec2.rules_of_groups(&ids, &scope);
        let rules = rules.await.map_err(|error| {
            connection::refused(
                format!("The tags of rules in {region} can't be read"),
                &error,
                "Allow ec2:DescribeSecurityGroupRules: a backup has the tags of rules, too.",
            )
        })?;
        for shown in &rules {
            let tags = all_tags(shown);
            if !tags.is_empty() {
                let of_group = found.entry(shown.group_id.clone()).or_default();
                of_group.insert(shown.rule.to_string(), tags);
            }
        }
    }
    Ok(found)
}

/// The tags that a caller may write: without those that only AWS can set.
fn all_tags(rule: &GroupRule) -> Tags {
    let mut tags = rule.tags.clone();
    if let Some(owner) = &rule.owner {
        tags.insert(GroupRule::OWNER_TAG.to_owned(), owner.clone());
    }
    tags
}

/// Adds missing rules with their tags, and tags on rules that exist: EC2 gives a new group rules
/// that it may keep.
pub(in crate::cli) async fn authorize_tagged(
    ec2: &Ec2,
    id: &str,
    rules: &RuleSet,
    tags: &BTreeMap<Rule, Tags>,
    scope: &Scope,
) -> Result<(), Error> {
    let none = Tags::new();
    // Rules with the same tags share calls.
    let mut by_tags: BTreeMap<&Tags, RuleSet> = BTreeMap::new();
    for (rule, text) in rules {
        let tags = tags.get(rule).unwrap_or(&none);
        let of_tags = by_tags.entry(tags).or_default();
        of_tags.insert(rule.clone(), text.clone());
    }
    for (tags, rules) in &by_tags {
        authorize(ec2, id, rules, tags, scope).await?;
    }
    if by_tags.keys().all(|tags| tags.is_empty())
        || ec2.describe_security_group(id, scope).await?.is_none()
    {
        return Ok(());
    }
    for shown in ec2.rules_of_groups(&[id.to_owned()], scope).await? {
        let Some(wanted) = tags.get(&shown.rule) else {
            continue;
        };
        let has = all_tags(&shown);
        let mut missing = wanted.clone();
        missing.retain(|key, value| has.get(key) != Some(value));
        if !missing.is_empty() {
            ec2.create_tags(&shown.id, &missing, scope).await?;
        }
    }
    Ok(())
}
