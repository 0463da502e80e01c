//! A rule with its id and tags, which DescribeSecurityGroups doesn't show. Makes no call.

use super::tags::Tags;
use crate::rules::Rule;

/// The operation that returns such rules.
pub(in crate::ec2) const ACTION: &str = "DescribeSecurityGroupRules";

/// A rule as DescribeSecurityGroupRules shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupRule {
    /// `sgr-…`
    pub id: String,
    /// Amazon resource name.
    pub arn: String,
    /// The group that has the rule, `sg-…`.
    pub group_id: String,
    /// The account that owns the group.
    pub account: String,
    /// The traffic that it lets through, as its group sees it.
    pub rule: Rule,
    /// Empty where there is none.
    pub description: String,
    /// All tags but AWS's own, the owner's, and those that are ignored.
    pub tags: Tags,
    /// The value of the tag [`Self::OWNER_TAG`].
    pub owner: Option<String>,
}

impl GroupRule {
    /// Key of the tag that names the resource which a rule belongs to, if that isn't the resource
    /// of its group.
    pub const OWNER_TAG: &str = "curated:owner";
}
