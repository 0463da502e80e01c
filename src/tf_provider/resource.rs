//! The trait of a managed resource. The framework decodes, calls, checks and encodes;
//! an implementation sees only values of its own schema.

use async_trait::async_trait;
use tokio_util::sync::CancellationToken;

use super::diagnostics::Diagnostics;
use super::host::Host;
use super::path::Path;
use super::plan;
use super::schema::{Block, Schema};
use super::value::{Type, Value};

/// One resource type.
///
/// Calls for different instances run at the same time. `plan` decides and `create`, `update` and
/// `delete` obey: nothing that was known in the plan may come out differently.
#[async_trait]
pub trait Resource: Send + Sync + 'static {
    /// The type, as in `resource "curated_security_group" "web"`.
    fn type_name(&self) -> &'static str;

    /// The schema of its blocks.
    fn schema(&self) -> &Schema;

    /// Checks beyond the schema's own. The configuration may hold unknown values; the provider
    /// may not be configured yet.
    fn validate(&self, config: &Value) -> Diagnostics;

    /// The diagnostics to wrong configurations, one of each kind. Documentation lists them by attribute.
    fn refusals(&self) -> Diagnostics {
        Diagnostics::new()
    }

    /// Decides what an apply will do: completes `plan.planned`, and adds attributes to `plan.replace` whose
    /// change replaces the resource. Never called for a destroy.
    async fn plan(&self, plan: &mut Plan, call: &Call);

    /// Bytes that hosts keep beside the state once a plan is applied, and send with later calls as
    /// [`Call::private`]; `None` to leave the former bytes in place. Called right after
    /// [`plan`](Self::plan).
    fn private(&self, _plan: &Plan, _call: &Call) -> Option<Vec<u8>> {
        None
    }

    /// Creates the planned resource. Whatever fails, the outcome's state holds what exists.
    async fn create(&self, planned: Value, call: &Call) -> Outcome;

    /// Reads the resource as it is. A state of `None` means that it is gone.
    async fn read(&self, state: Value, call: &Call) -> Outcome;

    /// Changes `prior` to `planned`, in place. Whatever fails, the outcome's state holds what exists.
    async fn update(&self, prior: Value, planned: Value, call: &Call) -> Outcome;

    /// Deletes the resource. An outcome without an error means that it is gone.
    async fn delete(&self, state: Value, call: &Call) -> Outcome;

    /// A first state of an object that exists, from which `read` can read the rest.
    ///
    /// # Errors
    /// The id or identity is wrong, or names no object.
    async fn import(&self, by: ImportBy<'_>, call: &Call) -> Result<Value, Diagnostics>;

    /// The state of an object that a `moved` block moves here from another resource type; `None` for types
    /// that can't be moved. May be called before the provider is configured, and repeatedly.
    fn move_from(&self, _source: &MovedFrom) -> Option<Result<Value, Diagnostics>> {
        None
    }

    /// Called with every stored state before anything else is done with its instance. Other instances may
    /// have been planned by then.
    fn stored(&self, _state: &Value) {}

    /// Called with every state that a plan destroys and doesn't replace.
    async fn plan_destroy(&self, _state: &Value, _call: &Call) -> PlannedDestroy {
        PlannedDestroy::default()
    }

    /// The schema of an instance's identity, for hosts that keep identities.
    fn identity_schema(&self) -> &IdentitySchema;

    /// The identity of a known state.
    fn identity(&self, state: &Value) -> Value;

    /// The generator of configuration for objects that exist. Without one, it is the state without
    /// attributes that can't be configured.
    fn config_generator(&self) -> Option<&dyn GenerateConfig> {
        None
    }
}

/// The plan of a destroy.
#[derive(Clone, Debug, Default)]
pub struct PlannedDestroy {
    /// Bytes that the apply is handed as [`Call::private`]; `None` for those that the host keeps.
    pub private: Option<Vec<u8>>,
    /// Messages to the user.
    pub diagnostics: Diagnostics,
}

/// Generates configuration for objects that exist, for `terraform plan -generate-config-out` and
/// `terraform query -generate-config-out`.
#[async_trait]
pub trait GenerateConfig: Send + Sync {
    /// The configuration of a known state: an object of the resource's block. Hosts leave out optional
    /// attributes that are null, and write all others.
    async fn generate_config(&self, state: &Value, call: &Call) -> Value;
}

