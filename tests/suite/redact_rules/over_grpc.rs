//! A group with `redact_rules` lives as any other does: what EC2 holds, and what a plan says is to be
//! done, are the same. Only `rules` and messages have digests.

use serde_json::json;
use terraform_provider_curated::tf_provider::value::Value;

use crate::support::emulator::Emulator;
use crate::support::held::rules_of;
use crate::support::host::{Host, Message, group, rule, rules_attribute, tcp, texts, web_both};
use crate::support::stage::{AUTHORIZE, DESCRIBE, REGION, REVOKE, by_hand};

// What states hold: the first digits of the texts' SHA-256.
const TEN: &str = "sha256:93997fe8a8121085";
const ELEVEN: &str = "sha256:fa3f89ff3300046d";
const JUMP_HOST: &str = "sha256:7941cfc99a7909c9";
const TODAY: &str = "sha256:c56f3e431e580a6b";
const WORLD: &str = "sha256:b42e18366abaf7d2";

fn redacted(config: Value) -> Value {
    config.with("redact_rules", true)
}

/// SSH from 10.0.0.0/8, and from the group itself.
fn ssh() -> Value {
    let block = tcp(22, ["10.0.0.0/8"]).with("self", true);
    web_both([block.with("description", "jump host")], [])
}

fn keys(state: &Value) -> Vec<String> {
    let entries = state.get("rules").as_entries().expect("known");
    entries.keys().cloned().collect()
}

/// None of these is in what was said, and something was.
#[track_caller]
fn assert_hidden(said: &[Message], secrets: &[&str]) {
    assert!(
        !said.is_empty(),
        "nothing was said that could hide {secrets:?}"
    );
    for message in said {
        let text = message.to_string();
        for secret in secrets {
            assert!(!text.contains(secret), "{secret}: {text}");
        }
    }
}

#[tokio::test]
async fn a_life_with_digests_leads_to_what_a_life_without_them_leads_to() {
    let emulator = Emulator::start();
    let host = Host::on(&emulator, REGION).await;
    let state = host.settle(&Value::Null, &redacted(ssh())).await;
    let (ten, own) = (
        format!("ingress tcp/22 from {TEN}"),
        "ingress tcp/22 from self",
    );
    let expected = rules_attribute([(&ten, JUMP_HOST), (own, JUMP_HOST)]);
    assert_eq!(state.get("rules"), &expected);
    let both = rules_of(&emulator.group(REGION, "web"));
    assert_eq!(both.len(), 2);
    assert_eq!(both["ingress tcp/22 from 10.0.0.0/8"], "jump host");

    // A peer more, one less, and another description in place.
    let block = tcp(22, ["10.0.0.0/8", "11.0.0.0/8"]);
    let config = redacted(web_both([block.clone().with("description", "why")], []));
    let state = host.settle(&state, &config).await;
    let eleven = format!("ingress tcp/22 from {ELEVEN}");
    assert_eq!(keys(&state), [ten.as_str(), &eleven]);
    let now: Vec<String> = rules_of(&emulator.group(REGION, "web"))
        .into_values()
        .collect();
    assert_eq!(now, ["why", "why"]);

    let id = emulator.id(REGION, "web");
    let state = host.settle(&state, &redacted(web_both([], []))).await;
    assert!(rules_of(&emulator.group(REGION, "web")).is_empty());
    assert_eq!(state.get("id").as_str(), Some(id.as_str()));
}

#[tokio::test]
async fn drift_shows_in_digests_and_is_mended() {
    let emulator = Emulator::start();
    let host = Host::on(&emulator, REGION).await;
    let config = redacted(web_both([tcp(22, ["10.0.0.0/8", "11.0.0.0/8"])], []));
    let state = host.settle(&Value::Null, &config).await;
    let before = rules_of(&emulator.group(REGION, "web"));
    by_hand(
        &emulator,
        AUTHORIZE,
        "web",
        "3389",
        "0.0.0.0/0",
        "just for today",
    );
    by_hand(&emulator, REVOKE, "web", "22", "11.0.0.0/8", "");
    by_hand(&emulator, DESCRIBE, "web", "22", "10.0.0.0/8", "jump host");

    let read = host.read(&state).await.clean();
    let expected = rules_attribute([
        (&format!("ingress tcp/22 from {TEN}"), JUMP_HOST),
        (&format!("ingress tcp/3389 from {WORLD}"), TODAY),
    ]);
    assert_eq!(read.get("rules"), &expected);
    assert_eq!(host.plan(&read, &config).await.clean(), state);
    host.settle(&read, &config).await;
    assert_eq!(rules_of(&emulator.group(REGION, "web")), before);
}

