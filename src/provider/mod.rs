//! The provider block: its schema, and the way from what it says to a connection to AWS.

mod mistakes;
mod schema;
mod session;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;

use crate::ec2::{Connection, Error, OpenError, Scope, Settings};
use crate::resources;
use crate::tf_provider::Provider;
use crate::tf_provider::diagnostics::{Diagnostic, Diagnostics};
use crate::tf_provider::path::Path;
use crate::tf_provider::resource::{Call, Resource};
use crate::tf_provider::schema::Schema;
use crate::tf_provider::value::Value;

pub(crate) use schema::checked;
pub use session::Session;

/// Finding and proving credentials may take this long.
const CONFIGURE_LIMIT: Duration = Duration::from_secs(30);

/// The provider `curated`.
pub struct Curated {
    schema: Schema,
    session: Arc<Session>,
    resources: Vec<Arc<dyn Resource>>,
}

impl Curated {
    /// A provider that isn't configured yet.
    pub fn new() -> Self {
        let session = Arc::new(Session::default());
        Self {
            schema: schema::schema(),
            resources: resources::all(&session),
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

    fn validate(&self, config: &Value) -> Diagnostics {
        schema::validate(config)
    }

    fn refusals(&self) -> Diagnostics {
        mistakes::refusals(&self.schema.block)
    }

    async fn configure(&self, config: &Value, call: &Call) -> Diagnostics {
        let mut found = self.validate(config);
        if found.has_errors() {
            return found;
        }
        self.session
            .allow_rules(schema::max_rules_per_group(config));
        let waits_for = schema::unknown_attributes(config);
        if !waits_for.is_empty() {
            let region = config.get("region").string().map(str::to_owned);
            self.session.wait_for(waits_for, region);
            return found;
        }
        let settings = schema::settings(config);
        let scope = Scope::new(call.cancel.clone(), CONFIGURE_LIMIT);
        match Connection::open(&settings, &scope).await {
            Ok(connection) => self.session.open(connection),
            Err(error) => found.push(refused(error, &settings)),
        }
        found
    }
}

fn refused(error: OpenError, settings: &Settings) -> Diagnostic {
    match error {
        OpenError::NoRegion => Diagnostic::error(
            "No region",
            "Nothing says which region to work in. Set \"region\" in the provider block, or \
             AWS_REGION in the environment, or \"region\" in the profile.",
        )
        .at(Path::root().attribute("region")),
        OpenError::NoCredentials { places, cause } => {
            let cause = cause.map(|cause| format!("\n\nThe last of them said: {cause}."));
            Diagnostic::error(
                "No AWS credentials",
                format!(
                    "None were found in\n  - {}{}",
                    places.join("\n  - "),
                    cause.unwrap_or_default()
                ),
            )
        }
        OpenError::Identity(error) => identity_refused(&error, settings),
        OpenError::Interrupted => Diagnostic::error("Interrupted", "The run was interrupted."),
    }
}

fn identity_refused(error: &Error, settings: &Settings) -> Diagnostic {
    let mend = match (&error.code, &settings.endpoints.sts) {
        (Some(_), _) => {
            "AWS doesn't accept the credentials that were found: check that they are complete, \
             not expired, and of this account."
        }
        (None, Some(_)) => "Check \"endpoints\": is \"sts\" the right address, and up?",
        (None, None) => "Check that the region exists and that STS can be reached from here.",
    };
    let diagnostic = Diagnostic::error(
        "Can't find out whose credentials these are",
        format!(
            "{error}.\n\n{mend} For an address that has no STS, set \
             skip_credentials_validation and skip_requesting_account_id."
        ),
    );
    match settings.endpoints.sts {
        Some(_) => diagnostic.at(Path::root().attribute("endpoints").attribute("sts")),
        None => diagnostic,
    }
}
