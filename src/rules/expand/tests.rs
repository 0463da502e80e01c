//! Tests of the rules that blocks make, and of the messages to their faults.

use super::*;
use crate::catalog::Catalog;
use crate::rules::model::{described, rule_set};
use crate::rules::{Direction, Sources};

fn service_of(name: &str) -> Result<Vec<Traffic>, InputError> {
    Catalog::built_in().service(name)
}

fn service(name: &str) -> TrafficSpec {
    TrafficSpec::Service(name.to_owned())
}

fn tcp(port: i64) -> TrafficSpec {
    TrafficSpec::Protocol {
        protocol: "tcp".to_owned(),
        from_port: Some(port),
        to_port: None,
    }
}

/// An ingress block; sources are sorted into their attributes by their look.
fn ingress(what: TrafficSpec, description: &str, sources: &[&str]) -> Block {
    let mut block = Block {
        direction: Direction::Ingress,
        what,
        description: description.to_owned(),
        sources: Sources::default(),
        pending: false,
    };
    for source in sources {
        let all = &mut block.sources;
        match *source {
            "self" => all.own = true,
            id if id.contains("sg-") => all.security_groups.push(id.to_owned()),
            id if id.starts_with("pl-") => all.prefix_list_ids.push(id.to_owned()),
            net if net.contains(':') => all.ipv6_cidr_blocks.push(net.to_owned()),
            net => all.cidr_blocks.push(net.to_owned()),
        }
    }
    block
}

fn run(blocks: &[Block]) -> Expansion {
    expand(&declared(blocks), service_of, |peer| peer)
}

fn declared(blocks: &[Block]) -> Vec<Declaration> {
    blocks.iter().cloned().map(Declaration::Block).collect()
}

fn reported(expansion: &Expansion) -> Vec<String> {
    let tell = |(index, fault): &(usize, InputError)| {
        let element = fault.element.as_deref().unwrap_or_default();
        let InputError {
            attribute,
            summary,
            detail,
            ..
        } = fault;
        format!("{index} {attribute}[{element}]: {summary}. {detail}")
    };
    expansion.faults.iter().map(tell).collect()
}

#[test]
fn a_block_is_its_traffic_times_its_sources() {
    let egress = Block {
        direction: Direction::Egress,
        ..ingress(service("all"), "", &["0.0.0.0/0"])
    };
    let expansion = run(&[
        ingress(
            service("openvpn"),
            "vpn",
            &["10.0.0.0/8", "0::/0", "pl-63a5400a", "sg-0ab12345", "self"],
        ),
        egress,
    ]);
    assert_eq!(reported(&expansion), [""; 0]);
    let mut expected = described(
        &["10.0.0.0/8", "::/0", "pl-63a5400a", "sg-0ab12345", "self"]
            .map(|peer| ["tcp/443", "udp/1194"].map(|what| format!("ingress {what} from {peer}")))
            .concat()
            .iter()
            .map(|key| (key.as_str(), "vpn"))
            .collect::<Vec<_>>(),
    );
    expected.extend(rule_set(&["egress all to 0.0.0.0/0"]));
    assert_eq!(expansion.rules, expected);
    let from: Vec<usize> = expansion.declared().map(|(_, index)| index).collect();
    assert_eq!(from, [[0; 10].as_slice(), &[1]].concat());
}

#[test]
fn a_rule_given_twice_names_both_blocks() {
    let twice =
        "\"ingress tcp/443 from 0.0.0.0/0\" is given twice. It is in the ingress block with";
    let once =
        "EC2 holds a rule only once, whatever its description: take it out of one of the two.";
    let expansion = run(&[
        ingress(service("https"), "", &["0.0.0.0/0"]),
        ingress(tcp(443), "same", &["0.0.0.0/0"]),
        ingress(service("https"), "again", &["0.0.0.0/0"]),
    ]);
    assert_eq!(
        reported(&expansion),
        [
            format!(
                "1 cidr_blocks[0.0.0.0/0]: {twice} service = \"https\" and in the ingress block with protocol = \"tcp\", from_port = 443, description = \"same\". {once}"
            ),
            format!(
                "2 cidr_blocks[0.0.0.0/0]: {twice} service = \"https\" and in the ingress block with service = \"https\", description = \"again\". {once}"
            ),
        ]
    );
    // The other faults are reported all the same.
    assert_eq!(
        expansion.rules,
        described(&[("ingress tcp/443 from 0.0.0.0/0", "")])
    );
}

