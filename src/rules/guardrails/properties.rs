//! Tests random rules and guardrails against a reference with a bit for each port and each
//! sixteenth of the addresses.

use ipnet::{IpNet, Ipv4Net};
use proptest::collection::vec;
use proptest::prelude::*;

use super::*;
use crate::rules::Traffic;

/// Ports that occur.
const PORTS: u16 = 6;
/// Blocks of four bits. The last two are multicast and reserved: no host has an address there.
const BLOCKS: u32 = 16;
const PUBLIC: u32 = 14;

fn block() -> impl Strategy<Value = Ipv4Net> {
    (0..BLOCKS, 0..=4_u8).prop_map(|(number, length)| {
        let net = Ipv4Net::new((number << 28).into(), length).expect("a length");
        net.trunc()
    })
}

fn ports() -> impl Strategy<Value = Traffic> {
    let range = (0..PORTS, 0..PORTS).prop_map(|(a, b)| Traffic::tcp(a.min(b), a.max(b)));
    prop_oneof![
        8 => range.prop_map(|traffic| traffic.expect("a range")),
        1 => Just(Traffic::ALL),
        1 => Just(Traffic::udp(0, 1).expect("a range")),
    ]
}

fn rules() -> impl Strategy<Value = RuleSet> {
    let rule = (ports(), block()).prop_map(|(traffic, net)| Rule {
        direction: Direction::Ingress,
        traffic,
        peer: Peer::Ipv4(net),
    });
    vec(rule, 0..9).prop_map(|rules| rules.into_iter().map(|r| (r, String::new())).collect())
}

/// The bits of the blocks from which a port is let in.
fn open(rules: &[&Rule], port: u16) -> u32 {
    let tcp = Traffic::tcp(port, port).expect("a port");
    let mut bits = 0;
    for rule in rules.iter().filter(|rule| rule.traffic.covers(&tcp)) {
        let Peer::Ipv4(net) = &rule.peer else {
            continue;
        };
        let first = net.network().to_bits() >> 28;
        let last = net.broadcast().to_bits() >> 28;
        bits |= (first..=last).fold(0, |bits, at| bits | 1 << at);
    }
    bits
}

fn is_world(bits: u32) -> bool {
    bits & ((1 << PUBLIC) - 1) == (1 << PUBLIC) - 1
}

fn guardrail(guarded: Vec<Traffic>, peer: GuardedPeer) -> Guardrail {
    let traffic = guarded.into_iter().map(|traffic| GuardedTraffic {
        traffic,
        service: None,
    });
    Guardrail {
        name: "g".to_owned(),
        direction: Direction::Ingress,
        traffic: traffic.collect(),
        peers: vec![peer],
        action: Action::Error,
        reason: String::new(),
        exemptible: true,
    }
}

proptest! {
    #[test]
    fn the_world_is_violated_where_all_rules_together_let_it_in(
        own in rules(),
        others in rules(),
        from in 0..PORTS,
        to in 0..PORTS,
    ) {
        let guarded = from.min(to)..=from.max(to);
        let traffic = Traffic::tcp(*guarded.start(), *guarded.end()).expect("a range");
        let guardrails = [guardrail(vec![traffic], GuardedPeer::World)];
        let found = violations(&guardrails, &own, &others, &PrefixListBlocks::new());

        let mine: Vec<&Rule> = own.keys().collect();
        let theirs: Vec<&Rule> = others.keys().filter(|rule| !own.contains_key(*rule)).collect();
        let all: Vec<&Rule> = mine.iter().chain(&theirs).copied().collect();
        let is_mine = |port: u16| {
            let all_do = is_world(open(&all, port));
            is_world(open(&mine, port)) || (all_do && !is_world(open(&theirs, port)))
        };
        prop_assert_eq!(!found.is_empty(), guarded.clone().any(is_mine), "{:?}", found);
        for violation in &found {
            let opens = |rules: &[&Rule]| guarded.clone().any(|port| is_world(open(rules, port)));
            prop_assert!(opens(&violation.rules));
            prop_assert!(violation.rules.iter().any(|rule| own.contains_key(*rule)));
            for left_out in &violation.rules {
                let rest = violation.rules.iter().copied().filter(|rule| rule != left_out);
                let rest: Vec<&Rule> = rest.collect();
                prop_assert!(!opens(&rest), "{} isn't needed", left_out);
            }
        }
        // Each rule that lets the world in by itself is reported.
        for rule in mine {
            if guarded.clone().any(|port| is_world(open(&[rule], port))) {
                prop_assert!(found.iter().any(|v| v.rules == [rule]), "{}", rule);
            }
        }
    }

    #[test]
    fn a_block_is_violated_by_the_rules_that_let_in_a_part_of_it(
        own in rules(),
        others in rules(),
        guarded in ports(),
        // All addresses are the world, which is judged otherwise.
        block in block().prop_filter("a part", |block| block.prefix_len() > 0),
    ) {
        let guardrails = [guardrail(vec![guarded], GuardedPeer::Block(IpNet::V4(block)))];
        let found = violations(&guardrails, &own, &others, &PrefixListBlocks::new());
        let reported: Vec<&Rule> = found.iter().flat_map(|v| v.rules.iter().copied()).collect();
        let peer = Peer::Ipv4(block);
        let expected = own
            .keys()
            .filter(|rule| rule.traffic.overlaps(&guarded) && rule.peer.overlaps(&peer));
        prop_assert_eq!(reported, expected.collect::<Vec<_>>());
    }
}
