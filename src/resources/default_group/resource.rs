//! The resource: adopts a VPC's default group, changes it in place, and releases it.

use std::sync::Arc;

use async_trait::async_trait;

use super::adoptions::Adoptions;
use super::facts::{self, Found};
use super::{checks, import, model, move_state, plan, schema};
use crate::ec2::{Connection, Ec2, Tags};
use crate::resources::common::apply;
use crate::resources::common::desired_rules::RuleContext;
use crate::resources::common::group_rules::{self, GroupRules, LetGoRule};
use crate::resources::common::model::called;
use crate::resources::common::timeouts::{self, Operation};
use crate::resources::common::{
    errors, group_state, guardrails, identity, limits, region, replacement, short_form, tags,
};
use crate::rules::{Rule, RuleSet};
use crate::session::Session;
use crate::tf_provider::diagnostics::{Diagnostic, Diagnostics};
use crate::tf_provider::problems;
use crate::tf_provider::resource::{
    Call, IdentitySchema, ImportBy, MovedFrom, Outcome, Phase, Plan, PlannedDestroy, Resource,
};
use crate::tf_provider::schema::Schema;
use crate::tf_provider::value::{Attr, Value};

/// The table of messages to wrong configurations.
const PROBLEMS: &str = include_str!("problems.tsv");

/// The resource type, without the redaction of its messages.
pub(super) struct DefaultGroup {
    schema: Schema,
    identity: IdentitySchema,
    pub(super) session: Arc<Session>,
    adoptions: Adoptions,
    pub(super) group_rules: Arc<GroupRules>,
}

impl DefaultGroup {
    pub(super) fn new(session: &Arc<Session>, group_rules: &Arc<GroupRules>) -> Self {
        Self {
            schema: schema::schema(),
            identity: identity::schema(
                "The group's id, `sg-…`; for an import, also the VPC's id, `vpc-…`.",
            ),
            session: Arc::clone(session),
            adoptions: Adoptions::default(),
            group_rules: Arc::clone(group_rules),
        }
    }

    /// Notes what a plan does with the group that the resource has. An error if another resource of the run
    /// has the group too.
    fn note_adopted(&self, plan: &Plan) -> Option<Diagnostic> {
        let prior = plan.prior.as_ref()?;
        let id = model::of(prior).id().known()?;
        if !plan.replace.is_empty() {
            self.adoptions.release(id);
            self.group_rules.note_gone(&self.session, prior);
            return None;
        }
        let is_alone = self.adoptions.note_kept(id, &plan.config);
        let vpc_id = model::of(&plan.planned).vpc_id().known();
        (!is_alone && plan.phase != Phase::Apply)
            .then(|| checks::two_resources(id, vpc_id.unwrap_or_default()))
    }

    /// Notes the group that a plan adopts. An error if there is none, or if it can't be adopted.
    fn note_found(
        &self,
        plan: &Plan,
        found: &Found,
        account: Attr<&str>,
        call: &Call,
    ) -> Option<Diagnostic> {
        let group = match found {
            Found::Unknown => return None,
            Found::NoDefaultVpc => return Some(checks::no_default_vpc()),
            // While Terraform applies, the VPC may be so new that EC2 doesn't show it yet.
            Found::NoGroup(_) if plan.phase != Phase::Plan => return None,
            Found::NoGroup(vpc_id) => {
                let region = model::of(&plan.planned).region().known();
                return Some(checks::no_group(vpc_id, region.unwrap_or_default()));
            }
            Found::Group(group) => group,
        };
        let ours = account.known().unwrap_or_default();
        if !ours.is_empty() && ours != group.owner_id {
            return Some(checks::of_another_account(&group.id, &group.owner_id, ours));
        }
        let is_new = replacement::is_surely_new(plan, call);
        let is_alone = self.adoptions.note_planned(&group.id, &plan.config, is_new);
        (!is_alone && plan.phase != Phase::Apply)
            .then(|| checks::two_resources(&group.id, &group.vpc_id))
    }

    fn connection(&self) -> Result<Arc<Connection>, Diagnostic> {
        let connection = self.session.connection()?;
        self.adoptions.enter(self.session.run());
        Ok(connection)
    }

    /// EC2 in the region of a state.
    fn ec2(&self, state: &Value) -> Result<Arc<Ec2>, Diagnostic> {
        self.connection()?;
        self.session.ec2(model::of(state).region())
    }
}

