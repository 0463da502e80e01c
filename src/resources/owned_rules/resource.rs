//! The resource, for all types of owned rules: plans, creates, reads, changes, deletes and imports rules.

mod converge;
mod leave;
mod read_rules;

use std::sync::Arc;

use async_trait::async_trait;

use super::apply::Failure;
use super::error_context::ErrorContext;
use super::facts::FactsRequest;
use super::held::{Held, group_of};
use super::rule_type::{self, RuleType};
use super::run_registry::{self, Name, RunRegistry};
use super::{checks, import, model, move_state, plan, problems, schema};
use crate::catalog::Catalog;
use crate::ec2::{Connection, Ec2, Error};
use crate::resources::common::desired_rules::RuleContext;
use crate::resources::common::group_rules::GroupRules;
use crate::resources::common::guardrails::{self, Judged};
use crate::resources::common::import_form;
use crate::resources::common::redact;
use crate::resources::common::replacement;
use crate::resources::common::tags;
use crate::resources::common::timeouts::{self, Operation};
use crate::session::Session;
use crate::tf_provider;
use crate::tf_provider::diagnostics::{Diagnostic, Diagnostics};
use crate::tf_provider::resource::{
    Call, IdentitySchema, ImportBy, MovedFrom, Outcome, Plan, PlannedDestroy, Resource,
};
use crate::tf_provider::schema::Schema;
use crate::tf_provider::value::{Attr, Value};

/// EC2 in the region of a resource, and the account.
struct Target {
    ec2: Arc<Ec2>,
    /// The account of the credentials; empty if it wasn't looked up.
    account: String,
}

/// A planned change of a resource.
struct Change<'a> {
    /// The rules that the resource has.
    held: Held,
    planned: Value,
    /// The prior state; `None` for a resource that is being created.
    prior: Option<&'a Value>,
}

/// A resource type.
pub(super) struct OwnedRules {
    ty: Box<dyn RuleType>,
    schema: Schema,
    identity: IdentitySchema,
    session: Arc<Session>,
    registry: Arc<RunRegistry>,
    group_rules: Arc<GroupRules>,
}

impl OwnedRules {
    pub(super) fn new(
        session: &Arc<Session>,
        registry: &Arc<RunRegistry>,
        group_rules: &Arc<GroupRules>,
        ty: Box<dyn RuleType>,
    ) -> Self {
        Self {
            schema: Schema::new(0, ty.block()),
            identity: schema::identity(import::id_description(&*ty)),
            ty,
            session: Arc::clone(session),
            registry: Arc::clone(registry),
            group_rules: Arc::clone(group_rules),
        }
    }

    fn connection(&self) -> Result<Arc<Connection>, Diagnostic> {
        let connection = self.session.connection()?;
        self.registry.enter(self.session.run());
        Ok(connection)
    }

    /// EC2 in the region of a state, and the account.
    fn target(&self, state: &Value) -> Result<Target, Diagnostic> {
        let connection = self.connection()?;
        Ok(Target {
            ec2: self.session.ec2(model::of(state).region())?,
            account: connection.account_id().unwrap_or_default().to_owned(),
        })
    }

    fn name(&self, state: &Value) -> Name {
        let id = model::of(state).id().known().unwrap_or_default();
        (self.ty.name(), id.to_owned())
    }

    /// The outcome of an operation that failed. `doing` is what, such as "read rules".
    fn failed(&self, doing: &str, state: Value, error: Error, call: &Call) -> Outcome {
        let group_id = group_of(&state);
        let doing = format!("{doing} of the security group {group_id}");
        let about = self.about(&state, &group_id, call);
        let diagnostic = about.failed(&doing, &Failure::Ec2(error));
        Outcome::failed(Some(state), diagnostic)
    }

    /// The context of messages about a resource that has a state.
    fn about<'a>(
        &'a self,
        state: &'a Value,
        group_id: &'a str,
        call: &'a Call,
    ) -> ErrorContext<'a> {
        ErrorContext {
            ty: &*self.ty,
            region: model::of(state).region().known().unwrap_or_default(),
            group_id,
            is_stored: true,
            host: &call.host,
        }
    }
}

