//! The facts that a plan needs from EC2: the group that is to be adopted, before the plan is decided, and the
//! others, before it is checked. All of them are optional: a check whose facts can't be fetched is left
//! out.

use super::model;
use std::sync::Arc;

use crate::ec2::{Ec2, Group, Scope, Vpc};
use crate::resources::common::guardrails;
use crate::resources::common::ids;
use crate::resources::common::limits;
use crate::resources::common::owners::UndeclaredRules;
use crate::rules::world::PrefixListBlocks;
use crate::rules::{Limits, RuleSet};
use crate::session::Session;
use crate::tf_provider::value::{Attr, Value};

/// The group that is to be adopted, as far as it is known.
#[derive(Debug, Default)]
pub(super) enum Found {
    /// It isn't known, or couldn't be looked up.
    #[default]
    Unknown,
    /// The region has no default VPC, and the configuration names no other.
    NoDefaultVpc,
    /// EC2 shows no default group of this VPC: there is no such VPC in the region.
    NoGroup(String),
    /// The group.
    Group(Box<Group>),
}

/// The facts about the region for which a plan is made.
#[derive(Debug, Default)]
pub(super) struct Facts {
    /// Rules that the adoption revokes.
    pub(super) revoked: RuleSet,
    /// Rules that other resources own, or may own.
    pub(super) owned: RuleSet,
    /// The limits that EC2 sets.
    pub(super) limits: Limits,
    /// The entries of prefix lists that guardrails need.
    pub(super) prefix_lists: PrefixListBlocks,
}

impl Found {
    /// The group, where it is known.
    pub(super) fn group(&self) -> Option<&Group> {
        match self {
            Self::Group(group) => Some(group),
            Self::Unknown | Self::NoDefaultVpc | Self::NoGroup(_) => None,
        }
    }
}

/// Finds the default group of the VPC that a configuration names, or of the default VPC.
pub(super) async fn find(ec2: &Ec2, config: &Value, scope: &Scope) -> Found {
    let vpc_id = match model::of(config).vpc_id() {
        // The check of ids reports its fault.
        Attr::Known(id) if !ids::is_vpc(id) => return Found::Unknown,
        Attr::Known(id) => id.to_owned(),
        Attr::Unknown => return Found::Unknown,
        Attr::Null => match ec2.default_vpc(scope).await {
            Some(Vpc::Id(id)) => id,
            Some(Vpc::None) => return Found::NoDefaultVpc,
            None => return Found::Unknown,
        },
    };
    let Some(groups) = ec2.default_groups(&vpc_id, scope).await else {
        return Found::Unknown;
    };
    match groups.get(&vpc_id) {
        Some(group) => Found::Group(Box::new(group.clone())),
        None => Found::NoGroup(vpc_id),
    }
}

/// Fetches the facts for a plan that is decided, of a group with these rules before and after.
pub(super) async fn fetch(
    session: &Session,
    ec2: &Ec2,
    adopted: Option<&Group>,
    [before, rules]: [&RuleSet; 2],
    scope: &Scope,
) -> Facts {
    let catalog: Arc<_> = session.catalog();
    let none = RuleSet::new();
    let limits = limits::between(session, ec2, [before, rules], scope);
    let lists = guardrails::prefix_lists(ec2, [rules, &none], &catalog, scope);
    let undeclared = async {
        match adopted {
            Some(group) => UndeclaredRules::among(ec2, group, rules, scope).await.ok(),
            None => None,
        }
    };
    let (limits, prefix_lists, undeclared) = tokio::join!(limits, lists, undeclared);
    let mut facts = Facts {
        limits,
        prefix_lists,
        ..Facts::default()
    };
    if let (Some(group), Some(undeclared)) = (adopted, undeclared) {
        for (rule, text) in &group.rules {
            if undeclared.may_be_owned(rule) {
                facts.owned.insert(rule.clone(), text.clone());
            } else if !rules.contains_key(rule) {
                facts.revoked.insert(rule.clone(), text.clone());
            }
        }
    }
    facts
}
