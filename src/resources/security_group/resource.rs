//! The resource: plans, creates, refreshes, changes and deletes a group, and imports one. The parts of each
//! operation are in files of their own.

use std::sync::Arc;

use async_trait::async_trait;

use super::create::Creation;
use super::declared::{self, Declared};
use super::model::{self, RuleContext};
use super::run_registry::{PlannedAction, RunRegistry};
use super::schema::TYPE_NAME;
use super::undo::Made;
use super::{delete, errors, facts, import, move_state, naming, plan, plan_checks, schema};
use crate::ec2::{Connection, Ec2, NewGroup};
use crate::resources::common::apply::{Maker, TrackedGroup};
use crate::resources::common::group_rules::GroupRules;
use crate::resources::common::guardrails;
use crate::resources::common::identity;
use crate::resources::common::import_form::{self, Form};
use crate::resources::common::model::called;
use crate::resources::common::one_by_one::OneByOne;
use crate::resources::common::owners::UndeclaredRules;
use crate::resources::common::tags;
use crate::resources::common::timeouts::{self, Operation};
use crate::rules::RuleSet;
use crate::session::Session;
use crate::tf_provider::diagnostics::{Diagnostic, Diagnostics};
use crate::tf_provider::problems;
use crate::tf_provider::resource::{
    Call, GenerateConfig, IdentitySchema, ImportBy, MovedFrom, Outcome, Plan, PlannedDestroy,
    Resource,
};
use crate::tf_provider::schema::Schema;
use crate::tf_provider::value::{Attr, Value};

/// The table of messages to wrong configurations.
const PROBLEMS: &str = include_str!("problems.tsv");

/// The resource type, without the redaction of its messages.
pub(super) struct SecurityGroup {
    pub(super) schema: Schema,
    identity: IdentitySchema,
    pub(super) session: Arc<Session>,
    pub(super) registry: RunRegistry,
    ends: OneByOne,
    pub(super) group_rules: Arc<GroupRules>,
}

impl SecurityGroup {
    pub(super) fn new(session: &Arc<Session>, group_rules: &Arc<GroupRules>) -> Self {
        Self {
            schema: schema::schema(),
            identity: identity::schema("The group's id, `sg-…`."),
            session: Arc::clone(session),
            registry: RunRegistry::default(),
            ends: OneByOne::default(),
            group_rules: Arc::clone(group_rules),
        }
    }

    fn connection(&self) -> Result<Arc<Connection>, Diagnostic> {
        let connection = self.session.connection()?;
        self.registry.enter(self.session.run());
        Ok(connection)
    }

    /// EC2 in the region of a state.
    pub(super) fn ec2(&self, state: &Value) -> Result<Arc<Ec2>, Diagnostic> {
        self.connection()?;
        self.session.ec2(model::of(state).region())
    }
}

