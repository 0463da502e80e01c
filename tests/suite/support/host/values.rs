//! Values of the provider's own blocks: configurations in which little is set.

use std::sync::LazyLock;

use terraform_provider_curated::provider::Curated;
use terraform_provider_curated::tf_provider::Provider as _;
use terraform_provider_curated::tf_provider::schema::Block;
use terraform_provider_curated::tf_provider::value::Value;

static BLOCKS: LazyLock<(Block, Block)> = LazyLock::new(|| {
    let curated = Curated::new();
    let provider = curated.schema().block.clone();
    let mut resources = curated.resources().iter();
    let group = resources.find(|resource| resource.type_name() == super::TYPE);
    let group = group.expect("the provider has it").schema().block.clone();
    (provider, group)
});

/// The provider's block.
pub(crate) fn provider_block() -> &'static Block {
    &BLOCKS.0
}

/// The resource's block.
pub(crate) fn block() -> &'static Block {
    &BLOCKS.1
}

/// A resource's configuration in which nothing is set.
pub(crate) fn group() -> Value {
    block().empty()
}

/// An `ingress` or `egress` block in which this is set.
pub(crate) fn rule<const N: usize>(attributes: [(&str, Value); N]) -> Value {
    let empty = block().blocks[0].block.empty();
    attributes
        .into_iter()
        .fold(empty, |block, (name, value)| block.with(name, value))
}

/// A block for TCP on one port, with IPv4 peers.
pub(crate) fn tcp<const N: usize>(port: i64, cidrs: [&str; N]) -> Value {
    rule([
        ("protocol", "tcp".into()),
        ("from_port", port.into()),
        ("cidr_blocks", texts(cidrs)),
    ])
}

/// TCP ports from `first` on, as many as that, each from all of 10.0.0.0/8.
pub(crate) fn many(first: i64, count: i64) -> Vec<Value> {
    let ports = first..first + count;
    ports.map(|port| tcp(port, ["10.0.0.0/8"])).collect()
}

/// A group called `web` with these ingress blocks.
pub(crate) fn web<const N: usize>(ingress: [Value; N]) -> Value {
    web_both(ingress, [])
}

/// The same with blocks of both directions.
pub(crate) fn web_both<const I: usize, const E: usize>(
    ingress: [Value; I],
    egress: [Value; E],
) -> Value {
    group()
        .with("name", "web")
        .with("ingress", Value::set(ingress))
        .with("egress", Value::set(egress))
}

/// A group whose creation, change and deletion need every kind of call: https from there, and a tag.
pub(crate) fn web_from(source: &str) -> Value {
    let https = rule([
        ("service", "https".into()),
        ("cidr_blocks", texts([source])),
    ]);
    group()
        .with("name", "web")
        .with("ingress", Value::set([https]))
        .with("tags", Value::map([("source", source)]))
}

/// A `rules` attribute.
pub(crate) fn rules_attribute<const N: usize>(rules: [(&str, &str); N]) -> Value {
    Value::map(rules)
}

/// A plan as it would be after an apply: what EC2 decides is made up.
pub(crate) fn made(planned: &Value) -> Value {
    let unknown = |name: &str| planned.get(name).is_unknown();
    let decided = [
        ("id", "sg-0123456789abcdef0"),
        (
            "arn",
            "arn:aws:ec2:eu-west-1:123456789012:security-group/sg-0123456789abcdef0",
        ),
        ("owner_id", "123456789012"),
        ("vpc_id", "vpc-0123456789abcdef0"),
    ];
    let decided = decided.into_iter().filter(|(name, _)| unknown(name));
    let state = decided.fold(planned.clone(), |state, (name, value)| {
        state.with(name, value)
    });
    assert!(state.is_wholly_known(), "{state:?}");
    state
}

/// A set of texts.
pub(crate) fn texts<const N: usize>(texts: [&str; N]) -> Value {
    Value::set(texts)
}

/// A `timeouts` block with one limit.
pub(crate) fn timeouts(operation: &str, limit: &str) -> Value {
    let nested = block().nested("timeouts");
    let empty = nested.expect("the block exists").block.empty();
    empty.with(operation, limit)
}

/// A provider's `endpoints` block with these addresses.
pub(crate) fn endpoints<const N: usize>(addresses: [(&str, &str); N]) -> Value {
    let nested = provider_block().nested("endpoints");
    let empty = nested.expect("the block exists").block.empty();
    let addresses = addresses.into_iter();
    Value::list([addresses.fold(empty, |block, (name, address)| block.with(name, address))])
}

/// A configuration of the provider that asks nobody who it is.
pub(crate) fn provider_config(endpoint: &str, region: &str) -> Value {
    let endpoints = endpoints([("ec2", endpoint), ("sts", endpoint)]);
    provider_block()
        .empty()
        .with("region", region)
        .with("access_key", "test")
        .with("secret_key", "test")
        .with("skip_credentials_validation", true)
        .with("skip_requesting_account_id", true)
        .with("endpoints", endpoints)
}

/// The same, where no EC2 listens. What a plan would like to know, it asks for once: with more attempts,
/// each plan of a new group spends a second on pauses.
pub(crate) fn config_without_ec2(region: &str) -> Value {
    provider_config("http://127.0.0.1:9", region).with("max_retries", 1)
}
