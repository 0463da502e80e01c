//! The resource types, one in each folder, which are listed here once.

mod common;
mod default_group;
mod owned_rules;
mod security_group;

use std::sync::Arc;

pub(crate) use security_group::ListedGroups;

use self::common::group_rules::GroupRules;
use crate::session::Session;
use crate::tf_provider::resource::Resource;

/// Every resource type of the provider.
pub fn all(session: &Arc<Session>) -> Vec<Arc<dyn Resource>> {
    let group_rules = Arc::new(GroupRules::default());
    let mut all: Vec<Arc<dyn Resource>> = Vec::new();
    all.push(Arc::new(security_group::resource(session, &group_rules)));
    all.push(Arc::new(default_group::resource(session, &group_rules)));
    all.extend(owned_rules::all(session, &group_rules));
    all
}
