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

    /// The messages to wrong configurations, one of each kind, as the checks give them. Documentation
    /// lists these by attribute.
    fn refusals(&self) -> Diagnostics {
        Diagnostics::new()
    }

    /// Decides what an apply will do: completes `plan.planned` and, where a change needs another
    /// resource, adds to `plan.replace`. Never called for a destroy.
    async fn plan(&self, plan: &mut Plan, call: &Call);

    /// Bytes for hosts to keep beside the state once a plan is applied, and to hand over with later calls
    /// as [`Call::private`]; `None` where those that they keep stay as they are. Asked right after
    /// [`plan`](Self::plan).
    fn private(&self, _plan: &Plan, _call: &Call) -> Option<Vec<u8>> {
        None
    }

    /// Makes the planned resource. Whatever fails, the outcome's state holds what exists.
    async fn create(&self, planned: Value, call: &Call) -> Outcome;

    /// Looks at the resource as it is. A state of `None` means that it is gone.
    async fn read(&self, state: Value, call: &Call) -> Outcome;

    /// Turns `prior` into `planned`, in place. Whatever fails, the state holds what exists.
    async fn update(&self, prior: Value, planned: Value, call: &Call) -> Outcome;

    /// Removes the resource. An outcome without an error means that it is gone.
    async fn delete(&self, state: Value, call: &Call) -> Outcome;

    /// A first state of something that exists: what `read` needs to go on.
    async fn import(&self, by: ImportBy<'_>, call: &Call) -> Result<Value, Diagnostics>;

    /// Takes over an object from another resource type, by its state; `None` for types that this
    /// one knows nothing of. May be called before the provider is configured, and repeatedly.
    fn move_from(&self, _source: &MovedFrom) -> Option<Result<Value, Diagnostics>> {
        None
    }

    /// Is shown every state that Terraform stores, before anything else is done with its instance;
    /// other instances may have been planned by then.
    fn stored(&self, _state: &Value) {}

    /// Is told of every state that a plan destroys and doesn't replace.
    fn plan_destroy(&self, _state: &Value) {}

    /// The schema of an instance's identity, for hosts that keep identities.
    fn identity_schema(&self) -> &IdentitySchema;

    /// The identity of a known state.
    fn identity(&self, state: &Value) -> Value;

    /// The writer of configuration for objects that exist, where that is more than their settings
    /// without those that can't be configured.
    fn config_generator(&self) -> Option<&dyn GenerateConfig> {
        None
    }
}

/// Writes configuration for objects that exist, as `terraform plan -generate-config-out` and
/// `terraform query -generate-config-out` ask for it.
#[async_trait]
pub trait GenerateConfig: Send + Sync {
    /// The configuration that leads to a known state: an object of the resource's block. Hosts leave
    /// out what is null and optional, and write everything else.
    async fn generate_config(&self, state: &Value, call: &Call) -> Value;
}

/// The name by which an import asks for an object.
#[derive(Clone, Copy, Debug)]
pub enum ImportBy<'a> {
    /// The text given to `terraform import`, or as `id` of an `import` block.
    Id(&'a str),
    /// The `identity` of an `import` block: an object of the identity's attributes.
    Identity(&'a Value),
}

/// An instance of another resource type.
#[derive(Clone, Debug)]
pub struct MovedFrom {
    /// Source address of the provider it belonged to: `host/namespace/type`.
    pub provider_address: String,
    /// Its resource type.
    pub type_name: String,
    /// Its attributes, as JSON, as they were stored.
    pub state: serde_json::Value,
}

/// The attributes that identify an instance. All are primitive.
#[derive(Clone, Debug)]
pub struct IdentitySchema {
    /// Counted up when stored identities can no longer be read.
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
    /// Whether an import must give it; otherwise it may.
    pub required: bool,
    /// Its meaning.
    pub description: &'static str,
}

impl IdentitySchema {
    /// The first version of an identity whose attributes are all strings: of each its name, whether an
    /// import must give it, and what it means.
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

/// The context that every call is handed.
#[derive(Clone, Debug, Default)]
pub struct Call {
    /// Cancelled when the user interrupts: waits end, and what exists is returned.
    pub cancel: CancellationToken,
    /// The host that asks: messages advise what can be done there.
    pub host: Host,
    /// Bytes that the host keeps beside the state of the instance, as [`Resource::private`] gave it; while
    /// an instance is created or changed, what was planned. Empty where it keeps nothing.
    pub private: Vec<u8>,
}

/// When a plan is made. Terraform plans everything once more while it applies; an error of that
/// second plan comes after it has deposed an object that is replaced, and has it not restored.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Phase {
    /// Before anything is changed.
    Plan,
    /// While the plan is applied.
    Apply,
    /// Hosts such as OpenTofu don't tell.
    #[default]
    Unknown,
}

/// A plan in the making.
#[derive(Clone, Debug)]
pub struct Plan {
    /// When it is made.
    pub phase: Phase,
    /// The configuration; may hold unknown values.
    pub config: Value,
    /// The state before; `None` when the resource is to be created.
    pub prior: Option<Value>,
    /// The planned state. Handed over with configuration, defaults and prior state merged,
    /// and, on creation, with everything else that is computed unknown.
    pub planned: Value,
    /// Attributes whose change needs another resource, beyond those that the schema marks.
    pub replace: Vec<Path>,
    /// Messages to the user.
    pub diagnostics: Diagnostics,
    /// Errors that are left to the apply, of a plan that is made all the same: nothing is created or
    /// changed then.
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
