//! What the protocol leaves to clients: null in place of an empty set of blocks, JSON in place of
//! msgpack, values that are absent; and an object of the same type under another address.

use serde_json::json;
use terraform_provider_curated::tf_provider::codec::json;
use terraform_provider_curated::tf_provider::proto::tfplugin5 as pb;
use terraform_provider_curated::tf_provider::value::{Type, Value};

use super::client::with_nulls;
use crate::support::emulator::Emulator;
use crate::support::host::{
    Host, TYPE, block, decode, encode, group, messages, provider_block, provider_config,
};

const REGION: &str = "eu-west-1";

/// A group's value as Pulumi sends it.
pub(super) fn nulls(value: &Value) -> Value {
    with_nulls(block(), value)
}

#[tokio::test]
async fn null_sets_of_blocks_are_empty_ones_through_a_groups_whole_life() {
    let emulator = Emulator::start();
    let host = Host::start();
    let provider = provider_config(emulator.endpoint(), REGION);
    let provider = with_nulls(provider_block(), &provider);
    assert!(provider.get("default_tags").is_null());
    let request = pb::prepare_provider_config::Request {
        config: encode(&provider, &provider_block().ty()),
    };
    let answer = host.client().prepare_provider_config(request).await;
    assert_eq!(
        messages(answer.expect("an answer").into_inner().diagnostics),
        []
    );
    assert_eq!(host.configure(&provider).await, []);

    let config = nulls(&group().with("preset", "ssh"));
    assert!(config.get("ingress").is_null());
    assert_eq!(host.validate(&config).await, []);
    let planned = host.plan(&Value::Null, &config).await.clean();
    let made = host.apply(&Value::Null, &nulls(&planned), &config).await;
    let made = made.clean();
    let read = host.read(&nulls(&made)).await.clean();
    assert_eq!(read, made);
    let again = host.plan(&nulls(&made), &config).await;
    assert_eq!(again.replace, [""; 0]);
    assert_eq!(again.clean(), made, "there is something to do");

    let tags = Value::map([("team", "web")]);
    let config = config.with("tags", tags.clone());
    let planned = host.plan(&nulls(&made), &config).await.clean();
    let changed = host.apply(&nulls(&made), &nulls(&planned), &config).await;
    let changed = changed.clean();
    assert_eq!(changed.get("tags"), &tags);
    let again = host.plan(&nulls(&changed), &config).await.clean();
    assert_eq!(again, changed);

    let gone = host.plan(&nulls(&changed), &Value::Null).await.clean();
    let gone = host.apply(&nulls(&changed), &gone, &Value::Null).await;
    assert_eq!(gone.clean(), Value::Null);
    assert!(emulator.group(REGION, "ssh").is_null());
}

#[tokio::test]
async fn a_provider_without_a_configuration_is_one_in_which_nothing_is_set() {
    let host = Host::start();
    let said = |config| {
        let mut client = host.client();
        async move {
            let request = pb::prepare_provider_config::Request { config };
            let answer = client.prepare_provider_config(request).await;
            messages(answer.expect("an answer").into_inner().diagnostics)
        }
    };
    let empty = encode(&provider_block().empty(), &provider_block().ty());
    let expected = said(empty).await;
    assert_eq!(said(None).await, expected);
    assert_eq!(said(Some(pb::DynamicValue::default())).await, expected);
    let json = pb::DynamicValue {
        json: b"null".to_vec(),
        ..Default::default()
    };
    assert_eq!(said(Some(json)).await, expected);
}

fn stored() -> Value {
    group()
        .with("id", "sg-0123abcd")
        .with("region", REGION)
        .with("name", "web")
}

async fn readdress(
    address: &str,
    version: i64,
    identity: Option<serde_json::Value>,
) -> pb::move_resource_state::Response {
    let raw = |json: Vec<u8>| pb::RawState {
        json,
        ..Default::default()
    };
    let state = json::encode(&stored(), &block().ty()).expect("it is known");
    let request = pb::move_resource_state::Request {
        source_provider_address: address.to_owned(),
        source_type_name: TYPE.to_owned(),
        source_schema_version: version,
        source_state: Some(raw(state)),
        target_type_name: TYPE.to_owned(),
        source_private: b"kept".to_vec(),
        source_identity: identity.map(|i| raw(i.to_string().into_bytes())),
        ..Default::default()
    };
    let answer = Host::start().client().move_resource_state(request).await;
    answer.expect("an answer").into_inner()
}

#[tokio::test]
async fn a_group_of_the_same_provider_under_another_address_is_taken_over_as_it_is() {
    let identity_type = Type::object(["account_id", "id", "region"].map(|n| (n, Type::String)));
    let identity = json!({"account_id": "210987654321", "id": "sg-0123abcd", "region": REGION});
    for address in [
        "registry.opentofu.org/curated/curated",
        "mirror.example.com/fork/groups",
        "curated",
    ] {
        for identity in [None, Some(identity.clone())] {
            let moved = readdress(address, 0, identity.clone()).await;
            assert_eq!(messages(moved.diagnostics), [], "{address}");
            assert_eq!(decode(moved.target_state.as_ref(), &block().ty()), stored());
            assert_eq!(moved.target_private, b"kept");
            let named = moved.target_identity.and_then(|i| i.identity_data);
            let named = decode(named.as_ref(), &identity_type);
            assert_eq!(named.get("id"), &"sg-0123abcd".into());
            if identity.is_some() {
                assert_eq!(named.get("account_id"), &"210987654321".into());
            }
        }
    }
}

#[tokio::test]
async fn a_state_of_a_newer_version_is_refused() {
    let moved = readdress("curated", 99, None).await;
    let upgrade = pb::upgrade_resource_state::Request {
        type_name: TYPE.to_owned(),
        version: 99,
        raw_state: Some(pb::RawState {
            json: b"{}".to_vec(),
            ..Default::default()
        }),
    };
    let upgraded = Host::start().client().upgrade_resource_state(upgrade).await;
    let upgraded = upgraded.expect("an answer").into_inner();
    for said in [messages(moved.diagnostics), messages(upgraded.diagnostics)] {
        let [one] = said.as_slice() else {
            panic!("{said:?}");
        };
        assert!(
            one.is_error && one.detail.contains("newer version"),
            "{one:?}"
        );
    }
}
