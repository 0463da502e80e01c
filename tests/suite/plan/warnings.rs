//! What is legal, and probably not meant.

use terraform_provider_curated::tf_provider::value::Value;

use crate::support::emulator::Emulator;
use crate::support::host::{
    Host, assert_warned, config_without_ec2, group, made, many, provider_config, rule, tcp, texts,
    web,
};
use crate::support::stage::REGION;

#[tokio::test]
async fn a_rule_that_another_covers_is_named_with_it() {
    let host = Host::without_ec2(REGION).await;
    let all = |cidr: &str| rule([("service", "all".into()), ("cidr_blocks", texts([cidr]))]);
    let cases = [
        (
            web([tcp(22, ["10.1.0.0/16"]), tcp(22, ["10.0.0.0/8"])]),
            "ingress tcp/22 from 10.1.0.0/16",
            "ingress tcp/22 from 10.0.0.0/8",
        ),
        (
            web([
                tcp(22, ["10.0.0.0/8"]),
                tcp(20, ["10.0.0.0/8"]).with("to_port", 30),
            ]),
            "ingress tcp/22 from 10.0.0.0/8",
            "ingress tcp/20-30 from 10.0.0.0/8",
        ),
        (
            web([tcp(22, ["10.0.0.0/8"]), all("0.0.0.0/0")]),
            "ingress tcp/22 from 10.0.0.0/8",
            "ingress all from 0.0.0.0/0",
        ),
        (
            web([tcp(443, ["10.0.0.0/8"])])
                .with("name", Value::Null)
                .with("preset", "https"),
            "ingress tcp/443 from 10.0.0.0/8",
            "ingress tcp/443 from 0.0.0.0/0",
        ),
    ];
    for (config, narrow, wide) in cases {
        assert_eq!(host.validate(&config).await, []);
        let said = host.plan(&Value::Null, &config).await.messages;
        let summary = format!("The rule \"{narrow}\" changes nothing");
        assert_warned(&said, "ingress", &summary, &format!("\"{wide}\""));
    }
    let apart = web([tcp(22, ["10.0.0.0/8"])]).with("egress", Value::set([all("0.0.0.0/0")]));
    host.plan(&Value::Null, &apart).await.clean();
}

#[tokio::test]
async fn a_rule_that_another_covers_is_not_named_where_the_provider_block_says_so() {
    let config = web([tcp(22, ["10.1.0.0/16"]), tcp(22, ["10.0.0.0/8"])]);
    for (skip, warnings) in [
        (true.into(), 0),
        (false.into(), 1),
        (Value::Null, 1),
        (Value::Unknown, 1),
    ] {
        let host = Host::start();
        let provider = config_without_ec2(REGION);
        let provider = provider.with("skip_redundant_rule_warnings", skip.clone());
        assert_eq!(host.configure(&provider).await, []);
        let said = host.plan(&Value::Null, &config).await.messages;
        assert_eq!(said.len(), warnings, "{skip:?}: {said:?}");
    }
}

#[tokio::test]
async fn icmp_of_the_other_family_lets_nothing_through() {
    let host = Host::without_ec2(REGION).await;
    let icmp = |protocol: &str, source, cidr: &str| {
        let block = rule([("protocol", protocol.into()), (source, texts([cidr]))]);
        web([block])
    };
    let (v4, v6) = ("cidr_blocks", "ipv6_cidr_blocks");
    for (config, rule, mend) in [
        (icmp("icmp", v6, "::/0"), "icmp from ::/0", "icmpv6"),
        (
            icmp("1", v6, "2001:db8::/32"),
            "icmp from 2001:db8::/32",
            "icmpv6",
        ),
        (
            icmp("icmpv6", v4, "10.0.0.0/8"),
            "icmpv6 from 10.0.0.0/8",
            "icmp",
        ),
        (icmp("58", v4, "0.0.0.0/0"), "icmpv6 from 0.0.0.0/0", "icmp"),
    ] {
        let said = host.plan(&Value::Null, &config).await.messages;
        let summary = format!("The rule \"ingress {rule}\" lets nothing through");
        assert_warned(
            &said,
            "ingress",
            &summary,
            &format!("protocol = \"{mend}\""),
        );
    }
    for config in [icmp("icmp", v4, "0.0.0.0/0"), icmp("icmpv6", v6, "::/0")] {
        host.plan(&Value::Null, &config).await.clean();
    }
}

#[tokio::test]
async fn port_zero_is_one_port_and_not_all() {
    let host = Host::without_ec2(REGION).await;
    let ports = |protocol: &str, to: i64| {
        web([rule([
            ("protocol", protocol.into()),
            ("from_port", 0.into()),
            ("to_port", to.into()),
            ("cidr_blocks", texts(["10.0.0.0/8"])),
        ])])
    };
    for protocol in ["tcp", "17"] {
        let said = host.plan(&Value::Null, &ports(protocol, 0)).await.messages;
        let name = if protocol == "tcp" { "tcp" } else { "udp" };
        let summary = format!("The rule \"ingress {name}/0 from 10.0.0.0/8\" is for port 0 alone");
        assert_warned(&said, "ingress", &summary, "to_port = 65535");
    }
    for meant in [ports("tcp", 65535), ports("tcp", 1), ports("-1", 0)] {
        host.plan(&Value::Null, &meant).await.clean();
    }
}

