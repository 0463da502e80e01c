//! Properties of the steps from one rule set to another, tested against the reference model of EC2.

use std::collections::BTreeMap;

use proptest::collection::btree_map;
use proptest::prelude::*;

use super::cidr;
use crate::rules::model::Group;
use crate::rules::{
    Change, Direction, IcmpMessages, Limits, Peer, Rule, RuleSet, Step, Traffic, count, diff,
    removed_before_added, steps,
};

/// Rules from a small range, so that sets share rules and overlap.
pub(super) fn small_rule() -> impl Strategy<Value = Rule> {
    let what = prop::sample::select(vec![
        "all",
        "tcp/22",
        "tcp/20-30",
        "tcp/25-35",
        "udp/22",
        "icmp",
        "icmp/8",
        "icmp/8/0",
        "50",
    ]);
    let peer = prop::sample::select(vec![
        "0.0.0.0/0",
        "10.0.0.0/8",
        "10.1.0.0/16",
        "11.0.0.0/8",
        "::/0",
        "2001:db8::/32",
        "pl-0000000a",
        "pl-0000000b",
        "self",
        "sg-0000000a",
        "123456789012/sg-0000000b",
    ]);
    let direction = prop_oneof![3 => Just("ingress {} from {}"), 1 => Just("egress {} to {}")];
    (direction, what, peer).prop_map(|(form, what, peer)| {
        let key = form.replacen("{}", what, 1).replacen("{}", peer, 1);
        key.parse().expect("a key")
    })
}

pub(super) fn small_set(most: usize) -> impl Strategy<Value = RuleSet> {
    btree_map(
        small_rule(),
        prop_oneof![Just(""), Just("a"), Just("b")],
        0..most,
    )
    .prop_map(|rules| rules.into_iter().map(|(r, d)| (r, d.to_owned())).collect())
}

/// Limits that both sets keep, with `spare` rules left at the fullest place.
fn tight(a: &RuleSet, b: &RuleSet, weights: (usize, usize), spare: usize) -> Limits {
    let mut limits = Limits {
        rules_per_direction: usize::MAX,
        prefix_list_weights: [("pl-0000000a", weights.0), ("pl-0000000b", weights.1)]
            .map(|(id, weight)| (id.to_owned(), weight))
            .into(),
    };
    limits.rules_per_direction = [a, b]
        .into_iter()
        .flat_map(|rules| Direction::BOTH.map(|direction| count(rules, direction, &limits)))
        .map(|count| count.ipv4().max(count.ipv6()))
        .max()
        .unwrap_or_default()
        + spare;
    limits
}

/// One packet for every way in which the rules tell packets apart: what lies at the corners of
/// their port ranges and address blocks.
fn packets(rules: &[&RuleSet]) -> Vec<Rule> {
    let all = || rules.iter().flat_map(|rules| rules.keys());
    let mut traffic: Vec<Traffic> = all().flat_map(|rule| corners(rule.traffic)).collect();
    traffic.sort();
    traffic.dedup();
    let mut peers: Vec<Peer> = all().flat_map(|rule| ends(&rule.peer)).collect();
    peers.sort();
    peers.dedup();
    let of = |direction| {
        let peers = &peers;
        traffic.iter().flat_map(move |traffic| {
            peers.iter().map(move |peer| Rule {
                direction,
                traffic: *traffic,
                peer: peer.clone(),
            })
        })
    };
    Direction::BOTH.into_iter().flat_map(of).collect()
}

fn corners(traffic: Traffic) -> Vec<Traffic> {
    let single = |port: i32| Traffic::from_ec2(&traffic.protocol(), Some(port), Some(port)).ok();
    match (&*traffic.protocol(), traffic.ports()) {
        ("tcp" | "udp", Some((from, to))) => {
            [single(from), single(to)].into_iter().flatten().collect()
        }
        ("icmp", _) => vec![
            Traffic::icmp(IcmpMessages::Code(8, 0)),
            Traffic::icmp(IcmpMessages::Code(8, 1)),
            Traffic::icmp(IcmpMessages::Code(3, 3)),
        ],
        ("-1", _) => Traffic::other(47).into_iter().collect(),
        _ => vec![traffic],
    }
}

fn ends(peer: &Peer) -> Vec<Peer> {
    match peer {
        Peer::Ipv4(net) => vec![
            cidr(net.network().into(), 32),
            cidr(net.broadcast().into(), 32),
        ],
        Peer::Ipv6(net) => vec![
            cidr(net.network().into(), 128),
            cidr(net.broadcast().into(), 128),
        ],
        other => vec![other.clone()],
    }
}

fn passes(rules: &RuleSet, packet: &Rule) -> bool {
    rules.keys().any(|rule| rule.covers(packet))
}

