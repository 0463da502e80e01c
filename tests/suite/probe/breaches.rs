//! What debug builds find before a host does: offers that no host can load.

use std::sync::Arc;

use terraform_provider_curated::provider::Curated;
use terraform_provider_curated::tf_provider::Provider;
use terraform_provider_curated::tf_provider::contract;
use terraform_provider_curated::tf_provider::function::{
    Function, FunctionError, Parameter, Signature,
};
use terraform_provider_curated::tf_provider::resource::Resource as _;
use terraform_provider_curated::tf_provider::schema::{Attribute, Block, NestedBlock, Nesting};
use terraform_provider_curated::tf_provider::value::{Type, Value};

use super::offered::{Thing, thing, thing_block};
use super::{Probe, schema};

struct Named(&'static str, Signature);

impl Function for Named {
    fn name(&self) -> &'static str {
        self.0
    }

    fn signature(&self) -> &Signature {
        &self.1
    }

    fn call(&self, _: &[Value]) -> Result<Value, FunctionError> {
        Ok(Value::Null)
    }
}

fn function(name: &'static str, parameters: [&'static str; 2]) -> Arc<dyn Function> {
    let [first, second] = parameters.map(|name| Parameter::new(name, Type::String, ""));
    let signature = Signature {
        summary: "Tries something.",
        description: "",
        parameters: vec![first],
        variadic: Some(second),
        returns: Type::String,
        deprecated: None,
    };
    Arc::new(Named(name, signature))
}

fn breaches(provider: &dyn Provider) -> Vec<String> {
    let found = contract::offer(provider).into_iter();
    found.map(|one| one.detail).collect()
}

#[test]
fn the_provider_itself_offers_what_hosts_take() {
    assert_eq!(breaches(&Curated::new()), [""; 0]);
    assert_eq!(breaches(&Probe::new().0), [""; 0]);
}

#[test]
fn an_offer_that_no_host_can_load_is_found() {
    type Change = fn(&mut Probe);
    fn provider_block(probe: &mut Probe, block: Block) {
        probe.schema = schema(block);
    }
    let cases: [(&str, Change); 8] = [
        ("there twice", |p| {
            p.data_sources.extend(p.data_sources.clone())
        }),
        ("there twice", |p| {
            p.functions.push(function("join", ["a", "b"]))
        }),
        ("\"a\" is no name, or is there twice", |p| {
            p.functions.push(function("f", ["a", "a"]));
        }),
        ("\"2nd\" is no name", |p| {
            p.functions.push(function("f", ["a", "2nd"]))
        }),
        ("\"F\" is no name", |p| {
            p.functions.push(function("F", ["a", "b"]))
        }),
        ("a list of a type that isn't there", |p| p.resources.clear()),
        ("which isn't there", |p| {
            let attribute = Attribute::optional("a", Type::String, "").conflicts_with("b");
            let attributes = vec![attribute];
            provider_block(
                p,
                Block {
                    attributes,
                    ..Block::default()
                },
            );
        }),
        ("no number of blocks is right", |p| {
            let nested = NestedBlock::new("b", Nesting::List, Block::default());
            let blocks = vec![nested.at_least(2).at_most(1)];
            provider_block(
                p,
                Block {
                    blocks,
                    ..Block::default()
                },
            );
        }),
    ];
    for (expected, change) in cases {
        let mut probe = Probe::new().0;
        change(&mut probe);
        let found = breaches(&probe);
        assert_eq!(found.len(), 1, "{expected}: {found:?}");
        assert!(found[0].contains(expected), "{expected}: {found:?}");
    }
}

#[test]
fn generated_configuration_that_a_user_could_not_write_is_found() {
    let resource = Thing::new();
    let good = thing_block().empty().with("name", "a");
    let cases = [
        (good.clone(), None),
        (good.clone().with("name", Value::Null), Some("lacks it")),
        (good.clone().with("id", "x"), Some("\"id\" is read-only")),
        (good.with("note", Value::Unknown), Some("unknown value")),
    ];
    for (config, expected) in cases {
        let found = contract::generated(&resource, &config);
        let details = found.iter().map(|one| one.detail.as_str());
        let details: Vec<&str> = details.collect();
        match expected {
            None => assert_eq!(details, [""; 0]),
            Some(text) => assert!(
                details.len() == 1 && details[0].contains(text),
                "{details:?}"
            ),
        }
    }
}

#[test]
fn a_listed_object_without_a_whole_identity_is_found() {
    use terraform_provider_curated::tf_provider::list_resource::Listed;

    let resource = Thing::new();
    let good = || Listed {
        identity: resource.identity(&thing("a")),
        display_name: "a".to_owned(),
        state: Some(thing("a")),
    };
    let cases: [(&str, Listed, usize); 7] = [
        ("good", good(), 0),
        (
            "another",
            Listed {
                state: Some(thing("b")),
                ..good()
            },
            1,
        ),
        (
            "no state",
            Listed {
                state: None,
                ..good()
            },
            1,
        ),
        (
            "null state",
            Listed {
                state: Some(Value::Null),
                ..good()
            },
            1,
        ),
        (
            "no name",
            Listed {
                display_name: String::new(),
                ..good()
            },
            1,
        ),
        (
            "unknown state",
            Listed {
                state: Some(thing("a").with("note", Value::Unknown)),
                ..good()
            },
            1,
        ),
        (
            "half an identity",
            Listed {
                identity: good().identity.with("place", Value::Null),
                state: None,
                ..good()
            },
            2,
        ),
    ];
    for (name, listed, breaches) in cases {
        let found = contract::listed(&resource, &listed, true);
        assert_eq!(found.iter().count(), breaches, "{name}: {found:?}");
    }
}
