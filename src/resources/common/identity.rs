//! The identity of a group, imports by identity, and the account that owns a group.

use super::model;
use crate::ec2::{Connection, Group};
use crate::tf_provider::diagnostics::Diagnostic;
use crate::tf_provider::path::Path;
use crate::tf_provider::resource::IdentitySchema;
use crate::tf_provider::value::Value;

/// The schema of a group's identity, with this description of `id`.
pub(in crate::resources) fn schema(id: &'static str) -> IdentitySchema {
    IdentitySchema::of_strings([
        ("id", true, id),
        ("region", false, "Its region. Default: the provider's."),
        ("account_id", false, "The account that owns it."),
    ])
}

/// The identity of the group of a state.
pub(in crate::resources) fn of_state(state: &Value) -> Value {
    let attributes = model::of(state);
    Value::object([
        ("id", attributes.id()),
        ("region", attributes.region()),
        ("account_id", attributes.owner_id()),
    ])
}

/// The region and the id in an identity.
///
/// # Errors
/// It names another account than that of the credentials.
pub(in crate::resources) fn read<'a>(
    identity: &'a Value,
    connection: &'a Connection,
) -> Result<(&'a str, &'a str), Diagnostic> {
    let named = |name: &str| identity.get(name).as_str();
    match (named("account_id"), connection.account_id()) {
        (Some(named), Some(ours)) if named != ours => Err(Diagnostic::error(
            format!("The group is of the account {named}"),
            format!("These credentials are of the account {ours}. Import it with that account's."),
        )
        .at(Path::root().attribute("account_id"))),
        _ => Ok((
            named("region").unwrap_or_else(|| connection.default_region()),
            named("id").unwrap_or_default(),
        )),
    }
}

/// Whether a group is known to be owned by another account.
pub(in crate::resources) fn is_of_another_account(group: &Group, ours: Option<&str>) -> bool {
    ours.is_some_and(|ours| ours != group.owner_id)
}

/// The error of an import of a group that these credentials can see, since its VPC is shared, but not
/// change.
pub(in crate::resources) fn of_another_account(group: &Group, ours: Option<&str>) -> Diagnostic {
    let Group { id, owner_id, .. } = group;
    let ours = ours.unwrap_or_default();
    Diagnostic::error(
        format!("The group {id} is of the account {owner_id}"),
        format!(
            "These credentials are of the account {ours}. They see the group because its VPC is \
             shared, but only the account that owns it can change or delete it. Import it with \
             credentials of {owner_id}, or remove the import."
        ),
    )
    .at(Path::root().attribute("id"))
}
