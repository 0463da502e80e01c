//! Errors of EC2 as messages to the user: what failed, what EC2 answered, what to do, and which attribute
//! it is about.

use crate::connection_error::{Surface, transport};
use crate::ec2::Error;
use crate::tf_provider::diagnostics::Diagnostic;
use crate::tf_provider::host::Host;
use crate::tf_provider::path::Path;

/// The error of a call. `doing` completes "Can't …", such as "create the security group \"web\"".
pub(in crate::resources) fn failed(doing: &str, error: &Error, host: &Host) -> Diagnostic {
    let (attribute, hint) = if is_about_itself(doing, error) {
        (None, Some(DELETED_MEANWHILE.to_owned()))
    } else {
        hint(error, host)
    };
    let detail = match hint {
        Some(hint) => format!("{error}.\n\n{hint}"),
        None => format!("{error}."),
    };
    let diagnostic = Diagnostic::error(format!("Can't {doing}"), detail);
    match attribute {
        Some(name) => diagnostic.at(Path::root().attribute(name)),
        None => diagnostic,
    }
}

const DELETED_MEANWHILE: &str = "The group was deleted since the plan was made. Plan again.";

/// Whether EC2 doesn't know the group that the operation is about, whose id ends `doing`.
fn is_about_itself(doing: &str, error: &Error) -> bool {
    let last = doing.rsplit(' ').next().unwrap_or_default();
    error.is_no_such_group() && last.starts_with("sg-") && error.message.contains(last)
}

/// The attribute that an error is about, and what to do.
pub(in crate::resources) fn hint(
    error: &Error,
    host: &Host,
) -> (Option<&'static str>, Option<String>) {
    if error.is_unsigned() {
        let hint = "The credentials that the run began with are gone: renew them and apply again.";
        return (None, Some(hint.to_owned()));
    }
    if let Some(hint) = transport::hint(error, Surface::ProviderBlock) {
        return (None, Some(hint));
    }
    let Some(code) = &error.code else {
        if !error.is_unreachable() {
            return (None, None);
        }
        let hint = format!(
            "Is \"{}\" a region, and can its endpoint be reached from here? An address of your \
             own is set with \"endpoints\" in the provider block.",
            error.region
        );
        return (None, Some(hint));
    };
    let (attribute, text) = match code.as_str() {
        "UnauthorizedOperation" | "AccessDenied" => {
            let hint = format!(
                "The credentials lack the permission ec2:{}. Have it added to their IAM policy.",
                error.action
            );
            return (None, Some(hint));
        }
        "InvalidGroup.Duplicate" => {
            let hint = format!(
                "The VPC has a group of this name already (the case doesn't count): choose another \
                 name. If it is the group that this one replaces, it must go first, or the name \
                 must differ: set \"name_prefix\" in place of \"name\", or {}.",
                host.delete_first()
            );
            return (Some("name"), Some(hint));
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
            "Delete unused groups, or have the quota \"VPC security groups per \
             Region\" raised.",
        ),
        "InvalidGroup.NotFound" => (
            None,
            "A rule may name only groups of the same VPC, or of one that is peered with it. Is the group \
             that it names in the same region?",
        ),
        "InvalidPrefixListID.NotFound" | "InvalidPrefixListId.NotFound" => (
            None,
            "Is the prefix list in this region, and shared with this account?",
        ),
        "RequestLimitExceeded" | "Throttling" => {
            let hint = format!(
                "AWS allows each account so many calls a second, and other tools take their share. \
                 Apply again, with a smaller {}, or with more time in the block \"timeouts\".",
                host.fewer_at_a_time()
            );
            return (None, Some(hint));
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
        _ => return (None, None),
    };
    (attribute, Some(text.to_owned()))
}
