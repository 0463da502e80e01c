//! `curated_security_group`: a security group with all its rules.
//!
//! The way of the data: [`schema`] says what a block looks like, the shared `rule_blocks` reads one and
//! `desired_rules` turns all into rules, [`model`] reads the rest of a state, [`plan`] decides,
//! [`facts`] fetches what [`plan_checks`] holds the decision against, [`create`], [`converge`],
//! [`associate`], [`undo`] and [`delete`] carry out, [`declared`] tells a group's own rules from those of others,
//! and the shared `reconcile` makes a state's blocks say what EC2 holds. The shared `tags` tells a
//! group's own tags from the provider's, and `redact` makes digests of what is to be hidden, which
//! `redacted` hides in messages. [`import`] and [`move_state`] take over groups that exist, [`naming`]
//! makes names up, [`run_registry`] knows which groups the state owns, and [`errors`] has the words for
//! EC2's refusals. problems.tsv lists for documentation what is said to mistakes; the tests in
//! `mistakes` hold it against the checks.

mod associate;
mod associations;
mod converge;
#[cfg(test)]
mod cost;
mod create;
mod declared;
mod delete;
mod errors;
mod facts;
mod generate;
mod import;
mod listed;
#[cfg(test)]
mod mistakes;
mod model;
mod move_state;
mod naming;
mod plan;
mod plan_checks;
mod run_registry;
mod schema;
mod taken;
mod undo;

use std::sync::Arc;

use async_trait::async_trait;

use self::create::Creation;
use self::declared::Declared;
pub(crate) use self::listed::ListedGroups;
use self::model::RuleContext;
use self::run_registry::{PlannedAction, RunRegistry};
use self::schema::TYPE_NAME;
use self::undo::Made;
use crate::ec2::{Connection, Ec2, NewGroup};
use crate::resources::common::apply::{self, Maker, TrackedGroup};
use crate::resources::common::guardrails;
use crate::resources::common::identity;
use crate::resources::common::import_form::{self, Form};
use crate::resources::common::let_go::LetGo;
use crate::resources::common::one_by_one::OneByOne;
use crate::resources::common::owners::UndeclaredRules;
use crate::resources::common::redacted::Redacted;
use crate::resources::common::tags;
use crate::resources::common::timeouts::{self, Operation};
use crate::rules::RuleSet;
use crate::session::Session;
use crate::tf_provider::diagnostics::{Diagnostic, Diagnostics};
use crate::tf_provider::problems;
use crate::tf_provider::resource::{
    Call, GenerateConfig, IdentitySchema, ImportBy, MovedFrom, Outcome, Plan, Resource,
};
use crate::tf_provider::schema::Schema;
use crate::tf_provider::value::{Attr, Value};

/// The messages to wrong configurations, as documentation lists them.
const PROBLEMS: &str = include_str!("problems.tsv");

/// The resource type.
pub(super) fn resource(session: &Arc<Session>, let_go: &Arc<LetGo>) -> impl Resource {
    Redacted::new(SecurityGroup::new(session, let_go), session)
}

/// The resource type, which says all that it knows.
struct SecurityGroup {
    schema: Schema,
    identity: IdentitySchema,
    session: Arc<Session>,
    registry: RunRegistry,
    ends: OneByOne,
    let_go: Arc<LetGo>,
}

impl SecurityGroup {
    fn new(session: &Arc<Session>, let_go: &Arc<LetGo>) -> Self {
        Self {
            schema: schema::schema(),
            identity: identity::schema("The group's id, `sg-…`."),
            session: Arc::clone(session),
            registry: RunRegistry::default(),
            ends: OneByOne::default(),
            let_go: Arc::clone(let_go),
        }
    }

    fn connection(&self) -> Result<Arc<Connection>, Diagnostic> {
        let connection = self.session.connection()?;
        self.registry.enter(self.session.run());
        Ok(connection)
    }