#[async_trait]
impl Resource for SecurityGroup {
    fn type_name(&self) -> &'static str {
        TYPE_NAME
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
        let region = self.session.default_region();
        let provider = self.session.config();
        let declared = Declared::read(&call.private);
        let desired = plan::decide(plan, region, &provider, account, &declared);
        plan.add_replaced(&self.schema.block);
        self.note_future(plan);
        if plan.diagnostics.has_errors() {
            return;
        }
        let facts = facts::fetch(&self.session, &self.registry, plan, &desired.rules, call).await;
        self.note_rules(plan, &facts, &desired, &declared);
        let reported = plan_checks::check(plan, &desired, &facts);
        plan.diagnostics.extend(reported);
        // The plan of the new group checks the guardrails, if this one is replaced.
        if plan.replace.is_empty() {
            let judged = guardrails::Judged {
                called: &called(&plan.planned),
                config: &plan.config,
                desired: &desired,
                others: &facts.others,
                lists: &facts.prefix_lists,
            };
            let violations = guardrails::plan(&judged, &provider.catalog);
            plan.diagnostics.extend(violations);
        }
        plan.diagnostics
            .extend(tags::check(plan, &provider.tagging, 0));
    }

    fn private(&self, plan: &Plan, call: &Call) -> Option<Vec<u8>> {
        Declared::read(&call.private).to_keep(plan, &self.session.catalog())
    }

    async fn plan_destroy(&self, state: &Value, _call: &Call) -> PlannedDestroy {
        self.note_gone(state, PlannedAction::Destroy);
        PlannedDestroy::default()
    }

    fn stored(&self, state: &Value) {
        self.registry.record(state, PlannedAction::Pending);
        self.group_rules.stored(&self.session, state);
    }

    async fn create(&self, planned: Value, call: &Call) -> Outcome {
        let ec2 = match self.ec2(&planned) {
            Ok(ec2) => ec2,
            Err(diagnostic) => return Outcome::failed(None, diagnostic),
        };
        self.registry.make_new(&planned);
        let leaves_rules = Declared::read(&call.private).is_nothing();
        let _in_hand = leaves_rules.then(|| ec2.begin_group());
        let scope = timeouts::scope(Operation::Create, &planned, call);
        let attributes = model::of(&planned);
        let tags = model::tags_from(attributes.tags_all());
        let ignored_tags = self.session.tagging().create_only_tags(attributes.tags());
        let name = naming::name_of_new(attributes.name(), attributes.name_prefix());
        let new = NewGroup {
            name: &name,
            description: attributes.description().known().unwrap_or_default(),
            vpc_id: attributes.vpc_id().known(),
            tags: &tags,
            ignored_tags: &ignored_tags,
        };
        let connection = self.session.connection().ok();
        let creation = Creation {
            ec2: &ec2,
            new: &new,
            account: connection.as_deref().and_then(Connection::account_id),
            has_unique_name: attributes.name().known().is_none(),
            registry: &self.registry,
        };
        let none = RuleSet::new();
        let limits = self.limits(&ec2, &none, &planned, &scope);
        match tokio::join!(creation.run(&scope), limits) {
            (Ok(mut held), limits) => {
                held.is_new = held.maker != Maker::Doubtful;
                let states = [Value::Null, planned];
                let converged = self.converge(&ec2, &mut held, states, &limits, &scope, call);
                let outcome = converged.await;
                let made = Made::of(&held);
                let outcome = made.or_undone(&ec2, outcome, &scope, &call.host).await;
                if leaves_rules {
                    // The resources that follow a group without rules of its own share calls.
                    self.ends.turn().await;
                }
                outcome
            }
            (Err(failure), _) => {
                let diagnostic = failure.diagnostic(&name, &call.host);
                let Some(known) = failure.group else {
                    return Outcome::failed(None, diagnostic);
                };
                let declared = Declared::read(&call.private);
                let state = self.state_of(planned, ec2.region(), &known, &declared);
                let failed = Outcome::failed(Some(state), diagnostic);
                let made = Made::answered(&known.id);
                made.or_undone(&ec2, failed, &scope, &call.host).await
            }
        }
    }

    async fn read(&self, state: Value, call: &Call) -> Outcome {
        self.refresh(state, call).await
    }

    async fn update(&self, prior: Value, planned: Value, call: &Call) -> Outcome {
        let ec2 = match self.ec2(&prior) {
            Ok(ec2) => ec2,
            Err(diagnostic) => return Outcome::failed(Some(prior), diagnostic),
        };
        let scope = timeouts::scope(Operation::Update, &planned, call);
        let catalog = self.session.catalog();
        let mut group = model::group_of(&prior, &catalog);
        // A state that wasn't refreshed may have ignored tags.
        let tagging = self.session.tagging();
        group.tags.retain(|key, _| !tagging.ignores(key));
        if !Declared::read(&call.private).is_nothing() {
            let undeclared_kept = declared::undeclared_kept(&prior, &planned, &catalog);
            group
                .rules
                .retain(|rule, _| !undeclared_kept.contains_key(rule));
        }
        let mut warning = None;
        let was_unknown = declared::was_unknown(&call.private);
        if declared::may_have_others([&prior, &planned], was_unknown) {
            // The state may have rules of other resources, which the group has left alone until now.
            let wanted = model::planned_rules(&planned, RuleContext::of(&prior, &catalog));
            match UndeclaredRules::among(&ec2, &group, &wanted, &scope).await {
                Ok(undeclared) => {
                    group.rules.retain(|rule, _| !undeclared.may_be_owned(rule));
                    warning = undeclared.warning(&group.id);
                }
                Err(error) => {
                    let doing = format!("read the rules of the security group {}", group.id);
                    let reported = errors::failed(&doing, &error, &call.host);
                    return Outcome::failed(Some(prior), reported);
                }
            }
        }
        let limits = self.limits(&ec2, &group.rules, &planned, &scope).await;
        let mut held = TrackedGroup::shown(group);
        let converged = self.converge(&ec2, &mut held, [prior, planned], &limits, &scope, call);
        let mut outcome = converged.await;
        outcome.diagnostics.extend(warning);
        outcome
    }

    async fn delete(&self, state: Value, call: &Call) -> Outcome {
        let ec2 = match self.ec2(&state) {
            Ok(ec2) => ec2,
            Err(diagnostic) => return Outcome::failed(Some(state), diagnostic),
        };
        let scope = timeouts::scope(Operation::Delete, &state, call);
        delete::delete(&ec2, state, &scope, &call.host).await
    }

    async fn import(&self, by: ImportBy<'_>, call: &Call) -> Result<Value, Diagnostics> {
        let connection = self.session.connection()?;
        let empty = self.schema.block.empty();
        let scope = timeouts::scope(Operation::Read, &empty, call);
        let (by, form) = match by {
            ImportBy::Identity(_) => (by, Form::MeantPreset),
            ImportBy::Id(_) => import_form::split(by)?,
        };
        let found = import::find(&self.session, &connection, by, &scope, &call.host).await?;
        let state = empty
            .with("id", found.id.as_str())
            .with("region", found.region.as_str());
        form.begin(state, &self.session.catalog())
    }

    fn move_from(&self, source: &MovedFrom) -> Option<Result<Value, Diagnostics>> {
        move_state::moved(&self.schema.block, source)
    }

    fn identity_schema(&self) -> &IdentitySchema {
        &self.identity
    }

    fn config_generator(&self) -> Option<&dyn GenerateConfig> {
        Some(self)
    }

    fn identity(&self, state: &Value) -> Value {
        identity::of_state(state)
    }
}
