//! The data sources of the provider: one file each, listed here once.

mod audit;
mod catalog;
mod groups;
mod model;
mod security_group;
mod security_groups;

use std::sync::Arc;

use crate::session::Session;
use crate::tf_provider::data_source::DataSource;

/// Every data source of the provider.
pub fn all(session: &Arc<Session>) -> Vec<Arc<dyn DataSource>> {
    vec![
        Arc::new(audit::Audit::new(session)),
        Arc::new(catalog::Catalog::new(session)),
        Arc::new(security_group::SecurityGroup::new(session)),
        Arc::new(security_groups::SecurityGroups::new(session)),
    ]
}
