//! The facts that the checks use: the usage, exposure, references and open traffic of each group of
//! a region, computed in one pass over the snapshot.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::net::IpAddr;

use super::inputs::Inputs;
use super::openness::Openness;
use super::port_classes::PortClasses;
use super::report::{Exposure, Usage};
use super::service_managed;
use crate::rules::cidr_set;
use crate::rules::world::PrefixListBlocks;
use crate::snapshot::{Group, Interface, Managed, Region, Snapshot, SourceLine, Use, UseKind};

/// Most items of one kind that evidence lists.
pub(super) const LISTED: usize = 5;

/// A region and the facts about its groups.
pub(super) struct Facts<'a> {
    pub(super) region: &'a Region,
    pub(super) inputs: &'a Inputs,
    /// The groups by id.
    pub(super) groups: BTreeMap<&'a str, GroupFacts<'a>>,
    /// The blocks of prefix lists, as far as they could be read.
    pub(super) lists: PrefixListBlocks,
    /// The classes of ports.
    pub(super) classes: &'a PortClasses,
    /// Whether a call was refused that could have shown uses of groups.
    pub(super) hides_uses: bool,
}

/// The facts about a group.
#[derive(Default)]
pub(super) struct GroupFacts<'a> {
    pub(super) group: Option<&'a Group>,
    pub(super) usage: Option<Usage>,
    /// The evidence for the usage, in sentences.
    pub(super) evidence: Vec<String>,
    pub(super) exposure: Exposure,
    /// Interfaces in use that have it.
    pub(super) attached: Vec<&'a Interface>,
    /// Interfaces that have it and aren't attached.
    pub(super) detached: Vec<&'a Interface>,
    /// Other things that reference it.
    pub(super) named: Vec<&'a Use>,
    /// A sentence that says which service manages it.
    pub(super) keeper: Option<String>,
    /// Ids of other groups of the region whose rules reference it.
    pub(super) referenced_by: BTreeSet<&'a str>,
    /// Ids of other groups of the region that its rules reference.
    pub(super) references: BTreeSet<&'a str>,
    /// Groups of other accounts whose rules reference it, as `account/id`.
    pub(super) referenced_abroad: Vec<String>,
    /// The resources that manage it.
    pub(super) managed: &'a [Managed],
    /// Time at which it was last seen attached.
    pub(super) last_attached: Option<&'a str>,
    pub(super) open: Openness<'a>,
}

impl<'a> GroupFacts<'a> {
    /// The group itself.
    pub(super) fn group(&self) -> &'a Group {
        self.group.expect("every entry is made for a group")
    }

    /// Its usage.
    pub(super) fn usage(&self) -> Usage {
        self.usage.unwrap_or(Usage::Unknown)
    }

    /// Whether it is its VPC's default group.
    pub(super) fn is_default(&self) -> bool {
        self.group().name == "default"
    }

    /// The addresses of the resources that manage it, joined.
    pub(super) fn managed_by(&self) -> Option<String> {
        let addresses: Vec<&str> = self.managed.iter().map(|it| &*it.address).collect();
        (!addresses.is_empty()).then(|| addresses.join(", "))
    }

    /// Where the first of these resources is declared.
    pub(super) fn declared_in(&self) -> Option<&'a SourceLine> {
        self.managed.iter().find_map(|it| it.declared_in.as_ref())
    }

    /// The group's name and id, for messages.
    pub(super) fn display_name(&self) -> String {
        display_name(self.group())
    }
}

/// A group's name and id, for messages.
pub(super) fn display_name(group: &Group) -> String {
    format!("{} ({})", group.name, group.id)
}

