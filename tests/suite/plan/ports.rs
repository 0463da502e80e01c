//! What traffic is let through: protocols, ports, ICMP types and codes, services.

use terraform_provider_curated::tf_provider::value::Value;

use crate::support::host::{Host, assert_refused, rule, web};

type Case = (
    &'static str,
    Option<i64>,
    Option<i64>,
    &'static str,
    &'static str,
    &'static str,
);

/// Protocol, ports; and the attribute that is wrong, what is said of it, and what mends it.
const CASES: [Case; 34] = [
    // Reversed.
    (
        "tcp",
        Some(443),
        Some(80),
        "to_port",
        "to_port 80 is below from_port 443",
        "Write from_port = 80 and to_port = 443.",
    ),
    // Out of range.
    (
        "tcp",
        Some(65536),
        None,
        "from_port",
        "from_port 65536 is not a port",
        "0 to 65535",
    ),
    (
        "udp",
        Some(53),
        Some(70000),
        "to_port",
        "to_port 70000 is not a port",
        "0 to 65535",
    ),
    (
        "tcp",
        Some(-1),
        Some(-1),
        "from_port",
        "from_port -1 is not a port",
        "from_port = 0 and to_port = 65535",
    ),
    (
        "17",
        Some(i64::MAX),
        None,
        "from_port",
        "from_port 9223372036854775807 is not a port",
        "0 to 65535",
    ),
    // Missing.
    (
        "tcp",
        None,
        None,
        "from_port",
        "\"tcp\" needs ports",
        "Set from_port",
    ),
    (
        "UDP",
        None,
        None,
        "from_port",
        "\"UDP\" needs ports",
        "from_port = 0 and to_port = 65535",
    ),
    (
        "tcp",
        None,
        Some(80),
        "from_port",
        "to_port 80 has no from_port",
        "Write from_port = 80",
    ),
    // Given where EC2 would ignore them and open everything.
    (
        "all",
        Some(443),
        None,
        "from_port",
        "from_port 443 would be ignored: protocol \"all\" has no ports",
        "opens every port of every protocol",
    ),
    (
        "-1",
        Some(80),
        Some(443),
        "from_port",
        "ports 80 to 443 would be ignored: protocol \"-1\" has no ports",
        "write protocol = \"tcp\" or \"udp\"",
    ),
    (
        "50",
        Some(500),
        None,
        "from_port",
        "from_port 500 would be ignored: protocol \"50\" has no ports",
        "lets all of the protocol through",
    ),
    (
        "sctp",
        None,
        Some(36412),
        "to_port",
        "to_port 36412 would be ignored: protocol \"sctp\" has no ports",
        "ports are for \"tcp\" and \"udp\" only",
    ),
    // ICMP.
    (
        "icmp",
        Some(256),
        None,
        "from_port",
        "from_port 256 is not an ICMP type",
        "0 to 255, or -1 for every type",
    ),
    (
        "icmpv6",
        Some(128),
        Some(256),
        "to_port",
        "to_port 256 is not an ICMP code",
        "0 to 255, or -1 for every code",
    ),
    (
        "1",
        Some(8),
        Some(-2),
        "to_port",
        "to_port -2 is not an ICMP code",
        "0 to 255, or -1 for every code",
    ),
    (
        "icmp",
        Some(-1),
        Some(0),
        "to_port",
        "to_port 0 is the code of no type",
        "leave both out for all types",
    ),
    (
        "58",
        None,
        Some(4),
        "to_port",
        "to_port 4 is the code of no type",
        "Set from_port to the type",
    ),
    (
        "icmp",
        Some(0),
        Some(65535),
        "to_port",
        "to_port 65535 is not an ICMP code",
        "0 to 255, or -1 for every code",
    ),
    // Unknown and ambiguous protocols.
    (
        "tpc",
        Some(1),
        None,
        "protocol",
        "\"tpc\" is not a protocol",
        "Did you mean \"tcp\"?",
    ),
    (
        "icmp6",
        None,
        None,
        "protocol",
        "\"icmp6\" is not a protocol",
        "\"icmpv6\"",
    ),
    (
        "256",
        None,
        None,
        "protocol",
        "\"256\" is not a protocol",
        "a number from 0 to 255",
    ),
    (
        "-2",
        None,
        None,
        "protocol",
        "\"-2\" is not a protocol",
        "a number from 0 to 255",
    ),
    (
        "",
        None,
        None,
        "protocol",
        "\"\" is not a protocol",
        "\"tcp\", \"udp\", \"icmp\", \"icmpv6\", \"all\"",
    ),
    (
        "tcp ",
        Some(1),
        None,
        "protocol",
        "\"tcp \" is not a protocol",
        "Did you mean \"tcp\"?",
    ),
    (
        "https",
        None,
        None,
        "protocol",
        "\"https\" is not a protocol",
        "It is a service. Write service = \"https\"",
    ),
    (
        "any",
        None,
        None,
        "protocol",
        "\"any\" is not a protocol",
        "Did you mean \"all\"?",
    ),
    (
        "ping",
        None,
        None,
        "protocol",
        "\"ping\" is not a protocol",
        "It is a service. Write service = \"ping\"",
    ),
    (
        "tcp/udp",
        Some(53),
        None,
        "protocol",
        "\"tcp/udp\" is not a protocol",
        "Did you mean \"tcp\" or \"udp\"?",
    ),
    (
        "tcp/443",
        None,
        None,
        "protocol",
        "\"tcp/443\" is not a protocol",
        "Write protocol = \"tcp\" and from_port = 443.",
    ),
    (
        "HTTPS",
        None,
        None,
        "protocol",
        "\"HTTPS\" is not a protocol",
        "It is a service. Write service = \"https\"",
    ),
    (
        "ipsec",
        None,
        None,
        "protocol",
        "\"ipsec\" is not a protocol",
        "It is a service. Write service = \"ipsec\"",
    ),
    (
        "postgres",
        None,
        None,
        "protocol",
        "\"postgres\" is not a protocol",
        "Did you mean the service \"postgresql\"? Write service = \"postgresql\"",
    ),
    (
        "5432",
        None,
        None,
        "protocol",
        "\"5432\" is not a protocol",
        "Did you mean the service \"postgresql\"?",
    ),
    (
        "*",
        None,
        None,
        "protocol",
        "\"*\" is not a protocol",
        "Did you mean \"all\"?",
    ),
];

