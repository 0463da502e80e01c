//! The traffic that a group's rules open to the world, by kind of service.

use std::collections::BTreeSet;

use super::inputs::Inputs;
use super::port_classes::{Class, PortClasses};
use super::report::WorldOpen;
use crate::catalog::Catalog;
use crate::rules::world::{Family, Lane, Opening, PrefixListBlocks, openings};
use crate::rules::{Direction, Rule, RuleSet, Traffic};

/// Number of open ports of a protocol above which it counts as all open.
const NEARLY_ALL: u32 = 65_000;

/// ICMP's type for redirects.
const REDIRECT: u16 = 5;

/// ICMPv6's type for redirects.
const REDIRECT_V6: u16 = 137;

/// Finds traffic that rules open to the world, for callers without a snapshot. The contents of
/// prefix lists aren't known.
pub struct WorldOpenings(PortClasses);

impl WorldOpenings {
    /// Uses the data services of a catalog.
    pub fn new(catalog: &Catalog) -> Self {
        let inputs = Inputs::with_catalog("", catalog);
        Self(PortClasses::new(&inputs.data_traffic))
    }

    /// The open traffic as reports show it; `None` if none is open.
    pub fn of(&self, rules: &RuleSet) -> Option<WorldOpen> {
        Openness::of(rules, &PrefixListBlocks::new(), &self.0).reported()
    }
}

/// Open traffic of one kind, and the rules that open it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Open<'a> {
    /// Sorted by protocol and port, with adjacent ranges joined.
    pub(super) traffic: Vec<Traffic>,
    /// The rules that open it.
    pub(super) rules: BTreeSet<&'a Rule>,
    /// Whether it is open to all of IPv4.
    pub(super) ipv4: bool,
    /// Whether it is open to all of IPv6.
    pub(super) ipv6: bool,
}

/// The traffic that a group opens to the world.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Openness<'a> {
    /// All traffic, or nearly all ports of a protocol.
    pub(super) all: Open<'a>,
    /// Ports of administration that aren't in `all`.
    pub(super) admin: Open<'a>,
    /// Ports of data that aren't in `all`.
    pub(super) data: Open<'a>,
    /// Other ports that aren't in `all`.
    pub(super) other: Open<'a>,
    /// The ports 80 and 443 that aren't in `all`.
    pub(super) web: Open<'a>,
    /// Protocols but TCP, UDP and ICMP that aren't in `all`.
    pub(super) protocols: Open<'a>,
    /// All of ICMP, or its redirects, where not in `all`.
    pub(super) icmp: Open<'a>,
}

impl<'a> Open<'a> {
    fn add(&mut self, traffic: Option<Traffic>, opening: &Opening<'a>) {
        self.traffic.extend(traffic);
        self.rules.extend(&opening.rules);
        match opening.family {
            Family::Ipv4 => self.ipv4 = true,
            Family::Ipv6 => self.ipv6 = true,
        }
    }

    /// Whether nothing is open.
    pub(super) fn is_empty(&self) -> bool {
        self.traffic.is_empty()
    }

    fn texts(&self) -> Vec<String> {
        self.traffic.iter().map(Traffic::to_string).collect()
    }

    /// Sorts traffic, and joins adjacent or overlapping ranges.
    fn join(&mut self) {
        self.traffic.sort_unstable();
        let mut joined: Vec<Traffic> = Vec::new();
        for traffic in self.traffic.drain(..) {
            match joined.last_mut() {
                Some(before) if before.covers(&traffic) => {}
                Some(before) => match union(before, &traffic) {
                    Some(both) => *before = both,
                    None => joined.push(traffic),
                },
                None => joined.push(traffic),
            }
        }
        self.traffic = joined;
    }
}

/// The union of two ranges of ports that touch. The first one begins no later than the second.
fn union(one: &Traffic, other: &Traffic) -> Option<Traffic> {
    let protocol = one.protocol();
    if protocol != other.protocol() || !["tcp", "udp"].contains(&&*protocol) {
        return None;
    }
    let ((first, end), (start, last)) = (one.ports()?, other.ports()?);
    if start > end + 1 {
        return None;
    }
    Traffic::from_ec2(&protocol, Some(first), Some(last.max(end))).ok()
}

