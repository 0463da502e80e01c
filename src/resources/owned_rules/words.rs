//! What is said of work on rules that failed.

use super::apply::Failure;
use crate::ec2::Error;
use crate::resources::common::errors;
use crate::tf_provider::diagnostics::Diagnostic;
use crate::tf_provider::host::Host;
use crate::tf_provider::path::Path;

/// Work that failed while doing something: "change rules of the security group sg-…".
pub(super) fn failed(doing: &str, failure: &Failure, group_id: &str, host: &Host) -> Diagnostic {
    match failure {
        Failure::Ec2(error) if is_about_tags(error) => no_tags(doing, error),
        Failure::Ec2(error) if is_about_the_group(error, group_id) => Diagnostic::error(
            format!("Can't {doing}"),
            format!(
                "{error}.\n\nIs the group in this region and this account? Name it by the \
                 attribute \"id\" of its resource, so that it is made first."
            ),
        )
        .at(Path::root().attribute("security_group_id")),
        Failure::Ec2(error) => errors::failed(doing, error, host),
        Failure::Twice(rule) => Diagnostic::error(
            format!("Two resources have the rule \"{rule}\" of {group_id}"),
            "Another resource has made it in this run. EC2 holds a rule only once, and it can \
             belong to one resource only: take it out of one of the two.",
        )
        .at(Path::root().attribute("rules")),
    }
}

fn is_about_the_group(error: &Error, group_id: &str) -> bool {
    error.is_no_such_group() && error.message.contains(group_id)
}

/// Whether the permission is missing that tags on rules need. EC2 asks for it when it authorizes rules
/// with tags, and may say so only in an encoded message.
fn is_about_tags(error: &Error) -> bool {
    let is_refused = error.is("UnauthorizedOperation") || error.is("AccessDenied");
    let may_tag = error.action.starts_with("Authorize") || error.action.ends_with("Tags");
    is_refused && may_tag
}

fn no_tags(doing: &str, error: &Error) -> Diagnostic {
    let own = if error.action.ends_with("Tags") {
        String::new()
    } else {
        format!("ec2:{}, or ", error.action)
    };
    let tags = if error.action == "DeleteTags" {
        "ec2:DeleteTags"
    } else {
        "ec2:CreateTags"
    };
    Diagnostic::error(
        format!("Can't {doing}"),
        format!(
            "{error}.\n\nThe credentials lack the permission {own}{tags} on security-group-rule: \
             rules get a tag that says whose they are. Have it added to their IAM policy, or set \
             owner_tag = false where tags on rules are forbidden."
        ),
    )
}
