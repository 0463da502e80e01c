//! Rules are counted as EC2 counts them: for each direction and family, groups in both, prefix
//! lists by what they may hold.

use terraform_provider_curated::tf_provider::value::Value;

use crate::support::emulator::{Emulator, element};
use crate::support::host::{
    Host, Message, assert_refused, assert_warned, config_without_ec2, group, many, rule, tcp,
    texts, web,
};
use crate::support::stage::REGION;

/// What a plan says of a group with these ingress blocks.
/// What is said of these blocks, besides which rules are known.
async fn said(host: &Host, blocks: Vec<Value>) -> Vec<Message> {
    let config = web([]).with("ingress", Value::set(blocks));
    let mut said = host.plan(&Value::Null, &config).await.messages;
    let is_known = |summary: &str| summary.starts_with("Not all rules of the group are known yet");
    said.retain(|told| !is_known(&told.summary));
    said
}

fn ipv6(port: i64) -> Value {
    tcp(port, []).with("ipv6_cidr_blocks", texts(["2001:db8::/32"]))
}

fn from(port: i64, source: &str, element: impl Into<Value>) -> Value {
    rule([
        ("protocol", "tcp".into()),
        ("from_port", port.into()),
        (source, Value::Set(vec![element.into()])),
    ])
}

const SUMMARY: &str = "More ingress rules than EC2 allows";

#[tokio::test]
async fn sixty_fit_and_one_more_is_refused_with_the_breakdown() {
    let host = Host::without_ec2(REGION).await;
    assert_eq!(said(&host, many(1, 60)).await, []);
    let too_many = said(&host, many(1, 61)).await;
    let breakdown = "EC2 allows 60 for each direction and address family; this group would have\n\
                     IPv4: 61 (61 with IPv4 blocks)\nIPv6: 0\n";
    assert_refused(&too_many, "ingress", SUMMARY, breakdown);
    assert!(too_many[0].detail.contains("\"max_rules_per_group\""));
}

#[tokio::test]
async fn directions_and_families_have_sixty_each() {
    let host = Host::without_ec2(REGION).await;
    let both = || {
        let v6 = (1..=60).map(ipv6);
        many(1, 60).into_iter().chain(v6)
    };
    let config = web([])
        .with("ingress", Value::set(both()))
        .with("egress", Value::set(both()));
    host.plan(&Value::Null, &config).await.clean();

    let one_more = both().chain([tcp(99, ["10.0.0.0/8"])]);
    let config = config.with("egress", Value::set(one_more));
    let said = host.plan(&Value::Null, &config).await.messages;
    let breakdown = "IPv4: 61 (61 with IPv4 blocks)\nIPv6: 60 (60 with IPv6 blocks)";
    assert_refused(
        &said,
        "egress",
        "More egress rules than EC2 allows",
        breakdown,
    );
}

#[tokio::test]
async fn groups_count_in_both_families() {
    let host = Host::without_ec2(REGION).await;
    let peer = from(443, "security_groups", "sg-0123abcd").with("self", true);
    let mut blocks = many(1, 59);
    blocks.extend((1..=20).map(ipv6));
    blocks.push(peer);
    let breakdown = "IPv4: 61 (59 with IPv4 blocks + 2 with security groups)\n\
                     IPv6: 22 (20 with IPv6 blocks + 2 with security groups)";
    assert_refused(&said(&host, blocks).await, "ingress", SUMMARY, breakdown);
}

#[tokio::test]
async fn a_presets_rules_count() {
    let host = Host::without_ec2(REGION).await;
    let config = group().with("preset", "openvpn");
    let with = |count| {
        config
            .clone()
            .with("ingress", Value::set(many(1000, count)))
    };
    host.plan(&Value::Null, &with(58)).await.clean();
    let said = host.plan(&Value::Null, &with(59)).await.messages;
    assert_refused(&said, "ingress", SUMMARY, "IPv4: 61 (61 with IPv4 blocks)");
}

#[tokio::test]
async fn the_provider_block_names_another_quota() {
    for (max, fits, breaks) in [(100, 100, 101), (10, 10, 11)] {
        let host = Host::start();
        let provider = config_without_ec2(REGION);
        let provider = provider.with("max_rules_per_group", max);
        assert_eq!(host.configure(&provider).await, []);
        assert_eq!(said(&host, many(1, fits)).await, []);
        let refused = said(&host, many(1, breaks)).await;
        let limit = format!("EC2 allows {max} for each direction and address family");
        assert_refused(&refused, "ingress", SUMMARY, &limit);
    }
}

/// Makes a prefix list that may hold so many entries.
fn prefix_list(emulator: &Emulator, name: &str, max_entries: &str) -> String {
    let parameters = [
        ("PrefixListName", name),
        ("AddressFamily", "IPv4"),
        ("MaxEntries", max_entries),
    ];
    let reply = emulator.call(REGION, "CreateManagedPrefixList", &parameters);
    element(&reply, "prefixListId").to_owned()
}

