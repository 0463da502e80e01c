//! The facts that a plan is checked against, fetched from EC2 and from the run's registry. All of them are
//! optional: a check whose facts can't be fetched is left out.

use std::sync::Arc;

use super::associations;
use super::declared::{self, Declared};
use super::model;
use super::naming;
use crate::catalog::Catalog;
use crate::ec2::{Connection, Ec2, Group, Holder, Scope, Vpc};
use crate::resources::common::guardrails;
use crate::resources::common::limits::{self, allowed};
use crate::resources::common::other_plans::{self, Seen};
use crate::resources::common::owners::UndeclaredRules;
use crate::resources::common::timeouts::{self, Operation};
use crate::resources::security_group::run_registry::{NewGroup, PlannedAction, RunRegistry};
use crate::rules::guardrails::count_with_others;
use crate::rules::world::PrefixListBlocks;
use crate::rules::{Limits, RuleSet};
use crate::session::Session;
use crate::tf_provider::host::Host;
use crate::tf_provider::resource::{Call, Phase, Plan};
use crate::tf_provider::value::{Attr, Value};

/// Most groups of one prefix that are read.
const MOST_LEFT_OVER: usize = 5;

/// The facts about the region for which a plan is made.
#[derive(Debug, Default)]
pub(super) struct Facts {
    /// A group that has the name of the one to be created.
    pub(super) taken: Option<NameCollision>,
    /// Another new group of this plan with the same name.
    pub(super) planned_twice: Option<NewGroup>,
    /// The region has no default VPC, and the group names no other.
    pub(super) no_default_vpc: bool,
    /// The region's default VPC, where further VPCs are to be associated.
    pub(super) default_vpc: Option<String>,
    /// Ids of groups like the one to be created that nothing uses and no state has. A run that was killed may
    /// have created them.
    pub(super) left_over: Vec<String>,
    /// The limits that EC2 sets.
    pub(super) limits: Limits,
    /// Whether the provider block turns warnings about redundant rules off.
    pub(super) redundant_rules_are_meant: bool,
    /// Services and presets.
    pub(super) catalog: Arc<Catalog>,
    /// The host that asks for the plan.
    pub(super) host: Host,
    /// Whether the group left its rules to others until now, so that the state has all of them.
    pub(super) left_rules_to_others: bool,
    /// Rules of the state that other resources own, or may own.
    pub(super) owned: RuleSet,
    /// Whether the owners of the state's rules couldn't be looked up.
    pub(super) owners_are_unknown: bool,
    /// Rules of others in the group that guardrails count together with new ones.
    pub(super) others: RuleSet,
    /// References to the group that is to be replaced.
    pub(super) holders: Vec<Holder>,
    /// The entries of prefix lists that guardrails need.
    pub(super) prefix_lists: PrefixListBlocks,
}

/// A group with the wanted name in the wanted VPC.
#[derive(Debug)]
pub(super) struct NameCollision {
    /// Its id.
    pub(super) id: String,
    /// Its name, which may differ in case from the wanted one.
    pub(super) name: String,
    /// Its region.
    pub(super) region: String,
    /// Whether it could be the new one: its unchangeable attributes are as planned.
    pub(super) is_alike: bool,
    /// The plan for it, if the state owns it.
    pub(super) future: Option<PlannedAction>,
    /// Whether the state holds no group at all.
    pub(super) by_others_only: bool,
    /// Whether it may be another account's: the VPC has groups of several accounts, and that of the
    /// credentials isn't known.
    pub(super) may_be_another_accounts: bool,
}

/// A lookup of facts for a new group.
struct NewGroupLookup<'a> {
    /// The account of the credentials, where it is known.
    account: Option<&'a str>,
    registry: &'a RunRegistry,
    plan: &'a Plan,
    scope: Scope,
    /// The scope of calls to EC2, which are optional.
    optional: Scope,
}