#[tokio::test]
async fn a_preset_that_lost_a_rule_gets_it_back_under_its_digest() {
    let emulator = Emulator::start();
    let host = Host::on(&emulator, REGION).await;
    let config = redacted(group().with("preset", "openvpn"));
    let state = host.settle(&Value::Null, &config).await;
    by_hand(&emulator, REVOKE, "openvpn", "443", "0.0.0.0/0", "");
    let read = host.read(&state).await.clean();
    assert_eq!(keys(&read), [format!("ingress udp/1194 from {WORLD}")]);
    host.settle(&read, &config).await;
    assert_eq!(rules_of(&emulator.group(REGION, "openvpn")).len(), 2);
}

#[tokio::test]
async fn switching_on_and_off_changes_rules_alone_and_nothing_in_ec2() {
    let emulator = Emulator::start();
    let host = Host::on(&emulator, REGION).await;
    let plain = host.settle(&Value::Null, &ssh()).await;
    emulator.config(&json!({ "watch": true }));
    let config = redacted(ssh());
    let state = host.settle(&plain, &config).await;
    let without = |state: &Value| {
        let state = state.clone().with("rules", Value::Null);
        state.with("redact_rules", Value::Null)
    };
    assert_eq!(without(&state), without(&plain));
    assert_ne!(state.get("rules"), plain.get("rules"));
    let back = host.settle(&state, &ssh()).await;
    assert_eq!(back, plain);

    // The setting isn't known: neither is `rules`, until it is.
    let later = ssh().with("redact_rules", Value::Unknown);
    let planned = host.plan(&plain, &later).await;
    assert!(planned.state.get("rules").is_unknown());

    let imported = host.import(&emulator.id(REGION, "web")).await.clean();
    let imported = host.read(&imported).await.clean();
    let taken = host.settle(&imported, &config).await;
    assert_eq!(taken.get("rules"), state.get("rules"));
    let calls = emulator.log();
    let actions = calls.iter().filter_map(|call| call["action"].as_str());
    let writes = actions.filter(|action| !action.starts_with("Describe"));
    let writes: Vec<&str> = writes.collect();
    // The creation's alone.
    assert_eq!(
        writes.iter().filter(|a| a.starts_with("Create")).count(),
        1,
        "{writes:?}"
    );
    assert_eq!(emulator.moments(), Vec::<serde_json::Value>::new());
}

#[tokio::test]
async fn strangers_are_left_alone_and_come_under_digests() {
    let emulator = Emulator::start();
    let host = Host::on(&emulator, REGION).await;
    let apart = |config: Value| redacted(config).with("exclusive", false);
    let state = host.settle(&Value::Null, &apart(ssh())).await;
    by_hand(
        &emulator,
        AUTHORIZE,
        "web",
        "3389",
        "172.16.0.0/12",
        "stranger",
    );
    assert_eq!(host.read(&state).await.clean(), state);
    let more = web_both([tcp(443, ["11.0.0.0/8"])], []);
    let state = host.settle(&state, &apart(more.clone())).await;
    let strangers = rules_of(&emulator.group(REGION, "web")).into_iter();
    let strangers: Vec<_> = strangers.filter(|(_, text)| text == "stranger").collect();
    assert_eq!(strangers.len(), 1);

    // Exclusive again, the stranger is seen; and given up once more, it is told by its digest.
    let config = redacted(more.clone());
    let planned = host.plan(&state, &config).await;
    let state = host.apply(&state, &planned.state, &config).await.clean();
    let state = host.read(&state).await.clean();
    assert_eq!(keys(&state).len(), 2);
    let planned = host.plan(&state, &apart(more)).await;
    assert_hidden(&planned.messages, &["172.16", "stranger", "11.0"]);
    let said = planned.messages[0].to_string();
    assert!(
        said.contains("ingress tcp/3389 from sha256:"),
        "which one: {said}"
    );
}

