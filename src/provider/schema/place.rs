//! Where calls go: regions and addresses.

use super::checks::{address, checked};
use super::{Slice, nothing_to_check, text};
use crate::catalog;
use crate::ec2::Settings;
use crate::tf_provider::diagnostics::Diagnostics;
use crate::tf_provider::path::Path;
use crate::tf_provider::schema::{Attribute, Block, NestedBlock, Nesting};
use crate::tf_provider::value::{Type, Value};

pub(super) const SLICE: Slice = Slice {
    attributes,
    blocks,
    validate: nothing_to_check,
    read,
};

fn attributes() -> Vec<Attribute> {
    vec![
        Attribute::optional(
            "region",
            Type::String,
            "Region of every resource that doesn't name its own, such as `eu-west-1`. Default: \
             `AWS_REGION` or `AWS_DEFAULT_REGION`, the profile's region, the instance's region.",
        )
        .check(region),
    ]
}

fn blocks() -> Vec<NestedBlock> {
    vec![NestedBlock::new("endpoints", Nesting::Single, endpoints())]
}

fn read(config: &Value, settings: &mut Settings) {
    settings.region = text(config, "region");
    let endpoints = config.get("endpoints");
    if !endpoints.is_null() {
        settings.endpoints.ec2 = text(endpoints, "ec2");
        settings.endpoints.sts = text(endpoints, "sts");
    }
}

fn endpoints() -> Block {
    Block {
        description: "Other addresses for AWS services, such as a local emulator's.",
        attributes: vec![
            Attribute::optional("ec2", Type::String, "Address of EC2, with its scheme.")
                .check(address),
            Attribute::optional("sts", Type::String, "Address of STS, with its scheme.")
                .check(address),
        ],
        blocks: Vec::new(),
    }
}

/// Checks a region's name. As in the environment, an empty one is none.
fn region(value: &Value, path: &Path) -> Diagnostics {
    match value.as_str().unwrap_or_default() {
        "" => Diagnostics::new(),
        _ => checked(value, path, catalog::region),
    }
}
