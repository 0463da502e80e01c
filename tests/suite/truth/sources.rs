//! Where traffic may come from, or go to: CIDRs and ids.

use terraform_provider_curated::tf_provider::value::Value;

use super::{assert_refused, web};
use crate::support::host::{Host, group, rule, texts};

/// Attribute, its element, and what is said of it.
const CASES: [(&str, &str, &str, &str); 24] = [
    // Syntax.
    (
        "cidr_blocks",
        "10.0.0/8",
        "\"10.0.0/8\" is not an IPv4 CIDR",
        "as in \"10.0.0.0/8\"",
    ),
    (
        "cidr_blocks",
        "",
        "\"\" is not an IPv4 CIDR",
        "an address, a slash and a length from 0 to 32",
    ),
    (
        "cidr_blocks",
        "010.0.0.0/8",
        "\"010.0.0.0/8\" is not an IPv4 CIDR",
        "no leading zero. Write \"10.0.0.0/8\".",
    ),
    (
        "cidr_blocks",
        "10.0.0.0/33",
        "\"10.0.0.0/33\" has no length from 0 to 32",
        "\"10.0.0.0/32\" is this one address",
    ),
    (
        "cidr_blocks",
        "10.0.0.0/255.0.0.0",
        "\"10.0.0.0/255.0.0.0\" has no length from 0 to 32",
        "Write \"10.0.0.0/8\".",
    ),
    (
        "ipv6_cidr_blocks",
        "2001:db8:::/32",
        "\"2001:db8:::/32\" is not an IPv6 CIDR",
        "as in \"2001:db8::/32\"",
    ),
    (
        "ipv6_cidr_blocks",
        "2001:db8::/129",
        "\"2001:db8::/129\" has no length from 0 to 128",
        "\"2001:db8::/128\" is this one address",
    ),
    // Host bits.
    (
        "cidr_blocks",
        "10.0.0.5/24",
        "\"10.0.0.5/24\" has host bits set",
        "\"10.0.0.0/24\". Write that, or \"10.0.0.5/32\"",
    ),
    (
        "ipv6_cidr_blocks",
        "2001:DB8::1/32",
        "\"2001:DB8::1/32\" has host bits set",
        "\"2001:db8::/32\". Write that, or \"2001:db8::1/128\"",
    ),
    // Family.
    (
        "cidr_blocks",
        "::/0",
        "\"::/0\" is IPv6, not IPv4",
        "Move it to ipv6_cidr_blocks.",
    ),
    (
        "ipv6_cidr_blocks",
        "0.0.0.0/0",
        "\"0.0.0.0/0\" is IPv4, not IPv6",
        "Move it to cidr_blocks.",
    ),
    // Missing length.
    (
        "cidr_blocks",
        "10.0.0.5",
        "\"10.0.0.5\" has no length",
        "write \"10.0.0.5/32\"",
    ),
    (
        "cidr_blocks",
        "0.0.0.0",
        "\"0.0.0.0\" has no length",
        "write \"0.0.0.0/0\"",
    ),
    (
        "ipv6_cidr_blocks",
        "::",
        "\"::\" has no length",
        "write \"::/0\"",
    ),
    (
        "ipv6_cidr_blocks",
        "2001:0DB8:0::1",
        "\"2001:0DB8:0::1\" has no length",
        "write \"2001:db8::1/128\"",
    ),
    // Ids.
    (
        "prefix_list_ids",
        "com.amazonaws.eu-west-1.s3",
        "\"com.amazonaws.eu-west-1.s3\" is not the id of a prefix list",
        "aws_ec2_managed_prefix_list",
    ),
    (
        "prefix_list_ids",
        "pl-63A5400A",
        "\"pl-63A5400A\" is not the id of a prefix list",
        "8 or 17 hexadecimal digits in lower case",
    ),
    (
        "prefix_list_ids",
        "sg-0123abcd",
        "\"sg-0123abcd\" is not the id of a prefix list",
        "Move it to security_groups.",
    ),
    (
        "security_groups",
        "web",
        "\"web\" is not the id of a security group",
        "curated_security_group.web.id",
    ),
    (
        "security_groups",
        "sg-0123",
        "\"sg-0123\" is not the id of a security group",
        "8 or 17 hexadecimal digits",
    ),
    (
        "security_groups",
        "self",
        "\"self\" is not the id of a security group",
        "Write self = true instead.",
    ),
    (
        "security_groups",
        "10.0.0.0/8",
        "\"10.0.0.0/8\" is not the id of a security group",
        "Move it to cidr_blocks.",
    ),
    (
        "security_groups",
        "1234/sg-0123abcd",
        "\"1234/sg-0123abcd\" does not start with an account",
        "An account has 12 digits",
    ),
    (
        "security_groups",
        "123456789012/web",
        "\"123456789012/web\" is not the id of a security group",
        "\"123456789012/sg-…\"",
    ),
];

#[tokio::test]
async fn every_bad_source_is_refused_in_either_direction() {
    // Without a configuration of the provider, as in `terraform validate`.
    let host = Host::start();
    for direction in ["ingress", "egress"] {
        for (attribute, element, summary, mend) in CASES {
            let block = rule([("service", "https".into()), (attribute, texts([element]))]);
            let config = group()
                .with("name", "web")
                .with(direction, Value::set([block]));
            let said = host.validate(&config).await;
            assert_refused(&said, direction, summary, mend);
            let place = format!("This is about \"{attribute}\" in an {direction} block.");
            assert!(said[0].detail.ends_with(&place), "{}", said[0].detail);
        }
    }
}

#[tokio::test]
async fn a_source_that_is_null_is_not_passed_over() {
    let host = Host::start();
    for attribute in [
        "cidr_blocks",
        "ipv6_cidr_blocks",
        "prefix_list_ids",
        "security_groups",
    ] {
        let block = rule([
            ("service", "https".into()),
            ("self", true.into()),
            (attribute, Value::set([Value::Null])),
        ]);
        let said = host.validate(&web([block])).await;
        let summary = format!("An element of \"{attribute}\" is null");
        assert_refused(&said, "ingress", &summary, "compact(");
    }
}

#[tokio::test]
async fn every_fault_of_a_configuration_is_told_at_once() {
    let block = rule([
        ("service", "htps".into()),
        ("description", "Bob's".into()),
        ("cidr_blocks", texts(["10.0.0.5/24"])),
        ("security_groups", texts(["web"])),
    ]);
    let said = Host::start()
        .validate(&web([block]).with("name", "sg-web"))
        .await;
    let summaries: Vec<&str> = said.iter().map(|m| m.summary.as_str()).collect();
    assert_eq!(
        summaries,
        [
            "\"sg-web\" starts with \"sg-\"",
            "\"htps\" is not a service of the catalog",
            "'\\'' (U+0027) is not allowed: character 4 of the description",
            "\"10.0.0.5/24\" has host bits set",
            "\"web\" is not the id of a security group",
        ]
    );
}
