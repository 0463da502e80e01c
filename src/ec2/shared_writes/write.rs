//! A write to rules, and its result.

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
    /// Puts the same tags on rules.
    Tag(Tags),
    /// Takes tags of the same keys off rules.
    Untag(Vec<String>),
}

/// The contents of a write. Each kind reads its own part.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RuleWrite {
    /// Rules to be added, removed or described.
    pub rules: RuleSet,
    /// Rules to be changed in place.
    pub changes: Vec<Change>,
    /// Ids of rules: of those to be changed in place, and of those to be tagged.
    pub ids: BTreeMap<Rule, String>,
}

/// The result of a write: the rules that it added, as EC2 shows them.
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
    /// For kinds that take rules.
    pub fn of_rules(rules: RuleSet) -> Self {
        Self {
            rules,
            ..Self::default()
        }
    }

    /// For kinds that take ids.
    pub fn of_ids(ids: BTreeMap<Rule, String>) -> Self {
        Self {
            ids,
            ..Self::default()
        }
    }
}
