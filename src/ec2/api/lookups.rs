//! The answers of optional look-ups about a region. Makes no call.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use ipnet::IpNet;

use super::group::Group;
use super::shared_answer::SharedAnswer;

/// The answers so far.
#[derive(Debug, Default)]
pub(in crate::ec2) struct Lookups {
    pub(super) vpcs: SharedAnswer<VpcsFound>,
    pub(super) prefix_lists: SharedAnswer<Weights>,
    pub(super) default_groups: SharedAnswer<BTreeMap<String, Group>>,
    names: Mutex<HashMap<String, Arc<SharedAnswer<Vec<Named>>>>>,
    entries: Mutex<HashMap<String, Arc<SharedAnswer<Vec<IpNet>>>>>,
}

/// The number of rules that each prefix list counts as, by its id.
pub(in crate::ec2) type Weights = BTreeMap<String, usize>;

/// A group's name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// The group.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The account that owns it: in a shared VPC, names are unique for each account.
    pub owner_id: String,
}

#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct VpcsFound {
    pub(super) default: Option<String>,
    /// Whether each VPC has IPv6, by id; `None` while EC2 associates or disassociates an address
    /// block.
    pub(super) has_ipv6: BTreeMap<String, Option<bool>>,
}

impl Lookups {
    /// The names of a VPC's groups.
    pub(super) fn names_in(&self, vpc_id: &str) -> Arc<SharedAnswer<Vec<Named>>> {
        let mut names = self.names.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(names.entry(vpc_id.to_owned()).or_default())
    }

    /// The blocks of a prefix list.
    pub(super) fn entries_of(&self, prefix_list: &str) -> Arc<SharedAnswer<Vec<IpNet>>> {
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(entries.entry(prefix_list.to_owned()).or_default())
    }
}