#[test]
fn a_rule_that_two_services_share_is_one_whatever_the_order_of_the_blocks() {
    let all = [
        ingress(service("https"), "", &["0.0.0.0/0"]),
        ingress(service("openvpn"), "vpn", &["0.0.0.0/0"]),
        ingress(service("web"), "site", &["0.0.0.0/0"]),
    ];
    // A service that the user defined.
    let services = |name: &str| match name {
        "web" => service_of("https"),
        name => service_of(name),
    };
    let rules = described(&[
        ("ingress tcp/443 from 0.0.0.0/0", "site"),
        ("ingress udp/1194 from 0.0.0.0/0", "vpn"),
    ]);
    for order in [
        [0, 1, 2],
        [0, 2, 1],
        [1, 0, 2],
        [1, 2, 0],
        [2, 0, 1],
        [2, 1, 0],
    ] {
        let blocks = order.map(|at| all[at].clone());
        let expansion = expand(&declared(&blocks), services, |peer| peer);
        assert_eq!(reported(&expansion), [""; 0], "{order:?}");
        assert_eq!(expansion.rules, rules, "{order:?}");
        assert_eq!(expansion.declared().count(), 4, "each block counts");
    }
    // The same service once more is the same rule written twice, however many are between.
    let blocks = [&all[1], &all[0], &all[0]].map(Clone::clone);
    let reported = reported(&run(&blocks));
    assert_eq!(reported.len(), 1);
    assert!(
        reported[0].starts_with("2 cidr_blocks[0.0.0.0/0]"),
        "{reported:?}"
    );
}

#[test]
fn a_source_spelled_twice_in_a_block_is_found() {
    let expansion = run(&[ingress(tcp(22), "", &["::/0", "0::0/0"])]);
    assert_eq!(
        reported(&expansion),
        [
            "0 ipv6_cidr_blocks[0::0/0]: \"ingress tcp/22 from ::/0\" is given twice. One block gives it as \"::/0\" and as \"0::0/0\", which are the same. Take one of them out."
        ]
    );
}

#[test]
fn a_group_named_in_two_ways_is_found() {
    let own = |peer: Peer| peer.seen_from("123456789012", "sg-0000000a");
    let sources = [
        "sg-0000000a",
        "self",
        "123456789012/sg-0000000b",
        "sg-0000000b",
    ];
    let blocks = declared(&[ingress(tcp(22), "", &sources)]);
    let expansion = expand(&blocks, service_of, own);
    assert_eq!(
        reported(&expansion),
        [
            "0 security_groups[sg-0000000b]: \"ingress tcp/22 from sg-0000000b\" is given twice. One block gives it as \"123456789012/sg-0000000b\" and as \"sg-0000000b\", which are the same. Take one of them out.",
            "0 self[]: \"ingress tcp/22 from self\" is given twice. One block gives it as \"sg-0000000a\" and as self, which are the same. Take one of them out.",
        ]
    );
    assert_eq!(expansion.rules.len(), 2);
}

#[test]
fn a_rule_of_the_preset_is_not_repeated() {
    let openvpn = rule_set(&[
        "ingress tcp/443 from 0.0.0.0/0",
        "ingress udp/1194 from 0.0.0.0/0",
    ]);
    let with_preset = |what: TrafficSpec| {
        let blocks = [
            ingress(tcp(22), "", &["self"]),
            ingress(what, "mine", &["0.0.0.0/0"]),
        ];
        let mut expansion = run(&blocks);
        for (rule, text) in &openvpn {
            let services = ["openvpn".to_owned()].into();
            expansion.add_preset_rule("openvpn", rule, text, &services, &declared(&blocks));
        }
        expansion
    };
    let twice = "1 cidr_blocks[0.0.0.0/0]: \"ingress tcp/443 from 0.0.0.0/0\" is given twice. The preset \"openvpn\" brings this rule already. Take it out of the block.";
    let expansion = with_preset(tcp(443));
    assert_eq!(reported(&expansion), [twice]);
    let rules = described(&[
        ("ingress tcp/22 from self", ""),
        ("ingress tcp/443 from 0.0.0.0/0", "mine"),
        ("ingress udp/1194 from 0.0.0.0/0", ""),
    ]);
    assert_eq!(expansion.rules, rules);
    assert_eq!(reported(&with_preset(service("openvpn"))).len(), 2);

    // Another service shares the rule, and says how it is described.
    let expansion = with_preset(service("https"));
    assert_eq!(reported(&expansion), [""; 0]);
    assert_eq!(expansion.rules, rules);
}

