//! The function `cidr_merge`: the smallest list of CIDR blocks with exactly the addresses of a given list.

use super::arguments;
use crate::rules::cidr_set;
use crate::tf_provider::function::{Function, FunctionError, Parameter, Signature};
use crate::tf_provider::value::Value;

pub(super) struct CidrMerge(Signature);

impl CidrMerge {
    pub(super) fn new() -> Self {
        Self(Signature {
            summary: "Merges CIDR blocks into the fewest blocks with exactly the same addresses.",
            description: "Blocks inside other blocks are dropped, and adjacent blocks are merged. You \
                          can mix IPv4 and IPv6: the result has IPv4 first, and each family in the \
                          order of its addresses. A security group's quota counts blocks, so fewer \
                          blocks leave more room.",
            parameters: vec![Parameter::new(
                "cidr_blocks",
                arguments::cidr_blocks_type(),
                "CIDR blocks of either family, in any order.",
            )],
            variadic: None,
            returns: arguments::cidr_blocks_type(),
            deprecated: None,
        })
    }
}

impl Function for CidrMerge {
    fn name(&self) -> &'static str {
        "cidr_merge"
    }

    fn signature(&self) -> &Signature {
        &self.0
    }

    fn call(&self, arguments: &[Value]) -> Result<Value, FunctionError> {
        let blocks = arguments::cidr_blocks(arguments, 0)?;
        Ok(arguments::cidr_blocks_value(&cidr_set::merge(&blocks)))
    }
}
