//! Selects the groups to adopt, with reasons for those that are left out.

use std::collections::{BTreeMap, BTreeSet};

use crate::curation::report::{self, Report, Usage};
use crate::curation::service_managed;
use crate::snapshot::{Group, Region, Snapshot};

/// The groups that a user wants.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    /// Ids and names of groups, which are adopted even if they are default, unused or
    /// service-managed; empty for all groups.
    pub named: BTreeSet<String>,
    /// Ids and names of VPCs; empty for all.
    pub vpcs: BTreeSet<String>,
    /// Tags that groups must have, with their values or any value; empty for all groups.
    pub tags: Vec<(String, Option<String>)>,
    /// Whether default groups of VPCs are adopted.
    pub with_default: bool,
    /// Whether groups that a service or a stack manages are adopted.
    pub with_service_managed: bool,
    /// Whether unused groups are adopted.
    pub with_unused: bool,
}

/// A group that is left out.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LeftOut {
    /// The region.
    pub region: String,
    /// The VPC.
    pub vpc_id: String,
    /// Its name.
    pub name: String,
    /// As in `sg-0123456789abcdef0`.
    pub id: String,
    /// Why, in whole sentences.
    pub reason: String,
}

impl LeftOut {
    pub(super) fn new(region: &Region, group: &Group, reason: String) -> Self {
        Self {
            region: region.name.clone(),
            vpc_id: group.vpc_id.clone(),
            name: group.name.clone(),
            id: group.id.clone(),
            reason,
        }
    }
}

/// A group to adopt.
#[derive(Clone, Copy, Debug)]
pub(super) struct Taken<'a> {
    pub(super) region: &'a Region,
    pub(super) group: &'a Group,
}

/// The groups to adopt, by id, and the others.
pub(super) fn select<'a>(
    snapshot: &'a Snapshot,
    report: &Report,
    selection: &Selection,
    present: &BTreeMap<String, String>,
) -> (BTreeMap<&'a str, Taken<'a>>, Vec<LeftOut>) {
    let judged: BTreeMap<(&str, &str), &report::Group> = report
        .groups
        .iter()
        .map(|group| ((&*group.region, &*group.id), group))
        .collect();
    let (mut taken, mut left_out) = (BTreeMap::new(), Vec::new());
    for region in &snapshot.regions {
        for group in region.groups.values() {
            let one = Candidate {
                region,
                group,
                judged: judged.get(&(&*region.name, &*group.id)).copied(),
                selection,
            };
            match one.reason(present) {
                None => drop(taken.insert(&*group.id, Taken { region, group })),
                Some(reason) => left_out.push(LeftOut::new(region, group, reason)),
            }
        }
    }
    (taken, left_out)
}

/// What a user has asked for and no group is or has: names and ids, VPCs, tags, or all of them together.
pub(super) fn unknown(snapshot: &Snapshot, selection: &Selection) -> Vec<String> {
    let regions = &snapshot.regions;
    let is_group = |text: &str| {
        let mut groups = regions.iter().flat_map(|region| region.groups.values());
        groups.any(|group| group.id == text || group.name == text)
    };
    let is_vpc = |text: &str| {
        let mut vpcs = regions.iter().flat_map(|region| &region.vpcs);
        vpcs.any(|(id, vpc)| id == text || vpc.tags.get("Name").is_some_and(|name| name == text))
    };
    let named = selection.named.iter().filter(|text| !is_group(text));
    let vpcs = selection.vpcs.iter().filter(|text| !is_vpc(text));
    let vpcs = vpcs.map(|text| format!("VPC {text:?}"));
    let has = |key: &String, value: &Option<String>| {
        let mut groups = regions.iter().flat_map(|region| region.groups.values());
        groups.any(|group| has_tag(group, key, value.as_ref()))
    };
    let tags = selection
        .tags
        .iter()
        .filter(|(key, value)| !has(key, value));
    let tags = tags.map(|(key, value)| match value {
        Some(value) => format!("group with the tag {:?}", format!("{key}={value}")),
        None => format!("group with the tag {key:?}"),
    });
    let found: Vec<String> = named
        .map(|text| format!("group {text:?}"))
        .chain(vpcs)
        .chain(tags)
        .collect();
    let fits = |region: &Region, group: &Group| {
        let one = Candidate {
            region,
            group,
            judged: None,
            selection,
        };
        (selection.named.is_empty() || one.is_named()) && one.is_in_vpc() && one.has_tags()
    };
    let selects = [
        !selection.named.is_empty(),
        !selection.vpcs.is_empty(),
        !selection.tags.is_empty(),
    ];
    let fits_any = regions
        .iter()
        .any(|region| region.groups.values().any(|group| fits(region, group)));
    if found.is_empty() && selects.contains(&true) && !fits_any {
        return vec!["group that has everything that was asked for".to_owned()];
    }
    found
}

