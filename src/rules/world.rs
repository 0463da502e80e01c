//! Finds the traffic that a group's rules together open to the whole world: two rules for half of
//! the addresses each count as one rule for all of them, and a prefix list counts as its blocks. It
//! is computed for each interval of traffic. The world is every public address of a family, as for
//! guardrails.

use std::collections::{BTreeMap, BTreeSet};

use ipnet::IpNet;

pub use super::public::Family;
use super::public::{is_world, size, world_size};
use super::{Direction, Peer, Rule, RuleSet};

/// The blocks of prefix lists by id, merged by [`super::cidr_set::merge`].
pub type PrefixListBlocks = BTreeMap<String, Vec<IpNet>>;

/// The kind of traffic that the numbers of an interval count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lane {
    /// Ports of TCP.
    Tcp,
    /// Ports of UDP.
    Udp,
    /// Messages of ICMP: 256 times the type, and the code.
    Icmp,
    /// Messages of ICMPv6, counted as those of ICMP.
    Icmpv6,
    /// Numbers of any other protocol.
    Other,
}

/// An interval of traffic that is open to every public address of a family.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opening<'a> {
    /// The family.
    pub family: Family,
    /// The kind of numbers that the interval counts.
    pub lane: Lane,
    /// The first number of the interval.
    pub first: u16,
    /// The last number of the interval.
    pub last: u16,
    /// The rules that together open it.
    pub rules: Vec<&'a Rule>,
}

impl Opening<'_> {
    /// Whether it is opened by rules for all traffic, which alone reach its last number.
    pub fn is_all_traffic(&self) -> bool {
        self.lane == Lane::Other && self.last == u16::MAX
    }
}

/// Numbers in one lane of [`super::Traffic::interval`].
const LANE: u32 = 1 << 16;

/// The number that only all traffic reaches, beyond all lanes.
const END: u32 = 5 * LANE;

const LANES: [Lane; 5] = [Lane::Tcp, Lane::Udp, Lane::Icmp, Lane::Icmpv6, Lane::Other];

/// A rule, with its interval of traffic and its addresses of one family.
struct Part<'a> {
    rule: &'a Rule,
    from: u32,
    to: u32,
    blocks: Vec<IpNet>,
    size: u128,
}

/// The traffic that rules of one direction open to the world, by family, lane and number. Intervals of one
/// family don't overlap, and those next to each other differ in their rules.
pub fn openings<'a>(
    rules: &'a RuleSet,
    direction: Direction,
    lists: &PrefixListBlocks,
) -> Vec<Opening<'a>> {
    let mut found = Vec::new();
    for family in Family::BOTH {
        let of_direction = rules.keys().filter(|rule| rule.direction == direction);
        let parts: Vec<Part> = of_direction
            .filter_map(|rule| part(rule, family, lists))
            .collect();
        // Most groups have no wide rules, and end here.
        if parts.iter().map(|part| part.size).sum::<u128>() >= world_size(family) {
            sweep(&parts, family, &mut found);
        }
    }
    found
}

/// A rule with its addresses of one family; `None` if it has none, or none that are known.
fn part<'a>(rule: &'a Rule, family: Family, lists: &PrefixListBlocks) -> Option<Part<'a>> {
    let blocks: Vec<IpNet> = match &rule.peer {
        Peer::Ipv4(net) => vec![IpNet::V4(*net)],
        Peer::Ipv6(net) => vec![IpNet::V6(*net)],
        Peer::PrefixList(id) => lists.get(id)?.clone(),
        Peer::Group { .. } | Peer::SelfReference => return None,
    };
    let blocks: Vec<IpNet> = blocks
        .into_iter()
        .filter(|block| family.has(block))
        .collect();
    if blocks.is_empty() {
        return None;
    }
    let (from, to) = rule.traffic.interval();
    let size = blocks.iter().map(size).sum();
    Some(Part {
        rule,
        from,
        to,
        blocks,
        size,
    })
}

