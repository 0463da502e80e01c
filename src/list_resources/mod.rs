//! The list resources of the provider: one file each, listed here once.

mod security_group;

use std::sync::Arc;

use crate::session::Session;
use crate::tf_provider::list_resource::ListResource;

/// Every list resource of the provider.
pub fn all(session: &Arc<Session>) -> Vec<Arc<dyn ListResource>> {
    vec![Arc::new(security_group::SecurityGroups::new(session))]
}
