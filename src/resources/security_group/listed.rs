//! Groups that a list resource found, as `curated_security_group`: the identity, and the state that an import
//! by that identity would have.

use std::sync::Arc;

use super::declared::Declared;
use super::import;
use super::resource::SecurityGroup;
use crate::ec2::{Connection, Group};
use crate::resources::common::{identity, import_form};
use crate::session::Session;
use crate::tf_provider::resource::Resource as _;
use crate::tf_provider::value::Value;

/// Converts the groups of a query to identities and states.
pub(crate) struct ListedGroups(SecurityGroup);

impl ListedGroups {
    pub(crate) fn new(session: &Arc<Session>) -> Self {
        Self(SecurityGroup::new(session, &Arc::default()))
    }

    /// The identity and the state of a group in a region.
    pub(crate) fn of(&self, region: &str, group: &Group) -> (Value, Value) {
        let catalog = self.0.session.catalog();
        let preset = import_form::meant_preset(&group.name, &group.rules, &catalog);
        let empty = self.0.schema.block.empty();
        let empty = empty.with("preset", preset.map_or(Value::Null, Value::from));
        let state = self.0.state_of(empty, region, group, &Declared::default());
        (self.0.identity(&state), state)
    }

    /// Whether a group can be imported: not a VPC's default group, and not another account's.
    pub(crate) fn can_be_imported(connection: &Connection, group: &Group) -> bool {
        group.name != import::DEFAULT_GROUP
            && !identity::is_of_another_account(group, connection.account_id())
    }
}