impl<'a> Facts<'a> {
    /// Collects the facts about a region, except the usage of groups, which `usage` decides next.
    pub(super) fn new(
        region: &'a Region,
        snapshot: &'a Snapshot,
        inputs: &'a Inputs,
        classes: &'a PortClasses,
        abroad: &HashMap<String, Vec<String>>,
    ) -> Self {
        let lists: PrefixListBlocks = region
            .prefix_lists
            .iter()
            .filter_map(|(id, list)| Some((id.clone(), cidr_set::merge(list.entries.as_ref()?))))
            .collect();
        let entry = |group: &'a Group| GroupFacts {
            group: Some(group),
            keeper: service_managed::keeper(group),
            managed: snapshot.managed.get(&group.id).map_or(&[], Vec::as_slice),
            last_attached: snapshot.last_attached.get(&group.id).map(String::as_str),
            referenced_abroad: abroad.get(&*group.id).cloned().unwrap_or_default(),
            open: Openness::of(&group.rules, &lists, classes),
            ..GroupFacts::default()
        };
        let groups = region.groups.values();
        let mut facts = Self {
            groups: groups.map(|group| (&*group.id, entry(group))).collect(),
            region,
            inputs,
            lists,
            classes,
            hides_uses: region.not_looked_at.iter().any(|it| it.hides_uses),
        };
        facts.add_interfaces();
        facts.add_uses();
        facts.add_references();
        facts
    }

    /// The group with this id.
    pub(super) fn of(&self, id: &str) -> Option<&GroupFacts<'a>> {
        self.groups.get(id)
    }

    fn add_interfaces(&mut self) {
        for interface in &self.region.interfaces {
            for id in &interface.groups {
                let Some(facts) = self.groups.get_mut(&**id) else {
                    continue;
                };
                if interface.maker.status == "available" {
                    facts.detached.push(interface);
                    continue;
                }
                facts.attached.push(interface);
                let exposure = exposure(interface);
                facts.exposure = facts.exposure.min(exposure);
            }
        }
    }

    fn add_uses(&mut self) {
        for one in &self.region.uses {
            if let Some(facts) = self.groups.get_mut(&*one.group_id) {
                facts.named.push(one);
            }
        }
    }

    fn add_references(&mut self) {
        for group in self.region.groups.values() {
            for rule in group.rules.keys() {
                let Some(id) = rule.referenced_group().filter(|id| *id != group.id) else {
                    continue;
                };
                let Some(peer) = self.groups.get_mut(id) else {
                    continue;
                };
                peer.referenced_by.insert(&group.id);
                let own = self.groups.get_mut(&*group.id);
                own.expect("it is in the region").references.insert(id);
            }
        }
    }
}

/// The exposure of an interface that is in use.
fn exposure(interface: &Interface) -> Exposure {
    if interface.public_addresses.is_empty() && !is_load_balancers(interface) {
        Exposure::Private
    } else {
        Exposure::Public
    }
}

fn is_load_balancers(interface: &Interface) -> bool {
    let maker = &interface.maker;
    let kinds = [
        "load_balancer",
        "network_load_balancer",
        "gateway_load_balancer",
    ];
    kinds.contains(&&*maker.kind)
        || maker.requester == "amazon-elb"
        || ["alb", "elb", "nlb"].contains(&&*maker.operator)
        || interface.description.starts_with("ELB ")
}

/// Words for an interface: its id, what it belongs to, and its public addresses.
pub(super) fn interface(interface: &Interface) -> String {
    let mut words = Vec::new();
    if !interface.instance_id.is_empty() {
        words.push(interface.instance_id.to_string());
    } else if !interface.description.is_empty() {
        words.push(interface.description.to_string());
    }
    let addresses = interface.public_addresses.iter().map(IpAddr::to_string);
    words.extend(
        addresses
            .take(LISTED)
            .map(|it| format!("public address {it}")),
    );
    if words.is_empty() {
        return interface.id.to_string();
    }
    format!("{} ({})", interface.id, words.join(", "))
}

/// A sentence about a thing that references a group.
pub(super) fn name_of_use(one: &Use) -> String {
    format!("{} names it.", user(one))
}

/// A thing that names a group, in a few words.
pub(super) fn user(one: &Use) -> String {
    let kind = match one.kind {
        UseKind::LaunchTemplate => "Launch template",
        UseKind::OldLaunchTemplate => "An older version of launch template",
        UseKind::Fleet => "Fleet",
        UseKind::SpotFleet => "Spot fleet request",
        UseKind::SpotRequest => "Spot instance request",
        UseKind::VpcEndpoint => "VPC endpoint",
        UseKind::ClientVpn => "Client VPN endpoint",
        UseKind::InstanceConnect => "Instance connect endpoint",
        UseKind::VerifiedAccess => "Verified access endpoint",
        UseKind::VpcAssociation => "The association with VPC",
        UseKind::PeerVpc => "A rule in VPC",
        UseKind::File => "The file",
    };
    let detail = if one.detail.is_empty() {
        String::new()
    } else {
        format!(" ({})", one.detail)
    };
    format!("{kind} {}{detail}", one.by)
}

/// The first [`LISTED`] items, and the number of the others.
pub(super) fn some(all: impl ExactSizeIterator<Item = String>) -> Vec<String> {
    let more = all.len().saturating_sub(LISTED);
    let mut listed: Vec<String> = all.take(LISTED).collect();
    if more > 0 {
        listed.push(format!("{more} more"));
    }
    listed
}
