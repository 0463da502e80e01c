//! What others did to a group shows in the state that is read: in `rules` and in the blocks.

use terraform_provider_curated::tf_provider::value::Value;

use crate::support::emulator::Emulator;
use crate::support::host::{Host, group, rule, rules_attribute, tcp, texts, web_both};
use crate::support::stage::{AUTHORIZE, DESCRIBE, REGION, REVOKE, by_hand};

#[tokio::test]
async fn a_stranger_is_a_rule_and_a_block_of_its_own() {
    let emulator = Emulator::start();
    let host = Host::on(&emulator, REGION).await;
    let config = web_both([tcp(22, ["10.0.0.0/8"])], []);
    let state = host.settle(&Value::Null, &config).await;
    by_hand(
        &emulator,
        AUTHORIZE,
        "web",
        "3389",
        "0.0.0.0/0",
        "just for today",
    );

    let read = host.read(&state).await.clean();
    let expected = rules_attribute([
        ("ingress tcp/22 from 10.0.0.0/8", ""),
        ("ingress tcp/3389 from 0.0.0.0/0", "just for today"),
    ]);
    assert_eq!(read.get("rules"), &expected);
    let stranger = tcp(3389, ["0.0.0.0/0"])
        .with("to_port", 3389)
        .with("description", "just for today");
    let blocks = Value::set([tcp(22, ["10.0.0.0/8"]), stranger]);
    assert_eq!(read.get("ingress"), &blocks);

    let planned = host.plan(&read, &config).await.clean();
    assert_eq!(planned, state, "it is planned away, and nothing else");
    host.settle(&read, &config).await;
}

#[tokio::test]
async fn a_rule_that_was_removed_is_taken_out_of_its_block() {
    let emulator = Emulator::start();
    let host = Host::on(&emulator, REGION).await;
    let config = web_both([tcp(22, ["10.0.0.0/8", "192.168.0.0/16"])], []);
    let state = host.settle(&Value::Null, &config).await;
    by_hand(&emulator, REVOKE, "web", "22", "10.0.0.0/8", "");

    let read = host.read(&state).await.clean();
    let expected = rules_attribute([("ingress tcp/22 from 192.168.0.0/16", "")]);
    assert_eq!(read.get("rules"), &expected);
    assert_eq!(
        read.get("ingress"),
        &Value::set([tcp(22, ["192.168.0.0/16"])])
    );
    host.settle(&read, &config).await;
}

#[tokio::test]
async fn a_rule_that_was_described_anew_says_so() {
    let emulator = Emulator::start();
    let host = Host::on(&emulator, REGION).await;
    let config = web_both(
        [tcp(22, ["10.0.0.0/8"]).with("description", "jump host")],
        [],
    );
    let state = host.settle(&Value::Null, &config).await;
    by_hand(&emulator, DESCRIBE, "web", "22", "10.0.0.0/8", "hop");

    let read = host.read(&state).await.clean();
    let expected = rules_attribute([("ingress tcp/22 from 10.0.0.0/8", "hop")]);
    assert_eq!(read.get("rules"), &expected);
    let block = tcp(22, ["10.0.0.0/8"])
        .with("to_port", 22)
        .with("description", "hop");
    assert_eq!(read.get("ingress"), &Value::set([block]));
    let planned = host.plan(&read, &config).await.clean();
    assert_eq!(planned, state);
    host.settle(&read, &config).await;
}

#[tokio::test]
async fn a_preset_that_lost_a_rule_gets_it_back() {
    let emulator = Emulator::start();
    let host = Host::on(&emulator, REGION).await;
    let config = group().with("preset", "openvpn");
    let state = host.settle(&Value::Null, &config).await;
    by_hand(&emulator, REVOKE, "openvpn", "443", "0.0.0.0/0", "");

    let read = host.read(&state).await.clean();
    let left = rules_attribute([("ingress udp/1194 from 0.0.0.0/0", "")]);
    assert_eq!(read.get("rules"), &left);
    assert_eq!(read.get("ingress"), &Value::set([Value::Null; 0]));
    assert_eq!(host.plan(&read, &config).await.clean(), state);
    host.settle(&read, &config).await;
}

#[tokio::test]
async fn tags_that_others_set_are_planned_away() {
    let emulator = Emulator::start();
    let host = Host::on(&emulator, REGION).await;
    let config = web_both([], []).with("tags", Value::map([("team", "web")]));
    let state = host.settle(&Value::Null, &config).await;
    let id = emulator.id(REGION, "web");
    let tag = [
        ("ResourceId.1", id.as_str()),
        ("Tag.1.Key", "stray"),
        ("Tag.1.Value", "1"),
    ];
    emulator.call(REGION, "CreateTags", &tag);
    let read = host.read(&state).await.clean();
    let both = Value::map([("team", "web"), ("stray", "1")]);
    assert_eq!((read.get("tags"), read.get("tags_all")), (&both, &both));
    assert_eq!(host.plan(&read, &config).await.clean(), state);
    host.settle(&read, &config).await;
}

#[tokio::test]
async fn a_group_that_is_gone_reads_as_none() {
    let emulator = Emulator::start();
    let host = Host::on(&emulator, REGION).await;
    let config = web_both(
        [rule([
            ("service", "ssh".into()),
            ("cidr_blocks", texts(["10.0.0.0/8"])),
        ])],
        [],
    );
    let state = host.settle(&Value::Null, &config).await;
    emulator.call(
        REGION,
        "DeleteSecurityGroup",
        &[("GroupId", &emulator.id(REGION, "web"))],
    );
    assert_eq!(host.read(&state).await.clean(), Value::Null);
    let again = host.settle(&Value::Null, &config).await;
    assert_ne!(again.get("id"), state.get("id"));
}
