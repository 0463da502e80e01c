//! What a provider must be able to do: show its schema, take its configuration, list its
//! resources.

use std::sync::Arc;

use async_trait::async_trait;

use super::diagnostics::Diagnostics;
use super::resource::{Call, Resource};
use super::schema::Schema;
use super::value::Value;

/// A provider. One process serves one, and may configure it more than once: a debugged process
/// serves several runs of Terraform.
#[async_trait]
pub trait Provider: Send + Sync + 'static {
    /// What the provider block looks like.
    fn schema(&self) -> &Schema;

    /// The resource types, each once.
    fn resources(&self) -> &[Arc<dyn Resource>];

    /// Checks of the provider block beyond the schema's own; values may be unknown.
    fn validate(&self, config: &Value) -> Diagnostics;

    /// What is said to mistakes, one for each kind, as the checks say it. Documentation lists
    /// these by attribute.
    fn refusals(&self) -> Diagnostics {
        Diagnostics::new()
    }

    /// Takes the configuration for all calls that follow. While planning it may hold unknown
    /// values.
    async fn configure(&self, config: &Value, call: &Call) -> Diagnostics;
}
