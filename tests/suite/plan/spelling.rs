//! Another spelling of the same rules is no change: the plan is the prior state, word by word.

use terraform_provider_curated::tf_provider::value::Value;

use crate::support::host::{Host, made, rule, tcp, texts, web_both};
use crate::support::stage::REGION;

fn spelt<const N: usize>(protocol: &str, ports: [i64; N], cidr: &str) -> Value {
    let source = if cidr.contains(':') {
        "ipv6_cidr_blocks"
    } else {
        "cidr_blocks"
    };
    let block = rule([("protocol", protocol.into()), (source, texts([cidr]))]);
    ["from_port", "to_port"]
        .into_iter()
        .zip(ports)
        .fold(block, |block, (name, port)| block.with(name, port))
}

fn service(name: &str, cidr: &str) -> Value {
    rule([("service", name.into()), ("cidr_blocks", texts([cidr]))])
}

/// Blocks, and other blocks that say the same.
fn pairs() -> Vec<(&'static str, Vec<Value>, Vec<Value>)> {
    let net = "10.0.0.0/8";
    let all = |name: &str| vec![rule([("protocol", name.into()), ("self", true.into())])];
    let one = |block| vec![block];
    vec![
        (
            "case",
            one(spelt("tcp", [22], net)),
            one(spelt("TCP", [22], net)),
        ),
        (
            "number",
            one(spelt("tcp", [22], net)),
            one(spelt("6", [22], net)),
        ),
        (
            "number of ICMPv6",
            one(spelt("icmpv6", [-1], "::/0")),
            one(spelt("58", [-1], "::/0")),
        ),
        ("-1", all("all"), all("-1")),
        ("ALL", all("-1"), all("All")),
        (
            "service",
            one(service("https", net)),
            one(spelt("tcp", [443], net)),
        ),
        (
            "to_port",
            one(spelt("udp", [53], net)),
            one(spelt("udp", [53, 53], net)),
        ),
        (
            "IPv6 text",
            one(spelt("tcp", [22], "2001:db8::/32")),
            one(spelt("tcp", [22], "2001:0DB8:0:0::/32")),
        ),
        (
            "description of no letters",
            one(tcp(22, [net])),
            one(tcp(22, [net]).with("description", "")),
        ),
        (
            "self that is false",
            one(tcp(22, [net])),
            one(tcp(22, [net]).with("self", false)),
        ),
        (
            "grouping",
            one(tcp(22, [net, "192.168.0.0/16"])),
            vec![tcp(22, ["192.168.0.0/16"]), tcp(22, [net])],
        ),
        (
            "half a service",
            one(service("openvpn", net)),
            vec![spelt("tcp", [443], net), spelt("udp", [1194], net)],
        ),
    ]
}

#[tokio::test]
async fn another_spelling_is_no_change() {
    let host = Host::without_ec2(REGION).await;
    for (what, before, after) in pairs() {
        for direction in ["ingress", "egress"] {
            for (before, after) in [(&before, &after), (&after, &before)] {
                let config = |blocks: &[Value]| {
                    web_both([], []).with(direction, Value::set(blocks.iter().cloned()))
                };
                let planned = host.plan(&Value::Null, &config(before)).await.clean();
                let state = made(&planned);
                assert_eq!(host.validate(&config(after)).await, [], "{what}");
                let planned = host.plan(&state, &config(after)).await;
                assert_eq!(planned.clean(), state, "{what}, {direction}");
            }
        }
    }
}

#[tokio::test]
async fn order_on_the_wire_is_no_change() {
    let host = Host::without_ec2(REGION).await;
    let cidrs = ["10.0.0.0/8", "192.168.0.0/16", "172.16.0.0/12"];
    let state = made(
        &host
            .plan(&Value::Null, &web_both([tcp(22, cidrs)], []))
            .await
            .clean(),
    );
    let reversed: Vec<Value> = cidrs.iter().rev().map(|c| (*c).into()).collect();
    // `Value::set` would bring the elements into order.
    let block = tcp(22, []).with("cidr_blocks", Value::Set(reversed));
    let planned = host.plan(&state, &web_both([block], [])).await;
    assert_eq!(planned.clean(), state);
}

#[tokio::test]
async fn what_is_a_change_is_planned_as_written() {
    let host = Host::without_ec2(REGION).await;
    let before = web_both([tcp(22, ["10.0.0.0/8"])], []);
    let state = made(&host.plan(&Value::Null, &before).await.clean());
    let others = [
        tcp(23, ["10.0.0.0/8"]),
        tcp(22, ["10.0.0.0/9"]),
        tcp(22, ["10.0.0.0/8"]).with("protocol", "udp"),
        tcp(22, ["10.0.0.0/8"]).with("description", "jump host"),
        tcp(22, ["10.0.0.0/8"]).with("self", true),
    ];
    for block in others {
        let config = web_both([block], []);
        let planned = host.plan(&state, &config).await.clean();
        assert_eq!(planned.get("ingress"), config.get("ingress"));
        assert_ne!(planned.get("rules"), state.get("rules"));
        assert_eq!(planned.get("id"), state.get("id"));
    }
}
