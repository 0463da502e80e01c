//! A rule that is given twice, in whatever spelling: EC2 holds it once, whatever its description.

use terraform_provider_curated::tf_provider::value::Value;

use crate::support::emulator::{ACCOUNT, Emulator};
use crate::support::host::{
    Host, assert_refused, group, made, provider_config, rule, tcp, texts, web,
};
use crate::support::stage::REGION;

fn service(name: &str) -> Value {
    rule([
        ("service", name.into()),
        ("cidr_blocks", texts(["0.0.0.0/0"])),
    ])
}

fn from(source: &str, elements: &[&str]) -> Value {
    let elements = Value::set(elements.iter().copied());
    rule([("service", "ssh".into()), (source, elements)])
}

#[tokio::test]
async fn two_blocks_that_give_one_rule_are_both_named() {
    let host = Host::start();
    let https = "\"ingress tcp/443 from 0.0.0.0/0\" is given twice";
    let cases = [
        (
            [
                service("https"),
                service("https").with("description", "again"),
            ],
            https,
            [
                "service = \"https\"",
                "service = \"https\", description = \"again\"",
            ],
        ),
        (
            [
                service("https"),
                tcp(443, ["0.0.0.0/0"]).with("description", "same"),
            ],
            https,
            [
                "service = \"https\"",
                "protocol = \"tcp\", from_port = 443, description = \"same\"",
            ],
        ),
        (
            [
                tcp(443, ["0.0.0.0/0"]).with("protocol", "TCP"),
                tcp(443, ["0.0.0.0/0"])
                    .with("protocol", "6")
                    .with("to_port", 443),
            ],
            https,
            [
                "protocol = \"TCP\", from_port = 443",
                "protocol = \"6\", from_port = 443, to_port = 443",
            ],
        ),
        (
            [
                rule([("protocol", "all".into()), ("self", true.into())]),
                rule([
                    ("protocol", "-1".into()),
                    ("from_port", 0.into()),
                    ("to_port", 0.into()),
                    ("self", true.into()),
                ]),
            ],
            "\"ingress all from self\" is given twice",
            ["protocol = \"all\"", "protocol = \"-1\""],
        ),
        (
            [
                from("ipv6_cidr_blocks", &["2001:db8::/32"]),
                from("ipv6_cidr_blocks", &["2001:0DB8:0::/32"]).with("description", "v6"),
            ],
            "\"ingress tcp/22 from 2001:db8::/32\" is given twice",
            [
                "service = \"ssh\"",
                "service = \"ssh\", description = \"v6\"",
            ],
        ),
    ];
    for (blocks, summary, places) in cases {
        let said = host.validate(&web(blocks)).await;
        let mend = "EC2 holds a rule only once, whatever its description: take it out of one of";
        assert_refused(&said, "ingress", summary, mend);
        for place in places {
            let place = format!("the ingress block with {place}");
            assert!(said[0].detail.contains(&place), "{place}: {said:#?}");
        }
    }
}

#[tokio::test]
async fn one_block_that_gives_a_rule_in_two_spellings_names_both() {
    let block = from("ipv6_cidr_blocks", &["::/0", "0::0/0"]);
    let said = Host::start().validate(&web([block])).await;
    let summary = "\"ingress tcp/22 from ::/0\" is given twice";
    assert_refused(&said, "ingress", summary, "\"0::0/0\"");
    assert!(said[0].detail.contains("\"::/0\""), "{said:#?}");
}

#[tokio::test]
async fn a_rule_of_the_preset_isnt_given_again() {
    let config = group()
        .with("preset", "openvpn")
        .with("ingress", Value::set([tcp(443, ["0.0.0.0/0"])]));
    let said = Host::start().validate(&config).await;
    let summary = "\"ingress tcp/443 from 0.0.0.0/0\" is given twice";
    let mend = "The preset \"openvpn\" brings this rule already. Take it out of the block.";
    assert_refused(&said, "ingress", summary, mend);
}

#[tokio::test]
async fn a_rule_that_services_share_is_one_through_a_groups_life() {
    let emulator = Emulator::start();
    let host = Host::on(&emulator, REGION).await;
    let described = |name: &str, text: &str| service(name).with("description", text);
    let both = web([described("https", "web"), described("openvpn", "vpn")]);
    assert_eq!(host.validate(&both).await, []);
    let state = host.settle(&Value::Null, &both).await;
    let shared = "ingress tcp/443 from 0.0.0.0/0";
    assert_eq!(state.get("rules").get(shared), &"vpn".into());

    // The one that is left says how the rule is described.
    let one = web([described("https", "web")]);
    let state = host.settle(&state, &one).await;
    assert_eq!(state.get("rules"), &Value::map([(shared, "web")]));

    let preset = one.with("name", Value::Null).with("preset", "openvpn");
    let state = host.settle(&Value::Null, &preset).await;
    let rules = [(shared, "web"), ("ingress udp/1194 from 0.0.0.0/0", "")];
    assert_eq!(state.get("rules"), &Value::map(rules));
}

#[tokio::test]
async fn the_same_rule_in_and_out_is_two_rules() {
    let config = web([service("https")]).with("egress", Value::set([service("https")]));
    assert_eq!(Host::start().validate(&config).await, []);
}

#[tokio::test]
async fn a_group_of_ones_own_account_with_and_without_it_is_one_peer() {
    let emulator = Emulator::start();
    let host = Host::start();
    let provider = provider_config(emulator.endpoint(), REGION);
    let provider = provider.with("skip_requesting_account_id", false);
    assert_eq!(host.configure(&provider).await, []);
    let other = format!("{ACCOUNT}/sg-0123abcd");
    let block = from("security_groups", &["sg-0123abcd", &other]);
    let said = host.plan(&Value::Null, &web([block])).await.messages;
    let summary = "\"ingress tcp/22 from sg-0123abcd\" is given twice";
    assert_refused(
        &said,
        "ingress",
        summary,
        "One block gives it as \"123456789012/sg-",
    );
}

#[tokio::test]
async fn self_and_ones_own_id_are_one_peer() {
    let host = Host::without_ec2(REGION).await;
    let config = web([from("security_groups", &[]).with("self", true)]);
    let state = made(&host.plan(&Value::Null, &config).await.clean());
    let id = state.get("id").as_str().expect("made up");
    let both = web([from("security_groups", &[id]).with("self", true)]);
    let said = host.plan(&state, &both).await.messages;
    let summary = "\"ingress tcp/22 from self\" is given twice";
    let mend = format!("One block gives it as \"{id}\" and as self, which are the same.");
    assert_refused(&said, "ingress", summary, &mend);
}
