//! The forms in which a client may send a value: msgpack or JSON, null or nothing at all, in every
//! call that carries one, with nothing in private state, through a group's whole life.

use std::sync::Mutex;

use serde_json::json;
use terraform_provider_curated::tf_provider::codec::json;
use terraform_provider_curated::tf_provider::proto::tfplugin5 as pb;
use terraform_provider_curated::tf_provider::value::{Type, Value};

use super::liberties::nulls;
use crate::support::bench::Bench;
use crate::support::host::{
    Host, Message, TYPE, block, decode, encode, group, messages, proposed, provider_block,
    provider_config, rule, texts,
};

const REGION: &str = "eu-west-1";

/// What a client sends in place of a value that isn't there.
#[derive(Clone, Copy, Debug)]
enum Null {
    Msgpack,
    Json,
    Empty,
    Absent,
}

/// A client with habits of its own.
struct Client {
    /// What the provider has kept beside the state.
    private: Mutex<Vec<u8>>,
    host: Host,
    /// JSON wherever it can say the value, msgpack elsewhere.
    prefers_json: bool,
    null: Null,
}

impl Client {
    fn value(&self, value: &Value, ty: &Type) -> Option<pb::DynamicValue> {
        let in_json = |json: Vec<u8>| pb::DynamicValue {
            json,
            ..Default::default()
        };
        if !value.is_null() {
            let encoded = json::encode(value, ty).ok().filter(|_| self.prefers_json);
            return encoded.map(in_json).or_else(|| encode(value, ty));
        }
        match self.null {
            Null::Msgpack => encode(value, ty),
            Null::Json => Some(in_json(b"null".to_vec())),
            Null::Empty => Some(pb::DynamicValue::default()),
            Null::Absent => None,
        }
    }

    fn group(&self, value: &Value) -> Option<pb::DynamicValue> {
        self.value(&nulls(value), &block().ty())
    }

    async fn configure(&self, bench: &Bench) {
        let config = provider_config(bench.endpoint(), REGION);
        let config = self.value(&config, &provider_block().ty());
        let request = pb::prepare_provider_config::Request {
            config: config.clone(),
        };
        let answer = self.host.client().prepare_provider_config(request).await;
        let answer = answer.expect("an answer").into_inner();
        assert_eq!(messages(answer.diagnostics), []);
        let request = pb::configure::Request {
            config,
            ..Default::default()
        };
        let answer = self.host.client().configure(request).await;
        let answer = answer.expect("an answer").into_inner();
        assert_eq!(messages(answer.diagnostics), []);
    }

    async fn validate(&self, config: &Value) -> Vec<Message> {
        let request = pb::validate_resource_type_config::Request {
            type_name: TYPE.to_owned(),
            config: self.group(config),
            ..Default::default()
        };
        let answer = self
            .host
            .client()
            .validate_resource_type_config(request)
            .await;
        messages(answer.expect("an answer").into_inner().diagnostics)
    }

    async fn plan(&self, prior: &Value, config: &Value) -> Value {
        let request = pb::plan_resource_change::Request {
            type_name: TYPE.to_owned(),
            prior_state: self.group(prior),
            proposed_new_state: self.group(&proposed(prior, config)),
            config: self.group(config),
            prior_private: self.private(),
            ..Default::default()
        };
        let answer = self.host.client().plan_resource_change(request).await;
        let answer = answer.expect("an answer").into_inner();
        assert_eq!(messages(answer.diagnostics), []);
        assert_eq!(answer.requires_replace, []);
        *self.private.lock().expect("no panic") = answer.planned_private;
        decode(answer.planned_state.as_ref(), &block().ty())
    }

    async fn apply(&self, prior: &Value, planned: &Value, config: &Value) -> Value {
        let request = pb::apply_resource_change::Request {
            type_name: TYPE.to_owned(),
            prior_state: self.group(prior),
            planned_state: self.group(planned),
            config: self.group(config),
            planned_private: self.private(),
            ..Default::default()
        };
        let answer = self.host.client().apply_resource_change(request).await;
        let answer = answer.expect("an answer").into_inner();
        assert_eq!(messages(answer.diagnostics), []);
        *self.private.lock().expect("no panic") = answer.private;
        decode(answer.new_state.as_ref(), &block().ty())
    }

    /// What the provider has kept beside the state.
    fn private(&self) -> Vec<u8> {
        self.private.lock().expect("no panic").clone()
    }

