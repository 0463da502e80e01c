//! Tests of rules that evade a guardrail by their form, and of narrower rules that are allowed.

use ipnet::IpNet;

use super::*;
use crate::rules::cidr_set;
use crate::rules::model::rule_set;

fn traffic(texts: &[&str]) -> Vec<GuardedTraffic> {
    let traffic = texts.iter().map(|text| GuardedTraffic {
        traffic: text.parse().expect("traffic"),
        service: (*text == "tcp/22").then(|| "ssh".to_owned()),
    });
    traffic.collect()
}

fn guardrail(direction: Direction, guarded: &[&str], peers: &[&str]) -> Guardrail {
    let peer = |text: &&str| match *text {
        "world" => GuardedPeer::World,
        block => GuardedPeer::Block(block.parse().expect("a block")),
    };
    Guardrail {
        name: "no-ssh".to_owned(),
        direction,
        traffic: traffic(guarded),
        peers: peers.iter().map(peer).collect(),
        action: Action::Error,
        reason: "Use the bastion".to_owned(),
        exemptible: true,
    }
}

/// The blocks of prefix lists.
fn lists(lists: &[(&str, &[&str])]) -> PrefixListBlocks {
    let block = |text: &&str| text.parse::<IpNet>().expect("a block");
    let lists = lists.iter().map(|(id, blocks)| {
        let blocks: Vec<IpNet> = blocks.iter().map(block).collect();
        ((*id).to_owned(), cidr_set::merge(&blocks))
    });
    lists.collect()
}

/// The rules of each violation, and its sentence.
fn reported(guardrail: Guardrail, own: &[&str], others: &[&str]) -> Vec<String> {
    let lists = lists(&[
        ("pl-0000000a", &["0.0.0.0/0"]),
        ("pl-0000000b", &["0.0.0.0/2", "64.0.0.0/2"]),
        ("pl-0000000c", &["10.0.0.0/8", "::/0"]),
        ("pl-0000000d", &["10.0.0.0/8"]),
    ]);
    let (own, others) = (rule_set(own), rule_set(others));
    let guardrails = [guardrail];
    let found = violations(&guardrails, &own, &others, &lists);
    let reported = found.iter().map(|violation| {
        let rules: Vec<String> = violation.rules.iter().map(ToString::to_string).collect();
        format!("{}: {}", rules.join(" + "), violation.sentence())
    });
    reported.collect()
}

fn ssh(own: &[&str]) -> Vec<String> {
    reported(
        guardrail(Direction::Ingress, &["tcp/22"], &["world"]),
        own,
        &[],
    )
}

#[test]
fn each_way_to_write_ssh_for_the_world_violates() {
    let v4 = "lets ssh (tcp/22) in from every public IPv4 address";
    let v6 = "lets ssh (tcp/22) in from every public IPv6 address";
    for (rule, sentence) in [
        ("ingress tcp/22 from 0.0.0.0/0", v4),
        ("ingress tcp/20-30 from 0.0.0.0/0", v4),
        ("ingress tcp/0-65535 from 0.0.0.0/0", v4),
        ("ingress all from 0.0.0.0/0", v4),
        ("ingress tcp/22 from ::/0", v6),
        ("ingress tcp/22 from 2000::/3", v6),
        ("ingress all from ::/0", v6),
        ("ingress tcp/22 from pl-0000000a", v4),
        ("ingress all from pl-0000000c", v6),
    ] {
        assert_eq!(ssh(&[rule]), [format!("{rule}: It {sentence}")]);
    }
}

