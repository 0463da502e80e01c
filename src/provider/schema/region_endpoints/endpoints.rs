//! The `endpoints` blocks: addresses in place of AWS's own. Those of services that aren't asked
//! are taken and left alone, so that the block of an AWS provider carries over as it is.

use crate::ec2::settings::Endpoints;
use crate::ec2::{self};
use crate::provider::schema::checks::address;
use crate::provider::schema::region_endpoints::region_names;
use crate::provider::schema::section::text;
use crate::tf_provider::diagnostics::{Diagnostic, Diagnostics};
use crate::tf_provider::path::Path;
use crate::tf_provider::schema::{Attribute, Block, NestedBlock, Nesting};
use crate::tf_provider::value::{Type, Value};

/// The name of the blocks.
pub(in crate::provider::schema) const NAME: &str = "endpoints";

/// The services that are asked.
const ASKED: [(&str, &str); 3] = [
    (
        "ec2",
        "Address of EC2, with its scheme. Default: `AWS_ENDPOINT_URL_EC2`, `AWS_ENDPOINT_URL`, the \
         profile's `services=…` and `endpoint_url=…`, AWS.",
    ),
    (
        "sts",
        "Address of STS, with its scheme. Default: `AWS_ENDPOINT_URL_STS`, `AWS_ENDPOINT_URL`, the \
         profile's `services=…` and `endpoint_url=…`, AWS.",
    ),
    (
        "sso",
        "Address of the portal of IAM Identity Center, which profiles with SSO ask, with its \
         scheme. Default: `AWS_ENDPOINT_URL_SSO`, `AWS_ENDPOINT_URL`, AWS.",
    ),
];

const NOT_ASKED: &str =
    "Without effect, since this service isn't asked: taken so that a block carries over.";

pub(super) fn block() -> NestedBlock {
    let asked = ASKED.iter();
    let asked = asked.map(|(name, text)| {
        Attribute::optional(name, Type::String, text)
            .address()
            .must_be(
                "an address with `http://` or `https://` and a host",
                address,
            )
    });
    let others = region_names::NOT_ASKED.split_ascii_whitespace();
    let others = others.map(|name| Attribute::optional(name, Type::String, NOT_ASKED));
    let block = Block {
        description: "Other addresses for AWS services, such as a local emulator's.",
        attributes: asked.chain(others).collect(),
        blocks: Vec::new(),
    };
    NestedBlock::new(NAME, Nesting::List, block)
}

/// A service has one address, in whichever of the blocks.
pub(super) fn validate(config: &Value) -> Diagnostics {
    let mut found = Diagnostics::new();
    for (service, _) in ASKED {
        let mut addresses = addresses(config, service);
        let Some((_, first)) = addresses.next() else {
            continue;
        };
        for (path, _) in addresses.filter(|(_, other)| *other != first) {
            found.push(two_addresses(service).at(path));
        }
    }
    found
}

pub(super) fn read(config: &Value) -> Endpoints {
    let address = |service| addresses(config, service).next().map(|(_, text)| text);
    Endpoints {
        ec2: address("ec2"),
        sts: address("sts").or_else(ec2::settings::sts_of_environment),
        sso: address("sso"),
    }
}

/// Whether an address that counts isn't known yet.
pub(in crate::provider::schema) fn waits(endpoints: &Value) -> bool {
    let Some(blocks) = endpoints.as_elements() else {
        return endpoints.is_unknown();
    };
    let unknown = |block: &Value| ASKED.iter().any(|(name, _)| block.get(name).is_unknown());
    blocks.iter().any(unknown)
}

/// The addresses of a service, and where they are.
fn addresses(config: &Value, service: &str) -> impl Iterator<Item = (Path, String)> {
    let blocks = config.get(NAME).as_elements().unwrap_or_default();
    let blocks = blocks.iter().enumerate();
    blocks.filter_map(move |(index, block)| {
        let path = Path::root().attribute(NAME).index(index as i64);
        Some((path.attribute(service), text(block, service)?))
    })
}

fn two_addresses(service: &str) -> Diagnostic {
    Diagnostic::error(
        format!("\"{service}\" has two addresses"),
        "Another \"endpoints\" block names another one. Keep the one that is meant.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: &str = "http://127.0.0.1:1";
    const THERE: &str = "http://127.0.0.1:2";

    fn config<const N: usize>(blocks: [(&str, Value); N]) -> Value {
        let empty = block().block.empty();
        let blocks = blocks.map(|(name, address)| empty.clone().with(name, address));
        Value::object([(NAME, Value::list(blocks))])
    }

    #[test]
    fn blocks_add_up() {
        let config = config([
            ("ec2", HERE.into()),
            ("sts", THERE.into()),
            ("s3", "?".into()),
        ]);
        assert!(validate(&config).is_empty());
        let read = read(&config);
        assert_eq!(read.ec2.as_deref(), Some(HERE));
        assert_eq!(read.sts.as_deref(), Some(THERE));
        assert_eq!(read.sso, None);
    }

    #[test]
    fn one_service_has_one_address() {
        assert!(validate(&config([("ec2", HERE.into()), ("ec2", HERE.into())])).is_empty());
        let found = validate(&config([("ec2", HERE.into()), ("ec2", THERE.into())]));
        let paths: Vec<_> = found.iter().map(|d| d.path.to_string()).collect();
        assert_eq!(paths, ["endpoints[1].ec2"]);
    }

    #[test]
    fn only_addresses_that_count_are_waited_for() {
        for (service, expected) in [("ec2", true), ("sso", true), ("s3", false)] {
            let config = config([(service, Value::Unknown)]);
            assert_eq!(waits(config.get(NAME)), expected, "{service}");
        }
        assert!(waits(&Value::Unknown));
        assert!(!waits(&Value::List(Vec::new())));
    }
}