fn has_tag(group: &Group, key: &str, value: Option<&String>) -> bool {
    let own = group.tags.get(key);
    own.is_some_and(|own| value.is_none_or(|value| value == own))
}

struct Candidate<'a> {
    region: &'a Region,
    group: &'a Group,
    judged: Option<&'a report::Group>,
    selection: &'a Selection,
}

impl Candidate<'_> {
    /// Why the group is left out; `None` if it is adopted.
    fn reason(&self, present: &BTreeMap<String, String>) -> Option<String> {
        let (group, selection) = (self.group, self.selection);
        if let Some(address) = self.judged.and_then(|judged| judged.managed_by.as_ref()) {
            return Some(format!("{address} manages it."));
        }
        if let Some(place) = present.get(&group.id) {
            return Some(format!("{place} has it."));
        }
        let account = &self.region.account;
        if !account.is_empty() && !group.owner_id.is_empty() && group.owner_id != *account {
            return Some(format!(
                "The account {} owns it. Adopt it with that account's credentials.",
                group.owner_id
            ));
        }
        if group.vpc_id.is_empty() {
            return Some("It is in no VPC.".to_owned());
        }
        let is_named = self.is_named();
        if !selection.named.is_empty() && !is_named {
            return Some("It isn't among the groups that were asked for.".to_owned());
        }
        if !self.is_in_vpc() {
            return Some("Its VPC isn't among those that were asked for.".to_owned());
        }
        if !self.has_tags() {
            return Some("It doesn't have the tags that were asked for.".to_owned());
        }
        if is_named {
            return None;
        }
        if group.name == "default" {
            let reason = "It is its VPC's default group. Take it in with --include-default.";
            return (!selection.with_default).then(|| reason.to_owned());
        }
        if let Some(keeper) = service_managed::keeper(group) {
            let reason = format!("{keeper} Take it in with --include-service-managed.");
            return (!selection.with_service_managed).then_some(reason);
        }
        let is_unused = self.judged.is_some_and(|it| it.usage == Usage::Unused);
        let evidence = self
            .judged
            .map(|it| it.evidence.join(" "))
            .unwrap_or_default();
        let reason = format!("It is unused. {evidence} Take it in with --include-unused.");
        (is_unused && !selection.with_unused).then_some(reason)
    }

    fn is_named(&self) -> bool {
        let named = &self.selection.named;
        named.contains(&self.group.id) || named.contains(&self.group.name)
    }

    fn is_in_vpc(&self) -> bool {
        let vpcs = &self.selection.vpcs;
        let vpc = self.region.vpcs.get(&self.group.vpc_id);
        let name = vpc.and_then(|vpc| vpc.tags.get("Name"));
        vpcs.is_empty()
            || vpcs.contains(&self.group.vpc_id)
            || name.is_some_and(|name| vpcs.contains(name))
    }

    fn has_tags(&self) -> bool {
        let mut wanted = self.selection.tags.iter();
        wanted.all(|(key, value)| has_tag(self.group, key, value.as_ref()))
    }
}
