//! The inputs of an adoption, and its result: a model of the configuration, before it is text.

use std::collections::{BTreeMap, BTreeSet};

use super::select::{LeftOut, Selection};
use crate::catalog::Catalog;
use crate::configuration::{Configuration, Style, text};
use crate::rules::{Peer, Rule, RuleSet};
use crate::snapshot::Group;

/// A rule of a group, one by one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SingleRule {
    /// As in `sgr-0123456789abcdef0`.
    pub id: String,
    /// The rule.
    pub rule: Rule,
    /// Whether a tag says that a resource of its own owns it.
    pub has_owner: bool,
    /// The resource of a state that owns it, by its address.
    pub managed_by: Option<String>,
}

/// The groups that are wanted, and the configuration that exists already.
#[derive(Clone, Debug)]
pub struct Request<'a> {
    /// The form of the rules.
    pub style: Style,
    /// Which groups.
    pub selection: &'a Selection,
    /// Groups that a configuration has, by id, with the place.
    pub present: &'a BTreeMap<String, String>,
    /// Addresses of resources, as in `curated_security_group.web`, and local values, as in
    /// `local.vpc_main`, that a configuration has.
    pub taken: &'a BTreeSet<String>,
    /// Local values that a configuration has for VPCs' ids, as in `vpc_main`, by the id.
    pub locals: &'a BTreeMap<String, String>,
    /// The region that the configuration's provider block names, if it is known.
    pub provider_region: Option<&'a str>,
    /// The rules one by one, by their group's id; those of groups that aren't in it have no owner.
    pub single_rules: &'a BTreeMap<String, Vec<SingleRule>>,
    /// The services and presets.
    pub catalog: &'a Catalog,
}

/// Configuration for groups that exist.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Adoption {
    /// By file.
    pub vpcs: Vec<Vpc>,
    /// The groups that stay out.
    pub left_out: Vec<LeftOut>,
    /// Groups that were asked for by name, and don't exist.
    pub unknown: Vec<String>,
}

/// The groups of a VPC.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vpc {
    /// Its id.
    pub id: String,
    /// Its region.
    pub region: String,
    /// A title for people.
    pub title: String,
    /// The name of its local value, as in `vpc_main`.
    pub local: String,
    /// Whether the configuration has that value already.
    pub has_local: bool,
    /// Its groups, by name.
    pub groups: Vec<Adopted>,
}

/// A group with its configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Adopted {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Whether it is its VPC's default group.
    pub is_default: bool,
    /// The name of its resource.
    pub label: String,
    /// The id of its import.
    pub import: String,
    /// The configuration of its resource.
    pub configuration: Configuration,
    /// The rules that stand in a resource of their own, with the id of their import.
    pub bundle: Option<(Configuration, String)>,
    /// Groups that its rules name by id, though they have a resource.
    pub by_id: BTreeSet<String>,
    /// Its rules as EC2 holds them, without those that others own.
    pub rules: RuleSet,
    /// All that EC2 says of it.
    pub group: Group,
    /// Notes on ids that its rules name.
    pub notes: Vec<String>,
}

impl Adopted {
    /// The resource type of the group.
    pub fn resource_type(&self) -> &'static str {
        if self.is_default {
            text::DEFAULT_GROUP
        } else {
            text::GROUP
        }
    }

    /// The address of its resource.
    pub fn address(&self) -> String {
        format!("{}.{}", self.resource_type(), self.label)
    }

    /// The address of the resource with its rules, where they have one of their own.
    pub fn bundle_address(&self) -> String {
        format!("{}.{}", text::RULES, self.label)
    }
}

impl Adoption {
    /// All groups.
    pub fn groups(&self) -> impl Iterator<Item = &Adopted> {
        self.vpcs.iter().flat_map(|vpc| &vpc.groups)
    }

    /// How many objects Terraform imports.
    pub fn imports(&self) -> usize {
        self.groups()
            .map(|group| 1 + usize::from(group.bundle.is_some()))
            .sum()
    }
}

/// The group of the own account that a rule names.
pub(super) fn named(rule: &Rule) -> Option<&str> {
    match &rule.peer {
        Peer::Group { account: None, id } => Some(id),
        _ => None,
    }
}
