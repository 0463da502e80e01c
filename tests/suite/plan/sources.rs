//! Where traffic may come from, or go to: CIDRs and ids.

use terraform_provider_curated::tf_provider::proto::tfplugin5 as pb;
use terraform_provider_curated::tf_provider::value::Value;

use crate::support::host::{Host, assert_refused, group, rule, texts, web};

/// Attribute, its element, and what is said of it.
const CASES: [(&str, &str, &str, &str); 18] = [
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
    // What is plainly no id.
    (
        "prefix_list_ids",
        "sg-0123abcd",
        "\"sg-0123abcd\" is not the id of a prefix list",
        "Move it to security_groups.",
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
];

/// Ids: a plan says what is wrong with them, since tests with mocks make such ids up.
const IDS: [(&str, &str, &str, &str); 6] = [
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

/// A group with one block of a direction, which has this source.
fn with_source(direction: &str, attribute: &str, element: &str) -> Value {
    let block = rule([("service", "https".into()), (attribute, texts([element]))]);
    group()
        .with("name", "web")
        .with(direction, Value::set([block]))
}

#[tokio::test]
async fn every_bad_source_is_refused_in_either_direction() {
    // Without a configuration of the provider, as in `terraform validate`.
    let host = Host::start();
    for direction in ["ingress", "egress"] {
        for (attribute, element, summary, mend) in CASES {
            let config = with_source(direction, attribute, element);
            let said = host.validate(&config).await;
            assert_refused(&said, direction, summary, mend);
            let place = format!(
                "This is about \"{attribute}\" in the {direction} block with service = \"https\""
            );
            assert!(said[0].detail.contains(&place), "{}", said[0].detail);
        }
    }
}

#[tokio::test]
async fn every_bad_id_is_refused_by_the_plan_alone() {
    let host = Host::without_ec2("eu-west-1").await;
    for direction in ["ingress", "egress"] {
        for (attribute, element, summary, mend) in IDS {
            let config = with_source(direction, attribute, element);
            assert_eq!(host.validate(&config).await, []);
            let said = host.plan(&Value::Null, &config).await.messages;
            assert_refused(&said, direction, summary, mend);
            let place = format!(
                "This is about \"{attribute}\" in the {direction} block with service = \"https\""
            );
            assert!(said[0].detail.contains(&place), "{}", said[0].detail);
        }
    }
}

#[tokio::test]
async fn rules_that_only_their_ids_make_the_same_are_refused_by_the_plan_alone() {
    // Mocks with defaults give every group the same id.
    let host = Host::without_ec2("eu-west-1").await;
    for (attribute, id) in [
        ("security_groups", "sg-0123456789abcdef0"),
        ("prefix_list_ids", "pl-0123456789abcdef0"),
    ] {
        let block = |description: &str| {
            rule([
                ("service", "https".into()),
                ("description", description.into()),
                (attribute, texts([id])),
            ])
        };
        let config = web([block("one"), block("other")]);
        assert_eq!(host.validate(&config).await, []);
        let said = host.plan(&Value::Null, &config).await.messages;
        let summary = format!("\"ingress tcp/443 from {id}\" is given twice");
        assert_refused(&said, "ingress", &summary, "take it out of one of the two");
    }
}

/// Only an error of the creation has Terraform restore what the group was to replace.
#[tokio::test]
async fn an_id_that_turns_out_wrong_while_applying_is_an_error_of_the_creation() {
    let host = Host::without_ec2("eu-west-1").await;
    let applying = pb::ClientCapabilities {
        deferral_allowed: true,
        write_only_attributes_allowed: true,
    };
    let config = with_source("ingress", "security_groups", "web");
    let planned = host.plan_as(Some(applying), &Value::Null, &config).await;
    let planned = planned.clean();
    let applied = host.apply(&Value::Null, &planned, &config).await;
    assert_eq!(applied.state, Value::Null);
    let summary = "\"web\" is not the id of a security group";
    assert_refused(
        &applied.messages,
        "ingress",
        summary,
        "curated_security_group.web.id",
    );
}

#[tokio::test]
async fn a_plan_tells_every_wrong_id_beside_the_other_faults() {
    let host = Host::without_ec2("eu-west-1").await;
    let block = rule([
        ("service", "https".into()),
        ("security_groups", texts(["web"])),
        ("prefix_list_ids", texts(["office"])),
    ]);
    let config = web([block]).with("vpc_id", "main");
    let said = host.plan(&Value::Null, &config).await.messages;
    let told: Vec<(&str, &str)> = said
        .iter()
        .map(|m| (m.path.as_str(), m.summary.as_str()))
        .collect();
    assert_eq!(
        told,
        [
            ("vpc_id", "\"main\" is not the id of a VPC"),
            ("ingress", "\"office\" is not the id of a prefix list"),
            ("ingress", "\"web\" is not the id of a security group"),
        ]
    );
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
        ("security_groups", texts(["10.1.0.0/16"])),
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
            "\"10.1.0.0/16\" is not the id of a security group",
        ]
    );
}
