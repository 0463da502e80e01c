//! The function `cidr_subtract`: the addresses of one list of CIDR blocks that aren't in another, as the
//! smallest list of blocks.

use super::arguments;
use crate::rules::cidr_set;
use crate::tf_provider::function::{Function, FunctionError, Parameter, Signature};
use crate::tf_provider::value::Value;

pub(super) struct CidrSubtract(Signature);

impl CidrSubtract {
    pub(super) fn new() -> Self {
        Self(Signature {
            summary: "Removes the addresses of CIDR blocks from others, and returns the fewest blocks \
                      that remain.",
            description: "EC2 has no rules that deny traffic: to allow a block except for a part of it, \
                          allow the blocks that remain. You can mix IPv4 and IPv6: the result has IPv4 \
                          first, and each family in the order of its addresses.",
            parameters: vec![
                Parameter::new(
                    "cidr_blocks",
                    arguments::cidr_blocks_type(),
                    "CIDR blocks of either family, in any order.",
                ),
                Parameter::new(
                    "without",
                    arguments::cidr_blocks_type(),
                    "CIDR blocks whose addresses are removed. They don't have to be among the others.",
                ),
            ],
            variadic: None,
            returns: arguments::cidr_blocks_type(),
            deprecated: None,
        })
    }
}

impl Function for CidrSubtract {
    fn name(&self) -> &'static str {
        "cidr_subtract"
    }

    fn signature(&self) -> &Signature {
        &self.0
    }

    fn call(&self, arguments: &[Value]) -> Result<Value, FunctionError> {
        let from = arguments::cidr_blocks(arguments, 0)?;
        let without = arguments::cidr_blocks(arguments, 1)?;
        let left = cidr_set::subtract(&from, &without);
        Ok(arguments::cidr_blocks_value(&left))
    }
}
