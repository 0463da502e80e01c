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