/// The verbs of the calls of one direction.
fn verbs(steps: &[Step], direction: Direction) -> Vec<&'static str> {
    let of = steps.iter().filter(|step| step.direction() == direction);
    of.map(|step| match step {
        Step::Describe { .. } => "describe",
        Step::Modify { .. } => "modify",
        Step::Authorize { .. } => "authorize",
        Step::Revoke { .. } => "revoke",
    })
    .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    #[test]
    fn diff_with_itself_is_empty(rules in small_set(9)) {
        prop_assert!(diff(&rules, &rules).is_empty());
        prop_assert!(steps(&rules, &rules, &Limits::default()).is_empty());
    }

    #[test]
    fn steps_lead_from_any_set_to_any_other(
        a in small_set(9),
        b in small_set(9),
        weights in (1..9usize, 1..9usize),
        spare in 0..4usize,
    ) {
        let limits = tight(&a, &b, weights, spare);
        let steps = steps(&a, &b, &limits);
        let early = removed_before_added(&steps);
        let packets = packets(&[&a, &b]);
        let mut group = Group::new(&a, limits);
        let mut folded = a.clone();
        for step in &steps {
            let kept: Vec<_> = b.keys().map(|rule| (rule, group.id(rule))).collect();
            prop_assert_eq!(group.call(step), Ok(()), "{:?}", step);
            step.apply(&mut folded);
            prop_assert_eq!(&group.rules(), &folded, "apply says what EC2 does");
            for (rule, id) in kept {
                prop_assert!(id.is_none() || group.id(rule) == id, "{} stays", rule);
            }
            for rule in a.keys().filter(|rule| b.contains_key(rule)) {
                prop_assert!(folded.contains_key(rule), "{} is never gone", rule);
            }
            for packet in packets.iter().filter(|packet| passes(&a, packet) && passes(&b, packet)) {
                let early = early.iter().any(|rule| rule.covers(packet));
                prop_assert!(early || passes(&folded, packet), "{} is cut", packet);
            }
        }
        prop_assert_eq!(group.rules(), b);
    }

    #[test]
    fn steps_are_as_few_as_can_be(
        a in small_set(7),
        b in small_set(7),
        weights in (1..5usize, 1..5usize),
        spare in 0..3usize,
    ) {
        let limits = tight(&a, &b, weights, spare);
        let steps = steps(&a, &b, &limits);
        for direction in Direction::BOTH {
            let of = |rules: &RuleSet| -> RuleSet {
                rules.clone().into_iter().filter(|(rule, _)| rule.direction == direction).collect()
            };
            let (a, b) = (of(&a), of(&b));
            let diff = diff(&a, &b);
            let both = a.clone().into_iter().chain(b.clone()).collect();
            let adding_first = count(&both, direction, &limits).fits(&limits);
            let verbs = verbs(&steps, direction);
            let mut usual = Vec::new();
            for (verb, rules) in [
                ("describe", &diff.describe),
                ("authorize", &diff.authorize),
                ("revoke", &diff.revoke),
            ] {
                if !rules.is_empty() {
                    usual.push(verb);
                }
            }
            if adding_first {
                prop_assert_eq!(verbs, usual);
            } else {
                let mut once = verbs.clone();
                once.sort_unstable();
                once.dedup();
                prop_assert_eq!(once.len(), verbs.len(), "a verb is used once: {:?}", verbs);
            }
        }
    }

    #[test]
    fn nothing_goes_early_if_any_choice_of_pairs_avoids_it(
        a in small_set(5),
        b in small_set(5),
        weights in (1..9usize, 1..9usize),
        spare in 0..2usize,
    ) {
        let only = |rules: RuleSet| -> RuleSet {
            rules.into_iter().filter(|(rule, _)| rule.direction == Direction::Ingress).collect()
        };
        let (a, b) = (only(a), only(b));
        let limits = tight(&a, &b, weights, spare);
        let diff = diff(&a, &b);
        let works = |order| {
            some_pairing(order, &a, &limits, Vec::new(), &diff.revoke, diff.authorize.clone())
        };
        let steps = steps(&a, &b, &limits);
        let best = works(Order::AuthorizeFirst);
        prop_assert_eq!(removed_before_added(&steps).is_empty(), best);
        let verbs = verbs(&steps, Direction::Ingress);
        let at = |verb| verbs.iter().position(|it| *it == verb);
        let last = at("authorize").max(at("modify"));
        let revoked_first = at("revoke").is_some_and(|revoke| Some(revoke) < last);
        prop_assert_eq!(revoked_first, !best && !works(Order::ModifyFirst) && !diff.revoke.is_empty());
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Order {
    AuthorizeFirst,
    ModifyFirst,
}

/// Whether all new rules can be added before any rule is revoked, with these changes or more. Tries
/// every choice of pairs.
fn some_pairing(
    order: Order,
    a: &RuleSet,
    limits: &Limits,
    changes: Vec<Change>,
    revoke: &RuleSet,
    authorize: BTreeMap<Rule, String>,
) -> bool {
    let direction = Direction::Ingress;
    let mut group = Group::new(a, limits.clone());
    let mut calls = Vec::new();
    if !authorize.is_empty() {
        let rules = authorize.clone();
        calls.push(Step::Authorize { direction, rules });
    }
    if !changes.is_empty() {
        let changes = changes.clone();
        calls.push(Step::Modify { direction, changes });
    }
    if order == Order::ModifyFirst {
        calls.reverse();
    }
    if calls.iter().all(|call| group.call(call).is_ok()) {
        return true;
    }
    let last = changes.last().map(|change| change.old.clone());
    // Pairs in the order of the old rules, so that every choice is tried once.
    let mut rest = revoke.keys().filter(|old| last.as_ref() < Some(*old));
    rest.any(|old| {
        authorize.keys().any(|new| {
            let mut authorize = authorize.clone();
            let Some((new, description)) = authorize.remove_entry(new) else {
                return false;
            };
            let mut changes = changes.clone();
            changes.push(Change {
                old: old.clone(),
                new,
                description,
            });
            some_pairing(order, a, limits, changes, revoke, authorize)
        })
    })
}