#[test]
fn parts_of_the_world_in_several_rules_violate_together() {
    let sentence = "Together they let ssh (tcp/22) in from every public IPv4 address";
    for rules in [
        &[
            "ingress tcp/22 from 0.0.0.0/1",
            "ingress tcp/22 from 128.0.0.0/1",
        ][..],
        &[
            "ingress tcp/20-22 from 0.0.0.0/1",
            "ingress tcp/22-30 from 128.0.0.0/1",
        ],
        &[
            "ingress all from 0.0.0.0/1",
            "ingress tcp/22 from 128.0.0.0/1",
        ],
        &[
            "ingress tcp/22 from 0.0.0.0/2",
            "ingress tcp/22 from 64.0.0.0/2",
            "ingress tcp/22 from 128.0.0.0/2",
            "ingress tcp/22 from 192.0.0.0/2",
        ],
        &[
            "ingress tcp/22 from pl-0000000b",
            "ingress tcp/22 from 128.0.0.0/1",
        ],
        // The rest holds no address of a host.
        &[
            "ingress tcp/22 from 0.0.0.0/1",
            "ingress tcp/22 from 128.0.0.0/2",
            "ingress tcp/22 from 192.0.0.0/3",
        ],
    ] {
        let rules = rule_set(rules);
        let keys: Vec<String> = rules.keys().map(Rule::to_string).collect();
        let texts: Vec<&str> = keys.iter().map(String::as_str).collect();
        assert_eq!(ssh(&texts), [format!("{}: {sentence}", keys.join(" + "))]);
    }
    // Rules that the violation doesn't need aren't named.
    let with_more = [
        "ingress tcp/22 from 0.0.0.0/1",
        "ingress tcp/22 from 10.0.0.0/8",
        "ingress tcp/22 from 128.0.0.0/1",
        "ingress tcp/23 from 0.0.0.0/0",
    ];
    let both = "ingress tcp/22 from 0.0.0.0/1 + ingress tcp/22 from 128.0.0.0/1";
    assert_eq!(ssh(&with_more), [format!("{both}: {sentence}")]);
}

#[test]
fn what_lets_in_less_passes() {
    for rules in [
        &["ingress tcp/22 from 10.0.0.0/8"][..],
        &["ingress tcp/22 from 0.0.0.0/1"],
        &[
            "ingress tcp/22 from 0.0.0.0/1",
            "ingress tcp/23 from 128.0.0.0/1",
        ],
        &[
            "ingress tcp/22 from 0.0.0.0/1",
            "ingress udp/22 from 128.0.0.0/1",
        ],
        &[
            "ingress tcp/22 from 0.0.0.0/1",
            "ingress tcp/22 from 128.0.0.0/2",
        ],
        &[
            "ingress tcp/22 from 0.0.0.0/1",
            "ingress tcp/22 from 8000::/1",
        ],
        &[
            "ingress tcp/22 from 0.0.0.0/1",
            "egress tcp/22 to 128.0.0.0/1",
        ],
        &["egress all to 0.0.0.0/0"],
        &["ingress udp/22 from 0.0.0.0/0"],
        &["ingress tcp/23-65535 from 0.0.0.0/0"],
        &["ingress 50 from 0.0.0.0/0", "ingress icmp from 0.0.0.0/0"],
        &["ingress tcp/22 from pl-0000000d"],
        &[
            "ingress tcp/22 from self",
            "ingress tcp/22 from sg-0000000a",
        ],
    ] {
        assert_eq!(ssh(rules), [""; 0], "{rules:?}");
    }
}

#[test]
fn a_guardrail_on_all_traffic_guards_every_protocol() {
    let all = || guardrail(Direction::Ingress, &[], &["world"]);
    for rule in [
        "ingress tcp/443 from 0.0.0.0/0",
        "ingress 50 from 0.0.0.0/0",
        "ingress icmp/8/0 from 0.0.0.0/0",
        "ingress icmpv6 from ::/0",
    ] {
        let found = reported(all(), &[rule], &[]);
        assert_eq!(found.len(), 1, "{rule}: {found:?}");
        assert!(
            found[0].contains("It lets traffic in from every public"),
            "{found:?}"
        );
    }
    // No packet matches it.
    assert_eq!(reported(all(), &["ingress icmp from ::/0"], &[]), [""; 0]);
}

