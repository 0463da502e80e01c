//! Rules in EC2's three forms: `IpPermissions` of a request, of a reply, and one rule by itself.

use std::collections::BTreeMap;

use terraform_provider_curated::rules::{Direction, Peer, Rule, Traffic};

use super::form::Part;
use super::state::{ACCOUNT, Entry, Group, Refusal};
use super::xml::Xml;

/// The rules of a request for a group, each with its description.
pub(crate) fn read(
    request: &Part<'_>,
    direction: Direction,
    group_id: &str,
) -> Result<Vec<(Rule, String)>, Refusal> {
    let mut found = Vec::new();
    for permission in request.parts("IpPermissions") {
        let traffic = traffic(&permission)?;
        // EC2's model and its documents don't call this list the same.
        let groups = ["UserIdGroupPairs", "Groups"].map(|name| permission.parts(name));
        let lists = [
            permission.parts("IpRanges"),
            permission.parts("Ipv6Ranges"),
            permission.parts("PrefixListIds"),
        ];
        for source in lists.iter().chain(&groups).flatten() {
            let rule = Rule {
                direction,
                traffic,
                peer: peer(source, ["CidrIp", "CidrIpv6", "PrefixListId", "GroupId"])?,
            };
            let description = source.text("Description").unwrap_or_default();
            found.push((rule.seen_from(ACCOUNT, group_id), description.to_owned()));
        }
    }
    Ok(found)
}

/// One rule by itself, as in ModifySecurityGroupRules.
pub(crate) fn read_one(
    request: &Part<'_>,
    direction: Direction,
    group_id: &str,
) -> Result<Rule, Refusal> {
    let names = ["CidrIpv4", "CidrIpv6", "PrefixListId", "ReferencedGroupId"];
    let rule = Rule {
        direction,
        traffic: traffic(request)?,
        peer: peer(request, names)?,
    };
    Ok(rule.seen_from(ACCOUNT, group_id))
}

fn traffic(part: &Part<'_>) -> Result<Traffic, Refusal> {
    let protocol = part.text("IpProtocol").unwrap_or_default();
    Traffic::from_ec2(protocol, part.number("FromPort"), part.number("ToPort"))
        .map_err(|error| invalid(&error.to_string()))
}

fn peer(part: &Part<'_>, [v4, v6, list, group]: [&str; 4]) -> Result<Peer, Refusal> {
    if let Some(cidr) = part.text(v4).or_else(|| part.text(v6)) {
        return Peer::from_ec2_cidr(cidr).map_err(|error| invalid(&error.to_string()));
    }
    if let Some(id) = part.text(list) {
        return Ok(Peer::PrefixList(id.to_owned()));
    }
    let id = part.text(group).ok_or_else(|| invalid("no source"))?;
    Ok(Peer::Group {
        account: part.text("UserId").map(str::to_owned),
        id: id.to_owned(),
    })
}

fn invalid(message: &str) -> Refusal {
    Refusal("InvalidParameterValue", message.to_owned())
}

/// The permissions of one direction of a group.
pub(crate) fn write(xml: &mut Xml, name: &str, group: &Group, direction: Direction) {
    let mut by_traffic: BTreeMap<Traffic, Vec<(&Peer, &Entry)>> = BTreeMap::new();
    for (rule, entry) in group.rules_of(direction) {
        let peers = by_traffic.entry(rule.traffic).or_default();
        peers.push((&rule.peer, entry));
    }
    xml.list(name, by_traffic, |xml, (traffic, peers)| {
        xml.text("ipProtocol", &traffic.protocol());
        if let Some((from, to)) = traffic.ports() {
            xml.text("fromPort", &from.to_string());
            xml.text("toPort", &to.to_string());
        }
        let lists = ["groups", "ipRanges", "ipv6Ranges", "prefixListIds"];
        for list in lists {
            let own = peers.iter().filter(|(peer, _)| list_of(peer) == list);
            xml.list(list, own, |xml, (peer, entry)| {
                match peer {
                    Peer::Ipv4(net) => xml.text("cidrIp", &net.to_string()),
                    Peer::Ipv6(net) => xml.text("cidrIpv6", &net.to_string()),
                    Peer::PrefixList(id) => xml.text("prefixListId", id),
                    Peer::Group { .. } | Peer::SelfReference => pair(xml, peer, group),
                }
                xml.some("description", described(entry));
            });
        }
    });
}

/// One rule by itself.
pub(crate) fn write_one(xml: &mut Xml, group: &Group, rule: &Rule, entry: &Entry) {
    xml.text("securityGroupRuleId", &entry.id);
    xml.text("groupId", &group.id);
    xml.text("groupOwnerId", ACCOUNT);
    let egress = rule.direction == Direction::Egress;
    xml.text("isEgress", if egress { "true" } else { "false" });
    xml.text("ipProtocol", &rule.traffic.protocol());
    let (from, to) = rule.traffic.ports().unwrap_or((-1, -1));
    xml.text("fromPort", &from.to_string());
    xml.text("toPort", &to.to_string());
    match &rule.peer {
        Peer::Ipv4(net) => xml.text("cidrIpv4", &net.to_string()),
        Peer::Ipv6(net) => xml.text("cidrIpv6", &net.to_string()),
        Peer::PrefixList(id) => xml.text("prefixListId", id),
        peer => xml.element("referencedGroupInfo", |xml| pair(xml, peer, group)),
    }
    xml.some("description", described(entry));
    super::groups::tags(xml, &entry.tags);
}

fn list_of(peer: &Peer) -> &'static str {
    match peer {
        Peer::Ipv4(_) => "ipRanges",
        Peer::Ipv6(_) => "ipv6Ranges",
        Peer::PrefixList(_) => "prefixListIds",
        Peer::Group { .. } | Peer::SelfReference => "groups",
    }
}

fn pair(xml: &mut Xml, peer: &Peer, group: &Group) {
    let (account, id) = match peer {
        Peer::Group { account, id } => (account.as_deref(), id),
        _ => (None, &group.id),
    };
    xml.text("userId", account.unwrap_or(ACCOUNT));
    xml.text("groupId", id);
}

fn described(entry: &Entry) -> Option<&str> {
    Some(entry.description.as_str()).filter(|text| !text.is_empty())
}
