//! An index of rules that finds the first or last one which covers or overlaps another without
//! comparing all of them. Each rule is an area: an interval of traffic by an interval of addresses.
//!
//! A rule covers another if its area contains the other's, and overlaps it if the areas meet. The
//! leaves of the tree are in the order of the rules, so neighbours are alike, and a branch whose
//! bounding area fails the test is skipped as a whole: a query costs about the depth of the tree.
//!
//! Comparing every pair of rules would be shorter and quadratic. Two measurements need the tree:
//! `finding_what_is_said_twice_is_linear` and `changing_in_place_at_the_quota_is_linear` in
//! tests/suite/linear.rs (`cargo test --test suite linear::`), and with them the rows "covered" and
//! "steps at the quota" of docs/benchmarks.md (`cargo bench --bench rules`): from 10 to 10,000
//! rules, the time for each rule grows to three and two times as much, instead of a thousand times.

use std::collections::BTreeMap;

use super::{Direction, Peer, Rule};

/// An index of rules that cover or overlap another.
pub(super) struct CoverIndex<'a> {
    /// The rules in order, each once.
    rules: Vec<&'a Rule>,
    /// Peers that aren't address blocks, numbered.
    names: BTreeMap<&'a Peer, u128>,
    /// A binary tree: the root is 1, and the children of `at` are `2 * at` and `2 * at + 1`. The
    /// leaves are the second half; a leaf whose rule was removed is `None`.
    nodes: Vec<Option<Area>>,
    #[cfg(test)]
    looks: std::cell::Cell<usize>,
}

/// An address with its family (4 or 6), or the number of a named peer with 0.
type Coordinate = (u8, u128);

/// The area of a rule, or the bounding area of several.
#[derive(Clone, Copy)]
struct Area {
    traffic: (u32, u32),
    peer: (Coordinate, Coordinate),
}

type Test = fn(&Area, &Area) -> bool;

#[derive(Clone, Copy)]
enum End {
    First,
    Last,
}

impl<'a> CoverIndex<'a> {
    /// An index of these rules, which must be in order.
    pub(super) fn of(rules: impl IntoIterator<Item = &'a Rule>) -> Self {
        let rules: Vec<&Rule> = rules.into_iter().collect();
        let mut names = BTreeMap::new();
        for rule in &rules {
            if !matches!(rule.peer, Peer::Ipv4(_) | Peer::Ipv6(_)) {
                let next = names.len() as u128;
                names.entry(&rule.peer).or_insert(next);
            }
        }
        let leaves = rules.len().next_power_of_two();
        let mut areas = Self {
            nodes: vec![None; 2 * leaves],
            rules,
            names,
            #[cfg(test)]
            looks: std::cell::Cell::new(0),
        };
        for (at, rule) in areas.rules.iter().enumerate() {
            areas.nodes[leaves + at] = areas.area(rule);
        }
        for at in (1..leaves).rev() {
            areas.join(at);
        }
        areas
    }