#[test]
fn a_block_is_violated_by_any_address_of_it() {
    let office = || guardrail(Direction::Egress, &["tcp/22", "udp/53"], &["10.0.0.0/8"]);
    for (rule, named) in [
        ("egress tcp/22 to 10.1.2.3/32", "ssh (tcp/22)"),
        ("egress tcp/22 to 10.0.0.0/9", "ssh (tcp/22)"),
        ("egress all to 0.0.0.0/0", "ssh (tcp/22) and udp/53"),
        ("egress udp/1-100 to pl-0000000d", "udp/53"),
    ] {
        let expected = format!("{rule}: It lets {named} out to 10.0.0.0/8");
        assert_eq!(reported(office(), &[rule], &[]), [expected]);
    }
    for rule in [
        "egress tcp/22 to 11.0.0.0/8",
        "egress tcp/23 to 10.0.0.0/8",
        "egress all to ::/0",
    ] {
        assert_eq!(reported(office(), &[rule], &[]), [""; 0], "{rule}");
    }
}

#[test]
fn rules_of_others_count_and_are_not_blamed_by_themselves() {
    let guardrail = || guardrail(Direction::Ingress, &["tcp/22"], &["world"]);
    let half = "ingress tcp/22 from 0.0.0.0/1";
    let other_half = "ingress tcp/22 from 128.0.0.0/1";
    let whole = "ingress tcp/22 from 0.0.0.0/0";
    assert_eq!(reported(guardrail(), &[half], &[other_half]).len(), 1);
    assert_eq!(reported(guardrail(), &[half], &[whole]), [""; 0]);
    assert_eq!(reported(guardrail(), &[], &[half, other_half]), [""; 0]);
    assert_eq!(reported(guardrail(), &[whole], &[whole]).len(), 1);
}

#[test]
fn only_public_addresses_of_guarded_traffic_count_with_those_of_others() {
    let of = |peer: &str, rule: &str| {
        let guardrails = [guardrail(Direction::Ingress, &["tcp/22"], &[peer])];
        count_with_others(&guardrails, &rule_set(&[rule]))
    };
    for (rule, counts) in [
        ("ingress tcp/20-30 from 0.0.0.0/1", true),
        ("ingress all from 8.8.8.8/32", true),
        ("ingress tcp/22 from 8000::/1", false),
        ("ingress tcp/22 from 2000::/4", true),
        ("ingress tcp/22 from pl-0000000a", true),
        ("ingress tcp/22 from 10.0.0.0/8", false),
        ("ingress tcp/80 from 0.0.0.0/1", false),
        ("ingress tcp/22 from sg-0000000a", false),
        ("egress tcp/22 to 0.0.0.0/1", false),
    ] {
        assert_eq!(of("world", rule), counts, "{rule}");
        assert_eq!(of("0.0.0.0/0", rule), counts, "{rule}");
        // A block is violated by each rule by itself.
        assert!(!of("8.0.0.0/8", rule), "{rule}");
    }
}

#[test]
fn rules_whose_prefix_list_nobody_can_read_are_undecided() {
    let guardrails = [guardrail(Direction::Ingress, &["tcp/22"], &["world"])];
    let own = rule_set(&[
        "ingress tcp/20-30 from pl-0000000e",
        "ingress tcp/22 from pl-0000000a",
        "ingress tcp/80 from pl-0000000e",
        "egress tcp/22 to pl-0000000e",
    ]);
    let known = lists(&[("pl-0000000a", &["10.0.0.0/8"])]);
    let found = undecided(&guardrails, &own, &known);
    let reported: Vec<String> = found.iter().map(ToString::to_string).collect();
    assert_eq!(reported, ["ingress tcp/20-30 from pl-0000000e"]);
}

#[test]
fn a_sentence_names_a_few_services() {
    let many = guardrail(
        Direction::Ingress,
        &["tcp/22", "tcp/23", "tcp/24", "tcp/25", "tcp/26"],
        &["world"],
    );
    let all = "ingress all from 0.0.0.0/0";
    let sentence =
        "It lets ssh (tcp/22), tcp/23, tcp/24 and 2 more in from every public IPv4 address";
    assert_eq!(reported(many, &[all], &[]), [format!("{all}: {sentence}")]);
}
