//! The `endpoints` blocks: addresses in place of AWS's own. Those of services that aren't asked
//! are taken and left alone, so that the block of an AWS provider carries over as it is.

use crate::ec2;
use crate::ec2::settings::Endpoints;
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
        "Address of the IAM Identity Center portal, which profiles with SSO use, with its scheme. \
         Default: `AWS_ENDPOINT_URL_SSO`, `AWS_ENDPOINT_URL`, AWS.",
    ),
];

const NOT_ASKED: &str = "Has no effect, because the provider doesn't call this service. It is \
                         accepted so that you can reuse a block.";

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
    let others: Vec<&str> = region_names::NOT_ASKED.split_ascii_whitespace().collect();
    let others = others.into_iter();
    let others = others.map(|name| Attribute::optional(name, Type::String, NOT_ASKED));
    let block = Block {
        description: "Other addresses for AWS services, such as a local emulator's.",
        attributes: asked.chain(others).collect(),
        blocks: Vec::new(),
    };
    NestedBlock::new(NAME, Nesting::List, block)
}

/// A service has one address, in whichever of the blocks.
pub(super) fn validate(endpoints: &Value) -> Diagnostics {
    let mut found = Diagnostics::new();
    for (service, _) in ASKED {
        let mut addresses = addresses(endpoints, service);
        let Some((_, first)) = addresses.next() else {
            continue;
        };
        for (path, _) in addresses.filter(|(_, other)| *other != first) {
            found.push(two_addresses(service).at(path));
        }
    }
    found
}

/// The addresses in a list of blocks.
pub(super) fn read(endpoints: &Value) -> Endpoints {
    let first = |service| {
        let (_, address) = addresses(endpoints, service).next()?;
        Some(address.to_owned())
    };
    Endpoints {
        ec2: first("ec2"),
        sts: first("sts").or_else(ec2::settings::sts_of_environment),
        sso: first("sso"),
    }
}

/// Whether an address of a service that is asked isn't known yet.
pub(super) fn is_an_address_unknown(endpoints: &Value) -> bool {
    let Some(blocks) = endpoints.as_elements() else {
        return endpoints.is_unknown();
    };
    blocks
        .iter()
        .any(|block| ASKED.iter().any(|(name, _)| block.get(name).is_unknown()))
}

/// The addresses of a service, and where they are.
fn addresses<'a>(
    endpoints: &'a Value,
    service: &'static str,
) -> impl Iterator<Item = (Path, &'a str)> {
    let blocks = endpoints.as_elements().unwrap_or_default();
    (0..).zip(blocks).filter_map(move |(index, block)| {
        let path = Path::root().attribute(NAME).index(index);
        Some((path.attribute(service), text(block.get(service))?))
    })
}

fn two_addresses(service: &str) -> Diagnostic {
    Diagnostic::error(
        format!("\"{service}\" has two addresses"),
        "Another \"endpoints\" block names another address. Remove one of the two.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: &str = "http://127.0.0.1:1";
    const THERE: &str = "http://127.0.0.1:2";

    fn endpoints<const N: usize>(blocks: [(&str, Value); N]) -> Value {
        let empty = block().block.empty();
        Value::list(blocks.map(|(name, address)| empty.clone().with(name, address)))
    }

    #[test]
    fn blocks_add_up() {
        let endpoints = endpoints([
            ("ec2", HERE.into()),
            ("sts", THERE.into()),
            ("s3", "?".into()),
        ]);
        assert!(validate(&endpoints).is_empty());
        let read = read(&endpoints);
        assert_eq!(read.ec2.as_deref(), Some(HERE));
        assert_eq!(read.sts.as_deref(), Some(THERE));
        assert_eq!(read.sso, None);
    }

    #[test]
    fn one_service_has_one_address() {
        assert!(validate(&endpoints([("ec2", HERE.into()), ("ec2", HERE.into())])).is_empty());
        let found = validate(&endpoints([("ec2", HERE.into()), ("ec2", THERE.into())]));
        let paths: Vec<_> = found.iter().map(|d| d.path.to_string()).collect();
        assert_eq!(paths, ["endpoints[1].ec2"]);
    }

    #[test]
    fn only_addresses_that_count_are_waited_for() {
        for (service, expected) in [("ec2", true), ("sso", true), ("s3", false)] {
            let endpoints = endpoints([(service, Value::Unknown)]);
            assert_eq!(is_an_address_unknown(&endpoints), expected, "{service}");
        }
        assert!(is_an_address_unknown(&Value::Unknown));
        assert!(!is_an_address_unknown(&Value::List(Vec::new())));
    }
}