/// Visits the intervals between the numbers at which a rule begins or ends.
fn sweep<'a>(parts: &[Part<'a>], family: Family, found: &mut Vec<Opening<'a>>) {
    let alone: Vec<bool> = parts
        .iter()
        .map(|part| is_world(family, &part.blocks))
        .collect();
    let mut begins: Vec<usize> = (0..parts.len()).collect();
    let mut ends = begins.clone();
    begins.sort_by_key(|at| parts[*at].from);
    ends.sort_by_key(|at| parts[*at].to);
    let starts = parts.iter().map(|part| part.from);
    let cuts: BTreeSet<u32> = starts
        .chain(parts.iter().map(|part| part.to + 1))
        .chain((1..5).map(|lane| lane * LANE))
        .collect();
    let cuts: Vec<u32> = cuts.into_iter().collect();
    let (mut begins, mut ends) = (begins.into_iter().peekable(), ends.into_iter().peekable());
    let mut active: BTreeSet<usize> = BTreeSet::new();
    let mut whole: BTreeSet<usize> = BTreeSet::new();
    let mut sum = 0;
    for cut in cuts.windows(2) {
        let (from, to) = (cut[0], cut[1] - 1);
        while let Some(at) = ends.next_if(|at| parts[*at].to < from) {
            active.remove(&at);
            whole.remove(&at);
            sum -= parts[at].size;
        }
        while let Some(at) = begins.next_if(|at| parts[*at].from <= from) {
            active.insert(at);
            sum += parts[at].size;
            if alone[at] {
                whole.insert(at);
            }
        }
        if !whole.is_empty() {
            push(found, family, (from, to), &whole, parts);
        } else if sum >= world_size(family) && are_world(family, &active, parts) {
            push(found, family, (from, to), &active, parts);
        }
    }
}

fn are_world(family: Family, active: &BTreeSet<usize>, parts: &[Part]) -> bool {
    let blocks = active.iter().flat_map(|at| &parts[*at].blocks);
    let blocks: Vec<IpNet> = blocks.copied().collect();
    is_world(family, &blocks)
}

