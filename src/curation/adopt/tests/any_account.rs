//! Tests with random accounts.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::super::cycles::{self, Node};
use super::super::*;
use super::{NOTHING, Options, account, adopted, group};
use crate::configuration::Configuration;
use crate::snapshot::Group;

fn keys() -> impl Strategy<Value = Vec<String>> {
    let traffic = [
        "all",
        "tcp/22",
        "tcp/80",
        "tcp/443",
        "udp/1194",
        "tcp/53",
        "udp/53",
        "icmp/8/0",
        "icmp/3/4",
        "icmp",
        "icmpv6",
        "tcp/0-65535",
        "50",
        "tcp/3000-3010",
    ];
    let peers = [
        "0.0.0.0/0",
        "::/0",
        "10.0.0.0/8",
        "10.1.2.3/32",
        "2001:db8::/32",
        "self",
        "sg-00000000",
        "sg-00000001",
        "sg-00000002",
        "sg-00000003",
        "sg-00000004",
        "sg-0000dead",
        "123456789013/sg-0000000b",
        "pl-0000000a",
    ];
    let one = (
        prop::bool::ANY,
        prop::sample::select(traffic.to_vec()),
        prop::sample::select(peers.to_vec()),
    );
    let one = one.prop_map(|(is_ingress, traffic, peer)| {
        if is_ingress {
            format!("ingress {traffic} from {peer}")
        } else {
            format!("egress {traffic} to {peer}")
        }
    });
    prop::collection::vec(one, 0..9)
}

fn groups() -> impl Strategy<Value = Vec<Group>> {
    let descriptions = ["", "", "a # b", "$${x} ${y} $", " blank ", "#", NOTHING];
    let described = prop::sample::select(descriptions.to_vec());
    let tags = prop::collection::btree_map(
        "[a-zA-Z$%{}\"\\\\ .\u{e4}-]{1,8}",
        "[ -~\n\u{e4}]{0,12}",
        0..3,
    );
    let names = [
        "web", "Web", "web!", "default", "${x}", "\"q\"", "a\nb", "7", "for", "\u{e4}", "ssh",
    ];
    let one = (
        keys(),
        prop::collection::vec(described, 9),
        prop::sample::select(names.to_vec()),
        prop::bool::ANY,
        tags,
    );
    let all = prop::collection::vec(one, 1..6);
    all.prop_map(|all| {
        let numbered = all.into_iter().enumerate();
        let groups = numbered.map(|(at, (keys, texts, name, is_second, tags))| {
            let id = format!("sg-0000000{at}");
            let own = format!(" {id}");
            let rules = keys.iter().filter(|key| !key.ends_with(&own)).zip(&texts);
            let rules = rules.map(|(key, text)| (key.parse().expect("a rule"), (*text).to_owned()));
            let vpc_id = if is_second {
                "vpc-0000000b"
            } else {
                "vpc-0000000a"
            };
            Group {
                rules: rules.collect(),
                vpc_id: vpc_id.to_owned(),
                tags,
                ..group(&id, name, &[])
            }
        });
        groups.collect()
    })
}

/// The resources that each resource of some files names.
fn dependencies(adoption: &Adoption) -> BTreeMap<String, Node> {
    let addresses: BTreeMap<&str, String> = adoption
        .groups()
        .map(|group| (&*group.id, group.address()))
        .collect();
    let mut nodes = BTreeMap::new();
    for group in adoption.groups() {
        let of = |configuration: &Configuration| -> BTreeSet<String> {
            let rules = configuration
                .bundles
                .iter()
                .flat_map(|bundle| bundle.rules());
            let named = rules.filter_map(|(rule, _)| rule.referenced_group().map(str::to_owned));
            let named = named.filter(|id| !group.by_id.contains(id));
            named
                .filter_map(|id| addresses.get(&*id).cloned())
                .collect()
        };
        let node = |names| Node {
            names,
            rules: 0,
            can_move: false,
        };
        nodes.insert(group.address(), node(of(&group.configuration)));
        if let Some((rules, _)) = &group.bundle {
            let mut names = of(rules);
            names.insert(group.address());
            nodes.insert(group.bundle_address(), node(names));
        }
    }
    nodes
}

proptest! {
    #[test]
    fn any_account_reads_back_as_it_is_and_no_resource_depends_on_itself(
        groups in groups(),
        is_short in prop::bool::ANY,
    ) {
        let snapshot = account(groups);
        let selection = Selection { with_default: true, ..Selection::default() };
        let style = if is_short { Style::Short } else { Style::Blocks };
        let options = Options { selection, style, ..Options::default() };
        let (adoption, files) = adopted(&snapshot, &options);
        let described = adoption.groups().count();
        prop_assert_eq!(described + adoption.left_out.len(), snapshot.regions[0].groups.len());
        for left in &adoption.left_out {
            // A parser of HCL that isn't Terraform's own reads several such signs in a row otherwise.
            let group = &snapshot.regions[0].groups[&left.id];
            let texts = group.tags.iter().flat_map(|(key, value)| [key, value]);
            let is_odd = |text: &String| ["$$", "%%"].iter().any(|signs| text.contains(signs));
            let is_odd = texts.chain(group.rules.values()).any(is_odd);
            prop_assert!(is_odd && left.reason.contains("can't describe it"), "{:?}", left);
        }
        let opened = cycles::open(&dependencies(&adoption));
        prop_assert!(opened.ids.is_empty() && opened.moved.is_empty(), "{:?}", opened);
        let again = adopted(&snapshot, &options);
        prop_assert_eq!((adoption, files), again);
    }
}