impl<'a> Openness<'a> {
    /// The traffic that rules let in from the world.
    pub(super) fn of(rules: &'a RuleSet, lists: &PrefixListBlocks, classes: &PortClasses) -> Self {
        let mut found = Self::default();
        let openings = openings(rules, Direction::Ingress, lists);
        if openings.is_empty() {
            return found;
        }
        if openings.iter().any(Opening::is_all_traffic) {
            for opening in openings.iter().filter(|opening| opening.is_all_traffic()) {
                found.all.add(Some(Traffic::ALL), opening);
            }
            found.all.join();
            return found;
        }
        for lane in [Lane::Tcp, Lane::Udp] {
            found.add_ports(lane, &openings, classes);
        }
        for opening in openings
            .iter()
            .filter(|opening| opening.lane == Lane::Other)
        {
            for number in opening.first..=opening.last.min(255) {
                let traffic = u8::try_from(number).ok().and_then(Traffic::other);
                if traffic.is_some() {
                    found.protocols.add(traffic, opening);
                }
            }
        }
        found.add_icmp(&openings);
        let classes = [
            &mut found.all,
            &mut found.admin,
            &mut found.data,
            &mut found.other,
            &mut found.web,
            &mut found.protocols,
            &mut found.icmp,
        ];
        classes.into_iter().for_each(Open::join);
        found
    }

    fn add_ports(&mut self, lane: Lane, openings: &[Opening<'a>], classes: &PortClasses) {
        let of_lane: Vec<&Opening> = openings.iter().filter(|it| it.lane == lane).collect();
        let is_tcp = lane == Lane::Tcp;
        let make = if is_tcp { Traffic::tcp } else { Traffic::udp };
        let mut ports = Open::default();
        for opening in &of_lane {
            ports.add(make(opening.first, opening.last), opening);
        }
        ports.join();
        let counts = ports.traffic.iter().filter_map(Traffic::ports);
        let open: i32 = counts.map(|(first, last)| last - first + 1).sum();
        if open > NEARLY_ALL as i32 {
            self.all.traffic.append(&mut ports.traffic);
            self.all.rules.append(&mut ports.rules);
            self.all.ipv4 |= ports.ipv4;
            self.all.ipv6 |= ports.ipv6;
            return;
        }
        for opening in of_lane {
            for (first, last, class) in classes.pieces(is_tcp, (opening.first, opening.last)) {
                let open = match class {
                    Class::Admin => &mut self.admin,
                    Class::Data => &mut self.data,
                    Class::Web => &mut self.web,
                    Class::Other => &mut self.other,
                };
                open.add(make(first, last), opening);
            }
        }
    }

    /// Adds ICMP of IPv4 and ICMPv6 of IPv6; rules for the other family have no effect.
    fn add_icmp(&mut self, openings: &[Opening<'a>]) {
        for (family, lane, redirect, all) in [
            (Family::Ipv4, Lane::Icmp, REDIRECT, "icmp"),
            (Family::Ipv6, Lane::Icmpv6, REDIRECT_V6, "icmpv6"),
        ] {
            let of_lane = openings
                .iter()
                .filter(|it| it.lane == lane && it.family == family);
            let of_lane: Vec<&Opening> = of_lane.collect();
            let messages = of_lane.iter().map(|it| u32::from(it.last - it.first) + 1);
            if messages.sum::<u32>() == 1 << 16 {
                for opening in of_lane {
                    self.icmp.add(all.parse().ok(), opening);
                }
                continue;
            }
            let (first, last) = (redirect << 8, redirect << 8 | 0xff);
            let redirects = of_lane
                .into_iter()
                .filter(|it| it.first <= last && first <= it.last);
            for opening in redirects {
                let text = format!("{all}/{redirect}");
                self.icmp.add(text.parse().ok(), opening);
            }
        }
    }

    /// The open traffic as reports show it; `None` if none is open.
    pub(super) fn reported(&self) -> Option<WorldOpen> {
        let reported = WorldOpen {
            all: self.all.texts(),
            admin: self.admin.texts(),
            data: self.data.texts(),
            other: self.other.texts(),
            web: self.web.texts(),
            protocols: [self.protocols.texts(), self.icmp.texts()].concat(),
        };
        (reported != WorldOpen::default()).then_some(reported)
    }
}
