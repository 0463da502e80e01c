//! Values on their way in: not known yet, very many, from older states, in JSON, and broken ones.

use serde_json::json;
use terraform_provider_curated::tf_provider::codec::{json, msgpack};
use terraform_provider_curated::tf_provider::proto::tfplugin5 as pb;
use terraform_provider_curated::tf_provider::schema::{Block, Mode};
use terraform_provider_curated::tf_provider::value::{Type, Value};

use crate::support::host::{
    Answer, Host, Message, TYPE, block, decode, encode, group, made, messages, provider_block,
    provider_config, rule, texts,
};

/// A block with everything unknown that may be configured.
fn unknown(block: &Block) -> Value {
    let configurable = block
        .attributes
        .iter()
        .filter(|a| a.mode != Mode::Computed)
        .map(|a| a.name);
    configurable
        .chain(block.blocks.iter().map(|b| b.name))
        .fold(block.empty(), |value, name| {
            value.with(name, Value::Unknown)
        })
}

#[tokio::test]
async fn a_configuration_of_which_nothing_is_known_is_valid_and_can_be_planned() {
    let host = Host::without_ec2("eu-west-1").await;
    let rule = unknown(&block().blocks[0].block);
    let blocks = [Value::Unknown, Value::set([rule.clone(), rule])];
    for slot in blocks {
        let config = unknown(block())
            .with("ingress", slot.clone())
            .with("egress", slot);
        assert_eq!(host.validate(&config).await, []);
        let planned = host.plan(&Value::Null, &config).await.clean();
        assert_eq!(planned.get("rules"), &Value::Unknown);
        assert_eq!(planned.get("ingress"), config.get("ingress"));
    }
}

#[tokio::test]
async fn a_provider_of_which_nothing_is_known_plans_and_says_what_it_waits_for() {
    let host = Host::start();
    let endpoints = provider_block()
        .blocks
        .iter()
        .find(|b| b.name == "endpoints");
    let endpoints = unknown(&endpoints.expect("the block exists").block);
    let with_endpoints = unknown(provider_block()).with("endpoints", Value::list([endpoints]));
    for config in [unknown(provider_block()), with_endpoints] {
        let request = pb::prepare_provider_config::Request {
            config: encode(&config, &provider_block().ty()),
        };
        let answer = host.client().prepare_provider_config(request.clone()).await;
        let answer = answer.expect("an answer").into_inner();
        assert_eq!(messages(answer.diagnostics), []);
        assert_eq!(
            answer.prepared_config, request.config,
            "hosts want it back as it was"
        );
        assert_eq!(host.configure(&config).await, []);
    }
    let config = group().with("preset", "https");
    let planned = host.plan(&Value::Null, &config).await.clean();
    assert_eq!(planned.get("region"), &Value::Unknown);
    assert_eq!(
        planned.get("rules"),
        &Value::map([("ingress tcp/443 from 0.0.0.0/0", "")])
    );
    let refused = host.apply(&Value::Null, &planned, &config).await;
    assert!(
        refused.error().detail.contains("endpoints"),
        "{:?}",
        refused.error()
    );
    assert_eq!(refused.state, Value::Null);
}

#[tokio::test]
async fn a_plan_of_thousands_of_blocks_is_one_message() {
    // As many as EC2 can be made to allow: in each direction and family.
    const BLOCKS: u32 = 1000;
    let host = Host::start();
    let provider = provider_config("http://127.0.0.1:9", "eu-west-1");
    let provider = provider.with("max_rules_per_group", i64::from(BLOCKS));
    assert_eq!(host.configure(&provider).await, []);
    let description = "d".repeat(255);
    let block_for = |source: &'static str, cidr: String| {
        rule([
            ("description", description.as_str().into()),
            ("protocol", "tcp".into()),
            ("from_port", 443.into()),
            (source, texts([&cidr])),
        ])
    };
    let blocks = (0..BLOCKS).flat_map(|n| {
        let [_, _, a, b] = n.to_be_bytes();
        [
            block_for("cidr_blocks", format!("10.0.{a}.{b}/32")),
            block_for("ipv6_cidr_blocks", format!("2001:db8::{n:x}/128")),
        ]
    });
    let blocks = Value::set(blocks);
    let config = group()
        .with("name", "big")
        .with("ingress", blocks.clone())
        .with("egress", blocks);
    let planned = host.plan(&Value::Null, &config).await.clean();
    let rules = planned.get("rules").as_entries().expect("known").len();
    assert_eq!(rules, 4 * BLOCKS as usize);

    // A change goes out with what was before, what is wanted, and both merged.
    let state = made(&planned);
    let bytes = msgpack::encode(&state, &block().ty()).expect("it fits its schema");
    assert!(bytes.len() * 2 > 4 << 20, "{} bytes", bytes.len());
    assert_eq!(host.plan(&state, &config).await.clean(), state);
}

