//! Data sources and reads of resources in one run share their calls.

use terraform_provider_curated::provider::Curated;
use terraform_provider_curated::tf_provider::Provider as _;
use terraform_provider_curated::tf_provider::proto::tfplugin5 as pb;
use terraform_provider_curated::tf_provider::schema::Block;
use terraform_provider_curated::tf_provider::value::Value;

use super::{REGION, all, assert_cost, calls, describes, imported, read_all};
use crate::support::emulator::Emulator;
use crate::support::host::{Host, decode, encode, messages};

fn block(type_name: &str) -> Block {
    let curated = Curated::new();
    let mut sources = curated.data_sources().iter();
    let source = sources.find(|source| source.type_name() == type_name);
    source.expect("there is one").schema().block.clone()
}

/// Reads a data source with these arguments.
async fn look(host: &Host, type_name: &str, arguments: &[(&str, Value)]) -> Value {
    let block = block(type_name);
    let config = arguments
        .iter()
        .fold(block.empty(), |config, (name, value)| {
            config.with(*name, value.clone())
        });
    let request = pb::read_data_source::Request {
        type_name: type_name.to_owned(),
        config: encode(&config, &block.ty()),
        ..Default::default()
    };
    let answer = host.client().read_data_source(request).await;
    let answer = answer.expect("an answer").into_inner();
    assert_eq!(messages(answer.diagnostics), []);
    decode(answer.state.as_ref(), &block.ty())
}

#[tokio::test]
async fn all_groups_are_pages_and_no_call_for_any_group() {
    let emulator = Emulator::start();
    emulator.seed(REGION, 1200, 2);
    let host = Host::on(&emulator, REGION).await;
    emulator.reset_counts();
    let found = look(&host, "curated_security_groups", &[]).await;
    let ids = found.get("ids").as_elements().expect("a list");
    assert_eq!(ids.len(), 1201);
    assert_cost(&emulator, "1,201 groups", 2);
}

#[tokio::test]
async fn resources_that_are_read_after_a_listing_cost_nothing() {
    let emulator = Emulator::start();
    let ids = emulator.seed(REGION, 60, 1);
    let host = Host::on(&emulator, REGION).await;
    emulator.reset_counts();
    look(&host, "curated_security_groups", &[]).await;
    let states: Vec<Value> = ids.iter().map(|id| imported(id)).collect();
    for (read, id) in read_all(&host, &states).await.into_iter().zip(&ids) {
        assert_eq!(read.clean().get("id"), &id.as_str().into());
    }
    assert_eq!(describes(&emulator), 1, "{:?}", calls(&emulator));

    // What was listed is used once: who reads again wants to know anew.
    host.read(&imported(&ids[7])).await.clean();
    assert_eq!(describes(&emulator), 2, "{:?}", calls(&emulator));
}

#[tokio::test]
async fn data_sources_of_single_groups_share_their_calls() {
    let emulator = Emulator::start();
    let ids = emulator.seed(REGION, 10, 1);
    let host = Host::on(&emulator, REGION).await;
    emulator.reset_counts();
    let looks = ids.iter().map(|id| async {
        look(
            &host,
            "curated_security_group",
            &[("id", id.as_str().into())],
        )
        .await
    });
    for (found, id) in all(looks.collect()).await.into_iter().zip(&ids) {
        assert_eq!(found.get("id"), &id.as_str().into());
        assert!(found.get("used_by").as_elements().is_some());
    }
    // Groups, rules, interfaces, and rules of others in both directions.
    assert_cost(&emulator, "ten groups, one by one", 10);
}
