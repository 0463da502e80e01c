//! Applies a plan: the calls in the order of [`crate::rules::steps`], which are shared with other resources of
//! the same group, and tags. Every answer updates the rules that are held, so that they are at any moment
//! what EC2 holds.
//!
//! After a call without an answer, and after one that EC2 refuses because it holds other rules than
//! expected, the rules are read again. A rule that exists already is taken over from a resource of the state
//! that gives it up, and is an error if no resource of the run has it.

mod existing;
mod reserving;
mod tagging;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::held::{Held, HeldRule, Tagged};
use super::run_registry::{RuleKey, RunRegistry};
use crate::ec2::{
    CarriedOut, Ec2, Error, GroupRule, RuleFreshness, RuleWrite, RuleWriteKind, Scope, Tags,
};
use crate::rules::{self, Limits, Rule, RuleSet, Step};

/// Longest time that EC2 may take to show a group that it has just created.
const VISIBLE_WITHIN: Duration = Duration::from_secs(30);
/// Number of retries after refusals that show other rules than expected; the next refusal is the error.
const MOST_RETRIES: u32 = 5;
/// Longest pause between two attempts. The first pause is 100 ms, and each is twice as long as the one before.
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// A change of the rules of a resource.
pub(super) struct Work<'a> {
    pub(super) ec2: &'a Ec2,
    pub(super) registry: &'a RunRegistry,
    /// The number that identifies the resource in the registry.
    pub(super) maker: u64,
    pub(super) group_id: &'a str,
    /// Whether the resource is being created. It may replace a resource with the same rules, which hosts don't
    /// tell providers: rules that EC2 has are taken over from that one.
    pub(super) is_new: bool,
    /// The value of the owner's tag; `None` if rules get no such tag.
    pub(super) owner: Option<String>,
    /// The value of the owner's tag on the rules that the resource had before.
    pub(super) prior_owner: Option<String>,
    /// The other tags of each rule.
    pub(super) tags: Tags,
    /// Tags that a rule gets when it is created, and that are left alone from then on.
    pub(super) ignored_tags: Tags,
    /// Whether the resource changes tags, beside the owner's.
    pub(super) has_tags: bool,
    /// Whether a rule is changed in place if EC2 can do that.
    pub(super) in_place: bool,
    pub(super) limits: Limits,
    pub(super) scope: &'a Scope,
}

/// Why the work ended early.
#[derive(Debug)]
pub(super) enum Failure {
    /// EC2 refused something, or didn't answer.
    Ec2(Error),
    /// Another resource of the run has this rule.
    Twice(Rule),
    /// EC2 has the rule, and no resource of the state gives it up: it was created since the plan.
    Exists(Box<GroupRule>),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Ec2(error)
    }
}

/// Why a call that failed is tried again.
enum RetryReason {
    /// EC2 doesn't know a new group on all of its servers yet.
    NotThereYet,
    /// The group is at its quota while the resource's old rules are there.
    NoRoom,
    /// EC2 holds other rules than expected, or may do so.
    Other,
}