/// Fetches the facts for a plan that is decided. Answers of EC2 are waited for a few seconds.
pub(super) async fn fetch(
    session: &Session,
    registry: &RunRegistry,
    plan: &Plan,
    rules: &RuleSet,
    call: &Call,
) -> Facts {
    let mut facts = Facts {
        limits: allowed(session),
        catalog: session.catalog(),
        host: call.host.clone(),
        left_rules_to_others: Declared::read(&call.private).is_nothing(),
        redundant_rules_are_meant: !session.config().warns_of_redundant_rules,
        ..Facts::default()
    };
    let Ok(connection) = session.connection() else {
        return facts;
    };
    let scope = timeouts::scope(Operation::Read, &plan.planned, call);
    let lookup = NewGroupLookup {
        account: connection.account_id(),
        registry,
        plan,
        optional: scope.for_optional_calls(),
        scope,
    };
    let optional = &lookup.optional;
    if let Some(prior) = plan.prior.as_ref().filter(|_| !plan.replace.is_empty()) {
        facts.holders = holders(&connection, prior, optional).await;
        return facts;
    }
    if let Attr::Known(region) = model::of(&plan.planned).region() {
        let ec2 = connection.ec2(region);
        let prior = plan.prior.as_ref();
        let before = prior.map(|prior| model::rules_of(prior, &session.catalog()));
        let before = before.unwrap_or_default();
        let limits = limits::between(session, &ec2, [&before, rules], optional);
        let found = async {
            match plan.prior {
                Some(_) => facts,
                None => lookup.find(facts, &ec2).await,
            }
        };
        let catalog = session.catalog();
        let before = Declared::read(&call.private);
        let owned = owned(&ec2, (plan, &before), rules, optional, &catalog);
        let guarded = async {
            let others = others(&ec2, plan, rules, optional, &catalog).await;
            let lists = guardrails::prefix_lists(&ec2, [rules, &others], &catalog, optional);
            (lists.await, others)
        };
        let default_vpc = associations::default_vpc(&ec2, plan, optional);
        let (limits, found, owned, (prefix_lists, others), default_vpc) =
            tokio::join!(limits, found, owned, guarded, default_vpc);
        return Facts {
            limits,
            owners_are_unknown: owned.is_none(),
            owned: owned.unwrap_or_default(),
            others,
            prefix_lists,
            default_vpc,
            ..found
        };
    }
    facts
}

/// The users of a group, as far as EC2 shows them.
async fn holders(connection: &Connection, prior: &Value, scope: &Scope) -> Vec<Holder> {
    let prior = model::of(prior);
    let ec2 = connection.ec2(prior.region().known().unwrap_or_default());
    let id = prior.id().known().unwrap_or_default();
    let holders = ec2.holders(id, scope).await;
    holders.unwrap_or_else(|error| {
        tracing::debug!(action = error.action, region = &*error.region, %error, "a check is skipped");
        Vec::new()
    })
}

/// Those of the rules in a group's state that other resources own, or may own, where the state may have such;
/// `None` if that couldn't be looked up.
async fn owned(
    ec2: &Ec2,
    (plan, before): (&Plan, &Declared),
    declared: &RuleSet,
    scope: &Scope,
    catalog: &Catalog,
) -> Option<RuleSet> {
    let prior = plan.prior.as_ref();
    let is_unknown = *before == Declared::Unknown;
    let may_have_others =
        |prior: &&Value| declared::may_have_others([prior, &plan.planned], is_unknown);
    let Some(prior) = prior.filter(may_have_others) else {
        return Some(RuleSet::new());
    };
    let mut group = model::group_of(prior, catalog);
    let undeclared = UndeclaredRules::among(ec2, &group, declared, scope).await;
    let undeclared = undeclared.ok()?;
    group.rules.retain(|rule, _| undeclared.may_be_owned(rule));
    Some(group.rules)
}

/// Rules of others in a group that exists, if guardrails count them together with the group's new rules.
async fn others(
    ec2: &Ec2,
    plan: &Plan,
    declared: &RuleSet,
    scope: &Scope,
    catalog: &Catalog,
) -> RuleSet {
    let none = RuleSet::new();
    let Some(prior) = plan.prior.as_ref().filter(|_| plan.phase != Phase::Apply) else {
        return none;
    };
    let held = model::rules_of(prior, catalog);
    let mut new = declared.clone();
    new.retain(|rule, _| !held.contains_key(rule));
    if !count_with_others(catalog.guardrails(), &new) {
        return none;
    }
    let id = model::of(prior).id().known().unwrap_or_default();
    let Ok(Some(group)) = ec2.read_security_group(id, scope).await else {
        return none;
    };
    let mut others = group.rules;
    others.retain(|rule, _| !held.contains_key(rule) && !declared.contains_key(rule));
    others
}

