//! The configured provider, which all resources, data sources and list resources share: its connection or the
//! reason why there is none yet, its settings, and common checks. Must not know the block's schema, nor any
//! resource.

mod checks;
mod config;
pub(crate) mod group_query;
pub(crate) mod model;
mod tagging;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use crate::aws_names;
use crate::catalog::Catalog;
use crate::ec2::{Connection, Ec2};
use crate::tf_provider::diagnostics::Diagnostic;
use crate::tf_provider::host::Host;
use crate::tf_provider::path::Path;
use crate::tf_provider::value::Attr;

pub(crate) use checks::{MOST_TAGS, checked, checked_tags, tag_faults};
pub use config::ProviderConfig;
pub(crate) use tagging::{DEFAULT_TAGS, defaults_of, variables};
pub use tagging::{ProviderTags, TagPolicy, Variables};

/// The configured provider. A debugged process configures it again for every run.
#[derive(Debug, Default)]
pub struct Session {
    status: RwLock<Status>,
    /// `None` until the host has configured the provider.
    config: RwLock<Option<Arc<ProviderConfig>>>,
    /// The settings until then. They are made when they are first asked for, since hosts wait for a start,
    /// and reading the built-in catalog is a good part of one.
    unconfigured: OnceLock<Arc<ProviderConfig>>,
    run: AtomicUsize,
}

#[derive(Clone, Debug, Default)]
enum Status {
    #[default]
    Unconfigured,
    Waiting {
        attributes: Vec<String>,
        region: Attr<String>,
        host: Host,
    },
    Open(Arc<Connection>),
}

impl Session {
    /// The connection.
    ///
    /// # Errors
    /// The provider isn't configured, or its block isn't wholly known yet.
    pub fn connection(&self) -> Result<Arc<Connection>, Diagnostic> {
        match self.status() {
            Status::Open(connection) => Ok(connection),
            Status::Waiting {
                attributes, host, ..
            } => Err(waiting(&attributes, &host)),
            Status::Unconfigured => Err(Diagnostic::error(
                "The provider isn't configured",
                "Terraform asked for work before it configured the provider. This is a bug: \
                 please report it.",
            )),
        }
    }

    /// EC2 in a region, or in the provider's own where none is named.
    pub(crate) fn ec2(&self, region: Attr<&str>) -> Result<Arc<Ec2>, Diagnostic> {
        let connection = self.connection()?;
        let region = region.known();
        Ok(connection.ec2(region.unwrap_or_else(|| connection.default_region())))
    }

    /// Whether there is no connection because the provider block isn't wholly known yet.
    pub fn is_waiting(&self) -> bool {
        matches!(self.status(), Status::Waiting { .. })
    }

    /// The settings of the provider block.
    pub fn config(&self) -> Arc<ProviderConfig> {
        let config = self.config.read();
        let config = config.unwrap_or_else(PoisonError::into_inner);
        let unconfigured = || self.unconfigured.get_or_init(Arc::default);
        Arc::clone(config.as_ref().unwrap_or_else(unconfigured))
    }

    /// Services and presets, built-in ones and those of the provider block.
    pub fn catalog(&self) -> Arc<Catalog> {
        Arc::clone(&self.config().catalog)
    }

    /// The error about the `region` of a configuration, if it is known and isn't a region. Names the nearest
    /// regions.
    pub fn check_region(&self, region: Attr<&str>) -> Option<Diagnostic> {
        let name = region.known()?;
        if self.config().takes_any_region {
            return None;
        }
        let fault = aws_names::region(name).err()?;
        let wrong = Diagnostic::error(fault.summary, fault.detail);
        Some(wrong.at(Path::root().attribute("region")))
    }

    /// The region for resources that don't name one; unknown while the provider block is.
    pub fn default_region(&self) -> Attr<String> {
        match self.status() {
            Status::Open(connection) => Attr::Known(connection.default_region().to_owned()),
            Status::Waiting {
                region: Attr::Known(region),
                ..
            } => Attr::Known(region),
            Status::Waiting { .. } | Status::Unconfigured => Attr::Unknown,
        }
    }

    /// Default tags, and tags that are left alone.
    pub fn tagging(&self) -> Arc<TagPolicy> {
        Arc::clone(&self.config().tagging)
    }

    /// Sets the settings for all calls that follow.
    pub(crate) fn configure(&self, config: ProviderConfig) {
        *self.config.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(config));
    }

    /// The number of the run, which counts the connections that this process has opened.
    pub(crate) fn run(&self) -> usize {
        self.run.load(Ordering::Relaxed)
    }

    pub(crate) fn open(&self, connection: Connection) {
        self.run.fetch_add(1, Ordering::Relaxed);
        self.set(Status::Open(Arc::new(connection)));
    }

    pub(crate) fn wait_for(&self, attributes: Vec<String>, region: Attr<String>, host: Host) {
        self.set(Status::Waiting {
            attributes,
            region,
            host,
        });
    }

    fn status(&self) -> Status {
        self.status
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    fn set(&self, status: Status) {
        *self.status.write().unwrap_or_else(PoisonError::into_inner) = status;
    }
}

fn waiting(attributes: &[String], host: &Host) -> Diagnostic {
    let names = attributes.join(", ");
    Diagnostic::error(
        "The provider's configuration isn't known yet",
        format!(
            "EC2 can't be asked before these arguments of the provider block are known: {names}. \
             Create what they depend on first, with {}.",
            host.apply_a_part()
        ),
    )
}