impl Work<'_> {
    /// Gives the resource the wanted rules and tags. Whatever fails, `held` is what EC2 holds.
    pub(super) async fn converge(&self, held: &mut Held, wanted: &RuleSet) -> Result<(), Failure> {
        let done = self.try_to_converge(held, wanted).await;
        if done.is_err() {
            self.release_missing(held, wanted);
        }
        done
    }

    async fn try_to_converge(&self, held: &mut Held, wanted: &RuleSet) -> Result<(), Failure> {
        let before = held.rule_set();
        let started = Instant::now();
        let mut others = RuleSet::new();
        let (mut retries, mut pause) = (0, Duration::from_millis(100));
        for rule in wanted.keys().filter(|rule| before.contains_key(rule)) {
            self.registry.make(&self.rule_key(rule), self.maker);
        }
        loop {
            let failure = match self.execute_steps(held, wanted, &others).await {
                Ok(()) => break,
                Err(failure) => failure,
            };
            let Failure::Ec2(error) = failure else {
                return Err(failure);
            };
            let retry_reason = self.retry_reason(&error, held, wanted, &others);
            let reads_again = match retry_reason {
                None => return Err(error.into()),
                Some(RetryReason::NotThereYet) if started.elapsed() > VISIBLE_WITHIN => {
                    return Err(error.into());
                }
                Some(RetryReason::NotThereYet) => false,
                Some(RetryReason::NoRoom | RetryReason::Other) => true,
            };
            retries += u32::from(reads_again);
            if reads_again {
                self.reserve(wanted).await;
            }
            if reads_again && let Some(shown) = self.read_rules().await {
                let shown = match self.foreign_rule(held, &before, wanted, &shown).await {
                    None => shown,
                    // It may have been revoked meanwhile.
                    Some(_) => self.read_rules().await.unwrap_or(shown),
                };
                let foreign_rule = self
                    .foreign_rule_now(held, &before, wanted, &shown)
                    .cloned();
                let ours = |rule: &Rule| before.contains_key(rule) || wanted.contains_key(rule);
                others.clear();
                held.rules.clear();
                for shown in shown.iter() {
                    let is_left = shown.owner.is_some()
                        && shown.owner != self.prior_owner
                        && !wanted.contains_key(&shown.rule);
                    let is_stranger = foreign_rule.as_ref().is_some_and(|s| s.id == shown.id);
                    if ours(&shown.rule)
                        && !is_left
                        && !is_stranger
                        && !self.is_made_by_another(&shown.rule)
                    {
                        held.rules.insert(shown.rule.clone(), HeldRule::from(shown));
                    } else {
                        others.insert(shown.rule.clone(), shown.description.clone());
                    }
                }
                if let Some(foreign_rule) = foreign_rule {
                    return Err(Failure::Exists(Box::new(foreign_rule)));
                }
            }
            if retries > MOST_RETRIES || error.is_spent() {
                return Err(error.into());
            }
            if !self.scope.wait(pause).await {
                return Err(self.scope.ended(error).into());
            }
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
        self.tag(held).await
    }

    async fn execute_steps(
        &self,
        held: &mut Held,
        wanted: &RuleSet,
        others: &RuleSet,
    ) -> Result<(), Failure> {
        let revocation = self.registry.revocation(self.maker);
        held.rules.retain(|rule, _| {
            wanted.contains_key(rule) || revocation.may_revoke(self.rule_key(rule))
        });
        if let Some(twice) = wanted.keys().find(|rule| self.is_made_by_another(rule)) {
            return Err(Failure::Twice(twice.clone()));
        }
        for step in self.steps(held, wanted, others) {
            self.execute_step(held, &step).await?;
        }
        for rule in wanted.keys() {
            self.registry.make(&self.rule_key(rule), self.maker);
        }
        Ok(())
    }

    fn steps(&self, held: &Held, wanted: &RuleSet, others: &RuleSet) -> Vec<Step> {
        let current = held.rule_set();
        let rest = rules::diff(&current, wanted);
        if self.in_place
            && let (Some((new, description)), Some((old, _))) =
                (rest.authorize.iter().next(), rest.revoke.iter().next())
            && rest.authorize.len() == 1
            && rest.revoke.len() == 1
            && old.can_become(new)
        {
            let change = rules::Change {
                old: old.clone(),
                new: new.clone(),
                description: description.clone(),
            };
            return vec![Step::Modify {
                direction: old.direction,
                changes: vec![change],
            }];
        }
        let with_others = |own: &RuleSet| {
            let mut all = others.clone();
            all.extend(own.iter().map(|(rule, text)| (rule.clone(), text.clone())));
            all
        };
        rules::steps(&with_others(&current), &with_others(wanted), &self.limits)
    }

    async fn execute_step(&self, held: &mut Held, step: &Step) -> Result<(), Failure> {
        let (kind, write) = match step {
            Step::Describe { direction, rules } => (
                RuleWriteKind::Describe(*direction),
                RuleWrite::of_rules(rules.clone()),
            ),
            Step::Revoke { direction, rules } => (
                RuleWriteKind::Revoke(*direction),
                RuleWrite::of_rules(rules.clone()),
            ),
            Step::Authorize { direction, rules } => {
                for rule in rules.keys() {
                    if !self.registry.make(&self.rule_key(rule), self.maker) {
                        return Err(Failure::Twice(rule.clone()));
                    }
                }
                let mut tags = self.all_tags();
                tags.extend(self.ignored_tags.clone());
                (
                    RuleWriteKind::Authorize(*direction, tags),
                    RuleWrite::of_rules(rules.clone()),
                )
            }
            Step::Modify { direction, changes } => (
                RuleWriteKind::Modify(*direction),
                RuleWrite {
                    changes: changes.clone(),
                    ids: self
                        .ids(held, changes.iter().map(|change| &change.old))
                        .await?,
                    ..RuleWrite::default()
                },
            ),
        };
        let written = self
            .ec2
            .write_rules(self.group_id, &kind, write, self.scope);
        let made = written.await.inspect_err(|error| {
            let Step::Authorize { rules, .. } = step else {
                return;
            };
            for rule in rules.keys() {
                if error.carried_out == CarriedOut::No {
                    // Another resource may create a rule that was certainly not created.
                    self.registry.release(&self.rule_key(rule), self.maker);
                } else {
                    held.doubtful.insert(rule.clone());
                }
            }
        })?;
        self.fold(held, step);
        for shown in &made {
            held.rules.insert(shown.rule.clone(), HeldRule::from(shown));
        }
        Ok(())
    }

    /// Updates `held` by a step that EC2 has carried out.
    fn fold(&self, held: &mut Held, step: &Step) {
        match step {
            Step::Describe { rules, .. } => {
                for (rule, text) in rules {
                    held.rules.entry(rule.clone()).or_default().description = text.clone();
                }
            }
            Step::Authorize { rules, .. } => {
                for (rule, text) in rules {
                    let made = HeldRule {
                        description: text.clone(),
                        tagged: Some(Tagged {
                            tags: self.tags.clone(),
                            owner: self.owner.clone(),
                        }),
                        ..HeldRule::default()
                    };
                    held.rules.insert(rule.clone(), made);
                }
            }
            Step::Revoke { rules, .. } => {
                for rule in rules.keys() {
                    held.rules.remove(rule);
                    self.registry.release(&self.rule_key(rule), self.maker);
                }
            }
            Step::Modify { changes, .. } => {
                for change in changes {
                    let mut rule = held.rules.remove(&change.old).unwrap_or_default();
                    rule.description.clone_from(&change.description);
                    held.rules.insert(change.new.clone(), rule);
                    self.registry
                        .release(&self.rule_key(&change.old), self.maker);
                    self.registry.make(&self.rule_key(&change.new), self.maker);
                }
            }
        }
    }

    /// The ids of rules.
    async fn ids<'r>(
        &self,
        held: &mut Held,
        rules: impl Iterator<Item = &'r Rule>,
    ) -> Result<BTreeMap<Rule, String>, Error> {
        let rules: Vec<&Rule> = rules.collect();
        let id = |held: &Held, rule: &Rule| {
            let held = held.rules.get(rule);
            held.map(|held| held.id.clone()).unwrap_or_default()
        };
        if rules.iter().any(|rule| id(held, rule).is_empty()) {
            self.fill(held).await?;
        }
        let ids = rules.into_iter().map(|rule| (rule.clone(), id(held, rule)));
        Ok(ids.filter(|(_, id)| !id.is_empty()).collect())
    }

    /// Reads the rules as EC2 holds them, even if the time is up or the user has interrupted, since the state
    /// that goes back has to be right.
    async fn read_rules(&self) -> Option<Arc<Vec<GroupRule>>> {
        let freshness = RuleFreshness::Now;
        let found = match self
            .ec2
            .rules_of_group(self.group_id, freshness, self.scope)
            .await
        {
            Err(_) if self.scope.is_over() => {
                let scope = Scope::for_final_read();
                self.ec2
                    .rules_of_group(self.group_id, freshness, &scope)
                    .await
            }
            found => found,
        };
        found.ok()
    }

    fn retry_reason(
        &self,
        error: &Error,
        held: &Held,
        wanted: &RuleSet,
        others: &RuleSet,
    ) -> Option<RetryReason> {
        if error.is_no_such_group() && error.message.contains(self.group_id) {
            // A resource that has rules has them in a group that existed: it is gone.
            let has_something_to_make = !wanted.is_empty() && held.rules.is_empty();
            return has_something_to_make.then_some(RetryReason::NotThereYet);
        }
        if error.is("RulesPerSecurityGroupLimitExceeded") {
            let can_make_room = held.rules.keys().any(|rule| !wanted.contains_key(rule));
            return (can_make_room && others.is_empty()).then_some(RetryReason::NoRoom);
        }
        let other = error.carried_out == CarriedOut::Maybe
            || error.is("InvalidPermission.Duplicate")
            || error.is("InvalidPermission.NotFound")
            || error.is("InvalidSecurityGroupRuleId.NotFound");
        other.then_some(RetryReason::Other)
    }

    fn is_made_by_another(&self, rule: &Rule) -> bool {
        self.registry
            .is_made_by_another(&self.rule_key(rule), self.maker)
    }

    fn rule_key(&self, rule: &Rule) -> RuleKey {
        RuleKey {
            region: self.ec2.region().to_owned(),
            group: self.group_id.to_owned(),
            rule: rule.clone(),
        }
    }
}