/// How an import names its object.
#[derive(Clone, Copy, Debug)]
pub enum ImportBy<'a> {
    /// The text given to `terraform import`, or as `id` of an `import` block.
    Id(&'a str),
    /// The `identity` of an `import` block: an object of the identity's attributes.
    Identity(&'a Value),
}

/// An instance of another resource type that is to be moved here.
#[derive(Clone, Debug)]
pub struct MovedFrom {
    /// Source address of its provider: `host/namespace/type`.
    pub provider_address: String,
    /// Its resource type.
    pub type_name: String,
    /// Its attributes as they were stored, as JSON.
    pub state: serde_json::Value,
}

/// The attributes that identify an instance. All are primitive.
#[derive(Clone, Debug)]
pub struct IdentitySchema {
    /// Incremented when stored identities can no longer be read.
    pub version: i64,
    /// The attributes.
    pub attributes: Vec<IdentityAttribute>,
}

/// One attribute of an identity.
#[derive(Clone, Debug)]
pub struct IdentityAttribute {
    /// As written in HCL.
    pub name: &'static str,
    /// A primitive type.
    pub ty: Type,
    /// Whether an import must name it. Otherwise it may.
    pub required: bool,
    /// Its meaning.
    pub description: &'static str,
}

impl IdentitySchema {
    /// Version 0 of an identity whose attributes are all strings: of each its name, whether an import must
    /// name it, and its meaning.
    pub fn of_strings<const N: usize>(attributes: [(&'static str, bool, &'static str); N]) -> Self {
        let string = |(name, required, description)| IdentityAttribute {
            name,
            ty: Type::String,
            required,
            description,
        };
        Self {
            version: 0,
            attributes: attributes.map(string).into(),
        }
    }

    /// The object type of an identity.
    pub fn ty(&self) -> Type {
        Type::object(self.attributes.iter().map(|a| (a.name, a.ty.clone())))
    }
}

/// The context of a call.
#[derive(Clone, Debug, Default)]
pub struct Call {
    /// Cancelled when the user interrupts: then waits end, and the call returns what exists.
    pub cancel: CancellationToken,
    /// The host, for the advice in messages.
    pub host: Host,
    /// The bytes of [`Resource::private`] that the host keeps beside the state of the instance; while an
    /// instance is created or changed, those of its plan. Empty where there are none.
    pub private: Vec<u8>,
}

/// When a plan is made. Terraform plans everything once more while it applies. An error of that second
/// plan comes after Terraform has deposed an object that is to be replaced, and keeps it deposed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Phase {
    /// Before anything is changed.
    Plan,
    /// While the plan is applied.
    Apply,
    /// Hosts such as OpenTofu don't say.
    #[default]
    Unknown,
}

/// A plan that is being made.
#[derive(Clone, Debug)]
pub struct Plan {
    /// When it is made.
    pub phase: Phase,
    /// The configuration; may hold unknown values.
    pub config: Value,
    /// The state before; `None` when the resource is to be created.
    pub prior: Option<Value>,
    /// The planned state. At first it is the merge of configuration, defaults and prior state, in which,
    /// on creation, other computed attributes are unknown.
    pub planned: Value,
    /// Attributes whose change replaces the resource, beside those that the schema marks.
    pub replace: Vec<Path>,
    /// Messages to the user.
    pub diagnostics: Diagnostics,
    /// Errors that are reported when the plan is applied, which then creates and changes nothing.
    pub when_applied: Diagnostics,
}

impl Plan {
    /// Adds the attributes to [`Plan::replace`] that the schema marks and whose values change. The
    /// framework does so once a resource has planned; a resource that has to know whether it is replaced
    /// does so before.
    pub fn add_replaced(&mut self, block: &Block) {
        for path in plan::replaced(block, self.prior.as_ref(), &self.planned) {
            if !self.replace.contains(&path) {
                self.replace.push(path);
            }
        }
    }
}

/// The result of an operation.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The resource as it now is; `None` when there is none.
    pub state: Option<Value>,
    /// Messages to the user. After an error the state is kept all the same.
    pub diagnostics: Diagnostics,
}

impl Outcome {
    /// The resource exists like this, and nothing went wrong.
    pub fn exists(state: Value) -> Self {
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

    /// Something went wrong; `state` is what exists.
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