#[tokio::test]
async fn json_is_read_where_there_is_no_msgpack() {
    let host = Host::without_ec2("eu-west-1").await;
    let ty = block().ty();
    let config = group()
        .with("name", "web")
        .with("ingress", Value::set([rule([("service", "https".into())])]));
    let as_json = |value: &Value| {
        Some(pb::DynamicValue {
            msgpack: Vec::new(),
            json: json::encode(value, &ty).expect("it fits its schema"),
        })
    };
    let request = pb::plan_resource_change::Request {
        type_name: TYPE.to_owned(),
        prior_state: as_json(&Value::Null),
        proposed_new_state: as_json(&config),
        config: as_json(&config),
        ..Default::default()
    };
    let answer = host.client().plan_resource_change(request).await;
    let answer = answer.expect("an answer").into_inner();
    let from_json = decode(answer.planned_state.as_ref(), &ty);
    let from_msgpack = host.plan(&Value::Null, &config).await;
    assert_eq!(from_json.get("name"), &"web".into());
    assert_eq!(from_json, from_msgpack.state);
    assert_eq!(messages(answer.diagnostics), from_msgpack.messages);
}

mod upgrade {
    use super::*;

    async fn upgrade(raw_state: pb::RawState) -> Answer {
        let request = pb::upgrade_resource_state::Request {
            type_name: TYPE.to_owned(),
            version: 0,
            raw_state: Some(raw_state),
        };
        let answer = Host::start().client().upgrade_resource_state(request).await;
        let answer = answer.expect("an answer").into_inner();
        Answer {
            state: decode(answer.upgraded_state.as_ref(), &block().ty()),
            messages: messages(answer.diagnostics),
        }
    }

    async fn upgrade_json(text: impl Into<Vec<u8>>) -> Answer {
        upgrade(pb::RawState {
            json: text.into(),
            ..Default::default()
        })
        .await
    }

    #[tokio::test]
    async fn a_state_of_today_comes_back_as_it_was_however_it_is_laid_out() {
        let rule = rule([
            ("protocol", "tcp".into()),
            ("from_port", 443.into()),
            ("cidr_blocks", texts(["10.0.0.0/8"])),
        ]);
        let state = group()
            .with("id", "sg-0123abcd")
            .with("tags", Value::map([("team", "web")]))
            .with("ingress", Value::set([rule]));
        let compact = json::encode(&state, &block().ty()).expect("it is known");
        let parsed: serde_json::Value = serde_json::from_slice(&compact).expect("JSON");
        let indented = serde_json::to_string_pretty(&parsed).expect("JSON");
        assert_eq!(upgrade_json(compact).await.clean(), state);
        assert_eq!(upgrade_json(indented).await.clean(), state);
    }

    #[tokio::test]
    async fn what_a_state_lacks_is_null_and_what_it_has_too_much_is_dropped() {
        let stored = json!({
            "id": "sg-0123abcd",
            "of_yesterday": { "any": ["thing", 99999999999999999999_u128] },
            "ingress": [{ "protocol": "tcp", "from_port": 22, "of_yesterday": true }],
            "egress": null,
        });
        let expected = group().with("id", "sg-0123abcd").with(
            "ingress",
            Value::set([rule([("protocol", "tcp".into()), ("from_port", 22.into())])]),
        );
        assert_eq!(upgrade_json(stored.to_string()).await.clean(), expected);
        assert_eq!(upgrade_json("{}").await.clean(), group());
    }