    /// The first rule that covers this one.
    pub(super) fn first_to_cover(&self, rule: &Rule) -> Option<&'a Rule> {
        self.ask(rule, Area::holds, End::First)
    }

    /// The last rule that covers this one.
    pub(super) fn last_to_cover(&self, rule: &Rule) -> Option<&'a Rule> {
        self.ask(rule, Area::holds, End::Last)
    }

    /// The last rule that overlaps this one.
    pub(super) fn last_to_overlap(&self, rule: &Rule) -> Option<&'a Rule> {
        self.ask(rule, Area::meets, End::Last)
    }

    /// The last rule of all.
    pub(super) fn last(&self) -> Option<&'a Rule> {
        let area = self.nodes[1]?;
        self.find(1, &area, |_, _| true, End::Last)
    }

    /// Removes a rule.
    pub(super) fn remove(&mut self, rule: &Rule) {
        let Ok(at) = self.rules.binary_search(&rule) else {
            return;
        };
        let mut at = self.nodes.len() / 2 + at;
        self.nodes[at] = None;
        while at > 1 {
            at /= 2;
            self.join(at);
        }
    }

    fn ask(&self, rule: &Rule, test: Test, end: End) -> Option<&'a Rule> {
        self.find(1, &self.area(rule)?, test, end)
    }

    /// The first or last rule below a node that passes the test. A bounding area may pass although
    /// none of its rules does, but if it fails, all its rules fail.
    fn find(&self, at: usize, area: &Area, test: Test, end: End) -> Option<&'a Rule> {
        #[cfg(test)]
        self.looks.set(self.looks.get() + 1);
        let here = self.nodes[at]?;
        if !test(&here, area) {
            return None;
        }
        let leaves = self.nodes.len() / 2;
        if at >= leaves {
            return Some(self.rules[at - leaves]);
        }
        let (one, other) = match end {
            End::First => (2 * at, 2 * at + 1),
            End::Last => (2 * at + 1, 2 * at),
        };
        self.find(one, area, test, end)
            .or_else(|| self.find(other, area, test, end))
    }

    fn join(&mut self, at: usize) {
        let below = (self.nodes[2 * at], self.nodes[2 * at + 1]);
        self.nodes[at] = match below {
            (Some(one), Some(other)) => Some(one.with(&other)),
            (one, other) => one.or(other),
        };
    }

    /// The area of a rule; `None` if its peer isn't an address block and none of the indexed rules
    /// has it.
    fn area(&self, rule: &Rule) -> Option<Area> {
        let peer = match &rule.peer {
            Peer::Ipv4(net) => {
                let ends = (net.network(), net.broadcast());
                ((4, u32::from(ends.0).into()), (4, u32::from(ends.1).into()))
            }
            Peer::Ipv6(net) => ((6, net.network().into()), (6, net.broadcast().into())),
            named => {
                let place = (0, *self.names.get(named)?);
                (place, place)
            }
        };
        let (from, to) = rule.traffic.interval();
        let side = match rule.direction {
            Direction::Ingress => 0,
            Direction::Egress => 1 << 31,
        };
        Some(Area {
            traffic: (side + from, side + to),
            peer,
        })
    }
}

impl Area {
    fn holds(&self, other: &Self) -> bool {
        self.traffic.0 <= other.traffic.0
            && other.traffic.1 <= self.traffic.1
            && self.peer.0 <= other.peer.0
            && other.peer.1 <= self.peer.1
    }

    fn meets(&self, other: &Self) -> bool {
        self.traffic.0 <= other.traffic.1
            && other.traffic.0 <= self.traffic.1
            && self.peer.0 <= other.peer.1
            && other.peer.0 <= self.peer.1
    }

    /// The bounding area of both.
    fn with(&self, other: &Self) -> Self {
        Self {
            traffic: (
                self.traffic.0.min(other.traffic.0),
                self.traffic.1.max(other.traffic.1),
            ),
            peer: (self.peer.0.min(other.peer.0), self.peer.1.max(other.peer.1)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::{RuleSet, Traffic};

    /// Rules as in accounts with many of them: a port from many hosts, then some wide rules.
    fn many(hosts: u32) -> RuleSet {
        let rule = |port, address: u32, length| Rule {
            direction: Direction::Ingress,
            traffic: Traffic::tcp(port, port + 10).expect("a range"),
            peer: Peer::Ipv4(
                ipnet::Ipv4Net::new(address.into(), length)
                    .expect("a length")
                    .trunc(),
            ),
        };
        let narrow = (0..hosts).map(|host| rule(443, 0x0a00_0000 + host * 7, 32));
        let ports = (0..hosts / 16).map(|port| rule(1000 + port as u16, 0xc0a8_0000, 16));
        let wide = (0..hosts / 64).map(|net| rule(443, 0x0a00_0000 + net * 1024, 24));
        let all = narrow.chain(ports).chain(wide);
        all.map(|rule| (rule, String::new())).collect()
    }

    /// Average number of areas that a query visits.
    fn looks(hosts: u32) -> usize {
        let rules = many(hosts);
        let areas = CoverIndex::of(rules.keys());
        for rule in rules.keys() {
            assert!(areas.first_to_cover(rule).is_some());
            assert!(areas.last_to_overlap(rule).is_some());
        }
        areas.looks.get() / rules.len()
    }

    #[test]
    fn a_question_costs_little_more_among_ten_times_as_many_rules() {
        let (some, more) = (looks(1000), looks(10_000));
        assert!(
            more < 2 * some,
            "{some} looks among 1,000, {more} among 10,000"
        );
    }

    #[test]
    fn what_is_taken_out_is_found_no_more() {
        let rules = many(100);
        let mut areas = CoverIndex::of(rules.keys());
        for rule in rules.keys().rev() {
            assert_eq!(areas.last(), Some(rule));
            areas.remove(rule);
            assert_ne!(areas.last_to_cover(rule), Some(rule));
        }
        assert_eq!(areas.last(), None);
        assert_eq!(CoverIndex::of([]).last(), None);
    }
}
