//! The tags of a resource's rules: those that they are to have, and the calls that set and remove them.

use std::collections::BTreeMap;

use super::{Failure, Work};
use crate::ec2::{Error, GroupRule, RuleFreshness, RuleWrite, RuleWriteKind, Tags};
use crate::resources::owned_rules::held::{Held, HeldRule};
use crate::rules::Rule;

impl Work<'_> {
    /// All tags that each rule is to have.
    pub(super) fn all_tags(&self) -> Tags {
        let mut tags = self.tags.clone();
        let owner = self.owner.iter().cloned();
        tags.extend(owner.map(|owner| (GroupRule::OWNER_TAG.to_owned(), owner)));
        tags
    }

    /// Gives all rules their tags, and removes others.
    pub(super) async fn tag(&self, held: &mut Held) -> Result<(), Failure> {
        let wanted = self.all_tags();
        // Not every endpoint returns the rules that it has created, and not every state has tags.
        let needs_id = |rule: &HeldRule| self.in_place || self.lacks_tags(rule);
        let is_unseen =
            |rule: &HeldRule| rule.tagged.is_none() || (rule.id.is_empty() && needs_id(rule));
        if held.rules.values().any(is_unseen) {
            self.fill(held).await?;
        }
        let mut set: BTreeMap<Tags, BTreeMap<Rule, String>> = BTreeMap::new();
        let mut unset: BTreeMap<Vec<String>, BTreeMap<Rule, String>> = BTreeMap::new();
        for (rule, held) in &held.rules {
            let mut has = held.tagged.clone().map(|t| t.tags).unwrap_or_default();
            let owner = held.tagged.clone().and_then(|tagged| tagged.owner);
            has.extend(owner.map(|owner| (GroupRule::OWNER_TAG.to_owned(), owner)));
            let is_ours = |key: &str| self.has_tags || key == GroupRule::OWNER_TAG;
            let mut more = wanted.clone();
            more.retain(|key, value| is_ours(key) && has.get(key) != Some(value));
            let less = has
                .keys()
                .filter(|key| is_ours(key) && !wanted.contains_key(*key));
            let less: Vec<String> = less.cloned().collect();
            let id = || (rule.clone(), held.id.clone());
            if !more.is_empty() {
                set.entry(more).or_default().extend([id()]);
            }
            if !less.is_empty() {
                unset.entry(less).or_default().extend([id()]);
            }
        }
        for (tags, ids) in set {
            self.write_tags(held, RuleWriteKind::Tag(tags), ids).await?;
        }
        for (keys, ids) in unset {
            self.write_tags(held, RuleWriteKind::Untag(keys), ids)
                .await?;
        }
        Ok(())
    }

    /// Takes the owner's tag off rules that stay for another resource. A tag that stays does no harm, so
    /// that nothing fails for it.
    pub(in crate::resources::owned_rules) async fn disown(&self, held: &mut Held, rules: &[Rule]) {
        let is_owned = |held: &HeldRule| held.tagged.as_ref().is_none_or(|t| t.owner.is_some());
        let is_left = |rule: &Rule| rules.contains(rule);
        let mut left = held.rules.iter().filter(|(rule, _)| is_left(rule));
        if left.any(|(_, held)| is_owned(held) && held.id.is_empty())
            && let Err(error) = self.fill(held).await
        {
            tracing::debug!(%error, "a tag is left on");
            return;
        }
        let left = held
            .rules
            .iter()
            .filter(|(rule, held)| is_left(rule) && is_owned(held) && !held.id.is_empty());
        let ids: BTreeMap<Rule, String> =
            left.map(|(rule, h)| (rule.clone(), h.id.clone())).collect();
        if ids.is_empty() {
            return;
        }
        let kind = RuleWriteKind::Untag(vec![GroupRule::OWNER_TAG.to_owned()]);
        if let Err(failure) = self.write_tags(held, kind, ids).await {
            tracing::debug!(?failure, "a tag is left on");
        }
    }

    async fn write_tags(
        &self,
        held: &mut Held,
        kind: RuleWriteKind,
        ids: BTreeMap<Rule, String>,
    ) -> Result<(), Failure> {
        let rules: Vec<Rule> = ids.keys().cloned().collect();
        let write = RuleWrite::of_ids(ids);
        let written = self
            .ec2
            .write_rules(self.group_id, &kind, write, self.scope);
        written.await?;
        for rule in rules {
            let tagged = held
                .rules
                .entry(rule)
                .or_default()
                .tagged
                .get_or_insert_default();
            match &kind {
                RuleWriteKind::Tag(tags) => {
                    tagged.tags.extend(tags.clone());
                    let owner = tagged.tags.remove(GroupRule::OWNER_TAG);
                    tagged.owner = owner.or(tagged.owner.take());
                }
                RuleWriteKind::Untag(keys) => {
                    tagged.tags.retain(|key, _| !keys.contains(key));
                    tagged.owner = tagged
                        .owner
                        .take()
                        .filter(|_| !keys.contains(&GroupRule::OWNER_TAG.to_owned()));
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Whether a rule is known to have other tags than it is to have.
    fn lacks_tags(&self, rule: &HeldRule) -> bool {
        let tagged = rule.tagged.as_ref();
        tagged.is_none_or(|t| t.owner != self.owner || (self.has_tags && t.tags != self.tags))
    }

    /// Completes the rules that are held by reading them.
    pub(super) async fn fill(&self, held: &mut Held) -> Result<(), Error> {
        let shown = self
            .ec2
            .rules_of_group(self.group_id, RuleFreshness::Now, self.scope);
        for shown in shown.await?.iter() {
            if let Some(held) = held.rules.get_mut(&shown.rule) {
                *held = HeldRule::from(shown);
            }
        }
        Ok(())
    }
}