#[tokio::test]
async fn what_ec2_would_refuse_or_open_too_wide_is_refused() {
    let host = Host::start();
    for (protocol, from, to, attribute, summary, mend) in CASES {
        let block = rule([("protocol", protocol.into()), ("self", true.into())]);
        let ports = [("from_port", from), ("to_port", to)];
        let ports = ports
            .into_iter()
            .filter_map(|(name, port)| Some((name, port?)));
        let block = ports.fold(block, |block, (name, port)| block.with(name, port));
        let said = host.validate(&web([block])).await;
        assert_refused(&said, "ingress", summary, mend);
        let place = format!("This is about \"{attribute}\" in the ingress block with ");
        assert!(said[0].detail.contains(&place), "{}", said[0].detail);
    }
}

#[tokio::test]
async fn ports_that_mean_none_where_there_are_none_are_taken() {
    let host = Host::start();
    // The AWS provider's rule resources write "all" so, too.
    let every_port = rule([
        ("protocol", "-1".into()),
        ("from_port", 0.into()),
        ("to_port", 65535.into()),
        ("self", true.into()),
    ]);
    assert_eq!(host.validate(&web([every_port])).await, []);
    // What an aws_security_group must write for "all".
    for port in [0, -1] {
        for protocol in ["all", "-1", "50"] {
            let block = rule([
                ("protocol", protocol.into()),
                ("from_port", port.into()),
                ("to_port", port.into()),
                ("self", true.into()),
            ]);
            assert_eq!(host.validate(&web([block])).await, [], "{protocol} {port}");
        }
    }
}

#[tokio::test]
async fn a_port_is_a_whole_number() {
    let half: Value = "80.5".parse().map(Value::Number).expect("a number");
    let block = rule([
        ("protocol", "tcp".into()),
        ("from_port", half),
        ("self", true.into()),
    ]);
    let said = Host::start().validate(&web([block])).await;
    assert_refused(&said, "ingress", "80.5 is not a port", "whole number");
}
