//! The inputs of an adoption, and its result: a model of the configuration that is to be written.

use std::collections::{BTreeMap, BTreeSet};

use super::select::{LeftOut, Selection};
use crate::catalog::Catalog;
use crate::configuration::{Configuration, Style, text};
use crate::rules::{Rule, RuleSet};
use crate::snapshot::Group;

/// A rule of a group with its id and owner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SingleRule {
    /// As in `sgr-0123456789abcdef0`.
    pub id: String,
    /// The rule.
    pub rule: Rule,
    /// Whether it has a tag that names its owner.
    pub has_owner: bool,
    /// The address of the resource that manages it, as a state says.
    pub managed_by: Option<String>,
}

/// The groups that are wanted, and the configuration that exists already.
#[derive(Clone, Debug)]
pub struct Request<'a> {
    /// The form of the rules.
    pub style: Style,
    /// Which groups.
    pub selection: &'a Selection,
    /// Groups that the configuration has already, by id, with their places.
    pub present: &'a BTreeMap<String, String>,
    /// Addresses that the configuration has already: of resources, as in
    /// `curated_security_group.web`, and of local values, as in `local.vpc_main`.
    pub taken: &'a BTreeSet<String>,
    /// Names of local values that the configuration has for ids of VPCs, as in `vpc_main`, by the
    /// id.
    pub locals: &'a BTreeMap<String, String>,
    /// The region that the configuration's provider block names, if it is known.
    pub provider_region: Option<&'a str>,
    /// The rules with ids and owners, by the id of their group. Rules of other groups have no
    /// owner.
    pub single_rules: &'a BTreeMap<String, Vec<SingleRule>>,
    /// The services and presets.
    pub catalog: &'a Catalog,
}

/// Configuration for groups that exist.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Adoption {
    /// By file.
    pub vpcs: Vec<Vpc>,
    /// The groups that are left out.
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
    /// The configuration of the resource with its rules, if they have one of their own, and the id
    /// of its import.
    pub bundle: Option<(Configuration, String)>,
    /// What they would do in the group, as a comment says it.
    pub apart_because: &'static str,
    /// Groups with a resource that its rules reference by id, since a reference would close a
    /// cycle.
    pub by_id: BTreeSet<String>,
    /// Its rules in EC2, without those that other resources own.
    pub rules: RuleSet,
    /// The group in EC2.
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

    /// The address of the resource with its rules, if they have one of their own.
    pub fn bundle_address(&self) -> String {
        format!("{}.{}", text::RULES, self.label)
    }
}

impl Adoption {
    /// All groups.
    pub fn groups(&self) -> impl Iterator<Item = &Adopted> {
        self.vpcs.iter().flat_map(|vpc| &vpc.groups)
    }

    /// The number of objects to import.
    pub fn imports(&self) -> usize {
        self.groups()
            .map(|group| 1 + usize::from(group.bundle.is_some()))
            .sum()
    }
}
