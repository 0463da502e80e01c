//! What a managed resource must be able to do. The framework decodes, calls, checks and encodes;
//! an implementation sees only values of its own schema.

use async_trait::async_trait;
use tokio_util::sync::CancellationToken;

use super::diagnostics::{Diagnostic, Diagnostics};
use super::path::Path;
use super::schema::Schema;
use super::value::Value;

/// One resource type.
///
/// Calls for different instances run at the same time. `plan` decides and `create`, `update` and
/// `delete` obey: nothing that was known in the plan may come out differently.
#[async_trait]
pub trait Resource: Send + Sync + 'static {
    /// The type, as in `resource "curated_security_group" "web"`.
    fn type_name(&self) -> &'static str;

    /// What its blocks look like.
    fn schema(&self) -> &Schema;

    /// Checks beyond the schema's own. The configuration may hold unknown values; the provider
    /// may not be configured yet.
    fn validate(&self, config: &Value) -> Diagnostics;

    /// Decides what an apply will do: completes `plan.planned` and, where a change needs another
    /// resource, adds to `plan.replace`. Never called for a destroy.
    async fn plan(&self, plan: &mut Plan, call: &Call);

    /// Makes the planned resource. Whatever fails, the outcome's state holds what exists.
    async fn create(&self, planned: Value, call: &Call) -> Outcome;

    /// Looks at the resource as it is. A state of `None` means that it is gone.
    async fn read(&self, state: Value, call: &Call) -> Outcome;

    /// Turns `prior` into `planned`, in place. Whatever fails, the state holds what exists.
    async fn update(&self, prior: Value, planned: Value, call: &Call) -> Outcome;

    /// Removes the resource. An outcome without an error means that it is gone.
    async fn delete(&self, state: Value, call: &Call) -> Outcome;

    /// A first state from the id that `terraform import` was given: what `read` needs to go on.
    async fn import(&self, id: &str, call: &Call) -> Result<Value, Diagnostics>;
}

/// What every call is handed.
#[derive(Clone, Debug, Default)]
pub struct Call {
    /// Cancelled when the user interrupts: waits end, and what exists is returned.
    pub cancel: CancellationToken,
}

/// A plan in the making.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The configuration; may hold unknown values.
    pub config: Value,
    /// The state before; `None` when the resource is to be created.
    pub prior: Option<Value>,
    /// What the state will be. Handed over with configuration, defaults and prior state merged,
    /// and, on creation, with everything else that is computed unknown.
    pub planned: Value,
    /// Attributes whose change needs another resource, beyond those that the schema marks.
    pub replace: Vec<Path>,
    /// Messages to the user.
    pub diagnostics: Diagnostics,
}

/// What an operation left behind.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The resource as it now is; `None` when there is none.
    pub state: Option<Value>,
    /// Messages to the user. After an error the state is kept all the same.
    pub diagnostics: Diagnostics,
}

impl Outcome {
    /// The resource exists like this, and nothing went wrong.
    pub fn is(state: Value) -> Self {
        Self {
            state: Some(state),
            diagnostics: Diagnostics::new(),
        }
    }

    /// There is no such resource, and nothing went wrong.
    pub fn gone() -> Self {
        Self {
            state: None,
            diagnostics: Diagnostics::new(),
        }
    }

    /// Something went wrong; `state` is what exists all the same.
    pub fn failed(state: Option<Value>, diagnostics: impl Into<Diagnostics>) -> Self {
        Self {
            state,
            diagnostics: diagnostics.into(),
        }
    }

    /// Whether any message is an error.
    pub fn is_error(&self) -> bool {
        self.diagnostics.has_errors()
    }
}

impl Plan {
    /// Adds a message.
    pub fn say(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }
}
