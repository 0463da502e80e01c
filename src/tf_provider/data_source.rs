//! The trait of a data source, which looks something up while a plan is made. The framework
//! decodes, calls, checks and encodes; an implementation sees only values of its own schema.

use async_trait::async_trait;

use super::diagnostics::Diagnostics;
use super::resource::Call;
use super::schema::Schema;
use super::value::Value;

/// One type of data source.
///
/// Nothing of a data source is kept between runs: each run reads it again. Hosts read it while they
/// plan if its configuration is known by then, and otherwise while they apply.
#[async_trait]
pub trait DataSource: Send + Sync + 'static {
    /// The type, as in `data "curated_catalog" "all"`.
    fn type_name(&self) -> &'static str;

    /// The schema of its blocks.
    fn schema(&self) -> &Schema;

    /// Checks beyond the schema's own. The configuration may hold unknown values; the provider
    /// may not be configured yet.
    fn validate(&self, _config: &Value) -> Diagnostics {
        Diagnostics::new()
    }

    /// The diagnostics to wrong configurations, one of each kind. Documentation lists them by attribute.
    fn refusals(&self) -> Diagnostics {
        Diagnostics::new()
    }

    /// Sets the computed attributes of a wholly known configuration.
    ///
    /// # Errors
    /// The object doesn't exist, or can't be read. A data source has no other way to say so.
    async fn read(&self, config: Value, call: &Call) -> Result<Found, Diagnostics>;
}

/// The answer of a data source.
#[derive(Clone, Debug)]
pub struct Found {
    /// The configuration, with every computed attribute set. Wholly known.
    pub state: Value,
    /// Messages to the user that don't stop the run.
    pub warnings: Diagnostics,
}

impl From<Value> for Found {
    fn from(state: Value) -> Self {
        Self {
            state,
            warnings: Diagnostics::new(),
        }
    }
}
