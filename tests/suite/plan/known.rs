//! What a plan knows stays as it is: nothing known changes at apply, and another spelling plans no
//! change.

use terraform_provider_curated::tf_provider::value::Value;

use crate::support::emulator::{ACCOUNT, Emulator};
use crate::support::host::{Host, group, provider_config, rule, tcp, texts, web};
use crate::support::stage::REGION;

/// A host that knows whose credentials it has.
async fn host_of_an_account(emulator: &Emulator) -> Host {
    let host = Host::start();
    let provider = provider_config(emulator.endpoint(), REGION);
    let provider = provider.with("skip_requesting_account_id", false);
    assert_eq!(host.configure(&provider).await, []);
    host
}

fn from(group: &str) -> Value {
    rule([
        ("service", "https".into()),
        ("security_groups", texts([group])),
    ])
}

/// Proves that a state has everything that its plan knew.
#[track_caller]
fn assert_kept(planned: &Value, state: &Value) {
    for (name, known) in planned.as_entries().expect("an object") {
        if known.is_wholly_known() {
            assert_eq!(state.get(name), known, "{name}");
        }
    }
}

#[tokio::test]
async fn nothing_that_was_known_changes_at_apply() {
    let emulator = Emulator::start();
    let host = Host::on(&emulator, REGION).await;
    let peer = emulator.create_group(REGION, "peer");
    let mixed = rule([
        ("protocol", "TCP".into()),
        ("from_port", 8000.into()),
        ("to_port", 8100.into()),
        ("description", "mixed".into()),
        ("cidr_blocks", texts(["10.0.0.0/8", "192.168.0.0/16"])),
        ("ipv6_cidr_blocks", texts(["2001:0DB8:0::/32"])),
        ("security_groups", texts([&peer])),
        ("self", true.into()),
    ]);
    let configs = [
        group().with("preset", "exodus"),
        group().with("name_prefix", "web-"),
        web([mixed]).with("tags", Value::map([("team", "web")])),
    ];
    for config in configs {
        let planned = host.plan(&Value::Null, &config).await.clean();
        assert!(planned.get("rules").is_wholly_known());
        let state = host.apply(&Value::Null, &planned, &config).await.clean();
        assert_kept(&planned, &state);

        let changed = config.with("egress", Value::set([from(&peer)]));
        let planned = host.plan(&state, &changed).await.clean();
        for decided in ["id", "arn", "owner_id", "vpc_id", "name", "rules"] {
            assert!(planned.get(decided).is_wholly_known(), "{decided}");
        }
        let after = host.apply(&state, &planned, &changed).await.clean();
        assert_kept(&planned, &after);
    }
}

#[tokio::test]
async fn a_group_of_ones_own_account_is_named_with_or_without_it() {
    let emulator = Emulator::start();
    let peer = emulator.create_group(REGION, "peer");
    let whole = format!("{ACCOUNT}/{peer}");
    let host = host_of_an_account(&emulator).await;
    for (name, before, after) in [("a", &whole, &peer), ("b", &peer, &whole)] {
        let config = web([from(before)]).with("name", name);
        let planned = host.plan(&Value::Null, &config).await.clean();
        let key = format!("ingress tcp/443 from {peer}");
        let rules = Value::map([(key, "")]);
        assert_eq!(planned.get("rules"), &rules, "{before}");
        let state = host.apply(&Value::Null, &planned, &config).await.clean();
        assert_kept(&planned, &state);
        host.assert_settled(&state, &config).await;

        let respelt = config.with("ingress", Value::set([from(after)]));
        assert_eq!(host.validate(&respelt).await, []);
        assert_eq!(host.plan(&state, &respelt).await.clean(), state);
    }
}

#[tokio::test]
async fn credentials_of_no_known_account_change_nothing_of_that() {
    // skip_requesting_account_id: whose group it is shows once it is made.
    let emulator = Emulator::start();
    let host = Host::on(&emulator, REGION).await;
    let peer = emulator.create_group(REGION, "peer");
    let config = web([from(&format!("{ACCOUNT}/{peer}"))]);
    let planned = host.plan(&Value::Null, &config).await.clean();
    let state = host.apply(&Value::Null, &planned, &config).await.clean();
    assert_kept(&planned, &state);
    let read = host.read(&state).await.clean();
    assert_eq!(host.plan(&read, &config).await.clean(), read);
    emulator.reset_counts();
    host.apply(&read, &read, &config).await.clean();
    let writes = emulator
        .counts()
        .into_keys()
        .find(|a| !a.starts_with("Describe"));
    assert_eq!(writes, None);
}

#[tokio::test]
async fn a_group_that_names_its_own_id_names_itself() {
    let emulator = Emulator::start();
    let host = host_of_an_account(&emulator).await;
    let own = web([rule([("service", "https".into()), ("self", true.into())])]);
    let state = host.settle(&Value::Null, &own).await;
    let id = emulator.id(REGION, "web");
    for spelling in [id.clone(), format!("{ACCOUNT}/{id}")] {
        let config = web([from(&spelling)]);
        assert_eq!(
            host.plan(&state, &config).await.clean(),
            state,
            "{spelling}"
        );
    }
    // Also where it comes together with a change.
    let config = web([from(&id), tcp(22, ["10.0.0.0/8"])]);
    let planned = host.plan(&state, &config).await.clean();
    let expected = [
        ("ingress tcp/22 from 10.0.0.0/8", ""),
        ("ingress tcp/443 from self", ""),
    ];
    assert_eq!(planned.get("rules"), &Value::map(expected));
    let after = host.apply(&state, &planned, &config).await.clean();
    assert_kept(&planned, &after);
    host.assert_settled(&after, &config).await;
}
