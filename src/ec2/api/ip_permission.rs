//! Converts rules to and from EC2's `IpPermission`, which bundles many peers under one protocol and
//! port range.

use std::collections::BTreeMap;

use aws_sdk_ec2::types::{
    IpPermission, IpRange, Ipv6Range, PrefixListId, SecurityGroup, UserIdGroupPair,
};

use crate::rules::{Direction, Peer, Rule, RuleSet, Traffic};

/// Rules of one direction, for the group `own`: one permission for each protocol and port range.
pub(in crate::ec2) fn encode(rules: &RuleSet, own: &str) -> Vec<IpPermission> {
    let mut bundles: BTreeMap<Traffic, Vec<(&Peer, &str)>> = BTreeMap::new();
    for (rule, description) in rules {
        let bundle = bundles.entry(rule.traffic).or_default();
        bundle.push((&rule.peer, description));
    }
    let permission = |(traffic, peers)| permission(traffic, peers, own);
    bundles.into_iter().map(permission).collect()
}

/// All rules of a group.
///
/// # Errors
/// Words for a permission that can't be a rule.
pub(in crate::ec2) fn decode(group: &SecurityGroup) -> Result<RuleSet, String> {
    let mut rules = RuleSet::new();
    let directions = [
        (Direction::Ingress, group.ip_permissions()),
        (Direction::Egress, group.ip_permissions_egress()),
    ];
    let owner = group.owner_id().unwrap_or_default();
    let own = group.group_id().unwrap_or_default();
    for (direction, permissions) in directions {
        for permission in permissions {
            let protocol = permission.ip_protocol().unwrap_or_default();
            let traffic = Traffic::from_ec2(protocol, permission.from_port(), permission.to_port())
                .map_err(|e| e.to_string())?;
            for (peer, description) in peers(permission)? {
                let rule = Rule {
                    direction,
                    traffic,
                    peer: peer.seen_from(owner, own),
                };
                rules.insert(rule, description.unwrap_or_default().to_owned());
            }
        }
    }
    Ok(rules)
}

fn permission(traffic: Traffic, peers: Vec<(&Peer, &str)>, own: &str) -> IpPermission {
    let (from, to) = traffic.ports().unzip();
    let mut permission = IpPermission::builder()
        .ip_protocol(traffic.protocol())
        .set_from_port(from)
        .set_to_port(to);
    for (peer, description) in peers {
        let description = (!description.is_empty()).then(|| description.to_owned());
        let group = |account: Option<&str>, id: &str| {
            UserIdGroupPair::builder()
                .group_id(id)
                .set_user_id(account.map(str::to_owned))
                .set_description(description.clone())
                .build()
        };
        permission = match peer {
            Peer::SelfReference => permission.user_id_group_pairs(group(None, own)),
            Peer::Group { account, id } => {
                permission.user_id_group_pairs(group(account.as_deref(), id))
            }
            Peer::Ipv4(net) => permission.ip_ranges(
                IpRange::builder()
                    .cidr_ip(net.to_string())
                    .set_description(description)
                    .build(),
            ),
            Peer::Ipv6(net) => permission.ipv6_ranges(
                Ipv6Range::builder()
                    .cidr_ipv6(net.to_string())
                    .set_description(description)
                    .build(),
            ),
            Peer::PrefixList(id) => permission.prefix_list_ids(
                PrefixListId::builder()
                    .prefix_list_id(id)
                    .set_description(description)
                    .build(),
            ),
        };
    }
    permission.build()
}

fn peers(permission: &IpPermission) -> Result<Vec<(Peer, Option<&str>)>, String> {
    let mut peers = Vec::new();
    let cidr = |text: Option<&str>| {
        Peer::from_ec2_cidr(text.unwrap_or_default()).map_err(|e| e.to_string())
    };
    for range in permission.ip_ranges() {
        peers.push((cidr(range.cidr_ip())?, range.description()));
    }
    for range in permission.ipv6_ranges() {
        peers.push((cidr(range.cidr_ipv6())?, range.description()));
    }
    for list in permission.prefix_list_ids() {
        let id = list.prefix_list_id().unwrap_or_default().to_owned();
        peers.push((Peer::PrefixList(id), list.description()));
    }
    for pair in permission.user_id_group_pairs() {
        let group = Peer::Group {
            account: pair.user_id().map(str::to_owned),
            id: pair.group_id().unwrap_or_default().to_owned(),
        };
        peers.push((group, pair.description()));
    }
    Ok(peers)
}
