//! The list resources of the provider: one file each, listed here once.

use std::sync::Arc;

use crate::session::Session;
use crate::tf_provider::list_resource::ListResource;

/// Every list resource of the provider.
pub fn all(_session: &Arc<Session>) -> Vec<Arc<dyn ListResource>> {
    Vec::new()
}