impl NewGroupLookup<'_> {
    /// Adds facts about the VPC of a new group, and about groups that have its name there.
    async fn find(&self, mut facts: Facts, ec2: &Ec2) -> Facts {
        let plan = self.plan;
        let vpc_id = match model::of(&plan.config).vpc_id() {
            Attr::Known(id) => id.to_owned(),
            Attr::Unknown => return facts,
            Attr::Null => match ec2.default_vpc(&self.optional).await {
                Some(Vpc::Id(id)) => id,
                Some(Vpc::None) => {
                    facts.no_default_vpc = true;
                    return facts;
                }
                None => {
                    facts.planned_twice = self.planned_twice(ec2, "");
                    return facts;
                }
            },
        };
        facts.planned_twice = self.planned_twice(ec2, &vpc_id);
        match (
            model::of(&plan.planned).name(),
            model::of(&plan.config).name_prefix(),
        ) {
            (Attr::Known(name), _) => facts.taken = self.taken(ec2, &vpc_id, name).await,
            // Groups of the default prefix may belong to any configuration: they aren't looked up.
            (_, Attr::Known(prefix)) => {
                facts.left_over = self.left_over(ec2, &vpc_id, prefix).await;
            }
            _ => {}
        }
        facts
    }

    /// Another new group of this plan with the name of this one. Not looked for while Terraform applies: then
    /// EC2's answer to the creation decides.
    fn planned_twice(&self, ec2: &Ec2, vpc_id: &str) -> Option<NewGroup> {
        let Plan {
            planned, config, ..
        } = self.plan;
        if self.plan.phase == Phase::Apply || model::of(planned).name().known().is_none() {
            return None;
        }
        let lookup = [ec2.region(), vpc_id];
        self.registry.plan_new(lookup, planned, config)
    }

    /// Whether a group may be of this account. Groups of others don't conflict by their names.
    fn may_be_ours(&self, owner_id: &str) -> bool {
        self.account.is_none_or(|account| account == owner_id)
    }

    /// The group that has a name in a VPC.
    async fn taken(&self, ec2: &Ec2, vpc_id: &str, name: &str) -> Option<NameCollision> {
        let (registry, plan, scope) = (self.registry, self.plan, &self.scope);
        let names = ec2.names_in_vpc(vpc_id, &self.optional).await?;
        let same = names.iter().find(|other| {
            other.name.eq_ignore_ascii_case(name) && self.may_be_ours(&other.owner_id)
        });
        let Some(same) = same else {
            registry.note_free(ec2.region(), vpc_id, name);
            return None;
        };
        // The list may have groups that this run has deleted since.
        let shown = ec2.describe_security_group(&same.id, &self.optional).await;
        if let Ok(None) = shown {
            registry.note_free(ec2.region(), vpc_id, name);
            return None;
        }
        // A creation whose answer is lost looks for its group by name, and must not take this one for it.
        registry.disown(&same.id);
        let description = model::of(&plan.planned).description().known();
        let is_alike = |group: &Group| description.is_none_or(|text| text == group.description);
        let seen = || match registry.seen(&same.id) {
            // While Terraform applies, no further states are shown.
            Seen::NotShown(none) if plan.phase == Phase::Apply => Seen::Decided(none),
            seen => seen,
        };
        let future = match other_plans::settled(scope, seen).await {
            Some(PlannedAction::Keep) if registry.is_kept_for(&same.id, &plan.config) => {
                Some(PlannedAction::Replace)
            }
            future => future,
        };
        Some(NameCollision {
            id: same.id.clone(),
            name: same.name.clone(),
            region: ec2.region().to_owned(),
            is_alike: shown.ok().flatten().as_ref().is_none_or(is_alike),
            future,
            by_others_only: registry.is_empty(),
            may_be_another_accounts: self.account.is_none()
                && names.iter().any(|other| other.owner_id != same.owner_id),
        })
    }

    /// Ids of groups with a name of this prefix that are like the new one, that nothing uses, and that the state
    /// doesn't have.
    async fn left_over(&self, ec2: &Ec2, vpc_id: &str, prefix: &str) -> Vec<String> {
        let (registry, plan) = (self.registry, self.plan);
        let mut found = Vec::new();
        if !model::of(&plan.planned).tags_all().is_wholly_known() {
            return found;
        }
        let tags = model::tags_from(model::of(&plan.planned).tags_all());
        let description = model::of(&plan.planned).description().known();
        let names = ec2.names_in_vpc(vpc_id, &self.optional).await;
        let names = names.unwrap_or_default();
        let made = names.iter().filter(|other| {
            naming::is_made_from(prefix, &other.name) && self.may_be_ours(&other.owner_id)
        });
        for named in made.take(MOST_LEFT_OVER) {
            if registry.is_stored(&named.id) {
                continue;
            }
            let group = ec2.describe_security_group(&named.id, &self.optional).await;
            let same = |g: &Group| Some(g.description.as_str()) == description && g.tags == tags;
            if !matches!(&group, Ok(Some(group)) if same(group)) {
                continue;
            }
            let holders = ec2.holders(&named.id, &self.optional).await;
            if holders.is_ok_and(|holders| holders.is_empty()) {
                found.push(named.id.clone());
            }
        }
        other_plans::settled(&self.scope, || {
            let unseen = found.iter().filter(|id| !registry.is_stored(id));
            match unseen.cloned().collect::<Vec<_>>() {
                none if none.is_empty() => Seen::Decided(none),
                some => Seen::NotShown(some),
            }
        })
        .await
    }
}