#[tokio::test]
async fn no_check_of_a_plan_says_a_peer_or_a_description() {
    let host = Host::without_ec2(REGION).await;
    let block = |cidr: &str| {
        let block = tcp(22, []).with("cidr_blocks", Value::set([cidr]));
        block.with("description", "jump host")
    };
    let peer = |id: &str| tcp(22, []).with("security_groups", Value::set([id]));
    let later = rule([
        ("service", "https".into()),
        ("cidr_blocks", Value::Unknown),
        ("description", "jump host".into()),
    ]);
    let many = (1..=61).map(|port| tcp(port, ["10.1.0.0/16"]));
    let narrow = [block("10.0.0.0/8"), block("10.1.0.0/16")];
    for (config, said) in [
        // A warning of a rule that another one holds, and what is known of rules.
        (web_both(narrow, []), "changes nothing"),
        (web_both([block("10.1.0.0/16"), later], []), "are known yet"),
        (
            web_both([], []).with("ingress", Value::set(many)),
            "EC2 allows",
        ),
        (web_both([block("10.1.2.3/8")], []), "host bits"),
        (web_both([block("10.1.2.3/33")], []), "length"),
        (web_both([block("jump, host, 10.1")], []), "several values"),
        (web_both([block("jumphost\n")], []), "around the value"),
        (web_both([block("jumphost")], []), "is not an IPv4 CIDR"),
        (web_both([peer("98765/sg-0123abcd")], []), "with an account"),
        (web_both([peer("jumphost")], []), "is not the id"),
        (
            web_both([block("10.1.0.0/16"), tcp(22, ["10.1.0.0/16"])], []),
            "given twice",
        ),
    ] {
        let config = redacted(config);
        let mut messages = host.validate(&config).await;
        messages.extend(host.plan(&Value::Null, &config).await.messages);
        assert_hidden(&messages, &["10.", "jump", "98765", "0123abcd"]);
        let texts: Vec<String> = messages.iter().map(Message::to_string).collect();
        assert!(texts.iter().any(|t| t.contains(said)), "{said}: {texts:?}");
    }
}

#[tokio::test]
async fn ec2s_own_words_are_said_without_peers_and_descriptions() {
    let emulator = Emulator::start();
    let host = Host::on(&emulator, REGION).await;
    let prefix = rule([
        ("service", "ssh".into()),
        (
            "security_groups",
            texts(["123456789013/sg-0123456789abcdef0"]),
        ),
        ("cidr_blocks", texts(["10.0.0.0/8"])),
        ("description", "jump host".into()),
    ]);
    let config = redacted(web_both([tcp(22, ["11.0.0.0/8"])], []));
    let state = host.settle(&Value::Null, &config).await;
    let before = rules_of(&emulator.group(REGION, "web"));
    let config = redacted(web_both([prefix], []));
    let planned = host.plan(&state, &config).await.clean();
    let message = "the specified rule \"peer: 10.0.0.0/8, TCP\" described as 'jump host' of \
                   sg-0123456789abcdef0 isn't valid; there is 11.0.0.0/8";
    let fault = json!({ "do": "error", "code": "InvalidParameterValue", "message": message });
    let actions = [
        "AuthorizeSecurityGroupIngress",
        "RevokeSecurityGroupIngress",
        "ModifySecurityGroupRules",
    ];
    let faults = actions.map(|action| {
        let mut fault = fault.clone();
        fault["action"] = action.into();
        fault
    });
    emulator.config(&json!({ "faults": faults }));
    let refused = host.apply(&state, &planned, &config).await;
    let secrets = ["10.0", "11.0", "jump", "sg-0123456789abcdef0"];
    assert_hidden(&refused.messages, &secrets);
    let said = refused.error().to_string();
    for left in [
        "InvalidParameterValue",
        &emulator.id(REGION, "web"),
        TEN,
        ELEVEN,
    ] {
        assert!(said.contains(left), "{left}: {said}");
    }
    // And the state says what EC2 holds.
    assert_eq!(rules_of(&emulator.group(REGION, "web")), before);
    assert_eq!(refused.state.get("rules"), state.get("rules"));
}

#[tokio::test]
async fn who_holds_a_group_that_is_replaced_is_named_and_its_own_peers_are_not() {
    let emulator = Emulator::start();
    let host = Host::on(&emulator, REGION).await;
    let state = host.settle(&Value::Null, &redacted(ssh())).await;
    let user = rule([
        ("service", "https".into()),
        (
            "security_groups",
            texts([emulator.id(REGION, "web").as_str()]),
        ),
    ]);
    let user = group()
        .with("name", "user")
        .with("ingress", Value::set([user]));
    host.settle(&Value::Null, &user).await;
    let other = redacted(ssh()).with("name", "other");
    let planned = host.plan(&state, &other).await;
    assert_hidden(&planned.messages, &["10.0", "jump host"]);
    let texts: Vec<String> = planned.messages.iter().map(Message::to_string).collect();
    let user = emulator.id(REGION, "user");
    assert!(texts.iter().any(|t| t.contains(&user)), "{texts:?}");
}

#[tokio::test]
async fn a_prefix_list_comes_under_a_digest_too() {
    let host = Host::without_ec2(REGION).await;
    let block = rule([
        ("service", "ssh".into()),
        ("prefix_list_ids", texts(["pl-0123456789abcdef0"])),
    ]);
    let planned = host
        .plan(&Value::Null, &redacted(web_both([block], [])))
        .await;
    let shown = keys(&planned.state);
    assert_eq!(shown.len(), 1);
    assert!(
        shown[0].starts_with("ingress tcp/22 from sha256:"),
        "{shown:?}"
    );
}
