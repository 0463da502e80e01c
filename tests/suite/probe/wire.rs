//! Data sources, lists and generated configuration, call by call.

use std::time::Duration;

use terraform_provider_curated::tf_provider::proto::tfplugin5 as pb;
use terraform_provider_curated::tf_provider::value::Value;
use tokio::time::{sleep, timeout};

use super::offered::{PAGE, echo_block, identity_type, thing, thing_block, things_block};
use super::{Pages, Probe, Served};
use crate::support::host::{Message, decode, encode, messages};

const PATIENCE: Duration = Duration::from_secs(10);

async fn echo(text: &str) -> (Value, Vec<Message>) {
    let served = Served::start(Probe::new().0);
    let request = pb::read_data_source::Request {
        type_name: "probe_echo".to_owned(),
        config: encode(&echo_block().empty().with("text", text), &echo_block().ty()),
        ..Default::default()
    };
    let answer = served.client().read_data_source(request).await;
    let answer = answer.expect("an answer").into_inner();
    let state = decode(answer.state.as_ref(), &echo_block().ty());
    (state, messages(answer.diagnostics))
}

#[tokio::test]
async fn a_data_source_completes_its_configuration() {
    let (state, said) = echo("hello").await;
    assert_eq!(said, []);
    assert_eq!(state.get("text"), &"hello".into());
    assert_eq!(state.get("id"), &"echo-hello".into());
}

#[tokio::test]
async fn a_data_source_warns_and_errs() {
    let (state, said) = echo("loud").await;
    assert_eq!(state.get("id"), &"echo-loud".into());
    assert!(
        !said[0].is_error && said[0].summary == "A loud echo",
        "{said:?}"
    );
    let (state, said) = echo("nobody").await;
    assert!(state.is_null());
    assert!(said[0].is_error && said[0].summary == "No echo", "{said:?}");
    let (_, said) = echo("panic").await;
    assert!(said[0].summary.contains("panicked"), "{said:?}");
}

#[tokio::test]
async fn debug_builds_find_a_data_source_that_reads_something_unknown() {
    let (_, said) = echo("mumble").await;
    assert!(
        said[0].is_error && said[0].detail.contains("unknown"),
        "{said:?}"
    );
}

#[tokio::test]
async fn a_data_sources_configuration_is_validated() {
    let served = Served::start(Probe::new().0);
    for (text, summary) in [
        (Value::from(""), Some("Nothing to say")),
        ("x".into(), None),
        (Value::Unknown, None),
    ] {
        let config = echo_block().empty().with("text", text);
        let request = pb::validate_data_source_config::Request {
            type_name: "probe_echo".to_owned(),
            config: encode(&config, &echo_block().ty()),
        };
        let answer = served.client().validate_data_source_config(request).await;
        let said = messages(answer.expect("an answer").into_inner().diagnostics);
        let summaries = said.iter().map(|one| one.summary.as_str());
        assert!(summaries.eq(summary), "{said:?}");
        assert!(said.iter().all(|one| one.path == "text"), "{said:?}");
    }
}

fn list_request(config: &Value, with_state: bool, limit: i64) -> pb::list_resource::Request {
    pb::list_resource::Request {
        type_name: "probe_thing".to_owned(),
        config: encode(config, &things_block().ty()),
        include_resource_object: with_state,
        limit,
    }
}

/// All events of a list.
async fn list(config: Value, with_state: bool, limit: i64) -> Vec<pb::list_resource::Event> {
    let served = Served::start(Probe::new().0);
    let request = list_request(&config, with_state, limit);
    let events = served.client().list_resource(request).await;
    let mut events = events.expect("a stream").into_inner();
    let mut found = Vec::new();
    while let Some(event) = events.message().await.expect("in order") {
        found.push(event);
    }
    found
}

fn names(events: &[pb::list_resource::Event]) -> Vec<&str> {
    events.iter().map(|e| e.display_name.as_str()).collect()
}

#[tokio::test]
async fn a_list_has_identities_and_states_only_where_they_are_wanted() {
    let bare = list(things_block().empty(), false, 100).await;
    assert_eq!(names(&bare), ["thing 00000", "thing 00001", "thing 00002"]);
    assert!(bare.iter().all(|event| event.resource_object.is_none()));
    let whole = list(things_block().empty(), true, 100).await;
    for event in &whole {
        let identity = event
            .identity
            .as_ref()
            .and_then(|i| i.identity_data.as_ref());
        let identity = decode(identity, &identity_type());
        let state = decode(event.resource_object.as_ref(), &thing_block().ty());
        assert_eq!(identity.get("id"), state.get("id"));
        assert_eq!(event.diagnostic, []);
    }
    assert_eq!(whole.len(), 3);
}

#[tokio::test]
async fn a_list_without_configuration_is_one_in_which_nothing_is_set() {
    let served = Served::start(Probe::new().0);
    let request = pb::list_resource::Request {
        config: None,
        ..list_request(&Value::Null, false, 100)
    };
    let events = served.client().list_resource(request).await;
    let mut events = events.expect("a stream").into_inner();
    let mut count = 0;
    while events.message().await.expect("in order").is_some() {
        count += 1;
    }
    assert_eq!(count, 3);
}

#[tokio::test]
async fn a_lists_configuration_is_validated() {
    let served = Served::start(Probe::new().0);
    let config = things_block().empty().with("total", -1);
    let request = pb::validate_list_resource_config::Request {
        type_name: "probe_thing".to_owned(),
        config: encode(&config, &things_block().ty()),
        ..Default::default()
    };
    let answer = served.client().validate_list_resource_config(request).await;
    let said = messages(answer.expect("an answer").into_inner().diagnostics);
    assert_eq!(
        (said[0].summary.as_str(), &*said[0].path),
        ("Too few things", "total")
    );
}

