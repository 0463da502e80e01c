//! The resource, with peers and descriptions kept out of what it says where `redact_rules` is set.
//! Everything that is said of a group passes here, so that no message can forget to hide them.

use async_trait::async_trait;

use super::SecurityGroup;
use super::redact::Redaction;
use crate::tf_provider::diagnostics::Diagnostics;
use crate::tf_provider::resource::{
    Call, GenerateConfig, IdentitySchema, ImportBy, MovedFrom, Outcome, Plan, Resource,
};
use crate::tf_provider::schema::Schema;
use crate::tf_provider::value::Value;

/// The resource that says less.
pub(super) struct Redacted(pub(super) SecurityGroup);

impl Redacted {
    fn redaction<'a>(&self, values: impl IntoIterator<Item = &'a Value>) -> Redaction {
        Redaction::of(values, &self.0.session.catalog())
    }
}

#[async_trait]
impl Resource for Redacted {
    fn type_name(&self) -> &'static str {
        self.0.type_name()
    }

    fn schema(&self) -> &Schema {
        self.0.schema()
    }

    fn validate(&self, config: &Value) -> Diagnostics {
        self.redaction([config]).hide(self.0.validate(config))
    }

    fn refusals(&self) -> Diagnostics {
        self.0.refusals()
    }

    async fn plan(&self, plan: &mut Plan, call: &Call) {
        let redaction = self.redaction(plan.prior.iter().chain([&plan.config]));
        self.0.plan(plan, call).await;
        plan.diagnostics = redaction.hide(std::mem::take(&mut plan.diagnostics));
    }

    fn private(&self, plan: &Plan, call: &Call) -> Option<Vec<u8>> {
        self.0.private(plan, call)
    }

    async fn create(&self, planned: Value, call: &Call) -> Outcome {
        let redaction = self.redaction([&planned]);
        redaction.outcome(self.0.create(planned, call).await)
    }

    async fn read(&self, state: Value, call: &Call) -> Outcome {
        let redaction = self.redaction([&state]);
        redaction.outcome(self.0.read(state, call).await)
    }

    async fn update(&self, prior: Value, planned: Value, call: &Call) -> Outcome {
        let redaction = self.redaction([&prior, &planned]);
        redaction.outcome(self.0.update(prior, planned, call).await)
    }

    async fn delete(&self, state: Value, call: &Call) -> Outcome {
        let redaction = self.redaction([&state]);
        redaction.outcome(self.0.delete(state, call).await)
    }

    // What is imported or moved has no setting yet that could hide anything.
    async fn import(&self, by: ImportBy<'_>, call: &Call) -> Result<Value, Diagnostics> {
        self.0.import(by, call).await
    }

    fn move_from(&self, source: &MovedFrom) -> Option<Result<Value, Diagnostics>> {
        self.0.move_from(source)
    }

    fn stored(&self, state: &Value) {
        self.0.stored(state);
    }

    fn plan_destroy(&self, state: &Value) {
        self.0.plan_destroy(state);
    }

    fn identity_schema(&self) -> &IdentitySchema {
        self.0.identity_schema()
    }

    fn identity(&self, state: &Value) -> Value {
        self.0.identity(state)
    }

    fn config_generator(&self) -> Option<&dyn GenerateConfig> {
        self.0.config_generator()
    }
}
