//! What a plan says of a group that isn't there yet, and of one that a preset made.

use terraform_provider_curated::tf_provider::value::Value;

use crate::support::host::{Host, group, made, rule, rules_attribute, tcp, texts, web_both};
use crate::support::stage::REGION;

#[tokio::test]
async fn rules_are_known_before_anything_is_made() {
    let host = Host::without_ec2(REGION).await;
    let config = web_both(
        [
            tcp(9100, ["10.0.0.0/8", "192.168.0.0/16"]),
            rule([
                ("service", "openvpn".into()),
                ("description", "tunnel".into()),
                ("ipv6_cidr_blocks", texts(["2001:db8::/32"])),
                ("security_groups", texts(["sg-0123abcd"])),
                ("self", true.into()),
            ]),
            rule([
                ("protocol", "icmp".into()),
                ("from_port", 8.into()),
                ("to_port", 0.into()),
                ("cidr_blocks", texts(["10.0.0.0/8"])),
            ]),
        ],
        [rule([
            ("service", "all".into()),
            ("prefix_list_ids", texts(["pl-0123abcd"])),
        ])],
    );
    let planned = host.plan(&Value::Null, &config).await.clean();
    let expected = rules_attribute([
        ("egress all to pl-0123abcd", ""),
        ("ingress icmp/8/0 from 10.0.0.0/8", ""),
        ("ingress tcp/443 from 2001:db8::/32", "tunnel"),
        ("ingress tcp/443 from self", "tunnel"),
        ("ingress tcp/443 from sg-0123abcd", "tunnel"),
        ("ingress tcp/9100 from 10.0.0.0/8", ""),
        ("ingress tcp/9100 from 192.168.0.0/16", ""),
        ("ingress udp/1194 from 2001:db8::/32", "tunnel"),
        ("ingress udp/1194 from self", "tunnel"),
        ("ingress udp/1194 from sg-0123abcd", "tunnel"),
    ]);
    assert_eq!(planned.get("rules"), &expected);
    for known in ["name", "ingress", "egress"] {
        assert_eq!(planned.get(known), config.get(known));
    }
    assert_eq!(planned.get("description"), &"Managed by Terraform".into());
    assert_eq!(planned.get("region"), &REGION.into());
    assert_eq!(planned.get("tags_all"), &Value::map([("", ""); 0]));
    for unknown in ["id", "arn", "owner_id", "vpc_id"] {
        assert!(planned.get(unknown).is_unknown(), "{unknown}");
    }
}

#[tokio::test]
async fn a_peer_that_is_unknown_makes_all_rules_unknown() {
    let host = Host::without_ec2(REGION).await;
    let sources = [
        ("security_groups", Value::set([Value::Unknown])),
        ("cidr_blocks", Value::Unknown),
        ("self", Value::Unknown),
    ];
    for (name, unknown) in sources {
        let block = rule([("service", "https".into()), (name, unknown)]);
        let config = web_both([block, tcp(22, ["10.0.0.0/8"])], []);
        assert_eq!(host.validate(&config).await, []);
        let planned = host.plan(&Value::Null, &config).await;
        assert_eq!(planned.state.get("rules"), &Value::Unknown, "{name}");
        assert_eq!(
            planned.state.get("ingress"),
            config.get("ingress"),
            "{name}"
        );
        let [told] = planned.messages.as_slice() else {
            panic!("{:?}", planned.messages);
        };
        assert!(!told.is_error && told.path == "rules", "{told:?}");
        let known = "\n  + ingress tcp/22 from 10.0.0.0/8";
        assert!(told.detail.ends_with(known), "{told:?}");
    }
}

#[tokio::test]
async fn a_description_that_is_unknown_leaves_all_else_known() {
    let host = Host::without_ec2(REGION).await;
    let block = tcp(443, ["10.0.0.0/8"]).with("description", Value::Unknown);
    let config = web_both([block, tcp(22, ["10.0.0.0/8"])], []);
    let planned = host.plan(&Value::Null, &config).await.clean();
    let expected = Value::map([
        ("ingress tcp/22 from 10.0.0.0/8", Value::from("")),
        ("ingress tcp/443 from 10.0.0.0/8", Value::Unknown),
    ]);
    assert_eq!(planned.get("rules"), &expected);
}

#[tokio::test]
async fn a_preset_brings_name_description_and_rules() {
    let host = Host::without_ec2(REGION).await;
    let config = group()
        .with("preset", "openvpn")
        .with("ingress", Value::set([tcp(22, ["10.0.0.0/8"])]));
    let planned = host.plan(&Value::Null, &config).await.clean();
    assert_eq!(planned.get("name"), &"openvpn".into());
    assert_eq!(planned.get("description"), &"OpenVPN".into());
    let expected = rules_attribute([
        ("ingress tcp/22 from 10.0.0.0/8", ""),
        ("ingress tcp/443 from 0.0.0.0/0", ""),
        ("ingress udp/1194 from 0.0.0.0/0", ""),
    ]);
    assert_eq!(planned.get("rules"), &expected);
}

#[tokio::test]
async fn an_unknown_preset_decides_later() {
    let host = Host::without_ec2(REGION).await;
    let config = group().with("preset", Value::Unknown);
    assert_eq!(host.validate(&config).await, []);
    let planned = host.plan(&Value::Null, &config).await.clean();
    for unknown in ["name", "description", "rules"] {
        assert!(planned.get(unknown).is_unknown(), "{unknown}");
    }
}

#[tokio::test]
async fn a_name_that_a_preset_gave_stays_until_another_preset_comes() {
    let host = Host::without_ec2(REGION).await;
    let https = group().with("preset", "https");
    // As after an import of a group that is called otherwise.
    let imported = made(&host.plan(&Value::Null, &https).await.clean())
        .with("name", "launch-wizard-7")
        .with("description", "by hand");
    let kept = host.plan(&imported, &https).await;
    assert_eq!(kept.replace, [""; 0]);
    assert_eq!(kept.clean(), imported);

    let without = imported.clone().with("preset", Value::Null);
    let given = host.plan(&without, &https).await;
    assert_eq!(
        given.replace, [""; 0],
        "a preset that is added renames nothing"
    );
    assert_eq!(given.clean(), imported);

    let ssh = host.plan(&imported, &group().with("preset", "ssh")).await;
    assert_eq!(ssh.replace, ["name", "description"]);
    assert_eq!(ssh.state.get("name"), &"ssh".into());
    assert_eq!(ssh.state.get("description"), &"SSH".into());
    assert_eq!(
        ssh.state.get("rules"),
        &rules_attribute([("ingress tcp/22 from 0.0.0.0/0", "")])
    );
}