    #[tokio::test]
    async fn what_is_no_state_is_refused_in_words() {
        let flatmap = pb::RawState {
            json: Vec::new(),
            flatmap: [("id".to_owned(), "sg-0123abcd".to_owned())].into(),
        };
        let refused = upgrade(flatmap).await;
        let error = refused.error();
        assert!(error.detail.contains("Terraform 0.11"), "{error:?}");
        assert!(error.detail.contains("import"), "{error:?}");

        let truncated = upgrade_json(r#"{"id": "sg-0123"#).await;
        assert!(
            truncated.error().detail.contains("JSON"),
            "{:?}",
            truncated.error()
        );
        let typed = upgrade_json(r#"{"tags": {"team": ["web"]}}"#).await;
        assert_eq!(typed.error().path, "tags.team");
    }
}

mod garbage {
    use super::*;

    fn bytes() -> Vec<Vec<u8>> {
        let whole = msgpack::encode(&group().with("name", "web"), &block().ty()).expect("it fits");
        vec![
            vec![0xc1],
            vec![0xdf, 0xff, 0xff, 0xff, 0xff],
            vec![0xdd, 0xff, 0xff, 0xff, 0xff],
            vec![0x81; 10_000],
            vec![0xc0, 0xc0],
            b"\xa3web".to_vec(),
            whole[..whole.len() / 2].to_vec(),
            [whole, vec![0xc0]].concat(),
            // An object with an attribute too many, and one with all but one missing.
            msgpack_map(&[("no_such_attribute", &[0xc0])]),
            msgpack_map(&[("name", b"\xa3web")]),
        ]
    }

    fn msgpack_map(entries: &[(&str, &[u8])]) -> Vec<u8> {
        let mut bytes = vec![0x80 | entries.len() as u8];
        for (key, value) in entries {
            bytes.push(0xa0 | key.len() as u8);
            bytes.extend_from_slice(key.as_bytes());
            bytes.extend_from_slice(value);
        }
        bytes
    }

    fn assert_said(rpc: &str, said: &[Message]) {
        assert!(
            said.iter().any(|m| m.is_error && !m.detail.is_empty()),
            "{rpc}: {said:?}"
        );
    }

    #[tokio::test]
    async fn it_is_a_message_in_every_call_and_the_process_lives_on() {
        let host = Host::without_ec2("eu-west-1").await;
        for msgpack in bytes() {
            let junk = || {
                Some(pb::DynamicValue {
                    msgpack: msgpack.clone(),
                    json: Vec::new(),
                })
            };
            macro_rules! refuse {
                ($($rpc:ident { $($field:ident: $value:expr),* };)+) => {$(
                    let mut request = pb::$rpc::Request::default();
                    $(request.$field = $value;)*
                    let answer = host.client().$rpc(request).await.expect(stringify!($rpc));
                    let said = messages(answer.into_inner().diagnostics);
                    assert_said(stringify!($rpc), &said);
                )+};
            }
            let name = || TYPE.to_owned();
            refuse! {
                prepare_provider_config { config: junk() };
                configure { config: junk() };
                validate_resource_type_config { type_name: name(), config: junk() };
                read_resource { type_name: name(), current_state: junk() };
                plan_resource_change { type_name: name(), config: junk() };
                plan_resource_change { type_name: name(), prior_state: junk() };
                plan_resource_change { type_name: name(), proposed_new_state: junk() };
                apply_resource_change { type_name: name(), planned_state: junk() };
                apply_resource_change { type_name: name(), prior_state: junk() };
            }
        }
        let config = group().with("preset", "https");
        assert_eq!(host.validate(&config).await, []);
    }

    #[tokio::test]
    async fn the_message_leads_to_the_attribute() {
        let host = Host::start();
        // What another version's schema would make of it: a name that is a number.
        let Type::Object(mut types) = block().ty() else {
            panic!("a block is an object");
        };
        types.insert("name".to_owned(), Type::Number);
        let request = pb::validate_resource_type_config::Request {
            type_name: TYPE.to_owned(),
            config: encode(&group().with("name", 5), &Type::Object(types)),
            client_capabilities: None,
        };
        let answer = host.client().validate_resource_type_config(request).await;
        let said = messages(answer.expect("an answer").into_inner().diagnostics);
        assert_eq!(said.len(), 1, "{said:?}");
        assert_eq!(said[0].path, "name");
        assert!(said[0].detail.contains("a number"), "{said:?}");
    }
}