    /// EC2 in the region of a state.
    fn ec2(&self, state: &Value) -> Result<Arc<Ec2>, Diagnostic> {
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
        if let Some(prior) = &plan.prior {
            if plan.replace.is_empty() {
                self.registry.note_kept(prior, &plan.config);
                let unshown = declared::undeclared_kept(prior, &plan.planned, &provider.catalog);
                self.let_go.note(&self.session, plan, &unshown);
            } else {
                self.registry.note(prior, PlannedAction::Replace);
            }
        }
        if plan.diagnostics.has_errors() {
            return;
        }
        let facts = facts::fetch(&self.session, &self.registry, plan, &desired.rules, call).await;
        let said = plan_checks::check(plan, &desired, &facts);
        plan.diagnostics.extend(said);
        // Of a group that is replaced, the plan of the other one has it.
        if plan.replace.is_empty() {
            let judged = guardrails::Judged {
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

    fn plan_destroy(&self, state: &Value) {
        self.registry.note(state, PlannedAction::Destroy);
    }

    fn stored(&self, state: &Value) {
        self.registry.note(state, PlannedAction::Pending);
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
        let ignored_tags = self.session.tagging().only_at_first(attributes.tags());
        let name = match attributes.name().known() {
            Some(name) => name.to_owned(),
            None => {
                let prefix = attributes.name_prefix().known();
                naming::unique_name(prefix.unwrap_or(naming::DEFAULT_PREFIX))
            }
        };
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
        let failure = match tokio::join!(creation.run(&scope), limits) {
            (Ok(mut held), limits) => {
                held.is_new = held.maker != Maker::Doubtful;
                let states = [Value::Null, planned];
                let converged = self.converge(&ec2, &mut held, states, &limits, &scope, call);
                let outcome = converged.await;
                let made = Made::of(&held);
                let outcome = made.or_undone(&ec2, outcome, &scope, &call.host).await;
                // The resources that follow a group without rules of its own share calls.
                if Declared::read(&call.private).is_nothing() {
                    self.ends.turn().await;
                }
                return outcome;
            }
            (Err(failure), _) => failure,
        };
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
        let id = model::of(&state).id();
        let id = id.known().unwrap_or_default().to_owned();
        let connection = self.session.connection().ok();
        let account = connection.as_deref().and_then(Connection::account_id);
        // Only right after an import has a state no name yet.
        let is_imported = model::of(&state).name().is_null();
        match apply::read_twice(&ec2, &id, &scope).await {
            Ok(Some(group)) if is_imported && identity::is_of_another_account(&group, account) => {
                Outcome::failed(Some(state), identity::of_another_account(&group, account))
            }
            Ok(Some(group)) if is_imported && group.name == import::DEFAULT_GROUP => {
                Outcome::failed(Some(state), import::default_group(&group))
            }
            Ok(Some(mut group)) => {
                let declared = Declared::read(&call.private);
                let is_exclusive = model::of(&state).is_exclusive();
                if !is_exclusive && !declared.is_nothing() {
                    let ours = model::rules_of(&state, &self.session.catalog());
                    group.rules.retain(|rule, _| ours.contains_key(rule));
                }
                let mut warning = None;
                if is_exclusive && !declared.is_nothing() {
                    let known = model::rules_of(&state, &self.session.catalog());
                    match UndeclaredRules::among(&ec2, &group, &known, &scope).await {
                        // An import shows the group as it is, whatever account owns it.
                        Ok(undeclared) if is_imported && undeclared.unclear.is_some() => {
                            warning = undeclared.warning(&id);
                        }
                        Ok(undeclared) => {
                            group.rules.retain(|rule, _| !undeclared.may_be_owned(rule));
                            warning = undeclared.warning(&id);
                        }
                        Err(error) => {
                            let doing = format!("read the rules of the security group {id}");
                            let said = errors::failed(&doing, &error, &call.host);
                            return Outcome::failed(Some(state), said);
                        }
                    }
                }
                let mut outcome = if is_imported {
                    let catalog = self.session.catalog();
                    let state = import_form::choose(state, &group.name, &group.rules, &catalog);
                    let state = self.state_of(state, ec2.region(), &group, &declared);
                    import_form::finish(state, &id, &group.rules, &catalog)
                } else {
                    Outcome::is(self.state_of(state, ec2.region(), &group, &declared))
                };
                outcome.diagnostics.extend(warning);
                associations::refresh(&ec2, outcome, &scope, &call.host).await
            }
            Ok(None) if is_imported => {
                Outcome::failed(Some(state), import::not_found(&id, ec2.region()))
            }
            Ok(None) => Outcome::gone(),
            Err(error) => {
                let doing = format!("read the security group {id}");
                Outcome::failed(Some(state), errors::failed(&doing, &error, &call.host))
            }
        }
    }

    async fn update(&self, prior: Value, planned: Value, call: &Call) -> Outcome {
        let ec2 = match self.ec2(&prior) {
            Ok(ec2) => ec2,
            Err(diagnostic) => return Outcome::failed(Some(prior), diagnostic),
        };
        let scope = timeouts::scope(Operation::Update, &planned, call);
        let catalog = self.session.catalog();
        let mut group = model::group_of(&prior, &catalog);
        // They may be in a state that wasn't refreshed.
        let tagging = self.session.tagging();
        group.tags.retain(|key, _| !tagging.ignores(key));
        if !Declared::read(&call.private).is_nothing() {
            let undeclared_kept = declared::undeclared_kept(&prior, &planned, &catalog);
            group
                .rules
                .retain(|rule, _| !undeclared_kept.contains_key(rule));
        }
        let mut warning = None;
        if model::becomes_exclusive(&prior, &planned) {
            // The state has rules of others, since the group left them alone.
            let wanted = model::planned_rules(&planned, RuleContext::of(&prior, &catalog));
            match UndeclaredRules::among(&ec2, &group, &wanted, &scope).await {
                Ok(undeclared) => {
                    group.rules.retain(|rule, _| !undeclared.may_be_owned(rule));
                    warning = undeclared.warning(&group.id);
                }
                Err(error) => {
                    let doing = format!("read the rules of the security group {}", group.id);
                    let said = errors::failed(&doing, &error, &call.host);
                    return Outcome::failed(Some(prior), said);
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
