//! A write to the rules of a group, and its result.

use std::collections::BTreeMap;

use crate::ec2::api::group_rule::GroupRule;
use crate::ec2::api::tags::Tags;
use crate::ec2::error::Error;
use crate::rules::{Change, Direction, Rule, RuleSet};

/// The kind of a write. Writes of the same kind to the same group share calls.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum RuleWriteKind {
    /// Adds rules of one direction, each with the same tags.
    Authorize(Direction, Tags),
    /// Removes rules of one direction.
    Revoke(Direction),
    /// Changes descriptions of rules of one direction.
    Describe(Direction),
    /// Changes rules of one direction in place.
    Modify(Direction),
    /// Adds the same tags to rules.
    Tag(Tags),
    /// Removes tags with these keys from rules.
    Untag(Vec<String>),
}

/// The contents of a write. Each kind uses some of the fields.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RuleWrite {
    /// Rules to add, remove or describe.
    pub rules: RuleSet,
    /// Rules to change in place.
    pub changes: Vec<Change>,
    /// Ids of the rules to change in place or to tag.
    pub ids: BTreeMap<Rule, String>,
}

/// The result of a write: the rules that it added, as EC2 returns them.
pub(super) type WriteResult = Result<Vec<GroupRule>, Error>;

impl RuleWriteKind {
    pub(super) fn action(&self) -> &'static str {
        use Direction::{Egress, Ingress};
        match self {
            Self::Authorize(Ingress, _) => "AuthorizeSecurityGroupIngress",
            Self::Authorize(Egress, _) => "AuthorizeSecurityGroupEgress",
            Self::Revoke(Ingress) => "RevokeSecurityGroupIngress",
            Self::Revoke(Egress) => "RevokeSecurityGroupEgress",
            Self::Describe(Ingress) => "UpdateSecurityGroupRuleDescriptionsIngress",
            Self::Describe(Egress) => "UpdateSecurityGroupRuleDescriptionsEgress",
            Self::Modify(_) => "ModifySecurityGroupRules",
            Self::Tag(_) => "CreateTags",
            Self::Untag(_) => "DeleteTags",
        }
    }
}

impl RuleWrite {
    /// The contents for kinds that take rules.
    pub fn of_rules(rules: RuleSet) -> Self {
        Self {
            rules,
            ..Self::default()
        }
    }

    /// The contents for kinds that take ids.
    pub fn of_ids(ids: BTreeMap<Rule, String>) -> Self {
        Self {
            ids,
            ..Self::default()
        }
    }
}
