//! A group whose blocks are null where it comes in: by import, from a state file, and moved from the
//! AWS provider; and states that are absent there.

use serde_json::json;
use terraform_provider_curated::tf_provider::codec::json;
use terraform_provider_curated::tf_provider::proto::tfplugin5 as pb;
use terraform_provider_curated::tf_provider::value::Value;

use super::liberties::nulls;
use crate::support::emulator::Emulator;
use crate::support::host::{Host, Message, TYPE, block, decode, group, messages};

const REGION: &str = "eu-west-1";

/// A group that was made elsewhere, and its configuration.
async fn made(emulator: &Emulator, host: &Host) -> (Value, Value) {
    let config = group().with("name", "web").with("description", "by hand");
    let state = host.settle(&Value::Null, &config).await;
    assert_eq!(emulator.group(REGION, "web")["ingress"], json!([]));
    (state, config)
}

/// Proves that a state which came in is read and planned without a change, its blocks null or not.
async fn assert_taken_over(host: &Host, arrived: &Value, made: &Value, config: &Value) {
    for arrived in [arrived.clone(), nulls(arrived)] {
        let read = host.read(&arrived).await.clean();
        // A state that came in can't tell yet whether its configuration leaves the rules to others.
        let exclusive = made.get("exclusive").clone();
        assert_eq!(&read.clone().with("exclusive", exclusive), made);
        let planned = host.plan(&nulls(&read), &nulls(config)).await;
        assert_eq!(planned.replace, [""; 0]);
        assert_eq!(planned.clean(), read);
    }
}

#[tokio::test]
async fn an_imported_group_whose_blocks_come_back_null_plans_no_change() {
    let emulator = Emulator::start();
    let host = Host::on(&emulator, REGION).await;
    let (made, config) = made(&emulator, &host).await;
    let id = made.get("id").as_str().expect("it exists");
    let imported = host.import(id).await.clean();
    assert_eq!(imported.get("ingress"), &Value::Set(Vec::new()));
    assert_taken_over(&host, &imported, &made, &config).await;
}

#[tokio::test]
async fn a_stored_group_whose_blocks_are_null_is_upgraded_and_plans_no_change() {
    let emulator = Emulator::start();
    let host = Host::on(&emulator, REGION).await;
    let (made, config) = made(&emulator, &host).await;
    let stored = json::encode(&nulls(&made), &block().ty()).expect("it is known");
    let text = String::from_utf8(stored.clone()).expect("JSON");
    assert!(text.contains("\"ingress\":null"), "{text}");
    let request = pb::upgrade_resource_state::Request {
        type_name: TYPE.to_owned(),
        version: 0,
        raw_state: Some(pb::RawState {
            json: stored,
            ..Default::default()
        }),
    };
    let answer = host.client().upgrade_resource_state(request).await;
    let answer = answer.expect("an answer").into_inner();
    assert_eq!(messages(answer.diagnostics), []);
    let upgraded = decode(answer.upgraded_state.as_ref(), &block().ty());
    assert_eq!(upgraded, made);
    assert_taken_over(&host, &upgraded, &made, &config).await;
}

async fn moved(host: &Host, state: Option<serde_json::Value>) -> (Value, Vec<Message>) {
    let request = pb::move_resource_state::Request {
        source_provider_address: "registry.terraform.io/hashicorp/aws".to_owned(),
        source_type_name: "aws_security_group".to_owned(),
        source_state: state.map(|state| pb::RawState {
            json: state.to_string().into_bytes(),
            ..Default::default()
        }),
        target_type_name: TYPE.to_owned(),
        ..Default::default()
    };
    let answer = host.client().move_resource_state(request).await;
    let answer = answer.expect("an answer").into_inner();
    assert_eq!(answer.target_private, b"");
    let state = decode(answer.target_state.as_ref(), &block().ty());
    (state, messages(answer.diagnostics))
}

#[tokio::test]
async fn a_moved_group_whose_blocks_or_their_lists_are_null_plans_no_change() {
    let emulator = Emulator::start();
    let host = Host::on(&emulator, REGION).await;
    let (made, config) = made(&emulator, &host).await;
    let text = |name: &str| made.get(name).as_str().map(str::to_owned);
    let source = |ingress: serde_json::Value| {
        json!({
            "id": text("id"), "arn": text("arn"), "name": "web", "name_prefix": null,
            "description": "by hand", "owner_id": text("owner_id"), "vpc_id": text("vpc_id"),
            "revoke_rules_on_delete": null, "tags": null, "tags_all": null, "timeouts": null,
            "ingress": ingress, "egress": null
        })
    };
    let (state, said) = moved(&host, Some(source(json!(null)))).await;
    assert_eq!(said, []);
    assert_taken_over(&host, &state, &made, &config).await;

    let block = |nothing: serde_json::Value, none: serde_json::Value| {
        json!([{
            "protocol": "tcp", "from_port": 22, "to_port": 22, "cidr_blocks": ["10.0.0.0/8"],
            "ipv6_cidr_blocks": nothing, "prefix_list_ids": nothing, "security_groups": nothing,
            "description": none, "self": null
        }])
    };
    let nulls = moved(&host, Some(source(block(json!(null), json!(null))))).await;
    let empties = moved(&host, Some(source(block(json!([]), json!(""))))).await;
    assert_eq!(nulls.1, []);
    assert_eq!(nulls, empties);
    assert_eq!(
        nulls.0.get("ingress").as_elements().map(<[_]>::len),
        Some(1)
    );
}

#[tokio::test]
async fn states_that_are_absent_are_refused_in_words() {
    let host = Host::start();
    let (state, said) = moved(&host, None).await;
    assert_eq!(state, Value::Null);
    let upgrade = pb::upgrade_resource_state::Request {
        type_name: TYPE.to_owned(),
        version: 0,
        raw_state: None,
    };
    let upgraded = host.client().upgrade_resource_state(upgrade).await;
    let upgraded = upgraded.expect("an answer").into_inner();
    let import = pb::import_resource_state::Request {
        type_name: TYPE.to_owned(),
        identity: Some(pb::ResourceIdentityData::default()),
        ..Default::default()
    };
    let imported = host.client().import_resource_state(import).await;
    let imported = imported.expect("an answer").into_inner();
    for said in [
        said,
        messages(upgraded.diagnostics),
        messages(imported.diagnostics),
    ] {
        let [one] = said.as_slice() else {
            panic!("{said:?}");
        };
        assert!(
            one.is_error && one.detail.to_lowercase().contains("import"),
            "{one:?}"
        );
    }
}