#[test]
fn every_fault_of_a_block_is_told_at_once() {
    let expansion = run(&[ingress(
        service("shh"),
        "it's",
        &["10.0.0.1/8", "::1/0", "pl-x", "sg-x", "10.0.0.0/8"],
    )]);
    let attributes: Vec<_> = expansion.faults.iter().map(|(_, f)| f.attribute).collect();
    assert_eq!(
        attributes,
        [
            "service",
            "description",
            "cidr_blocks",
            "ipv6_cidr_blocks",
            "prefix_list_ids",
            "security_groups"
        ]
    );
    assert!(expansion.rules.is_empty());
}

#[test]
fn what_is_not_known_yet_is_no_fault() {
    let pending = Block {
        pending: true,
        ..ingress(tcp(22), "", &[])
    };
    let unknown = ingress(TrafficSpec::Pending, "", &["10.0.0.0/8", "10.0.0.1/8"]);
    let expansion = run(&[pending, unknown]);
    assert!(expansion.rules.is_empty());
    let faults: Vec<_> = expansion
        .faults
        .iter()
        .map(|(i, f)| (*i, f.element.as_deref()))
        .collect();
    assert_eq!(faults, [(1, Some("10.0.0.1/8"))]);
}

#[test]
fn an_egress_block_without_destination_says_so() {
    let block = Block {
        direction: Direction::Egress,
        ..ingress(tcp(22), "", &[])
    };
    let reported = reported(&run(&[block]));
    assert!(
        reported[0].starts_with(
            "0 []: An egress block names no destination. Say where traffic may go to: set cidr_blocks"
        ),
        "{reported:?}"
    );
}

#[test]
fn a_block_whose_lists_turned_out_empty_names_them_and_a_dynamic_block() {
    for (empty, names) in [
        (vec!["cidr_blocks"], "cidr_blocks is set and empty"),
        (
            vec!["cidr_blocks", "security_groups"],
            "cidr_blocks and security_groups are set and empty",
        ),
    ] {
        let mut block = ingress(tcp(22), "", &[]);
        block.sources.empty = empty;
        let reported = reported(&run(&[block.clone()]));
        let summary = "0 cidr_blocks[]: \"cidr_blocks\" of an ingress block is empty. ";
        assert!(
            reported[0].starts_with(&format!("{summary}{names}")),
            "{reported:?}"
        );
        assert!(
            reported[0].contains("dynamic \"ingress\" {"),
            "{reported:?}"
        );
        block.sources.own = true;
        assert_eq!(run(&[block]).faults, []);
    }
}

#[test]
fn a_service_that_is_written_as_a_protocol_is_named() {
    let block = ingress(
        TrafficSpec::Protocol {
            protocol: "https".into(),
            from_port: Some(443),
            to_port: None,
        },
        "",
        &["10.0.0.0/8"],
    );
    let expansion = expand(&declared(&[block]), service_of, |peer| peer);
    let fault = &expansion.faults[0].1;
    assert_eq!(fault.summary, "\"https\" is not a protocol");
    assert!(
        fault.detail.contains("Write service = \"https\""),
        "{}",
        fault.detail
    );
}

#[test]
fn a_service_that_repeats_itself_is_not_the_blocks_fault() {
    let port = Traffic::tcp(1, 1).expect("in order");
    let block = ingress(service("mine"), "", &["self"]);
    let expansion = expand(&declared(&[block]), |_| Ok(vec![port, port]), |peer| peer);
    assert_eq!(expansion.faults, []);
    assert_eq!(expansion.rules, rule_set(&["ingress tcp/1 from self"]));
}
