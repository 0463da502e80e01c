//! Messages about groups that can't be created or deleted, beside those for other errors of EC2.

use std::collections::BTreeSet;

use crate::ec2::{Error, Holder};
use crate::resources::common::errors;
use crate::resources::security_group::schema::TYPE_NAME;
use crate::tf_provider::diagnostics::{Diagnostic, Diagnostics, Severity};
use crate::tf_provider::host::Host;
use crate::tf_provider::path::Path;

/// The error of a call. `doing` completes "Can't …", such as "create the security group \"web\"".
pub(super) fn failed(doing: &str, error: &Error, host: &Host) -> Diagnostic {
    if error.is("CannotDelete") {
        return Diagnostic::error(
            format!("Can't {doing}"),
            format!(
                "{error}.\n\nThis is a VPC's default group, which EC2 keeps as long as the VPC: {}.",
                host.forget(TYPE_NAME)
            ),
        );
    }
    errors::failed(doing, error, host)
}

/// The warning about a group that was found after the answer to its creation was lost, and that another run
/// may have created at the same time.
pub(super) fn taken_for_our_own(id: &str, name: &str, host: &Host) -> Diagnostic {
    Diagnostic::warning(
        format!("{id} is taken for the group that this run made"),
        format!(
            "EC2's answer to its creation was lost. The security group {id} has the name \
             \"{name}\", and was as a new group with this description and these tags is; so it \
             is in the state now. If another run could have made it at the same time, look \
             whether that one holds it too; if so, {} in one of the two.",
            host.forget(TYPE_NAME)
        ),
    )
    .at(Path::root().attribute("name"))
}

/// A paragraph for the error of a creation whose answer was lost, where the group couldn't be looked up.
pub(super) fn may_exist(name: &str, host: &Host) -> String {
    format!(
        "\n\nAn answer of EC2's was lost: it may have made the group. If there is a group \"{name}\" now \
         that nobody else has made, delete it or take it over: {}",
        host.import(TYPE_NAME, "sg-…")
    )
}

/// A paragraph for the error of a new group that is incomplete and was deleted again.
pub(super) fn undone(id: &str) -> String {
    format!(
        "\n\nThe new group {id} was deleted again: nothing half-made is left, and a group that it was to \
         replace stays as it is."
    )
}

/// A paragraph for the error of a new group that is incomplete and still exists: because its deletion failed
/// with these errors, or because another run may have created it.
pub(super) fn left_half_made(id: &str, is_certain: bool, why: &Diagnostics, host: &Host) -> String {
    let mut text = if is_certain {
        format!("\n\nThe new group {id} could not be deleted again.")
    } else {
        format!("\n\nThe group {id} is not deleted again: another run may have made it.")
    };
    for diagnostic in why.iter().filter(|d| d.severity == Severity::Error) {
        text += &format!(" {}: {}", diagnostic.summary, diagnostic.detail);
    }
    text + "\n\n" + host.half_replaced()
}

/// The error that a group is in use, with its users.
pub(super) fn in_use(id: &str, holders: &[Holder], error: &Error, host: &Host) -> Diagnostic {
    let list: Vec<String> = holders.iter().map(|h| format!("  - {h}")).collect();
    let is_rule = |holder: &Holder| matches!(holder, Holder::Rule { .. });
    let mut mends = Vec::new();
    if !holders.iter().all(is_rule) {
        mends.push("Give these interfaces another group, and apply again.".to_owned());
    }
    if holders.iter().any(is_rule) {
        mends.push(format!(
            "Take these rules away, and apply again. If this very change takes them away: a group \
             is deleted before those are changed that named it. Keep the group in the configuration \
             for one more apply; or {}, which turns the order round (with name_prefix in place of a fixed name); or set \
             revoke_rules_on_delete. \
             Both settings count once they are applied.",
            host.create_first()
        ));
    }
    Diagnostic::error(
        format!("Can't delete the security group {id}: it is in use"),
        format!(
            "It is held by:\n{}\n\n{}\n\n{error}.",
            list.join("\n"),
            mends.join("\n\n")
        ),
    )
}

/// The error that a group is associated with VPCs that the state doesn't name.
pub(super) fn associated(id: &str, vpc_ids: &BTreeSet<String>, error: &Error) -> Diagnostic {
    let list: Vec<String> = vpc_ids.iter().map(|id| format!("  - {id}")).collect();
    Diagnostic::error(
        format!("Can't delete the security group {id}: it is in use"),
        format!(
            "It is associated with these VPCs, which associated_vpc_ids doesn't name:\n{}\n\nEnd \
             these associations where they were made, and apply again. Or keep the group for one more \
             apply with associated_vpc_ids set to them: then it is disassociated before it is \
             deleted.\n\n{error}.",
            list.join("\n")
        ),
    )
}

/// The error that a group is in use, where its users can't be looked up.
pub(super) fn unknown_references(
    id: &str,
    error: &Error,
    unseen: &Error,
    host: &Host,
) -> Diagnostic {
    let hint = errors::hint(unseen, host).1.unwrap_or_default();
    Diagnostic::error(
        format!("Can't delete the security group {id}: it is in use"),
        format!(
            "{error}.\n\nCould not look up what still references the group: {unseen}.\n\n{hint}"
        ),
    )
}
