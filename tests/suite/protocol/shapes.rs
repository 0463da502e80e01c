//! Values of every shape that a host may send, for everything that the provider offers. Code reads
//! attributes by their names and, in debug builds, panics over one that a value doesn't have: so a value that
//! lacks something must be refused before any code sees it.

use terraform_provider_curated::provider::Curated;
use terraform_provider_curated::tf_provider::Provider as _;
use terraform_provider_curated::tf_provider::proto::tfplugin5 as pb;
use terraform_provider_curated::tf_provider::schema::{Block, Mode, Nesting};
use terraform_provider_curated::tf_provider::value::Value;

use crate::support::host::{Host, Message, encode, messages};

/// A slot of the schema, and how it takes a configuration.
#[derive(Clone, Copy, Debug)]
enum Slot {
    Resource,
    DataSource,
    List,
}

/// Everything that is configured by a block, with its type's name and block.
fn slots() -> Vec<(Slot, String, Block)> {
    let curated = Curated::new();
    let mut all = Vec::new();
    for it in curated.resources() {
        let block = it.schema().block.clone();
        all.push((Slot::Resource, it.type_name().to_owned(), block));
    }
    for it in curated.data_sources() {
        let block = it.schema().block.clone();
        all.push((Slot::DataSource, it.type_name().to_owned(), block));
    }
    for it in curated.list_resources() {
        let block = it.schema().block.clone();
        all.push((Slot::List, it.type_name().to_owned(), block));
    }
    all
}

/// The messages to a configuration: of its validation and, of a resource, of its plan.
async fn messages_to(
    host: &Host,
    slot: Slot,
    name: &str,
    config: Option<pb::DynamicValue>,
) -> Vec<Message> {
    let type_name = name.to_owned();
    match slot {
        Slot::Resource => {
            let request = pb::validate_resource_type_config::Request {
                type_name: type_name.clone(),
                config: config.clone(),
                ..Default::default()
            };
            let validated = host.client().validate_resource_type_config(request).await;
            let mut found = validated.expect("an answer").into_inner().diagnostics;
            let request = pb::plan_resource_change::Request {
                type_name,
                proposed_new_state: config.clone(),
                config,
                ..Default::default()
            };
            let planned = host.client().plan_resource_change(request).await;
            found.extend(planned.expect("an answer").into_inner().diagnostics);
            messages(found)
        }
        Slot::DataSource => {
            let request = pb::validate_data_source_config::Request { type_name, config };
            let validated = host.client().validate_data_source_config(request).await;
            messages(validated.expect("an answer").into_inner().diagnostics)
        }
        Slot::List => {
            let request = pb::validate_list_resource_config::Request {
                type_name,
                config,
                ..Default::default()
            };
            let validated = host.client().validate_list_resource_config(request).await;
            messages(validated.expect("an answer").into_inner().diagnostics)
        }
    }
}

/// A block's value in which each nested block is written once.
fn with_each_block(block: &Block, fill: fn(&Block) -> Value) -> Value {
    let nested = block.blocks.iter();
    nested.fold(fill(block), |value, nested| {
        let one = fill(&nested.block);
        let slot = match nested.nesting {
            Nesting::Single => one,
            Nesting::List => Value::list([one]),
            Nesting::Set => Value::set([one]),
        };
        value.with(nested.name, slot)
    })
}

/// Everything unknown that may be configured.
fn unknown(block: &Block) -> Value {
    let attributes = block.attributes.iter();
    let configurable = attributes.filter(|a| a.mode != Mode::Computed);
    let names = configurable.map(|a| a.name);
    names
        .chain(block.blocks.iter().map(|nested| nested.name))
        .fold(block.empty(), |value, name| {
            value.with(name, Value::Unknown)
        })
}

#[tokio::test]
async fn a_value_of_any_shape_ended_in_a_panic() {
    let host = Host::without_ec2("eu-west-1").await;
    for (slot, name, block) in slots() {
        for value in [
            Value::Null,
            block.empty(),
            unknown(&block),
            with_each_block(&block, Block::empty),
            with_each_block(&block, unknown),
        ] {
            let config = encode(&value, &block.ty());
            let found = messages_to(&host, slot, &name, config).await;
            let panicked = |it: &&Message| it.summary.contains("panicked");
            let found: Vec<&Message> = found.iter().filter(panicked).collect();
            assert!(found.is_empty(), "{slot:?} {name}, {value:?}: {found:?}");
        }
    }
}

#[tokio::test]
async fn a_value_that_lacked_what_its_schema_has_was_read_all_the_same() {
    let host = Host::without_ec2("eu-west-1").await;
    let mut tried = 0;
    for (slot, name, block) in slots() {
        let mut without = Vec::new();
        for at in 0..block.attributes.len() {
            let mut smaller = block.clone();
            smaller.attributes.remove(at);
            without.push(smaller);
        }
        for at in 0..block.blocks.len() {
            let mut smaller = block.clone();
            smaller.blocks.remove(at);
            without.push(smaller);
            let mut smaller = block.clone();
            smaller.blocks[at].block.attributes.pop();
            without.push(smaller);
        }
        for smaller in without {
            let value = with_each_block(&smaller, Block::empty);
            let config = encode(&value, &smaller.ty());
            let found = messages_to(&host, slot, &name, config).await;
            assert!(!found.is_empty(), "{slot:?} {name}, {value:?}");
            for message in &found {
                assert_eq!(message.summary, "Can't read a value", "{message:?}");
                assert!(message.detail.contains("is missing"), "{message:?}");
            }
            tried += 1;
        }
    }
    assert!(tried > 100, "{tried}");
}