#[tokio::test]
async fn a_prefix_list_counts_as_what_it_may_hold_for_every_port() {
    let emulator = Emulator::start();
    let host = Host::on(&emulator, REGION).await;
    let list = prefix_list(&emulator, "office", "30");
    let lists = |count| (0..count).map(|n| from(8000 + n, "prefix_list_ids", list.as_str()));
    assert_eq!(said(&host, lists(2).collect()).await, []);

    let one_more = lists(2).chain([tcp(22, ["10.0.0.0/8"])]);
    let breakdown = format!(
        "IPv4: 61 (1 with IPv4 blocks + 60 for prefix list {list})\n\
         IPv6: 60 (60 for prefix list {list})"
    );
    let refused = said(&host, one_more.collect()).await;
    assert_refused(&refused, "ingress", SUMMARY, &breakdown);
    let refused = said(&host, lists(3).collect()).await;
    let breakdown = format!("IPv4: 90 (90 for prefix list {list})");
    assert_refused(&refused, "ingress", SUMMARY, &breakdown);
}

#[tokio::test]
async fn at_the_quota_a_change_of_prefix_lists_is_counted_by_weight() {
    let emulator = Emulator::start();
    let host = Host::on(&emulator, REGION).await;
    let (old, new) = (
        prefix_list(&emulator, "old", "40"),
        prefix_list(&emulator, "new", "50"),
    );
    let before = web([from(443, "prefix_list_ids", old.as_str())]);
    let state = host.settle(&Value::Null, &before).await;
    // 40 and 50 don't fit beside each other: the rule is changed in place.
    let after = web([from(443, "prefix_list_ids", new.as_str())]);
    emulator.reset_counts();
    host.settle(&state, &after).await;
    let counts = emulator.counts();
    assert_eq!(counts.get("ModifySecurityGroupRules"), Some(&1));
    assert_eq!(counts.get("AuthorizeSecurityGroupIngress"), None);

    // And to a group, which nothing in place can do.
    let state = host.read(&state).await.clean();
    let id = state.get("id").as_str().expect("made");
    let peers = (0..20).map(|n| from(443 + n, "security_groups", id));
    let config = web([]).with("ingress", Value::set(peers));
    let said = host.plan(&state, &config).await.messages;
    let line = format!("  - ingress tcp/443 from {new}");
    let summary = format!("Traffic may be interrupted for a moment: web ({id})");
    assert_warned(&said, "rules", &summary, &line);
}

#[tokio::test]
async fn what_is_not_known_yet_counts_at_least_once() {
    let host = Host::without_ec2(REGION).await;
    let unknown = |source| from(443, source, Value::Unknown);
    let cases = [
        (unknown("cidr_blocks"), (1, 0)),
        (unknown("ipv6_cidr_blocks"), (0, 1)),
        (unknown("security_groups"), (1, 1)),
        (unknown("prefix_list_ids"), (1, 1)),
        (
            // Two ports for each.
            rule([
                ("service", "openvpn".into()),
                ("security_groups", Value::Set(vec![Value::Unknown; 3])),
            ]),
            (6, 6),
        ),
        (
            // Whatever it is for, it is one rule.
            rule([
                ("service", Value::Unknown),
                ("cidr_blocks", texts(["10.0.0.0/8"])),
                ("self", true.into()),
            ]),
            (2, 1),
        ),
    ];
    for (block, (ipv4, ipv6_too)) in cases {
        let known = |ipv4_room: i64, ipv6_room: i64| {
            let v6 = (1..=60 - ipv6_room).map(ipv6);
            let known = many(1, 60 - ipv4_room).into_iter().chain(v6);
            known.chain([block.clone()]).collect::<Vec<_>>()
        };
        assert_eq!(said(&host, known(ipv4, ipv6_too)).await, []);
        let refused = said(&host, known(ipv4 - 1, ipv6_too - 1)).await;
        let mut lines = String::new();
        for (family, pending) in [("IPv4", ipv4), ("IPv6", ipv6_too)] {
            let least = if pending > 0 { "at least " } else { "" };
            let later = match pending {
                0 => String::new(),
                pending => format!(" + {pending} not known yet"),
            };
            let held = 61 - pending;
            lines += &format!("\n{family}: {least}61 ({held} with {family} blocks{later})");
        }
        assert_refused(&refused, "ingress", SUMMARY, &lines);
    }
}

#[tokio::test]
async fn a_whole_set_that_is_not_known_may_be_empty() {
    let host = Host::without_ec2(REGION).await;
    let block = rule([("service", "https".into()), ("cidr_blocks", Value::Unknown)]);
    let mut blocks = many(1, 60);
    blocks.push(block);
    assert_eq!(said(&host, blocks).await, []);
}