#[tokio::test]
async fn the_limit_ends_the_list_and_no_further_page_is_fetched() {
    for (limit, expected, pages) in [(0, 0, 0), (1, 1, 1), (10, 10, 1), (11, 11, 2)] {
        let (probe, fetched) = Probe::new();
        let served = Served::start(probe);
        let config = things_block().empty().with("total", 1000);
        let events = served
            .client()
            .list_resource(list_request(&config, false, limit))
            .await;
        let mut events = events.expect("a stream").into_inner();
        let mut count = 0;
        while events.message().await.expect("in order").is_some() {
            count += 1;
        }
        assert_eq!((count, fetched.fetched()), (expected, pages), "{limit}");
    }
}

async fn ended(pages: &Pages) {
    let noticed = async {
        while pages.ended() == 0 {
            sleep(Duration::from_millis(5)).await;
        }
    };
    timeout(PATIENCE, noticed).await.expect("the listing ends");
}

#[tokio::test]
async fn a_host_that_hangs_up_ends_the_list() {
    let (probe, pages) = Probe::new();
    let served = Served::start(probe);
    let total = 1_000_000;
    let config = things_block().empty().with("total", total);
    let request = list_request(&config, true, total);
    let mut client = served.client();
    let events = client.list_resource(request).await;
    let mut events = events.expect("a stream").into_inner();
    assert!(events.message().await.expect("in order").is_some());
    // Nobody reads on, so the rest isn't fetched: only what fits on the way.
    sleep(Duration::from_millis(300)).await;
    let ahead = pages.fetched();
    assert!(ahead * PAGE < 100_000, "{ahead} pages were fetched ahead");
    drop(events);
    ended(&pages).await;
    let fetched = pages.fetched();
    sleep(Duration::from_millis(100)).await;
    assert_eq!(pages.fetched(), fetched);
}

#[tokio::test]
async fn stop_ends_a_list() {
    let (probe, pages) = Probe::new();
    let served = Served::start(probe);
    let config = things_block().empty().with("total", 1_000_000);
    let mut client = served.client();
    let events = client
        .list_resource(list_request(&config, true, 1_000_000))
        .await;
    let mut events = events.expect("a stream").into_inner();
    assert!(events.message().await.expect("in order").is_some());
    let stopped = client.stop(pb::stop::Request {}).await;
    stopped.expect("an answer");
    ended(&pages).await;
}

#[tokio::test]
async fn a_list_goes_on_after_a_warning_and_ends_with_an_error() {
    let trouble = |what: &str| {
        things_block()
            .empty()
            .with("total", 11)
            .with("trouble", what)
    };
    let warned = list(trouble("warn"), false, 100).await;
    let things = warned.iter().filter(|event| event.identity.is_some());
    assert_eq!(things.count(), 11);
    assert_eq!(warned.len(), 13);
    for (what, summary) in [
        ("fail", "No more pages"),
        ("panic", "The provider panicked"),
        ("nameless", "The provider broke Terraform's rules"),
    ] {
        let failed = list(trouble(what), false, 100).await;
        let last = failed.last().expect("an event");
        let said = messages(last.diagnostic.clone());
        assert!(said[0].is_error && said[0].summary == summary, "{said:?}");
    }
}

#[tokio::test]
async fn generated_configuration_leaves_out_what_nobody_can_set() {
    let served = Served::start(Probe::new().0);
    let generate = async |state: Value| {
        let request = pb::generate_resource_config::Request {
            type_name: "probe_thing".to_owned(),
            state: encode(&state, &thing_block().ty()),
        };
        let answer = served.client().generate_resource_config(request).await;
        let answer = answer.expect("an answer").into_inner();
        assert_eq!(answer.diagnostics, []);
        decode(answer.config.as_ref(), &thing_block().ty())
    };
    let expected = thing_block().empty().with("name", "a");
    assert_eq!(generate(thing("a")).await, expected);
    let large = thing("a").with("size", 2);
    assert_eq!(generate(large).await, expected.with("size", 2));
    // As for a result of a query that came without a state.
    assert_eq!(generate(Value::Null).await, thing_block().empty());
}

#[tokio::test]
async fn schema_and_metadata_name_everything_that_is_offered() {
    let served = Served::start(Probe::new().0);
    let mut client = served.client();
    let schema = client.get_schema(pb::get_provider_schema::Request {}).await;
    let schema = schema.expect("an answer").into_inner();
    assert_eq!(schema.diagnostics, []);
    let metadata = client.get_metadata(pb::get_metadata::Request {}).await;
    let metadata = metadata.expect("an answer").into_inner();
    assert!(schema.resource_schemas.contains_key("probe_thing"));
    assert!(schema.data_source_schemas.contains_key("probe_echo"));
    assert!(schema.list_resource_schemas.contains_key("probe_thing"));
    assert_eq!(metadata.resources[0].type_name, "probe_thing");
    assert_eq!(metadata.data_sources[0].type_name, "probe_echo");
    assert_eq!(metadata.list_resources[0].type_name, "probe_thing");
    let functions = metadata.functions.iter();
    assert!(
        functions
            .map(|f| &f.name)
            .all(|name| schema.functions.contains_key(name))
    );
    assert_eq!(metadata.functions.len(), schema.functions.len());
    assert_eq!(metadata.server_capabilities, schema.server_capabilities);
    let able = schema.server_capabilities.expect("it says");
    assert!(able.generate_resource_config);
}
