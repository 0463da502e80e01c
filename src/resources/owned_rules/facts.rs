//! The facts that a plan is checked against, fetched from EC2 and from the run's registry. All of them are
//! optional: a check whose facts can't be fetched is left out.

use super::plan::Decided;
use super::run_registry::{Claim, Name, RuleKey, RunRegistry};
use crate::ec2::{Ec2, GroupRule, RuleFreshness, Scope};
use crate::resources::common::apply::read_twice;
use crate::resources::common::group_rules::{GroupRules, LetGoRule};
use crate::resources::common::guardrails;
use crate::resources::common::limits;
use crate::resources::common::other_plans::{self, Seen};
use crate::resources::common::timeouts::{self, Operation};
use crate::resources::common::{redact, replacement};
use crate::rules::guardrails::count_with_others;
use crate::rules::world::PrefixListBlocks;
use crate::rules::{Direction, Limits, Peer, Rule, RuleSet, rule_set};
use crate::session::Session;
use crate::tf_provider::host::Host;
use crate::tf_provider::resource::{Call, Phase, Plan};
use std::sync::Arc;

/// The facts about the group for which a plan is made.
#[derive(Debug, Default)]
pub(super) struct Facts {
    /// Other rules of the group that stay.
    pub(super) others: RuleSet,
    /// Rules that the group has got while Terraform applies. Only guardrails consider them.
    pub(super) made_meanwhile: RuleSet,
    /// EC2 shows no such group, for which new rules are planned.
    pub(super) no_such_group: bool,
    /// Rules that can't be created, since others have them.
    pub(super) taken: Vec<RuleConflict>,
    /// Whether the resource gets new rules. Otherwise the quota isn't checked.
    pub(super) has_new_rules: bool,
    /// The limits that EC2 sets.
    pub(super) limits: Limits,
    /// The entries of prefix lists that guardrails need.
    pub(super) prefix_lists: PrefixListBlocks,
    /// Whether the provider block turns warnings about redundant rules off.
    pub(super) redundant_rules_are_meant: bool,
    /// The host that asks for the plan.
    pub(super) host: Host,
}

/// A rule that can't be created.
#[derive(Debug)]
pub(super) enum RuleConflict {
    /// EC2 has it, and no resource of the state does.
    Exists(GroupRule),
    /// A resource of the state has it.
    Stored(Rule, Name),
    /// Another resource of the configuration is to create it.
    Planned(Rule),
    /// The configuration of the group declares it.
    OfGroup(Rule),
    /// The group itself has it, and its plan revokes it.
    LetGo(Rule, LetGoRule),
}

impl Facts {
    /// Rules of the group that guardrails consider together with the resource's.
    pub(super) fn guarded_others(&self) -> RuleSet {
        let mut all = self.others.clone();
        all.extend(self.made_meanwhile.clone());
        all
    }
}

/// A plan for which facts are fetched.
pub(super) struct FactsRequest<'a> {
    pub(super) session: &'a Session,
    pub(super) registry: &'a RunRegistry,
    pub(super) group_rules: &'a GroupRules,
    /// The type of the resource.
    pub(super) type_name: &'static str,
    /// The resource; `None` if it is to be created.
    pub(super) name: Option<&'a Name>,
    pub(super) plan: &'a Plan,
    pub(super) decided: &'a Decided,
    pub(super) call: &'a Call,
}

