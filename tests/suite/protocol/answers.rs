//! Every RPC of the service answers; where there is nothing to answer with, it says so as a
//! provider without that feature does.

use std::time::Duration;

use prost::Message as _;
use prost_types::FileDescriptorSet;
use terraform_provider_curated::tf_provider::proto::DESCRIPTORS;
use terraform_provider_curated::tf_provider::proto::tfplugin5 as pb;
use tokio::time::timeout;
use tonic::Request;
use tonic::client::Grpc;
use tonic::codegen::http::uri::PathAndQuery;
use tonic_prost::ProstCodec;

use crate::support::host::{Host, Message, TYPE, messages};
use crate::support::plugin_connection::origin;

/// More than any call takes that asks nobody else.
const SOON: Duration = Duration::from_secs(10);

/// The name of every RPC of the provider's service.
fn rpcs() -> Vec<String> {
    let files = FileDescriptorSet::decode(DESCRIPTORS).expect("a descriptor set");
    let services = files.file.iter().flat_map(|file| &file.service);
    let provider = services.filter(|service| service.name() == "Provider");
    provider
        .flat_map(|service| &service.method)
        .map(|method| method.name().to_owned())
        .collect()
}

#[tokio::test]
async fn all_28_answer_even_an_empty_request() {
    let host = Host::start();
    let rpcs = rpcs();
    assert_eq!(rpcs.len(), 28, "{rpcs:?}");
    for rpc in rpcs {
        let path = PathAndQuery::try_from(format!("/tfplugin5.Provider/{rpc}")).expect("a path");
        let mut client = Grpc::with_origin(host.process.channel(), origin());
        // An empty message of any type is no bytes; of the answer, only its being there counts.
        let request = Request::new(tokio_stream::once(()));
        let codec = ProstCodec::<(), ()>::default();
        let count = async {
            client.ready().await.expect("the connection holds");
            let mut answers = client.streaming(request, path, codec).await?.into_inner();
            let mut count = 0;
            while answers.message().await?.is_some() {
                count += 1;
            }
            Ok::<_, tonic::Status>(count)
        };
        let count = timeout(SOON, count).await;
        let count = count.unwrap_or_else(|_| panic!("{rpc} hangs"));
        let count = count.unwrap_or_else(|status| panic!("{rpc}: {status}"));
        assert_eq!(count, 1, "{rpc}");
    }
}

/// Calls RPCs and gathers the messages of each answer under the RPC's name.
macro_rules! messages_of {
    ($host:ident, $($rpc:ident { $($field:ident: $value:expr),* $(,)? };)+) => {
        vec![$({
            let request = pb::$rpc::Request { $($field: $value,)* ..Default::default() };
            let answer = timeout(SOON, $host.client().$rpc(request)).await;
            let answer = answer.expect(concat!(stringify!($rpc), " hangs"));
            let answer = answer.expect(stringify!($rpc)).into_inner();
            (stringify!($rpc), messages(answer.diagnostics))
        }),+]
    };
}

fn name() -> String {
    "curated_nothing".to_owned()
}

fn assert_refused(rpc: &str, said: &[Message]) {
    let [one] = said else {
        panic!("{rpc}: {said:?}");
    };
    assert!(one.is_error, "{rpc}: {one:?}");
    assert!(one.summary.contains("curated_nothing"), "{rpc}: {one:?}");
    assert!(one.detail.len() > 40, "{rpc}: {one:?}");
}

#[tokio::test]
async fn what_there_is_none_of_is_refused_by_name() {
    let host = Host::start();
    let refused = messages_of! { host,
        upgrade_resource_identity { type_name: name() };
        generate_resource_config { type_name: name() };
        validate_data_source_config { type_name: name() };
        read_data_source { type_name: name() };
        validate_ephemeral_resource_config { type_name: name() };
        open_ephemeral_resource { type_name: name() };
        renew_ephemeral_resource { type_name: name() };
        close_ephemeral_resource { type_name: name() };
        validate_list_resource_config { type_name: name() };
        validate_action_config { type_name: name() };
        plan_action { action_type: name() };
        validate_resource_type_config { type_name: name() };
        upgrade_resource_state { type_name: name() };
        read_resource { type_name: name() };
        plan_resource_change { type_name: name() };
        apply_resource_change { type_name: name() };
        import_resource_state { type_name: name() };
        move_resource_state {
            source_type_name: name(),
            target_type_name: TYPE.to_owned(),
            source_state: Some(pb::RawState { json: b"{}".to_vec(), ..Default::default() }),
        };
    };
    for (rpc, said) in &refused {
        assert_refused(rpc, said);
    }
}

#[tokio::test]
async fn a_function_that_there_is_none_of_is_a_function_error() {
    let request = pb::call_function::Request {
        name: name(),
        arguments: Vec::new(),
    };
    let answer = Host::start().client().call_function(request).await;
    let answer = answer.expect("an answer").into_inner();
    assert_eq!(answer.result, None);
    let error = answer.error.expect("an error");
    assert!(error.text.contains("curated_nothing"), "{}", error.text);
    assert_eq!(error.function_argument, None);
}

#[tokio::test]
async fn streams_have_one_event_that_says_so() {
    let host = Host::start();
    let request = pb::list_resource::Request {
        type_name: name(),
        limit: 100,
        ..Default::default()
    };
    let events = host.client().list_resource(request).await;
    let mut events = events.expect("a stream").into_inner();
    let event = events.message().await.expect("in order").expect("an event");
    assert_refused("list_resource", &messages(event.diagnostic));
    assert_eq!(events.message().await.expect("in order"), None);

    let request = pb::invoke_action::Request {
        action_type: name(),
        ..Default::default()
    };
    let events = host.client().invoke_action(request).await;
    let mut events = events.expect("a stream").into_inner();
    let event = events.message().await.expect("in order").expect("an event");
    // Terraform panics at an event that is neither progress nor the end.
    let Some(pb::invoke_action::event::Type::Completed(end)) = event.r#type else {
        panic!("not the end: {event:?}");
    };
    assert_refused("invoke_action", &messages(end.diagnostics));
    assert_eq!(events.message().await.expect("in order"), None);
}
