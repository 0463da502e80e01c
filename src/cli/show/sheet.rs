//! Writes the text of `curated show`: the group, its rules, what uses it, references in both
//! directions, what blocks its deletion, and how much of the quota it uses.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::cli::output::plain;
use crate::rules::{Direction, Limits, Peer, Rule, count};
use crate::snapshot::{Group, Interface, Region, Use, UseKind};

/// Width in characters to which the names of fields are padded.
const WIDTH: usize = 12;

/// Writes the text.
pub(super) fn write(region: &Region, group: &Group, rules_per_direction: usize) -> String {
    let mut text = head(region, group);
    for direction in Direction::BOTH {
        section(&mut text, direction.name(), rules(region, group, direction));
    }
    let interfaces = interfaces(region, group);
    section(
        &mut text,
        "attached to",
        interfaces.iter().map(|one| interface(one)),
    );
    section(&mut text, "named by", uses(region, group).map(named_by));
    section(&mut text, "references", references(region, group));
    section(&mut text, "referenced by", referenced_by(region, group));
    section(&mut text, "deletion", deletion(region, group));
    section(
        &mut text,
        "quota",
        quota(region, group, rules_per_direction),
    );
    let notes = region.not_looked_at.iter();
    let notes: Vec<String> = notes
        .map(|note| format!("{}: {}", note.operation, note.consequence))
        .collect();
    if !notes.is_empty() {
        section(&mut text, "not looked at", notes);
    }
    text
}

fn head(region: &Region, group: &Group) -> String {
    let mut text = format!("{} ({})\n", plain(&group.name), group.id);
    let vpc = match region.vpcs.get(&group.vpc_id) {
        Some(vpc) => match vpc.tags.get("Name") {
            Some(name) => format!("{} ({})", group.vpc_id, plain(name)),
            None if vpc.is_default => format!("{} (the default one)", group.vpc_id),
            None => group.vpc_id.clone(),
        },
        None => group.vpc_id.clone(),
    };
    let tags: Vec<String> = group
        .tags
        .iter()
        .map(|(key, value)| format!("{} = {}", plain(key), plain(value)))
        .collect();
    for (name, value) in [
        ("description", plain(&group.description)),
        ("account", group.owner_id.clone()),
        ("region", region.name.clone()),
        ("VPC", vpc),
        ("ARN", group.arn.clone()),
        ("tags", tags.join(", ")),
    ] {
        if !value.is_empty() {
            let _ = writeln!(text, "  {name:WIDTH$}{value}");
        }
    }
    text
}

/// A heading, and one line for each entry; a list without entries says so.
fn section(text: &mut String, heading: &str, lines: impl IntoIterator<Item = String>) {
    let _ = write!(text, "\n{heading}\n");
    let mut is_empty = true;
    for line in lines {
        let _ = writeln!(text, "  {line}");
        is_empty = false;
    }
    if is_empty {
        text.push_str("  nothing\n");
    }
}

fn rules(region: &Region, group: &Group, direction: Direction) -> Vec<String> {
    let of_direction = group
        .rules
        .iter()
        .filter(|(rule, _)| rule.direction == direction);
    let line = |(rule, description): (&Rule, &String)| {
        let Rule { traffic, peer, .. } = rule;
        let name = match peer_name(region, peer) {
            Some(name) => format!(" ({name})"),
            None => String::new(),
        };
        let comment = match description.as_str() {
            "" => String::new(),
            text => format!("  # {}", plain(text)),
        };
        let preposition = direction.preposition();
        format!("{traffic} {preposition} {peer}{name}{comment}")
    };
    of_direction.map(line).collect()
}

/// The name of a group or a prefix list.
fn peer_name(region: &Region, peer: &Peer) -> Option<String> {
    let name = match peer {
        Peer::Group { id, .. } => &region.groups.get(id)?.name,
        Peer::PrefixList(id) => &region.prefix_lists.get(id)?.name,
        _ => return None,
    };
    Some(plain(name)).filter(|name| !name.is_empty())
}

fn interfaces<'a>(region: &'a Region, group: &Group) -> Vec<&'a Interface> {
    let has = |interface: &&Interface| interface.groups.iter().any(|id| **id == *group.id);
    region.interfaces.iter().filter(has).collect()
}

fn interface(interface: &Interface) -> String {
    let maker = &interface.maker;
    let mut text = interface.id.to_string();
    if !maker.kind.is_empty() && maker.kind != "interface" {
        let _ = write!(text, ", {}", maker.kind);
    }
    let by = [&maker.operator, &maker.requester];
    if let Some(service) = by.into_iter().find(|by| !by.is_empty()) {
        let _ = write!(text, " of {service}");
    }
    match &*interface.instance_id {
        "" if maker.status == "available" => text.push_str(", attached to nothing"),
        "" => {}
        instance => {
            let _ = write!(text, ", instance {instance}");
        }
    }
    for address in &interface.public_addresses {
        let _ = write!(text, ", public address {address}");
    }
    if !interface.description.is_empty() {
        let _ = write!(text, ": {}", plain(&interface.description));
    }
    text
}

fn uses<'a>(region: &'a Region, group: &'a Group) -> impl Iterator<Item = &'a Use> {
    region.uses.iter().filter(|one| one.group_id == group.id)
}

