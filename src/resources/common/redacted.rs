//! Wraps a resource, and removes peers and descriptions from all of its messages where `redact_rules` is
//! set, so that no message can forget to hide them.

use std::sync::Arc;

use async_trait::async_trait;

use super::redaction::Redaction;
use crate::session::Session;
use crate::tf_provider::diagnostics::Diagnostics;
use crate::tf_provider::resource::{
    Call, GenerateConfig, IdentitySchema, ImportBy, MovedFrom, Outcome, Plan, PlannedDestroy,
    Resource,
};
use crate::tf_provider::schema::Schema;
use crate::tf_provider::value::Value;

/// A resource whose messages are redacted.
pub(in crate::resources) struct Redacted<R> {
    resource: R,
    session: Arc<Session>,
}

impl<R> Redacted<R> {
    pub(in crate::resources) fn new(resource: R, session: &Arc<Session>) -> Self {
        Self {
            resource,
            session: Arc::clone(session),
        }
    }

    fn redaction<'a>(&self, values: impl IntoIterator<Item = &'a Value>) -> Redaction {
        Redaction::of(values, &self.session.catalog())
    }
}

#[async_trait]
impl<R: Resource> Resource for Redacted<R> {
    fn type_name(&self) -> &'static str {
        self.resource.type_name()
    }

    fn schema(&self) -> &Schema {
        self.resource.schema()
    }

    fn validate(&self, config: &Value) -> Diagnostics {
        self.redaction([config])
            .hide(self.resource.validate(config))
    }

    fn refusals(&self) -> Diagnostics {
        self.resource.refusals()
    }

    async fn plan(&self, plan: &mut Plan, call: &Call) {
        let redaction = self.redaction(plan.prior.iter().chain([&plan.config]));
        self.resource.plan(plan, call).await;
        plan.diagnostics = redaction.hide(std::mem::take(&mut plan.diagnostics));
        plan.when_applied = redaction.hide(std::mem::take(&mut plan.when_applied));
    }

    fn private(&self, plan: &Plan, call: &Call) -> Option<Vec<u8>> {
        self.resource.private(plan, call)
    }

    async fn create(&self, planned: Value, call: &Call) -> Outcome {
        let redaction = self.redaction([&planned]);
        redaction.outcome(self.resource.create(planned, call).await)
    }

    async fn read(&self, state: Value, call: &Call) -> Outcome {
        let redaction = self.redaction([&state]);
        redaction.outcome(self.resource.read(state, call).await)
    }

    async fn update(&self, prior: Value, planned: Value, call: &Call) -> Outcome {
        let redaction = self.redaction([&prior, &planned]);
        redaction.outcome(self.resource.update(prior, planned, call).await)
    }

    async fn delete(&self, state: Value, call: &Call) -> Outcome {
        let redaction = self.redaction([&state]);
        redaction.outcome(self.resource.delete(state, call).await)
    }

    // A resource that is imported or moved has no `redact_rules` yet.
    async fn import(&self, by: ImportBy<'_>, call: &Call) -> Result<Value, Diagnostics> {
        self.resource.import(by, call).await
    }

    fn move_from(&self, source: &MovedFrom) -> Option<Result<Value, Diagnostics>> {
        self.resource.move_from(source)
    }

    fn stored(&self, state: &Value) {
        self.resource.stored(state);
    }

    async fn plan_destroy(&self, state: &Value, call: &Call) -> PlannedDestroy {
        let planned = self.resource.plan_destroy(state, call).await;
        PlannedDestroy {
            diagnostics: self.redaction([state]).hide(planned.diagnostics),
            ..planned
        }
    }

    fn identity_schema(&self) -> &IdentitySchema {
        self.resource.identity_schema()
    }

    fn identity(&self, state: &Value) -> Value {
        self.resource.identity(state)
    }

    fn config_generator(&self) -> Option<&dyn GenerateConfig> {
        self.resource.config_generator()
    }
}
