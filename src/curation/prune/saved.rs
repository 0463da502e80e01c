//! A saved group: enough to recreate it, and to tell whether it has changed.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::rules::{Rule, RuleSet};
use crate::snapshot;
pub use crate::snapshot::MARK;

/// A security group, as files of this program store it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SavedGroup {
    /// The account; empty if it isn't known.
    pub account: String,
    /// The region.
    pub region: String,
    /// As in `sg-0123456789abcdef0`.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its description.
    pub description: String,
    /// Its VPC.
    pub vpc_id: String,
    /// Its tags.
    pub tags: BTreeMap<String, String>,
    /// Its rules by their keys, with their descriptions.
    pub rules: BTreeMap<String, String>,
    /// The tags of its rules, by key of the rule; rules without tags are left out.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub rule_tags: BTreeMap<String, BTreeMap<String, String>>,
}

impl SavedGroup {
    /// Saves a group of a snapshot, which has no tags of rules.
    pub fn of(account: &str, region: &str, group: &snapshot::Group) -> Self {
        Self {
            account: account.to_owned(),
            region: region.to_owned(),
            id: group.id.clone(),
            name: group.name.clone(),
            description: group.description.clone(),
            vpc_id: group.vpc_id.clone(),
            tags: group.tags.clone(),
            rules: texts(&group.rules),
            rule_tags: BTreeMap::new(),
        }
    }

    /// Its rules.
    ///
    /// # Errors
    /// The first key that is not a rule's.
    pub fn rule_set(&self) -> Result<RuleSet, String> {
        rule_set(&self.rules)
    }

    /// The tags of its rules, without rules that have none.
    pub fn tags_of_rules(&self) -> BTreeMap<Rule, BTreeMap<String, String>> {
        let tags = self.rule_tags.iter();
        let tags = tags.filter_map(|(key, tags)| Some((key.parse().ok()?, tags.clone())));
        tags.collect()
    }

    /// Adds rules, with the tags that they have in `of`.
    pub fn with_rules(mut self, rules: &BTreeMap<String, String>, of: &Self) -> Self {
        for (key, text) in rules {
            self.rules.insert(key.clone(), text.clone());
            if let Some(tags) = of.rule_tags.get(key) {
                self.rule_tags.insert(key.clone(), tags.clone());
            }
        }
        self
    }

    /// The properties in which the group differs from `now`, as parts of a sentence. The mark is
    /// ignored.
    pub fn differences(&self, now: &Self) -> Vec<&'static str> {
        let unmarked = |group: &Self| {
            let mut tags = group.tags.clone();
            tags.remove(MARK);
            tags
        };
        let parts = [
            ("its name", self.name != now.name),
            ("its description", self.description != now.description),
            ("its VPC", self.vpc_id != now.vpc_id),
            ("its tags", unmarked(self) != unmarked(now)),
            ("its rules", self.rules != now.rules),
            ("the tags of its rules", self.rule_tags != now.rule_tags),
        ];
        let changed = parts.into_iter().filter(|(_, differs)| *differs);
        changed.map(|(part, _)| part).collect()
    }

    /// Its id and name, for messages.
    pub fn display_name(&self) -> String {
        format!("{} ({})", self.id, self.name)
    }
}

/// Rules as files store them.
pub fn texts(rules: &RuleSet) -> BTreeMap<String, String> {
    let rules = rules.iter();
    rules
        .map(|(rule, text)| (rule.to_string(), text.clone()))
        .collect()
}

/// Reads rules as files store them.
///
/// # Errors
/// The first key that is not a rule's.
pub fn rule_set(texts: &BTreeMap<String, String>) -> Result<RuleSet, String> {
    let rules = texts.iter().map(|(key, text)| {
        let rule: Rule = key.parse().map_err(|_| key.clone())?;
        Ok((rule, text.clone()))
    });
    rules.collect()
}
