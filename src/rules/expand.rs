//! Blocks as users write them, made into rules: each block's traffic times its sources. Collects
//! every fault instead of stopping at the first. Knows no catalog and no group: the caller says
//! what a service is, and which peers are the same. Descriptions of rules belong to the blocks; the
//! identity of a rule does not include them.

use std::collections::{BTreeMap, BTreeSet};

use super::block::{Place, no_source};
use super::normalise::{or_a_service, traffic};
use super::{Block, Fault, Peer, Rule, RuleSet, Traffic, What, text};

/// The rules that blocks make, and what is wrong with the blocks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Expansion {
    /// Every rule that could be made, with its description.
    pub rules: RuleSet,
    /// What is wrong, with the index of the block in which it is. In the order of the blocks.
    pub faults: Vec<(usize, Fault)>,
    /// The index of the block that each rule came from, and where in the block it was written.
    written: BTreeMap<Rule, (usize, Place)>,
}

/// Makes rules of blocks. `service` says what a service lets through, or a fault on `service`;
/// `seen` what a peer is to the group that has the rules (see [`Peer::seen_from`]).
pub fn expand(
    blocks: &[Block],
    service: impl Fn(&str) -> Result<Vec<Traffic>, Fault>,
    seen: impl Fn(Peer) -> Peer,
) -> Expansion {
    let mut expansion = Expansion::default();
    for (index, block) in blocks.iter().enumerate() {
        let mut faults = Vec::new();
        let what = match &block.what {
            What::Service(name) => service(name),
            What::Protocol {
                protocol,
                from_port,
                to_port,
            } => traffic(protocol, *from_port, *to_port)
                .map(|traffic| vec![traffic])
                .map_err(|fault| or_a_service(fault, |name| service(name).is_ok(), protocol)),
            What::Pending => Ok(Vec::new()),
        };
        // A set, so that a service which says the same twice is not the block's fault.
        let what: BTreeSet<Traffic> = match what {
            Ok(what) => what.into_iter().collect(),
            Err(fault) => {
                faults.push(fault);
                BTreeSet::new()
            }
        };
        faults.extend(text::rule_description(&block.description).err());
        if !block.pending && block.sources.is_empty() {
            faults.push(no_source(block.direction));
        }
        for (place, peer) in block.sources.peers() {
            match peer.map(&seen) {
                Err(fault) => faults.push(fault),
                Ok(peer) => faults.extend(what.iter().filter_map(|traffic| {
                    let rule = Rule {
                        direction: block.direction,
                        traffic: *traffic,
                        peer: peer.clone(),
                    };
                    expansion.add(rule, place.clone(), index, blocks).err()
                })),
            }
        }
        let faults = faults.into_iter().map(|fault| (index, fault));
        expansion.faults.extend(faults);
    }
    expansion
}

impl Expansion {
    /// The rules that came from blocks, in order, each with the index of its block.
    pub fn blocks(&self) -> impl Iterator<Item = (&Rule, usize)> {
        self.written.iter().map(|(rule, (index, _))| (rule, *index))
    }

    /// Adds the rules of a preset. A rule that a block makes too is a fault of that block.
    pub fn add_preset(&mut self, preset: &str, rules: &RuleSet) {
        for (rule, description) in rules {
            if let Some((index, place)) = self.written.get(rule) {
                let fault = place.twice(
                    rule,
                    format!(
                        "The preset {preset:?} brings this rule already. Take it out of the block."
                    ),
                );
                self.faults.push((*index, fault));
            } else {
                self.rules.insert(rule.clone(), description.clone());
            }
        }
        self.faults.sort_by_key(|(index, _)| *index);
    }

