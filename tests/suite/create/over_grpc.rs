//! Groups are made, changed in place and removed, and every state says what EC2 holds.

use serde_json::json;
use terraform_provider_curated::tf_provider::value::Value;

use crate::support::emulator::{ACCOUNT, Emulator};
use crate::support::held::{plain, rules_of};
use crate::support::host::{Host, group, rule, rules_attribute, tcp, texts, web_both};
use crate::support::stage::REGION;

#[tokio::test]
async fn a_preset_is_made_with_its_rules_and_no_others() {
    let emulator = Emulator::start();
    let host = Host::on(&emulator, REGION).await;
    let state = host
        .settle(&Value::Null, &group().with("preset", "https"))
        .await;
    let made = emulator.group(REGION, "https");
    assert_eq!(made["description"], "HTTPS");
    let expected = plain(["ingress tcp/443 from 0.0.0.0/0"]);
    assert_eq!(rules_of(&emulator.group(REGION, "https")), expected);

    let id = emulator.id(REGION, "https");
    assert_eq!(state.get("id"), &id.as_str().into());
    assert_eq!(state.get("owner_id"), &ACCOUNT.into());
    let arn = format!("arn:aws:ec2:{REGION}:{ACCOUNT}:security-group/{id}");
    assert_eq!(state.get("arn"), &arn.into());
    assert_eq!(state.get("vpc_id").as_str(), made["vpc_id"].as_str());
    assert_eq!(state.get("tags"), &rules_attribute([]));
}

#[tokio::test]
async fn a_resource_goes_to_the_region_that_it_names() {
    let emulator = Emulator::start();
    let host = Host::on(&emulator, REGION).await;
    let config = group().with("preset", "ssh").with("region", "us-east-1");
    host.settle(&Value::Null, &config).await;
    assert!(emulator.group(REGION, "ssh").is_null());
    assert!(emulator.group("us-east-1", "ssh")["id"].is_string());
}

#[tokio::test]
async fn rules_and_tags_change_in_place() {
    let emulator = Emulator::start();
    let host = Host::on(&emulator, REGION).await;
    host.settle(&Value::Null, &group().with("preset", "ssh"))
        .await;
    let other = emulator.id(REGION, "ssh");
    let everything = |service: &str| {
        rule([
            ("service", service.into()),
            ("description", "from all kinds".into()),
            ("cidr_blocks", texts(["10.0.0.0/8"])),
            ("ipv6_cidr_blocks", texts(["2001:db8::/32"])),
            ("security_groups", texts([&other])),
            ("self", true.into()),
        ])
    };
    let ping = rule([
        ("protocol", "icmp".into()),
        ("from_port", 8.into()),
        ("cidr_blocks", texts(["10.0.0.0/8"])),
    ]);
    let all = rule([
        ("service", "all".into()),
        ("cidr_blocks", texts(["0.0.0.0/0"])),
    ]);
    let tagged = |tags: &[(&str, &str)], config: Value| {
        config.with("tags", Value::map(tags.iter().copied()))
    };

    let steps = [
        tagged(
            &[("team", "web"), ("old", "1")],
            web_both([everything("openvpn")], []),
        ),
        tagged(
            &[("team", "ops"), ("new", "")],
            web_both([everything("https"), ping], [all.clone()]),
        ),
        web_both([everything("https").with("description", "edited")], [all]),
        tagged(&[], web_both([], [])),
    ];
    let mut state = Value::Null;
    let mut ids = Vec::new();
    for config in &steps {
        state = host.settle(&state, config).await;
        ids.push(state.get("id").clone());
        let made = emulator.group(REGION, "web");
        let entries = config.get("tags").as_entries().into_iter().flatten();
        let tags: serde_json::Map<_, _> = entries
            .map(|(key, value)| (key.clone(), json!(value.as_str())))
            .collect();
        assert_eq!(made["tags"], json!(tags));
        let rules = state.get("rules").as_entries().map_or(0, |r| r.len());
        assert_eq!(rules_of(&emulator.group(REGION, "web")).len(), rules);
    }
    assert!(ids.iter().all(|id| *id == ids[0]), "{ids:?}");
    assert!(rules_of(&emulator.group(REGION, "web")).is_empty());
}

#[tokio::test]
async fn an_edited_description_is_one_call() {
    let emulator = Emulator::start();
    let host = Host::on(&emulator, REGION).await;
    let before = web_both([tcp(22, ["10.0.0.0/8", "192.168.0.0/16"])], []);
    let state = host.settle(&Value::Null, &before).await;
    let block = tcp(22, ["10.0.0.0/8", "192.168.0.0/16"]).with("description", "jump host");
    let after = web_both([block], []);
    let planned = host.plan(&state, &after).await.clean();
    emulator.reset_counts();
    let applied = host.apply(&state, &planned, &after).await.clean();
    let counts: Vec<(String, u64)> = emulator.counts().into_iter().collect();
    let action = "UpdateSecurityGroupRuleDescriptionsIngress".to_owned();
    assert_eq!(counts, [(action, 1)]);
    let expected = rules_attribute([
        ("ingress tcp/22 from 10.0.0.0/8", "jump host"),
        ("ingress tcp/22 from 192.168.0.0/16", "jump host"),
    ]);
    assert_eq!(applied.get("rules"), &expected);
    host.assert_settled(&applied, &after).await;
}

#[tokio::test]
async fn a_removed_group_is_gone_and_gone_already_is_as_good() {
    let emulator = Emulator::start();
    let host = Host::on(&emulator, REGION).await;
    let config = group().with("preset", "https");
    let state = host.settle(&Value::Null, &config).await;
    for _ in 0..2 {
        let planned = host.plan(&state, &Value::Null).await.clean();
        assert_eq!(planned, Value::Null);
        let gone = host.apply(&state, &planned, &Value::Null).await.clean();
        assert_eq!(gone, Value::Null);
        assert!(emulator.group(REGION, "https").is_null());
    }
}

#[tokio::test]
async fn a_group_in_use_stays_and_its_user_is_named() {
    let emulator = Emulator::start();
    let host = Host::on(&emulator, REGION).await;
    let used = host
        .settle(&Value::Null, &group().with("preset", "https"))
        .await;
    let source = used.get("id").as_str().expect("it is made");
    let block = rule([
        ("service", "ssh".into()),
        ("security_groups", texts([source])),
    ]);
    let user = host.settle(&Value::Null, &web_both([block], [])).await;

    let refused = host.apply(&used, &Value::Null, &Value::Null).await;
    let user = user.get("id").as_str().expect("it is made");
    assert!(refused.error().detail.contains(user), "{refused:?}");
    assert!(refused.error().summary.contains(source), "{refused:?}");
    assert_eq!(refused.state, used);
    assert_eq!(emulator.id(REGION, "https"), source);
}

#[tokio::test]
async fn a_name_that_is_taken_is_refused_where_it_is_written() {
    let emulator = Emulator::start();
    let host = Host::on(&emulator, REGION).await;
    let config = web_both([], []);
    host.settle(&Value::Null, &config).await;
    let planned = host.plan(&Value::Null, &config).await.clean();
    let refused = host.apply(&Value::Null, &planned, &config).await;
    assert_eq!(refused.error().path, "name");
    assert!(
        refused.error().detail.contains("InvalidGroup.Duplicate"),
        "{refused:?}"
    );
    assert_eq!(refused.state, Value::Null);
}
