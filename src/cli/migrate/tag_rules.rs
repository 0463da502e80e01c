//! `--tag-rules`: puts the owner tag on rules that resources of a state own, so that groups with
//! rules of their own don't revoke them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::owned::{self, Owned, Rules};
use crate::cli::connection::{self, ConnectionArguments, Target};
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::output;
use crate::ec2::{GroupRule, RuleFreshness, RuleWrite, RuleWriteKind};

/// The state file that is read if no option names one.
const STATE: &str = "terraform.tfstate";

/// A rule without its owner tag.
struct Missing {
    target: usize,
    rule: GroupRule,
    owner: String,
    address: String,
}

/// Tags rules, or prints which ones would be tagged.
pub(super) async fn run(
    directory: &Path,
    states: &[PathBuf],
    connection: &ConnectionArguments,
    write: bool,
) -> Exit {
    match tag(directory, states, connection, write).await {
        Ok(text) => output::print(&text),
        Err(failure) => output::failure(&failure),
    }
}

/// Finds the rules without owner tags, and tags them if `write` is set. Returns the output.
async fn tag(
    directory: &Path,
    states: &[PathBuf],
    connection: &ConnectionArguments,
    write: bool,
) -> Result<String, Failure> {
    let owned = owned::read(&files(directory, states)?)?;
    if owned.is_empty() {
        return Ok("\nNo resource of the state owns rules: none is tagged.\n".to_owned());
    }
    let regions: BTreeSet<String> = owned.iter().filter_map(|o| o.region.clone()).collect();
    let regions = regions.into_iter().collect();
    let targets = connection.clone().of_regions(regions).targets().await?;
    let (missing, mut text) = find_missing(&owned, &targets).await?;
    text.push_str(if write {
        "\nTags on rules:\n"
    } else {
        "\nTags that --write puts on rules:\n"
    });
    for missing in &missing {
        text.push_str(&format!(
            "  {}, {}: {} = {} ({})\n",
            missing.rule.id,
            output::plain(&missing.rule.rule.to_string()),
            GroupRule::OWNER_TAG,
            output::plain(&missing.owner),
            missing.address
        ));
    }
    if missing.is_empty() {
        text.push_str("  none: all have theirs\n");
    }
    if write && let Err(failure) = put(&missing, &targets).await {
        // The rules that were found are listed even if another region fails.
        output::print(&text);
        return Err(failure);
    }
    Ok(text)
}

/// The state files: those of the options, or else the one in the directory.
fn files(directory: &Path, states: &[PathBuf]) -> Result<Vec<PathBuf>, Failure> {
    if !states.is_empty() {
        return Ok(states.to_vec());
    }
    let own = directory.join(STATE);
    if own.is_file() {
        return Ok(vec![own]);
    }
    Err(Failure::usage(
        "--tag-rules needs a state, which says whose the rules are",
        format!(
            "There is no {} here. Run \"terraform show -json > state.json\", and add --state \
             state.json; repeat it for several.",
            own.display()
        ),
    ))
}

/// The rules without owner tags, and messages about those that can't get one.
async fn find_missing(
    owned: &[Owned],
    targets: &[Target],
) -> Result<(Vec<Missing>, String), Failure> {
    let scope = connection::reading();
    let mut missing = Vec::new();
    let mut text = String::new();
    for resource in owned {
        let mut found = 0;
        for (index, target) in targets.iter().enumerate() {
            let region = resource.region.as_deref();
            if region.is_some_and(|region| region != target.ec2.region()) {
                continue;
            }
            let freshness = RuleFreshness::Cached(&resource.address);
            let shown = target
                .ec2
                .rules_of_group(&resource.group_id, freshness, &scope);
            let shown = shown.await.map_err(|error| {
                let summary = format!("The rules of {} can't be read", resource.group_id);
                let otherwise = "Allow ec2:DescribeSecurityGroupRules.";
                connection::refused(summary, &error, otherwise)
            })?;
            for rule in shown.iter().filter(|rule| resource.has(rule)) {
                found += 1;
                match &rule.owner {
                    None => missing.push(Missing {
                        target: index,
                        rule: rule.clone(),
                        owner: resource.owner.clone(),
                        address: resource.address.clone(),
                    }),
                    Some(owner) if *owner == resource.owner => {}
                    Some(owner) => text.push_str(&format!(
                        "\nLeft alone: {} is \"{}\"'s by its tag, and {} is in the state too. Remove \
                         it from one of the two states.\n",
                        rule.id,
                        output::plain(owner),
                        resource.address
                    )),
                }
            }
        }
        if found < resource.count() {
            text.push_str(&format!(
                "\nNot found: {} of the {} of {} in {}. Name its region with --region, or run \
                 \"terraform apply -refresh-only\".\n",
                resource.count() - found,
                if resource.count() == 1 {
                    "rule"
                } else {
                    "rules"
                },
                resource.address,
                resource.group_id
            ));
        }
    }
    Ok((missing, text))
}

/// Writes the tags, with one call for each group and owner.
async fn put(missing: &[Missing], targets: &[Target]) -> Result<(), Failure> {
    let scope = connection::reading();
    let mut calls: BTreeMap<(usize, &str, &str), RuleWrite> = BTreeMap::new();
    for one in missing {
        let key = (one.target, one.rule.group_id.as_str(), one.owner.as_str());
        let write = calls.entry(key).or_default();
        write.ids.insert(one.rule.rule.clone(), one.rule.id.clone());
    }
    for ((target, group_id, owner), write) in calls {
        let tags = BTreeMap::from([(GroupRule::OWNER_TAG.to_owned(), owner.to_owned())]);
        let kind = RuleWriteKind::Tag(tags);
        let ec2 = &targets[target].ec2;
        let written = ec2.write_rules(group_id, &kind, write, &scope).await;
        written.map_err(|error| {
            let summary = format!("Rules of {group_id} can't be tagged");
            let otherwise = "Allow ec2:CreateTags on security group rules, and run this again: what \
                             is tagged stays so.";
            connection::refused(summary, &error, otherwise)
        })?;
    }
    Ok(())
}

impl Owned {
    fn has(&self, shown: &GroupRule) -> bool {
        match &self.rules {
            Rules::Id(id) => shown.id == *id,
            // A state has no account for groups of the own account.
            Rules::Set(rules) => {
                let rule = shown.rule.clone().seen_from(&shown.account, &self.group_id);
                rules.contains_key(&rule) || rules.contains_key(&shown.rule)
            }
        }
    }

    fn count(&self) -> usize {
        match &self.rules {
            Rules::Id(_) => 1,
            Rules::Set(rules) => rules.len(),
        }
    }
}
