//! The resource types, one in each folder, which are listed here once.

mod common;
mod default_group;
mod owned_rules;
mod security_group;

use std::sync::Arc;

pub(crate) use security_group::ListedGroups;

use self::common::planned_revocations::PlannedRevocations;
use crate::session::Session;
use crate::tf_provider::resource::Resource;

/// Every resource type of the provider.
pub fn all(session: &Arc<Session>) -> Vec<Arc<dyn Resource>> {
    let revocations = Arc::new(PlannedRevocations::default());
    let mut all: Vec<Arc<dyn Resource>> = Vec::new();
    all.push(Arc::new(security_group::resource(session, &revocations)));
    all.push(Arc::new(default_group::resource(session, &revocations)));
    all.extend(owned_rules::all(session, &revocations));
    all
}
