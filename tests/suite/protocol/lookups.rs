//! Data sources, list resources and functions in every form that a client may give their values: what
//! comes back is the same.

use terraform_provider_curated::provider::Curated;
use terraform_provider_curated::tf_provider::Provider as _;
use terraform_provider_curated::tf_provider::proto::tfplugin5 as pb;
use terraform_provider_curated::tf_provider::schema::{Block, Schema};
use terraform_provider_curated::tf_provider::value::Value;

use super::client::{Habits, configured, with_nulls};
use crate::support::emulator::Emulator;
use crate::support::host::{Host, Message, decode, encode, messages, texts};

const REGION: &str = "eu-west-1";

/// A configuration that finds something, and one in which nothing is set.
fn configs(type_name: &str, block: &Block) -> [Value; 2] {
    let some = match type_name {
        "curated_security_group" => block.empty().with("tags", Value::map([("team", "web")])),
        "curated_security_groups" => {
            let filter = block
                .nested("filter")
                .expect("it has filters")
                .block
                .empty();
            let filter = filter
                .with("name", "group-name")
                .with("values", texts(["web"]));
            block.empty().with("filter", Value::set([filter]))
        }
        "curated_catalog" => block.empty().with("search", "postgres"),
        "curated_audit" => block.empty().with("severity", "low"),
        other => panic!("say here how {other} is configured"),
    };
    [some, block.empty()]
}

/// The configuration as a client sends it: one in which nothing is set may be none.
fn sent(habits: Habits, schema: &Schema, config: &Value) -> Option<pb::DynamicValue> {
    if *config == schema.block.empty() && !habits.prefers_json {
        return habits.value(&Value::Null, schema.ty());
    }
    habits.value(&with_nulls(&schema.block, config), schema.ty())
}

/// An EC2 with a group that can be found.
fn emulator() -> Emulator {
    let emulator = Emulator::start();
    let id = emulator.create_group(REGION, "web");
    let tag = [
        ("ResourceId.1", &*id),
        ("Tag.1.Key", "team"),
        ("Tag.1.Value", "web"),
    ];
    emulator.call(REGION, "CreateTags", &tag);
    emulator
}

/// What a data source says of a configuration, and what it finds.
async fn look(
    host: &Host,
    type_name: &str,
    schema: &Schema,
    config: Option<pb::DynamicValue>,
) -> (Vec<Message>, Value, Vec<Message>) {
    let request = pb::validate_data_source_config::Request {
        type_name: type_name.to_owned(),
        config: config.clone(),
    };
    let said = host.client().validate_data_source_config(request).await;
    let said = messages(said.expect("an answer").into_inner().diagnostics);
    let request = pb::read_data_source::Request {
        type_name: type_name.to_owned(),
        config,
        ..Default::default()
    };
    let found = host.client().read_data_source(request).await;
    let found = found.expect("an answer").into_inner();
    let state = decode(found.state.as_ref(), schema.ty());
    (said, state, messages(found.diagnostics))
}

#[tokio::test]
async fn data_sources_find_the_same_in_every_form_that_values_may_take() {
    let emulator = emulator();
    let curated = Curated::new();
    for habits in Habits::all() {
        let host = configured(&emulator, REGION, habits).await;
        for data_source in curated.data_sources() {
            let (name, schema) = (data_source.type_name(), data_source.schema());
            for config in configs(name, &schema.block) {
                let plain = encode(&config, schema.ty());
                let expected = look(&host, name, schema, plain).await;
                let found = look(&host, name, schema, sent(habits, schema, &config)).await;
                assert_eq!(found, expected, "{name} by {habits:?}");
                let is_asked_for = config != schema.block.empty();
                assert!(!is_asked_for || !found.1.is_null(), "{name}: {:?}", found.2);
            }
        }
    }
}

/// What a list resource says of a configuration, and the names of what it finds.
async fn list(
    host: &Host,
    type_name: &str,
    config: Option<pb::DynamicValue>,
) -> (Vec<Message>, Vec<String>) {
    let request = pb::validate_list_resource_config::Request {
        type_name: type_name.to_owned(),
        config: config.clone(),
        ..Default::default()
    };
    let said = host.client().validate_list_resource_config(request).await;
    let said = messages(said.expect("an answer").into_inner().diagnostics);
    let request = pb::list_resource::Request {
        type_name: type_name.to_owned(),
        config,
        include_resource_object: true,
        limit: 100,
    };
    let events = host.client().list_resource(request).await;
    let mut events = events.expect("a stream").into_inner();
    let mut names = Vec::new();
    while let Some(event) = events.message().await.expect("in order") {
        assert_eq!(messages(event.diagnostic), [], "{type_name}");
        names.push(event.display_name);
    }
    (said, names)
}

#[tokio::test]
async fn list_resources_find_the_same_in_every_form_that_values_may_take() {
    let emulator = emulator();
    let curated = Curated::new();
    for habits in Habits::all() {
        let host = configured(&emulator, REGION, habits).await;
        for resource in curated.list_resources() {
            let (name, schema) = (resource.type_name(), resource.schema());
            for config in configs(name, &schema.block) {
                let expected = list(&host, name, encode(&config, schema.ty())).await;
                let found = list(&host, name, sent(habits, schema, &config)).await;
                assert_eq!(found, expected, "{name} by {habits:?}");
                assert_eq!(found.1.len(), 1, "{name}: {found:?}");
            }
        }
    }
}

/// Arguments for which a function has a result.
fn arguments(function: &str) -> Vec<Value> {
    let world = || Value::list(["10.0.0.0/8", "10.0.0.0/9"]);
    match function {
        "service" => vec!["https".into()],
        "rules" => vec!["ingress".into(), "https from anywhere-ipv4".into()],
        "rule" => vec!["ingress tcp/443 from 10.0.0.0/8".into()],
        "cidr_merge" => vec![world()],
        "cidr_subtract" => vec![world(), Value::list(["10.0.0.0/24"])],
        "rule_covers" => vec![
            "ingress tcp/443 from 10.0.0.0/8".into(),
            "ingress tcp/443 from 10.0.0.0/24".into(),
        ],
        other => panic!("say here how {other} is called"),
    }
}

#[tokio::test]
async fn functions_give_the_same_in_every_form_that_values_may_take() {
    let host = Host::start();
    let curated = Curated::new();
    for habits in Habits::all() {
        for function in curated.functions() {
            let signature = function.signature();
            let call = |arguments: Vec<Value>| {
                let sent = arguments.iter().enumerate().map(|(index, argument)| {
                    let parameter = signature.parameter(index).expect("it takes so many");
                    habits.value(argument, &parameter.ty).unwrap_or_default()
                });
                let request = pb::call_function::Request {
                    name: function.name().to_owned(),
                    arguments: sent.collect(),
                };
                let mut client = host.client();
                async move {
                    let answer = client.call_function(request).await;
                    answer.expect("an answer").into_inner()
                }
            };
            let arguments = arguments(function.name());
            let answer = call(arguments.clone()).await;
            assert_eq!(answer.error, None, "{} by {habits:?}", function.name());
            let found = decode(answer.result.as_ref(), &signature.returns);
            let expected = function.call(&arguments).expect("a result");
            assert_eq!(found, expected, "{} by {habits:?}", function.name());

            let nothing = call(vec![Value::Null; arguments.len()]).await;
            let error = nothing.error.expect("no function takes null");
            assert_eq!(error.text, "Argument must not be null");
        }
    }
}