impl Target {
    /// The context in which the rules of a group are read.
    fn context<'a>(&'a self, catalog: &'a Catalog, group_id: &'a str) -> RuleContext<'a> {
        RuleContext {
            account: &self.account,
            id: group_id,
            catalog,
        }
    }
}

#[async_trait]
impl Resource for OwnedRules {
    fn type_name(&self) -> &'static str {
        self.ty.name()
    }

    fn schema(&self) -> &Schema {
        &self.schema
    }

    fn validate(&self, config: &Value) -> Diagnostics {
        let catalog = self.session.catalog();
        let desired = rule_type::desired(&*self.ty, config, RuleContext::new(&catalog));
        let mut found = guardrails::validate(config, &desired, &catalog);
        found.extend(desired.faults);
        found.extend(self.ty.validate(config));
        found.extend(self.session.check_region(model::of(config).region()));
        found
    }

    fn refusals(&self) -> Diagnostics {
        tf_provider::problems::listed(problems::of_type(self.ty.name()))
    }

    async fn plan(&self, plan: &mut Plan, call: &Call) {
        let connection = self.connection().ok();
        let account = match connection.as_deref() {
            Some(connection) => Attr::Known(connection.account_id().unwrap_or_default()),
            None => Attr::Unknown,
        };
        let region = self.session.default_region();
        let (tagging, catalog) = (self.session.tagging(), self.session.catalog());
        let context = RuleContext::new(&catalog);
        let decided = plan::decide(&*self.ty, plan, region, &tagging, account, context);
        plan.add_replaced(&self.schema.block);
        let name = plan.prior.as_ref().map(|prior| self.name(prior));
        if let Some(name) = &name {
            if plan.replace.is_empty() {
                self.registry
                    .note_kept(name, &decided.desired.rules, &plan.config);
            } else {
                self.registry.note_destroyed(name);
            }
        }
        if plan.diagnostics.has_errors() || (name.is_some() && !plan.replace.is_empty()) {
            return;
        }
        let request = FactsRequest {
            session: &self.session,
            registry: &self.registry,
            group_rules: &self.group_rules,
            type_name: self.ty.name(),
            name: name.as_ref(),
            plan,
            decided: &decided,
            call,
        };
        let facts = request.fetch().await;
        let group_id = group_of(&plan.planned);
        let context = RuleContext {
            account: account.known().unwrap_or_default(),
            id: &group_id,
            ..context
        };
        let reported = checks::check(&*self.ty, plan, &decided, &facts, context);
        plan.diagnostics.extend(reported);
        let called = checks::called(plan, decided.desired.rules.keys());
        let judged = Judged {
            called: &called,
            config: &plan.config,
            desired: &decided.desired,
            others: &facts.guarded_others(),
            lists: &facts.prefix_lists,
        };
        let violations = guardrails::plan(&judged, &catalog);
        plan.diagnostics.extend(violations);
        if self.ty.has_tags() {
            let owner_tags = usize::from(model::of(&plan.planned).wants_owner_tag());
            let reported = tags::check(plan, &tagging, owner_tags);
            plan.diagnostics.extend(reported);
        }
    }

    fn private(&self, plan: &Plan, call: &Call) -> Option<Vec<u8>> {
        replacement::mark(plan, call)
    }

    async fn plan_destroy(&self, state: &Value, call: &Call) -> PlannedDestroy {
        self.registry.note_destroyed(&self.name(state));
        self.left_to_group(state, call).await
    }

    fn stored(&self, state: &Value) {
        let (catalog, group_id) = (self.session.catalog(), group_of(state));
        let context = RuleContext {
            id: &group_id,
            ..RuleContext::new(&catalog)
        };
        let rule_keys =
            run_registry::rule_keys(state, rule_type::rules_of(&*self.ty, state, context));
        self.registry.stored(&self.name(state), rule_keys);
    }

    async fn create(&self, planned: Value, call: &Call) -> Outcome {
        let target = match self.target(&planned) {
            Ok(target) => target,
            Err(diagnostic) => return Outcome::failed(None, diagnostic),
        };
        let scope = timeouts::scope(Operation::Create, &planned, call);
        let change = Change {
            held: Held::default(),
            planned,
            prior: None,
        };
        self.converge(&target, change, &scope, call).await
    }

    async fn read(&self, state: Value, call: &Call) -> Outcome {
        let target = match self.target(&state) {
            Ok(target) => target,
            Err(why) if self.session.is_waiting() => {
                let warning = Diagnostic::warning("The rules aren't refreshed", why.detail);
                return Outcome::failed(Some(state), warning);
            }
            Err(why) => return Outcome::failed(Some(state), why),
        };
        let scope = timeouts::scope(Operation::Read, &state, call);
        let group_id = group_of(&state);
        // Only the state of a bundle that was just imported has no tags yet.
        let is_imported = self.ty.may_be_empty() && model::of(&state).tags_all().is_null();
        let held = match self.read_rules(&target, &state, &scope).await {
            Ok(held) => held,
            Err(error) => return self.failed("read rules", state, error, call),
        };
        if held.rules.is_empty() {
            if !self.ty.may_be_empty() {
                return Outcome::gone();
            }
            match target.ec2.read_security_group(&group_id, &scope).await {
                Ok(Some(_)) => {}
                Ok(None) => return Outcome::gone(),
                Err(error) => return self.failed("read rules", state, error, call),
            }
        }
        let catalog = self.session.catalog();
        let context = target.context(&catalog, &group_id);
        let rules = model::of(&state).rules().clone();
        let known = rule_type::rules_of(&*self.ty, &state, context);
        let state = if is_imported {
            import_form::choose(state, "", &held.rule_set(), &catalog)
        } else {
            state
        };
        let shown = self.state_of(state, &held, context);
        let mut shown = shown.with("region", target.ec2.region());
        // The state may name accounts where EC2 doesn't, which is no change.
        if known == held.rule_set() && !rules.is_null() {
            shown = shown.with("rules", rules);
        }
        if is_imported {
            let rules = held.rule_set();
            let mut outcome =
                import_form::finish(shown, &group_id, &rules, &self.session.catalog());
            if held.have_different_tags() {
                outcome.diagnostics.push(import::different_tags(&group_id));
            }
            return outcome;
        }
        Outcome::exists(shown)
    }

    async fn update(&self, prior: Value, planned: Value, call: &Call) -> Outcome {
        let target = match self.target(&prior) {
            Ok(target) => target,
            Err(diagnostic) => return Outcome::failed(Some(prior), diagnostic),
        };
        let scope = timeouts::scope(Operation::Update, &planned, call);
        let (catalog, group_id) = (self.session.catalog(), group_of(&prior));
        let context = target.context(&catalog, &group_id);
        let known = rule_type::rules_of(&*self.ty, &prior, context);
        let held = if redact::has_more_than(&prior, &known) {
            match self.read_rules(&target, &prior, &scope).await {
                Ok(held) => held,
                Err(error) => return self.failed("read rules", prior, error, call),
            }
        } else {
            Held::of_state(&prior, known)
        };
        let change = Change {
            held,
            planned,
            prior: Some(&prior),
        };
        self.converge(&target, change, &scope, call).await
    }

    async fn delete(&self, state: Value, call: &Call) -> Outcome {
        let target = match self.target(&state) {
            Ok(target) => target,
            Err(diagnostic) => return Outcome::failed(Some(state), diagnostic),
        };
        self.revoke_all(&target, state, call).await
    }

    async fn import(&self, by: ImportBy<'_>, call: &Call) -> Result<Value, Diagnostics> {
        let connection = self.connection()?;
        let empty = self.schema.block.empty();
        let scope = timeouts::scope(Operation::Read, &empty, call);
        let request = import::ImportRequest {
            ty: &*self.ty,
            session: &self.session,
            connection: &connection,
            scope: &scope,
            host: &call.host,
        };
        if !self.ty.may_be_empty() {
            return Ok(request.find(by).await?.state(&*self.ty, empty));
        }
        let (by, form) = import_form::split(by)?;
        let found = request.find(by).await?.state(&*self.ty, empty);
        form.begin(found, &self.session.catalog())
    }

    fn move_from(&self, source: &MovedFrom) -> Option<Result<Value, Diagnostics>> {
        move_state::moved(&*self.ty, &self.schema.block, source)
    }

    fn identity_schema(&self) -> &IdentitySchema {
        &self.identity
    }

    fn identity(&self, state: &Value) -> Value {
        let member = |name: &'static str| (name, state.get(name).clone());
        Value::object(["id", "security_group_id", "region"].map(member))
    }
}