impl FactsRequest<'_> {
    /// Fetches the facts. Answers of EC2 are waited for a few seconds.
    pub(super) async fn fetch(&self) -> Facts {
        let mut facts = Facts {
            limits: limits::allowed(self.session),
            redundant_rules_are_meant: !self.session.config().warns_of_redundant_rules,
            host: self.call.host.clone(),
            has_new_rules: self.new_rules().next().is_some(),
            ..Facts::default()
        };
        let planned = &self.plan.planned;
        let text = |name| planned.get(name).as_str();
        let Some(region) = text("region") else {
            return facts;
        };
        if let Some(group) = text("security_group_id") {
            self.note(&mut facts, region, group);
        }
        let Ok(connection) = self.session.connection() else {
            return facts;
        };
        let scope = timeouts::scope(Operation::Read, planned, self.call);
        let scope = scope.for_optional_calls();
        let ec2 = connection.ec2(region);
        if let Some(group) = text("security_group_id") {
            self.add_facts_of_group(&mut facts, &ec2, group, &scope)
                .await;
        }
        let (catalog, rules) = (self.session.catalog(), &self.decided.desired.rules);
        let others = facts.guarded_others();
        let lists = guardrails::prefix_lists(&ec2, [rules, &others], &catalog, &scope);
        facts.prefix_lists = lists.await;
        facts
    }

    /// Reads the group's rules, and adds the facts about them.
    async fn add_facts_of_group(&self, facts: &mut Facts, ec2: &Ec2, group: &str, scope: &Scope) {
        let Some(shown) = self.shown(ec2, group, scope).await else {
            return;
        };
        let desired = &self.decided.desired.rules;
        if self.plan.phase == Phase::Apply {
            let before = &self.decided.before;
            let stays = shown.iter().filter(|shown| {
                let key = rule_key(ec2.region(), &shown.group_id, &shown.rule);
                !before.contains_key(&shown.rule) && self.registry.stays(&key)
            });
            let made = stays.map(|shown| (shown.rule.clone(), shown.description.clone()));
            facts.made_meanwhile = rule_set(made);
            return;
        }
        let is_listed = |rule: &Rule| matches!(rule.peer, Peer::PrefixList(_));
        if (desired.keys().any(is_listed) || shown.iter().any(|shown| is_listed(&shown.rule)))
            && let Some(weights) = ec2.prefix_list_weights(scope).await
        {
            facts.limits.prefix_list_weights = (*weights).clone();
        }
        if shown.is_empty() && self.plan.prior.is_none() && self.plan.phase == Phase::Plan {
            let place = [ec2.region(), group].map(str::to_owned);
            let is_of_run = self.group_rules.knows(self.session, &place);
            facts.no_such_group =
                !is_of_run && matches!(read_twice(ec2, group, scope).await, Ok(None));
        }
        self.compare(facts, ec2.region(), &shown, scope).await;
    }

    /// The rules that the group has. They are read only for a plan with new rules, or if guardrails consider
    /// all rules of the group.
    async fn shown(&self, ec2: &Ec2, group: &str, scope: &Scope) -> Option<Arc<Vec<GroupRule>>> {
        let catalog = self.session.catalog();
        let desired = &self.decided.desired.rules;
        let is_asked = if self.plan.phase == Phase::Apply {
            // The apply itself reads rules if EC2 refuses a call. Guardrails need the rules of groups that
            // were created since the plan.
            count_with_others(catalog.guardrails(), desired)
        } else {
            let is_guarded = !catalog.guardrails().is_empty() && !desired.is_empty();
            self.new_rules().next().is_some() || is_guarded
        };
        if !is_asked {
            return None;
        }
        let rules: Vec<String> = desired.keys().map(Rule::to_string).collect();
        let reader = format!("plan of {:?}: {}", self.name, rules.join(", "));
        let shown = ec2.rules_of_group(group, RuleFreshness::Cached(&reader), scope);
        shown
            .await
            .inspect_err(|error| {
                let (action, region) = (error.action, &*error.region);
                tracing::debug!(action, region, %error, "a check is skipped");
            })
            .ok()
    }

    /// Notes the new rules in the registry, and adds conflicts with other resources that are to have them.
    fn note(&self, facts: &mut Facts, region: &str, group: &str) {
        let is_new = replacement::is_surely_new(self.plan, self.call);
        for rule in self.new_rules() {
            let rule_key = rule_key(region, group, rule);
            if !self.registry.plan(&rule_key, &self.plan.config, is_new) {
                facts.taken.push(RuleConflict::Planned(rule.clone()));
            }
        }
        let place = [region, group].map(str::to_owned);
        let who = self.in_words();
        for rule in self.decided.desired.rules.keys() {
            let is_new = !self.decided.before.contains_key(rule);
            if !self
                .group_rules
                .take(self.session, &place, rule, &who, is_new)
            {
                facts.taken.push(RuleConflict::OfGroup(rule.clone()));
            }
        }
        if self.plan.phase != Phase::Apply {
            let stays = |rule: &&Rule| self.decided.before.contains_key(*rule);
            for rule in self.decided.desired.rules.keys().filter(stays) {
                if let Some(why) = self.let_go(&rule_key(region, group, rule)) {
                    facts.taken.push(RuleConflict::LetGo(rule.clone(), why));
                }
            }
        }
        for direction in Direction::BOTH {
            let planned = self.registry.planned(region, group, direction);
            facts.others.extend(planned);
        }
        let own = &self.decided.desired.rules;
        facts.others.retain(|rule, _| !own.contains_key(rule));
    }

    /// Why the group itself, which has a rule, lets go of it in this run; `None` where it doesn't.
    fn let_go(&self, rule_key: &RuleKey) -> Option<LetGoRule> {
        self.group_rules
            .let_go(self.session, &rule_key.place(), &rule_key.rule)
    }

    /// The resource, as others name it.
    fn in_words(&self) -> String {
        match self.name {
            Some((type_name, id)) => format!("The {type_name} with the id \"{id}\""),
            None => format!("A new {}", self.type_name),
        }
    }

    fn new_rules(&self) -> impl Iterator<Item = &Rule> {
        let before = &self.decided.before;
        let desired = self.decided.desired.rules.keys();
        desired.filter(|rule| !before.contains_key(*rule))
    }

    async fn compare(&self, facts: &mut Facts, region: &str, shown: &[GroupRule], scope: &Scope) {
        let (before, desired) = (&self.decided.before, &self.decided.desired.rules);
        let mut wanted = Vec::new();
        let is_new = replacement::is_surely_new(self.plan, self.call);
        let config = Some(&self.plan.config).filter(|_| !is_new);
        for shown in shown {
            let rule_key = rule_key(region, &shown.group_id, &shown.rule);
            let prior = self.plan.prior.as_ref();
            let is_told = prior.is_some_and(|prior| redact::has_digest_of(prior, &shown.rule));
            if is_told || before.contains_key(&shown.rule) {
                continue;
            }
            let is_said = |taken: &RuleConflict| matches!(taken, RuleConflict::OfGroup(rule) if *rule == shown.rule);
            if desired.contains_key(&shown.rule) {
                if !facts.taken.iter().any(is_said) {
                    wanted.push((shown, rule_key));
                }
            } else if self.registry.stays(&rule_key) {
                let text = shown.description.clone();
                facts.others.insert(shown.rule.clone(), text);
            }
        }
        let claims = || {
            let keys = wanted.iter().map(|(_, rule_key)| rule_key);
            Seen::all(keys.map(|key| self.registry.claim(key, self.name, config)))
        };
        let claims = other_plans::settled(scope, claims).await;
        for ((shown, rule_key), claim) in wanted.iter().zip(claims) {
            match claim {
                // The rule is created after the group has revoked it.
                Claim::NotInState if self.let_go(rule_key).is_some() => {}
                Claim::NotInState => facts.taken.push(RuleConflict::Exists((*shown).clone())),
                Claim::Kept(name) => facts
                    .taken
                    .push(RuleConflict::Stored(shown.rule.clone(), name)),
                Claim::Free => {}
            }
        }
    }
}

fn rule_key(region: &str, group: &str, rule: &Rule) -> RuleKey {
    RuleKey {
        region: region.to_owned(),
        group: group.to_owned(),
        rule: rule.clone(),
    }
}
