//! The function `rule_covers`: whether one rule allows everything that another allows.

use super::arguments;
use crate::tf_provider::function::{Function, FunctionError, Parameter, Signature};
use crate::tf_provider::value::{Type, Value};

pub(super) struct RuleCovers(Signature);

impl RuleCovers {
    pub(super) fn new() -> Self {
        Self(Signature {
            summary: "Whether one rule allows everything that another allows.",
            description: "The function only compares the texts of the rules. It doesn't know the \
                          contents of prefix lists and referenced groups, so these cover only \
                          themselves. A rule covers itself.",
            parameters: vec![
                Parameter::new(
                    "rule",
                    Type::String,
                    "The key of the rule that allows more, as in the attribute `rules`.",
                ),
                Parameter::new(
                    "other",
                    Type::String,
                    "The key of the rule that allows no more than that.",
                ),
            ],
            variadic: None,
            returns: Type::Bool,
            deprecated: None,
        })
    }
}

impl Function for RuleCovers {
    fn name(&self) -> &'static str {
        "rule_covers"
    }

    fn signature(&self) -> &Signature {
        &self.0
    }

    fn call(&self, arguments: &[Value]) -> Result<Value, FunctionError> {
        let rule = arguments::rule(arguments, 0)?;
        let other = arguments::rule(arguments, 1)?;
        Ok(rule.covers(&other).into())
    }
}