/// A host for which a group may have so many rules.
async fn host_with_quota(max: i64) -> Host {
    let host = Host::start();
    let provider = config_without_ec2(REGION);
    let provider = provider.with("max_rules_per_group", max);
    assert_eq!(host.configure(&provider).await, []);
    host
}

#[tokio::test]
async fn rules_that_must_go_before_others_come_are_named() {
    let config = web([]).with("ingress", Value::set(many(1, 3)));
    // Another kind of peer, so that nothing can be changed in place.
    let other = |port: i64| {
        rule([
            ("protocol", "tcp".into()),
            ("from_port", port.into()),
            ("security_groups", texts(["sg-0123abcd"])),
        ])
    };
    let after = web([other(1), other(2), other(3)]);

    let tight = host_with_quota(3).await;
    let state = made(&tight.plan(&Value::Null, &config).await.clean());
    let said = tight.plan(&state, &after).await.messages;
    let id = state.get("id").as_str().expect("made");
    let summary = format!("Traffic may be interrupted for a moment: web ({id})");
    let line = "  - ingress tcp/1 from 10.0.0.0/8";
    assert_warned(&said, "rules", &summary, line);

    // In place, at the same quota; and beside the old ones, where there is room.
    let moved = web([]).with("ingress", Value::set(many(11, 3)));
    tight.plan(&state, &moved).await.clean();
    host_with_quota(6).await.plan(&state, &after).await.clean();
}

#[tokio::test]
async fn strangers_that_are_left_alone_from_now_on_are_named() {
    let emulator = Emulator::start();
    let host = Host::on(&emulator, REGION).await;
    let config = web([tcp(22, ["10.0.0.0/8"])]);
    let state = host.settle(&Value::Null, &config).await;
    let id = state.get("id").as_str().expect("made");
    let stranger = [
        ("GroupId", id),
        ("IpPermissions.1.IpProtocol", "udp"),
        ("IpPermissions.1.FromPort", "53"),
        ("IpPermissions.1.ToPort", "53"),
        ("IpPermissions.1.IpRanges.1.CidrIp", "10.0.0.0/8"),
    ];
    emulator.call(REGION, "AuthorizeSecurityGroupIngress", &stranger);
    let seen = host.read(&state).await.clean();

    let open = config.clone().with("exclusive", false);
    let planned = host.plan(&seen, &open).await;
    let summary = format!("Rules are left alone from now on: web ({id})");
    let line = "  - ingress udp/53 from 10.0.0.0/8";
    assert_warned(&planned.messages, "exclusive", &summary, line);
    let after = host.apply(&seen, &planned.state, &open).await.clean();
    host.assert_settled(&after, &open).await;
    let held = emulator.group(REGION, "web")["ingress"]
        .as_array()
        .map(Vec::len);
    assert_eq!(held, Some(2), "the stranger is still there");
    let back = host.plan(&after, &config).await;
    let summary = format!("Rules that others added are shown from the next plan on: web ({id})");
    let detail = "its apply revokes them";
    assert_warned(&back.messages, "exclusive", &summary, detail);

    // Without strangers there is nothing to say.
    host.plan(&state, &open).await.clean();
}

#[tokio::test]
async fn strangers_that_stay_count_towards_the_quota() {
    // The plan once said that such rules would be revoked early, and EC2 then refused the rest.
    let emulator = Emulator::start();
    let id = emulator.create_group(REGION, "web");
    let own = rule([
        ("service", "https".into()),
        ("security_groups", texts([&id])),
    ]);
    let config = group()
        .with("name", "web")
        .with("description", "by hand")
        .with("exclusive", false)
        .with("egress", Value::set([own]));
    for (max, refused) in [(2, false), (1, true)] {
        let host = Host::start();
        let provider = provider_config(emulator.endpoint(), REGION);
        let provider = provider.with("max_rules_per_group", max);
        assert_eq!(host.configure(&provider).await, []);
        let imported = host.import(&id).await.clean();
        let before = host.read(&imported).await.clean();
        let said = host.plan(&before, &config).await.messages;
        let left_alone = said.last().expect("a warning");
        assert_warned(
            std::slice::from_ref(left_alone),
            "exclusive",
            &format!("Rules are left alone from now on: web ({id})"),
            "  - egress all to 0.0.0.0/0",
        );
        assert_eq!(said.len(), 1 + usize::from(refused));
        assert_eq!(said[0].is_error, refused);
        let breakdown = "IPv4: 2 (1 with IPv4 blocks + 1 with security groups)";
        assert_eq!(said[0].detail.contains(breakdown), refused);
    }
}