/// Adds an interval, or extends the one before if that is adjacent and has the same rules.
fn push<'a>(
    found: &mut Vec<Opening<'a>>,
    family: Family,
    (from, to): (u32, u32),
    by: &BTreeSet<usize>,
    parts: &[Part<'a>],
) {
    let lane = LANES[(from / LANE).min(4) as usize];
    // No lane has the number.
    if from >= END {
        return;
    }
    let to = to.min(from / LANE * LANE + LANE - 1);
    let rules: Vec<&Rule> = by.iter().map(|at| parts[*at].rule).collect();
    // Numbers within a lane fit into 16 bits.
    let (first, last) = ((from % LANE) as u16, (to % LANE) as u16);
    if let Some(before) = found.last_mut()
        && before.family == family
        && before.lane == lane
        && before.last.checked_add(1) == Some(first)
        && before.rules == rules
    {
        before.last = last;
        return;
    }
    found.push(Opening {
        family,
        lane,
        first,
        last,
        rules,
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::cidr_set;
    use crate::rules::model::rule_set;

    fn reported(rules: &[&str], lists: &[(&str, &[&str])]) -> Vec<String> {
        let block = |text: &&str| text.parse::<IpNet>().expect("a block");
        let lists = lists.iter().map(|(id, blocks)| {
            let blocks: Vec<IpNet> = blocks.iter().map(block).collect();
            ((*id).to_owned(), cidr_set::merge(&blocks))
        });
        let rules = rule_set(rules);
        openings(&rules, Direction::Ingress, &lists.collect())
            .iter()
            .map(|o| {
                let all = if o.is_all_traffic() { " all" } else { "" };
                let (lane, family) = (o.lane, o.family);
                let (first, last, rules) = (o.first, o.last, o.rules.len());
                format!("{family:?} {lane:?} {first}-{last} by {rules}{all}")
            })
            .collect()
    }

    #[test]
    fn two_halves_of_the_world_were_told_as_two_networks() {
        let halves = [
            "ingress tcp/22 from 0.0.0.0/1",
            "ingress tcp/20-30 from 128.0.0.0/1",
        ];
        assert_eq!(reported(&halves, &[]), ["Ipv4 Tcp 22-22 by 2"]);
        assert_eq!(reported(&halves[..1], &[]), [""; 0]);
        assert_eq!(
            reported(
                &[
                    "ingress tcp/1-9 from 2000::/4",
                    "ingress tcp/5-20 from 3000::/4"
                ],
                &[]
            ),
            ["Ipv6 Tcp 5-9 by 2"]
        );
    }

    #[test]
    fn a_world_without_one_public_address_is_not_the_world() {
        let count = |rules: &[String]| {
            let keys: Vec<&str> = rules.iter().map(String::as_str).collect();
            reported(&keys, &[]).len()
        };
        for (address, without) in [([8, 8, 8, 8], 0), ([10, 0, 0, 1], 1)] {
            let address = std::net::Ipv4Addr::from(address);
            let mut rules: Vec<String> = (1..=32)
                .map(|length| format!("ingress tcp/22 from {}/{length}", beside(address, length)))
                .collect();
            assert_eq!(count(&rules), without, "all but {address}");
            rules.push(format!("ingress tcp/22 from {address}/32"));
            assert_eq!(count(&rules), 1);
        }
    }

    /// The block of a length that has all bits but its last one in common with an address.
    fn beside(address: std::net::Ipv4Addr, length: u32) -> std::net::Ipv4Addr {
        let last = 1_u32 << (32 - length);
        let mask = u32::MAX << (32 - length);
        std::net::Ipv4Addr::from_bits((address.to_bits() ^ last) & mask)
    }

    #[test]
    fn the_world_without_private_addresses_passed_for_narrower_than_the_world() {
        let rules = [
            "ingress tcp/22 from 0.0.0.0/1",
            "ingress tcp/22 from 128.0.0.0/2",
            "ingress tcp/22 from 192.0.0.0/3",
        ];
        assert_eq!(reported(&rules, &[]), ["Ipv4 Tcp 22-22 by 3"]);
        assert_eq!(
            reported(&["ingress tcp/22 from 2000::/3"], &[]),
            ["Ipv6 Tcp 22-22 by 1"]
        );
    }

    #[test]
    fn a_prefix_list_that_holds_the_world_went_unseen() {
        let rules = [
            "ingress tcp/22 from pl-0000000a",
            "ingress tcp/22 from 128.0.0.0/1",
        ];
        assert_eq!(
            reported(&rules, &[]),
            [""; 0],
            "what the list holds isn't known"
        );
        let half: &[&str] = &["0.0.0.0/2", "64.0.0.0/2"];
        assert_eq!(
            reported(&rules, &[("pl-0000000a", half)]),
            ["Ipv4 Tcp 22-22 by 2"]
        );
        let whole: &[&str] = &["10.0.0.0/8", "0.0.0.0/0"];
        assert_eq!(
            reported(&rules, &[("pl-0000000a", whole)]),
            ["Ipv4 Tcp 22-22 by 1"]
        );
    }

    #[test]
    fn families_protocols_and_directions_are_apart() {
        assert_eq!(
            reported(
                &[
                    "ingress tcp/22 from 0.0.0.0/1",
                    "ingress udp/22 from 128.0.0.0/1",
                    "egress tcp/22 to 128.0.0.0/1",
                    "ingress tcp/22 from 8000::/1",
                    "ingress 47 from 0.0.0.0/0",
                    "ingress icmp/8 from 0.0.0.0/0",
                    "ingress tcp/1 from self",
                ],
                &[]
            ),
            ["Ipv4 Icmp 2048-2303 by 1", "Ipv4 Other 47-47 by 1"]
        );
    }

    #[test]
    fn all_traffic_is_open_in_every_lane() {
        assert_eq!(
            reported(&["ingress all from ::/0", "ingress tcp/80 from ::/0"], &[]),
            [
                "Ipv6 Tcp 0-79 by 1",
                "Ipv6 Tcp 80-80 by 2",
                "Ipv6 Tcp 81-65535 by 1",
                "Ipv6 Udp 0-65535 by 1",
                "Ipv6 Icmp 0-65535 by 1",
                "Ipv6 Icmpv6 0-65535 by 1",
                "Ipv6 Other 0-65535 by 1 all",
            ]
        );
    }
}