#[async_trait]
impl Resource for DefaultGroup {
    fn type_name(&self) -> &'static str {
        schema::TYPE_NAME
    }

    fn schema(&self) -> &Schema {
        &self.schema
    }

    fn validate(&self, config: &Value) -> Diagnostics {
        let mut found = plan::validate(config, &self.session.catalog());
        found.extend(self.session.check_region(model::of(config).region()));
        found
    }

    fn refusals(&self) -> Diagnostics {
        problems::listed(PROBLEMS)
    }

    async fn plan(&self, plan: &mut Plan, call: &Call) {
        let connection = self.connection().ok();
        let account = match connection.as_deref() {
            Some(connection) => Attr::Known(connection.account_id().unwrap_or_default()),
            None => Attr::Unknown,
        };
        let provider_region = self.session.default_region();
        let region = region::planned(&plan.config, plan.prior.as_ref(), provider_region);
        plan.planned = std::mem::take(&mut plan.planned).with("region", region);
        let ec2 = match (connection.as_deref(), model::of(&plan.planned).region()) {
            (Some(connection), Attr::Known(region)) => Some(connection.ec2(region)),
            _ => None,
        };
        let scope = timeouts::scope(Operation::Read, &plan.planned, call);
        let optional = scope.for_optional_calls();
        let found = match (&ec2, &plan.prior) {
            (Some(ec2), None) => facts::find(ec2, &plan.config, &optional).await,
            _ => Found::Unknown,
        };
        let provider = self.session.config();
        let desired = plan::decide(plan, &provider, account, found.group());
        plan.add_replaced(&self.schema.block);
        if let Some(error) = self.note_adopted(plan) {
            return plan.diagnostics.push(error);
        }
        // If the resource is replaced, the plan of the new one has the other diagnostics.
        if plan.diagnostics.has_errors() || !plan.replace.is_empty() {
            return;
        }
        let prior = plan.prior.as_ref();
        let stored = prior.map(|prior| group_state::rules_of(prior, &provider.catalog));
        let stored = stored.unwrap_or_default();
        let none = RuleSet::new();
        let why = |_: &Rule| LetGoRule::OfDefaultGroup;
        self.group_rules
            .note(&self.session, plan, &stored, &none, why);
        if let Some(error) = self.note_found(plan, &found, account, call) {
            return plan.diagnostics.push(error);
        }
        let group = plan.prior.as_ref().and_then(group_rules::place);
        let found_group = found.group().zip(ec2.as_ref());
        let group = group.or(found_group.map(|(g, ec2)| [ec2.region().to_owned(), g.id.clone()]));
        if let Some(place) = group {
            let both = self
                .group_rules
                .declare(&self.session, &place, &desired.rules, &stored);
            let said = group_rules::two_resources(&place, both, &desired);
            plan.diagnostics.extend(said);
        }
        let catalog = &provider.catalog;
        let before = match (&plan.prior, found.group()) {
            (None, Some(group)) => group.rules.clone(),
            (Some(_), _) | (None, None) => stored,
        };
        let facts = match &ec2 {
            Some(ec2) => {
                let rules = [&before, &desired.rules];
                facts::fetch(&self.session, ec2, found.group(), rules, &optional).await
            }
            None => facts::Facts {
                limits: limits::allowed(&self.session),
                ..facts::Facts::default()
            },
        };
        let redundant_rules_are_meant = !provider.warns_of_redundant_rules;
        let reported = checks::check(plan, &desired, &facts, &before, redundant_rules_are_meant);
        plan.diagnostics.extend(reported);
        let judged = guardrails::Judged {
            called: &called(&plan.planned),
            config: &plan.config,
            desired: &desired,
            others: &RuleSet::new(),
            lists: &facts.prefix_lists,
        };
        let violations = guardrails::plan(&judged, catalog);
        plan.diagnostics.extend(violations);
        plan.diagnostics
            .extend(tags::check(plan, &provider.tagging, 0));
    }

    fn private(&self, plan: &Plan, call: &Call) -> Option<Vec<u8>> {
        replacement::mark(plan, call)
    }

    async fn plan_destroy(&self, state: &Value, _call: &Call) -> PlannedDestroy {
        let id = model::of(state).id().known().unwrap_or_default();
        self.adoptions.release(id);
        self.group_rules.note_gone(&self.session, state);
        PlannedDestroy::default()
    }

    fn stored(&self, state: &Value) {
        self.group_rules.stored(&self.session, state);
    }

    async fn create(&self, planned: Value, call: &Call) -> Outcome {
        let ec2 = match self.ec2(&planned) {
            Ok(ec2) => ec2,
            Err(diagnostic) => return Outcome::failed(None, diagnostic),
        };
        let scope = timeouts::scope(Operation::Create, &planned, call);
        let mut group = match Self::group_to_adopt(&ec2, &planned, &scope, call).await {
            Ok(group) => group,
            Err(diagnostic) => return Outcome::failed(None, diagnostic),
        };
        if !self.adoptions.adopt(&group.id) {
            let reported = checks::two_resources(&group.id, &group.vpc_id);
            return Outcome::failed(None, reported);
        }
        let id = group.id.clone();
        let doing = format!("adopt the default group {id}");
        let catalog = self.session.catalog();
        let account = group.owner_id.clone();
        let context = RuleContext {
            account: &account,
            id: &id,
            catalog: &catalog,
        };
        let wanted = group_state::planned_rules(&planned, context);
        // As for a new group, ignored tags are put on once, and from then on left alone.
        let tagging = self.session.tagging();
        let ignored_tags = tagging.create_only_tags(model::of(&planned).tags());
        let undeclared = Self::without_undeclared(&ec2, &mut group, &wanted, &scope).await;
        let (changed, state, warning) = match undeclared {
            Ok(warning) => {
                let converged = self.converge(&ec2, group, planned, &ignored_tags, &scope);
                let (changed, state) = converged.await;
                (changed, state, warning)
            }
            Err(error) => (Err(error), Value::Null, None),
        };
        match changed {
            Ok(()) => {
                let mut outcome = Outcome::exists(state);
                outcome.diagnostics.extend(warning);
                outcome
            }
            Err(error) => {
                // The group existed before, and stays. The next apply adopts it.
                self.adoptions.release(&id);
                Outcome::failed(None, errors::failed(&doing, &error, &call.host))
            }
        }
    }

    async fn read(&self, state: Value, call: &Call) -> Outcome {
        let ec2 = match self.ec2(&state) {
            Ok(ec2) => ec2,
            Err(why) if self.session.is_waiting() => {
                let warning = Diagnostic::warning("The group isn't refreshed", why.detail);
                return Outcome::failed(Some(state), warning);
            }
            Err(why) => return Outcome::failed(Some(state), why),
        };
        let scope = timeouts::scope(Operation::Read, &state, call);
        let id = model::of(&state)
            .id()
            .known()
            .unwrap_or_default()
            .to_owned();
        let doing = format!("read the security group {id}");
        // Only a state that was just imported has no name yet.
        let is_imported = model::of(&state).name().is_null();
        let connection = self.session.connection().ok();
        let account = connection.as_deref().and_then(Connection::account_id);
        let mut group = match apply::read_twice(&ec2, &id, &scope).await {
            Ok(Some(group)) => group,
            Ok(None) if is_imported => {
                return Outcome::failed(Some(state), import::not_found(&id, ec2.region()));
            }
            Ok(None) => return Outcome::gone(),
            Err(error) => {
                return Outcome::failed(Some(state), errors::failed(&doing, &error, &call.host));
            }
        };
        if is_imported && let Err(refused) = import::check(&group, account) {
            return Outcome::failed(Some(state), refused);
        }
        let catalog = self.session.catalog();
        let known = group_state::rules_of(&state, &catalog);
        match Self::without_undeclared(&ec2, &mut group, &known, &scope).await {
            Ok(warning) => {
                let mut state = self.state_of(state, ec2.region(), &group);
                if is_imported {
                    state = short_form::without_empty(state);
                }
                let mut outcome = Outcome::exists(state);
                outcome.diagnostics.extend(warning);
                outcome
            }
            Err(error) => Outcome::failed(Some(state), errors::failed(&doing, &error, &call.host)),
        }
    }

    async fn update(&self, prior: Value, planned: Value, call: &Call) -> Outcome {
        let ec2 = match self.ec2(&prior) {
            Ok(ec2) => ec2,
            Err(diagnostic) => return Outcome::failed(Some(prior), diagnostic),
        };
        let scope = timeouts::scope(Operation::Update, &planned, call);
        let mut group = group_state::group_of(&prior, &self.session.catalog());
        // A state that wasn't refreshed may have ignored tags.
        let tagging = self.session.tagging();
        group.tags.retain(|key, _| !tagging.ignores(key));
        let doing = format!("change the security group {}", group.id);
        let ignored_tags = Tags::new();
        let changed = self
            .converge(&ec2, group, planned, &ignored_tags, &scope)
            .await;
        match changed {
            (Ok(()), state) => Outcome::exists(state),
            (Err(error), state) => {
                Outcome::failed(Some(state), errors::failed(&doing, &error, &call.host))
            }
        }
    }

    async fn delete(&self, state: Value, call: &Call) -> Outcome {
        let id = model::of(&state).id().known().unwrap_or_default();
        let mut outcome = Outcome::gone();
        if model::of(&state).restore_on_destroy() == Attr::Known(true) {
            let ec2 = match self.ec2(&state) {
                Ok(ec2) => ec2,
                Err(diagnostic) => return Outcome::failed(Some(state), diagnostic),
            };
            let scope = timeouts::scope(Operation::Delete, &state, call);
            match self.restore(&ec2, &state, &scope).await {
                Ok(warning) => outcome.diagnostics.extend(warning),
                Err(error) => {
                    let doing = format!("restore the default group {id}");
                    let reported = errors::failed(&doing, &error, &call.host);
                    return Outcome::failed(Some(state), reported);
                }
            }
        }
        self.adoptions.release(id);
        outcome
    }

    async fn import(&self, by: ImportBy<'_>, call: &Call) -> Result<Value, Diagnostics> {
        let connection = self.connection()?;
        let empty = self.schema.block.empty();
        let scope = timeouts::scope(Operation::Read, &empty, call);
        import::state(&self.session, &connection, by, empty, &scope, &call.host).await
    }

    fn move_from(&self, source: &MovedFrom) -> Option<Result<Value, Diagnostics>> {
        move_state::moved(&self.schema.block, source)
    }

    fn identity_schema(&self) -> &IdentitySchema {
        &self.identity
    }

    fn identity(&self, state: &Value) -> Value {
        identity::of_state(state)
    }
}
