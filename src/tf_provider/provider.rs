//! The trait of a provider: its schema, its configuration, and lists of its resource types, data sources,
//! functions and list resources.

use std::sync::Arc;

use async_trait::async_trait;

use super::data_source::DataSource;
use super::diagnostics::Diagnostics;
use super::function::Function;
use super::list_resource::ListResource;
use super::resource::{Call, Resource};
use super::schema::Schema;
use super::value::Value;

/// A provider. A process serves one, and may configure it more than once: a debugged process serves
/// several runs of Terraform.
#[async_trait]
pub trait Provider: Send + Sync + 'static {
    /// The schema of the provider block.
    fn schema(&self) -> &Schema;

    /// The resource types, each once.
    fn resources(&self) -> &[Arc<dyn Resource>];

    /// The types of data sources, each once.
    fn data_sources(&self) -> &[Arc<dyn DataSource>] {
        &[]
    }

    /// The functions, each once. They are called in processes that are never configured.
    fn functions(&self) -> &[Arc<dyn Function>] {
        &[]
    }

    /// The list resources, each once, and each for a type of [`Provider::resources`].
    fn list_resources(&self) -> &[Arc<dyn ListResource>] {
        &[]
    }

    /// Checks of the provider block beyond the schema's own. Values may be unknown.
    fn validate(&self, config: &Value) -> Diagnostics;

    /// Called after a configuration was validated. Hosts validate the resources of that provider block
    /// next, in the same process. Values may be unknown. It isn't called for a block that is empty or
    /// missing.
    fn validated(&self, _config: &Value) {}

    /// The diagnostics to wrong configurations, one of each kind. Documentation lists them by attribute.
    fn refusals(&self) -> Diagnostics {
        Diagnostics::new()
    }

    /// Sets the configuration for all calls that follow. While a plan is made it may hold unknown values.
    async fn configure(&self, config: &Value, call: &Call) -> Diagnostics;
}