fn named_by(one: &Use) -> String {
    let kind = match one.kind {
        UseKind::LaunchTemplate | UseKind::OldLaunchTemplate => "launch template",
        UseKind::Fleet => "fleet",
        UseKind::SpotFleet => "spot fleet",
        UseKind::SpotRequest => "spot request",
        UseKind::VpcEndpoint => "VPC endpoint",
        UseKind::ClientVpn => "client VPN endpoint",
        UseKind::InstanceConnect => "instance connect endpoint",
        UseKind::VerifiedAccess => "verified access endpoint",
        UseKind::VpcAssociation => "association with the VPC",
        UseKind::PeerVpc => "a rule in the VPC",
        UseKind::File => "file",
    };
    match one.detail.as_str() {
        "" => format!("{kind} {}", plain(&one.by)),
        detail => format!("{kind} {}, {}", plain(&one.by), plain(detail)),
    }
}

/// The groups that its own rules reference.
fn references(region: &Region, group: &Group) -> Vec<String> {
    let named = group.rules.keys().filter_map(|rule| match &rule.peer {
        peer @ Peer::Group { .. } => Some((peer, rule)),
        _ => None,
    });
    let line = |(peer, rule): (&Peer, &Rule)| match peer_name(region, peer) {
        Some(name) => format!("{peer} ({name}): {rule}"),
        None => match peer {
            Peer::Group { account: None, .. } => format!("{peer}, which is gone: {rule}"),
            _ => format!("{peer}: {rule}"),
        },
    };
    named.map(line).collect()
}

/// The rules of other groups that reference it.
fn referenced_by(region: &Region, group: &Group) -> Vec<String> {
    let mut found = Vec::new();
    for other in region.groups.values() {
        for rule in rules_naming(other, group) {
            found.push(format!("{} ({}): {rule}", other.id, plain(&other.name)));
        }
    }
    found
}

fn rules_naming<'a>(other: &'a Group, group: &'a Group) -> impl Iterator<Item = &'a Rule> {
    let names = |rule: &&Rule| matches!(&rule.peer, Peer::Group { id, .. } if *id == group.id);
    other.rules.keys().filter(names)
}

/// The reasons for which EC2 would refuse its deletion.
fn deletion(region: &Region, group: &Group) -> Vec<String> {
    let mut blocks = Vec::new();
    if group.name == "default" {
        blocks.push("EC2 deletes no default group; it goes with its VPC".to_owned());
    }
    match interfaces(region, group).len() {
        0 => {}
        1 => blocks.push("1 network interface has it".to_owned()),
        many => blocks.push(format!("{many} network interfaces have it")),
    }
    for other in region.groups.values() {
        let in_same_vpc = other.vpc_id == group.vpc_id && other.id != group.id;
        match rules_naming(other, group).count() {
            count if count > 0 && in_same_vpc => {
                let rules = if count == 1 {
                    "a rule".to_owned()
                } else {
                    format!("{count} rules")
                };
                blocks.push(format!(
                    "{rules} of {} ({}), by reference",
                    other.id,
                    plain(&other.name)
                ));
            }
            _ => {}
        }
    }
    for one in uses(region, group).filter(|one| one.kind == UseKind::VpcAssociation) {
        blocks.push(format!("it is associated with {}", one.by));
    }
    let may_be_attached = region
        .not_looked_at
        .iter()
        .any(|note| note.operation == "DescribeNetworkInterfaces");
    match (blocks.is_empty(), may_be_attached) {
        (true, true) => vec!["nothing that could be looked at blocks it".to_owned()],
        (true, false) => {
            let other = match uses(region, group).count() {
                0 => "nothing blocks it",
                _ => "EC2 would delete it, though it is named: see above",
            };
            vec![other.to_owned()]
        }
        (false, _) => blocks
            .into_iter()
            .map(|block| format!("blocked: {block}"))
            .collect(),
    }
}

fn quota(region: &Region, group: &Group, rules_per_direction: usize) -> Vec<String> {
    let weights = region.prefix_lists.iter();
    let limits = Limits {
        rules_per_direction,
        prefix_list_weights: weights
            .map(|(id, list)| (id.clone(), list.weight))
            .collect(),
    };
    // What counts for more than one rule, which the lists above don't show.
    let weights = |direction: Direction| {
        let of_direction = group
            .rules
            .keys()
            .filter(|rule| rule.direction == direction);
        let lists: BTreeMap<&str, usize> = of_direction
            .filter_map(|rule| match &rule.peer {
                Peer::PrefixList(id) => Some(id.as_str()),
                _ => None,
            })
            .fold(BTreeMap::new(), |mut lists, id| {
                *lists.entry(id).or_default() += 1;
                lists
            });
        let heavy = lists.into_iter().filter_map(|(id, rules)| {
            let weight = region.prefix_lists.get(id)?.weight;
            let each = if rules > 1 { " in each rule" } else { "" };
            (weight > 1).then(|| format!("{id} counts {weight}{each}"))
        });
        let heavy: Vec<String> = heavy.collect();
        match heavy.as_slice() {
            [] => String::new(),
            heavy => format!(" ({})", heavy.join(", ")),
        }
    };
    let line = |direction: Direction| {
        let counted = count(&group.rules, direction, &limits);
        format!(
            "{:8}{} of {rules_per_direction} for IPv4, {} of {rules_per_direction} for IPv6{}",
            direction.name(),
            counted.ipv4(),
            counted.ipv6(),
            weights(direction)
        )
    };
    Direction::BOTH.map(line).to_vec()
}

#[cfg(test)]
mod tests;
