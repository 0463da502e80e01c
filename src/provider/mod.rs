//! The provider block: its schema, and the way from what it says to a connection to AWS.

mod errors;
#[cfg(test)]
mod mistakes;
mod schema;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;

use self::errors::connection_failed;
use self::schema::ProviderBlock;
use crate::ec2::errors::OpenError;
use crate::ec2::settings::Settings;
use crate::ec2::{self, Connection, Scope};
use crate::session::Session;
use crate::tf_provider::Provider;
use crate::tf_provider::data_source::DataSource;
use crate::tf_provider::diagnostics::Diagnostics;
use crate::tf_provider::function::Function;
use crate::tf_provider::list_resource::ListResource;
use crate::tf_provider::problems;
use crate::tf_provider::resource::{Call, Resource};
use crate::tf_provider::schema::Schema;
use crate::tf_provider::value::{Attr, Value};
use crate::{data_sources, functions, list_resources, resources};

/// Finding and proving credentials may take this long.
const CONFIGURE_LIMIT: Duration = Duration::from_secs(30);

/// The messages to wrong provider blocks, as documentation lists them.
const PROBLEMS: &str = include_str!("problems.tsv");

/// The provider `curated`.
pub struct Curated {
    schema: Schema,
    session: Arc<Session>,
    resources: Vec<Arc<dyn Resource>>,
    data_sources: Vec<Arc<dyn DataSource>>,
    functions: Vec<Arc<dyn Function>>,
    list_resources: Vec<Arc<dyn ListResource>>,
}

impl Curated {
    /// A provider that isn't configured yet.
    pub fn new() -> Self {
        let session = Arc::new(Session::default());
        Self {
            schema: schema::schema(),
            resources: resources::all(&session),
            data_sources: data_sources::all(&session),
            functions: functions::all(),
            list_resources: list_resources::all(&session),
            session,
        }
    }
}

impl Default for Curated {
    fn default() -> Self {
        Self::new()
    }
}

#[async_trait]
impl Provider for Curated {
    fn schema(&self) -> &Schema {
        &self.schema
    }

    fn resources(&self) -> &[Arc<dyn Resource>] {
        &self.resources
    }

    fn data_sources(&self) -> &[Arc<dyn DataSource>] {
        &self.data_sources
    }

    fn functions(&self) -> &[Arc<dyn Function>] {
        &self.functions
    }

    fn list_resources(&self) -> &[Arc<dyn ListResource>] {
        &self.list_resources
    }

    fn validate(&self, config: &Value) -> Diagnostics {
        ProviderBlock::of(config).validate()
    }

    fn validated(&self, config: &Value) {
        let block = ProviderBlock::of(config);
        self.session.configure(block.provider_config());
    }

    fn refusals(&self) -> Diagnostics {
        problems::listed(PROBLEMS)
    }

    async fn configure(&self, config: &Value, call: &Call) -> Diagnostics {
        let block = ProviderBlock::of(config);
        let mut found = block.validate();
        if found.has_errors() {
            return found;
        }
        let settings = block.settings();
        let unknown_arguments = block.unknown_arguments();
        let is_region_unknown = block.is_region_unknown();
        let provider_config = block.provider_config();
        found.extend(provider_config.tagging.conflicts());
        self.session.configure(provider_config);
        if !unknown_arguments.is_empty() {
            match known_region(is_region_unknown, &settings) {
                Ok(region) => {
                    let host = call.host.clone();
                    self.session.wait_for(unknown_arguments, region, host);
                }
                Err(error) => found.push(connection_failed(error, &settings)),
            }
            return found;
        }
        let scope = Scope::new(call.cancel.clone(), CONFIGURE_LIMIT);
        match Connection::open(&settings, &scope).await {
            Ok(connection) => self.session.open(connection),
            Err(error) => found.push(connection_failed(error, &settings)),
        }
        found
    }
}

/// The region, as far as it is known before the rest of the configuration is.
fn known_region(is_unknown: bool, settings: &Settings) -> Result<Attr<String>, OpenError> {
    if is_unknown {
        return Ok(Attr::Unknown);
    }
    let region = ec2::settings::named_region(settings)?;
    Ok(region.map_or(Attr::Unknown, Attr::Known))
}