    fn add(
        &mut self,
        rule: Rule,
        place: Place,
        index: usize,
        blocks: &[Block],
    ) -> Result<(), Fault> {
        if let Some((first, at)) = self.written.get(&rule) {
            let mend = if *first == index {
                format!(
                    "One block gives it as {} and as {}, which are the same. Take one of them out.",
                    at.label(),
                    place.label()
                )
            } else {
                format!(
                    "It is in {} and in {}. EC2 holds a rule only once, whatever its description: \
                     take it out of one of the two.",
                    blocks[*first].label(),
                    blocks[index].label()
                )
            };
            return Err(place.twice(&rule, mend));
        }
        self.rules
            .insert(rule.clone(), blocks[index].description.clone());
        self.written.insert(rule, (index, place));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog;
    use crate::rules::model::{described, rule_set};
    use crate::rules::{Direction, Sources};

    fn service(name: &str) -> What {
        What::Service(name.to_owned())
    }

    fn tcp(port: i64) -> What {
        What::Protocol {
            protocol: "tcp".to_owned(),
            from_port: Some(port),
            to_port: None,
        }
    }

    /// An ingress block; sources are sorted into their attributes by their look.
    fn ingress(what: What, description: &str, sources: &[&str]) -> Block {
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
        expand(blocks, catalog::service, |peer| peer)
    }

    fn told(expansion: &Expansion) -> Vec<String> {
        let tell = |(index, fault): &(usize, Fault)| {
            let element = fault.element.as_deref().unwrap_or_default();
            let Fault {
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
        assert_eq!(told(&expansion), [""; 0]);
        let mut expected = described(
            &["10.0.0.0/8", "::/0", "pl-63a5400a", "sg-0ab12345", "self"]
                .map(|peer| {
                    ["tcp/443", "udp/1194"].map(|what| format!("ingress {what} from {peer}"))
                })
                .concat()
                .iter()
                .map(|key| (key.as_str(), "vpn"))
                .collect::<Vec<_>>(),
        );
        expected.extend(rule_set(&["egress all to 0.0.0.0/0"]));
        assert_eq!(expansion.rules, expected);
        let from: Vec<usize> = expansion.blocks().map(|(_, index)| index).collect();
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
            ingress(service("openvpn"), "vpn", &["0.0.0.0/0"]),
            ingress(tcp(443), "same", &["0.0.0.0/0"]),
        ]);
        assert_eq!(
            told(&expansion),
            [
                format!(
                    "1 cidr_blocks[0.0.0.0/0]: {twice} service = \"https\" and in the ingress block with service = \"openvpn\", description = \"vpn\". {once}"
                ),
                format!(
                    "2 cidr_blocks[0.0.0.0/0]: {twice} service = \"https\" and in the ingress block with protocol = \"tcp\", from_port = 443, description = \"same\". {once}"
                ),
            ]
        );
        // What can be said is said all the same.
        assert_eq!(
            expansion.rules,
            described(&[
                ("ingress tcp/443 from 0.0.0.0/0", ""),
                ("ingress udp/1194 from 0.0.0.0/0", "vpn"),
            ])
        );
    }

    #[test]
    fn a_source_spelled_twice_in_a_block_is_found() {
        let expansion = run(&[ingress(tcp(22), "", &["::/0", "0::0/0"])]);
        assert_eq!(
            told(&expansion),
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
        let expansion = expand(&[ingress(tcp(22), "", &sources)], catalog::service, own);
        assert_eq!(
            told(&expansion),
            [
                "0 security_groups[sg-0000000b]: \"ingress tcp/22 from sg-0000000b\" is given twice. One block gives it as \"123456789012/sg-0000000b\" and as \"sg-0000000b\", which are the same. Take one of them out.",
                "0 self[]: \"ingress tcp/22 from self\" is given twice. One block gives it as \"sg-0000000a\" and as self, which are the same. Take one of them out.",
            ]
        );
        assert_eq!(expansion.rules.len(), 2);
    }

    #[test]
    fn a_rule_of_the_preset_is_not_repeated() {
        let mut expansion = run(&[
            ingress(tcp(22), "", &["self"]),
            ingress(tcp(443), "mine", &["0.0.0.0/0"]),
            ingress(tcp(23), "", &[]),
        ]);
        expansion.add_preset(
            "openvpn",
            &rule_set(&[
                "ingress tcp/443 from 0.0.0.0/0",
                "ingress udp/1194 from 0.0.0.0/0",
            ]),
        );
        assert_eq!(
            told(&expansion),
            [
                "1 cidr_blocks[0.0.0.0/0]: \"ingress tcp/443 from 0.0.0.0/0\" is given twice. The preset \"openvpn\" brings this rule already. Take it out of the block.",
                "2 []: An ingress block names no source. Say where traffic may come from: set cidr_blocks, ipv6_cidr_blocks, prefix_list_ids, security_groups or self. Nothing is open to the world unless the configuration says so, with cidr_blocks = [\"0.0.0.0/0\"].",
            ]
        );
        assert_eq!(
            expansion.rules,
            described(&[
                ("ingress tcp/22 from self", ""),
                ("ingress tcp/443 from 0.0.0.0/0", "mine"),
                ("ingress udp/1194 from 0.0.0.0/0", ""),
            ])
        );
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
        let unknown = ingress(What::Pending, "", &["10.0.0.0/8", "10.0.0.1/8"]);
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
        let told = told(&run(&[block]));
        assert!(
            told[0].starts_with(
                "0 []: An egress block names no destination. Say where traffic may go to: set cidr_blocks"
            ),
            "{told:?}"
        );
    }

    #[test]
    fn a_service_that_is_written_as_a_protocol_is_named() {
        let block = ingress(
            What::Protocol {
                protocol: "https".into(),
                from_port: Some(443),
                to_port: None,
            },
            "",
            &["10.0.0.0/8"],
        );
        let expansion = expand(&[block], catalog::service, |peer| peer);
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
        let expansion = expand(&[block], |_| Ok(vec![port, port]), |peer| peer);
        assert_eq!(expansion.faults, []);
        assert_eq!(expansion.rules, rule_set(&["ingress tcp/1 from self"]));
    }
}
