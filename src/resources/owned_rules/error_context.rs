//! Messages about operations on rules that failed.

use super::apply::Failure;
use super::rule_type::RuleType;
use crate::ec2::{Error, GroupRule};
use crate::resources::common::errors;
use crate::tf_provider::diagnostics::Diagnostic;
use crate::tf_provider::host::Host;
use crate::tf_provider::path::Path;

/// The resource and the group that messages are about.
pub(super) struct ErrorContext<'a> {
    pub(super) ty: &'a dyn RuleType,
    pub(super) region: &'a str,
    /// The id of the group; in an import, the text that the user gave.
    pub(super) group_id: &'a str,
    /// Whether the resource is in the state.
    pub(super) is_stored: bool,
    pub(super) host: &'a Host,
}

impl ErrorContext<'_> {
    /// The error of an operation. `doing` completes "Can't …", such as "change rules of the security group
    /// sg-…".
    pub(super) fn failed(&self, doing: &str, failure: &Failure) -> Diagnostic {
        match failure {
            Failure::Ec2(error) if is_about_tags(error) => no_tags(doing, error),
            Failure::Ec2(error) if is_about_the_group(error, self.group_id) => Diagnostic::error(
                format!("Can't {doing}"),
                format!(
                    "{error}.\n\nIs the group in this region and this account? Name it by the \
                     attribute \"id\" of its resource, so that it is made first."
                ),
            )
            .at(Path::root().attribute("security_group_id")),
            Failure::Ec2(error) => errors::failed(doing, error, self.host),
            Failure::Twice(rule) => Diagnostic::error(
                format!(
                    "Two resources have the rule \"{rule}\" of {}",
                    self.group_id
                ),
                "Another resource has made it in this run. EC2 holds a rule only once, and it can \
                 belong to one resource only: take it out of one of the two.",
            )
            .at(Path::root().attribute("rules")),
            Failure::Exists(shown) => {
                let reported = self.exists(shown);
                let detail = format!(
                    "The plan didn't find it: it was made since. If another resource of this \
                     configuration had it and lets go of it, apply again.\n\n{}",
                    reported.detail
                );
                Diagnostic { detail, ..reported }.at(Path::root().attribute("rules"))
            }
        }
    }

    /// The error that a rule exists already.
    pub(super) fn exists(&self, shown: &GroupRule) -> Diagnostic {
        let GroupRule {
            id, group_id, rule, ..
        } = shown;
        let (ty, region) = (self.ty, self.region);
        let import = if ty.may_be_empty() {
            format!("{region}/{group_id}/{id}")
        } else {
            format!("{region}/{id}")
        };
        let take_over = if self.is_stored {
            format!(
                "revoke it, so that this resource makes it; or take the rule out of this resource, \
                 and import {id} as one of its own."
            )
        } else {
            self.host.import(ty.name(), &import)
        };
        let detail = match &shown.owner {
            Some(owner) => format!(
                "It is {id}, and its tag curated:owner says that \"{owner}\" owns it: a resource of \
                 another state, or of this one under another configuration of the provider, has \
                 this value as its \"owner\". Take the rule out of one of the two. If no state has \
                 it, because a run was killed before it could store its state, {take_over}"
            ),
            None => format!(
                "It is {id}, and nothing says that a resource owns it. To take it over, {take_over}"
            ),
        };
        Diagnostic::error(
            format!("The rule \"{rule}\" of {group_id} exists already"),
            detail,
        )
    }
}

fn is_about_the_group(error: &Error, group_id: &str) -> bool {
    error.is_no_such_group() && error.message.contains(group_id)
}

/// Whether an error may mean that the credentials lack the permission for tags on rules. EC2 checks it when it
/// authorizes rules with tags, and may name it only in an encoded message.
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
