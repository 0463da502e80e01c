//! EC2's refusals as messages to the user: what was being done, what EC2 said, what mends it,
//! and which attribute it is about.

use crate::connection_error::{Surface, way};
use crate::ec2::{Error, Holder};
use crate::resources::security_group::TYPE_NAME;
use crate::tf_provider::diagnostics::Diagnostic;
use crate::tf_provider::host::Host;
use crate::tf_provider::path::Path;

/// A call that failed while doing something: "create the security group \"web\"".
pub(super) fn failed(doing: &str, error: &Error, host: &Host) -> Diagnostic {
    let (attribute, mend) = if is_about_itself(doing, error) {
        (None, Some(DELETED_MEANWHILE.to_owned()))
    } else {
        mend(error, host)
    };
    let detail = match mend {
        Some(mend) => format!("{error}.\n\n{mend}"),
        None => format!("{error}."),
    };
    let diagnostic = Diagnostic::error(format!("Can't {doing}"), detail);
    match attribute {
        Some(name) => diagnostic.at(Path::root().attribute(name)),
        None => diagnostic,
    }
}

const DELETED_MEANWHILE: &str = "Somebody has deleted the group meanwhile: plan again.";

/// Whether EC2 doesn't know the very group that something was being done with.
fn is_about_itself(doing: &str, error: &Error) -> bool {
    let last = doing.rsplit(' ').next().unwrap_or_default();
    error.is_no_such_group() && last.starts_with("sg-") && error.message.contains(last)
}

/// A group that was found after the answer to its creation was lost, and that somebody else could
/// have made at the same time.
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

/// A group that can't be deleted because it is in use.
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

/// A group that can't be deleted because it is in use, where nobody may see by what.
pub(super) fn held_by_the_unseen(
    id: &str,
    error: &Error,
    unseen: &Error,
    host: &Host,
) -> Diagnostic {
    let mend = mend(unseen, host).1.unwrap_or_default();
    Diagnostic::error(
        format!("Can't delete the security group {id}: it is in use"),
        format!("{error}.\n\nBy what it is held can't be looked up: {unseen}.\n\n{mend}"),
    )
}

/// The attribute that an error is about, and what mends it.
fn mend(error: &Error, host: &Host) -> (Option<&'static str>, Option<String>) {
    if error.is_unsigned() {
        let mend = "The credentials that the run began with are gone: renew them and apply again.";
        return (None, Some(mend.to_owned()));
    }
    if let Some(mend) = way::mend(error, Surface::ProviderBlock) {
        return (None, Some(mend.to_owned()));
    }
    let Some(code) = &error.code else {
        if !error.is_unreachable() {
            return (None, None);
        }
        let mend = format!(
            "Is \"{}\" a region, and can its endpoint be reached from here? An address of your \
             own is set with \"endpoints\" in the provider block.",
            error.region
        );
        return (None, Some(mend));
    };
    let (attribute, text) = match code.as_str() {
        "UnauthorizedOperation" | "AccessDenied" => {
            let mend = format!(
                "The credentials lack the permission ec2:{}. Have it added to their IAM policy.",
                error.action
            );
            return (None, Some(mend));
        }
        "InvalidGroup.Duplicate" => {
            let mend = format!(
                "The VPC has a group of this name already (the case doesn't count): choose another \
                 name. If it is the group that this one replaces, it must go first, or the name \
                 must differ: set \"name_prefix\" in place of \"name\", or {}.",
                host.delete_first()
            );
            return (Some("name"), Some(mend));
        }
        "InvalidGroup.Reserved" => (Some("name"), "Choose another name."),
        "InvalidVpcID.NotFound" | "InvalidVpcID.Malformed" => (
            Some("vpc_id"),
            "Is the VPC in this region and this account?",
        ),
        "VPCIdNotSpecified" | "DefaultVpcDoesNotExist" => (
            Some("vpc_id"),
            "The region has no default VPC: set \"vpc_id\".",
        ),
        "RulesPerSecurityGroupLimitExceeded" => (
            Some("rules"),
            "EC2 counts rules for each direction and address family, a prefix list by its \
             weight. Use fewer, or have the quota \"inbound or outbound rules per security \
             group\" raised.",
        ),
        "SecurityGroupLimitExceeded" => (
            None,
            "Delete groups that nobody uses, or have the quota \"VPC security groups per \
             Region\" raised.",
        ),
        "InvalidGroup.NotFound" => (
            None,
            "A rule may name only groups of the same VPC, or of one that is peered with it.",
        ),
        "InvalidPrefixListID.NotFound" | "InvalidPrefixListId.NotFound" => (
            None,
            "Is the prefix list in this region, and shared with this account?",
        ),
        "RequestLimitExceeded" | "Throttling" => {
            let mend = format!(
                "AWS allows each account so many calls a second, and other tools take their share. \
                 Apply again, with a smaller {}, or with more time in the block \"timeouts\".",
                host.fewer_at_a_time()
            );
            return (None, Some(mend));
        }
        "TagLimitExceeded" => (Some("tags"), "EC2 takes at most 50 tags on one group."),
        "AuthFailure"
        | "InvalidClientTokenId"
        | "SignatureDoesNotMatch"
        | "UnrecognizedClientException" => (
            None,
            "AWS doesn't accept the credentials: check that they are complete and of this \
             partition, and that the region is enabled.",
        ),
        "ExpiredToken" | "ExpiredTokenException" | "RequestExpired" => (
            None,
            "The credentials have expired, or this machine's clock is wrong: renew them and \
             apply again.",
        ),
        "CannotDelete" => {
            let mend = format!(
                "This is a VPC's default group, which EC2 keeps as long as the VPC: {}.",
                host.forget(TYPE_NAME)
            );
            return (None, Some(mend));
        }
        _ => return (None, None),
    };
    (attribute, Some(text.to_owned()))
}