    async fn read(&self, state: &Value) -> Value {
        let request = pb::read_resource::Request {
            type_name: TYPE.to_owned(),
            current_state: self.group(state),
            private: self.private(),
            ..Default::default()
        };
        let answer = self.host.client().read_resource(request).await;
        let answer = answer.expect("an answer").into_inner();
        assert_eq!(messages(answer.diagnostics), []);
        assert_eq!(answer.private, self.private());
        decode(answer.new_state.as_ref(), &block().ty())
    }

    /// Proves that a state says what EC2 holds, and that `config` asks for nothing else.
    async fn assert_settled(&self, state: &Value, config: &Value) {
        assert_eq!(&self.read(state).await, state, "read and applied differ");
        let again = self.plan(state, config).await;
        assert_eq!(&again, state, "there is something to do");
    }
}

#[tokio::test]
async fn a_group_lives_its_whole_life_in_every_form_that_values_may_take() {
    for null in [Null::Msgpack, Null::Json, Null::Empty, Null::Absent] {
        for prefers_json in [false, true] {
            let bench = Bench::start();
            let client = Client {
                host: Host::start(),
                private: Mutex::default(),
                prefers_json,
                null,
            };
            client.configure(&bench).await;
            let ssh = rule([
                ("service", "ssh".into()),
                ("cidr_blocks", texts(["10.0.0.0/8"])),
            ]);
            let config = group().with("name", "web");
            let config = config.with("ingress", Value::set([ssh]));
            assert_eq!(client.validate(&config).await, []);
            let planned = client.plan(&Value::Null, &config).await;
            let made = client.apply(&Value::Null, &planned, &config).await;
            client.assert_settled(&made, &config).await;

            let tags = Value::map([("team", "web")]);
            let config = config.with("ingress", Value::Null).with("tags", tags);
            assert_eq!(client.validate(&config).await, []);
            let planned = client.plan(&made, &config).await;
            let changed = client.apply(&made, &planned, &config).await;
            client.assert_settled(&changed, &config).await;
            let ec2 = bench.group(REGION, "web");
            assert_eq!(ec2["tags"], json!({"team": "web"}));
            assert_eq!(ec2["ingress"], json!([]));

            let gone = client.plan(&changed, &Value::Null).await;
            assert_eq!(gone, Value::Null);
            let gone = client.apply(&changed, &gone, &Value::Null).await;
            assert_eq!(gone, Value::Null);
            assert!(bench.group(REGION, "web").is_null(), "{null:?}");
            assert_eq!(client.read(&gone).await, Value::Null);
        }
    }
}

#[tokio::test]
async fn a_group_without_a_configuration_is_one_in_which_nothing_is_set() {
    for null in [Null::Msgpack, Null::Json, Null::Empty, Null::Absent] {
        let client = Client {
            host: Host::start(),
            private: Mutex::default(),
            prefers_json: false,
            null,
        };
        let nothing = client.validate(&Value::Null).await;
        assert_eq!(nothing, client.validate(&group()).await, "{null:?}");
        assert!(
            nothing.is_empty(),
            "a group that nothing names gets a name: {nothing:?}"
        );
        let plan = client.plan(&Value::Null, &Value::Null).await;
        assert_eq!(plan, Value::Null);
        let none = client.apply(&Value::Null, &plan, &Value::Null).await;
        assert_eq!(none, Value::Null);
    }
}

/// A group that was made elsewhere, and its configuration.
async fn made(bench: &Bench, host: &Host) -> (Value, Value) {
    let config = group().with("name", "web").with("description", "by hand");
    let state = host.settle(&Value::Null, &config).await;
    assert_eq!(bench.group(REGION, "web")["ingress"], json!([]));
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
    let bench = Bench::start();
    let host = Host::on(&bench, REGION).await;
    let (made, config) = made(&bench, &host).await;
    let id = made.get("id").as_str().expect("it exists");
    let imported = host.import(id).await.clean();
    assert_eq!(imported.get("ingress"), &Value::Set(Vec::new()));
    assert_taken_over(&host, &imported, &made, &config).await;
}

#[tokio::test]
async fn a_stored_group_whose_blocks_are_null_is_upgraded_and_plans_no_change() {
    let bench = Bench::start();
    let host = Host::on(&bench, REGION).await;
    let (made, config) = made(&bench, &host).await;
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
    let bench = Bench::start();
    let host = Host::on(&bench, REGION).await;
    let (made, config) = made(&bench, &host).await;
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
