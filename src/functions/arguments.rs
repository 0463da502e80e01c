//! Typed access to the arguments of functions. Errors name the argument that they are about.

use ipnet::IpNet;

use crate::rules::{InputError, Rule, normalise};
use crate::tf_provider::function::FunctionError;
use crate::tf_provider::value::{Type, Value};

/// The type of an argument or result that lists CIDR blocks.
pub(super) fn cidr_blocks_type() -> Type {
    Type::list(Type::String)
}

/// A string argument. The framework has checked that it is present, known and a string.
pub(super) fn text(arguments: &[Value], index: usize) -> &str {
    let text = arguments.get(index).and_then(Value::as_str);
    text.unwrap_or_default()
}

/// A list of CIDR blocks, of IPv4 or IPv6.
///
/// # Errors
/// An element is null or not a CIDR block.
pub(super) fn cidr_blocks(arguments: &[Value], index: usize) -> Result<Vec<IpNet>, FunctionError> {
    let elements = arguments.get(index).and_then(Value::as_elements);
    let mut blocks = Vec::new();
    for (place, element) in elements.unwrap_or_default().iter().enumerate() {
        let Some(text) = element.as_str() else {
            let text = format!(
                "The element [{place}] is null. Remove it, or leave out all that are null with \
                 compact()."
            );
            return Err(FunctionError::at(index, text));
        };
        normalise::one_argument(text).map_err(|fault| at(index, &fault))?;
        if !text.starts_with(|c: char| c.is_ascii_hexdigit() || c == ':') {
            let text = format!(
                "{text:?} is not a CIDR block. Write one as in \"10.0.0.0/8\" or \"2001:db8::/32\"."
            );
            return Err(FunctionError::at(index, text));
        }
        let block = normalise::cidr_block(text);
        blocks.push(block.map_err(|fault| at(index, &fault))?);
    }
    Ok(blocks)
}

/// The result of a function that returns CIDR blocks.
pub(super) fn cidr_blocks_value(blocks: &[IpNet]) -> Value {
    Value::list(blocks.iter().map(ToString::to_string))
}

/// A rule by its key, as in the attribute `rules`.
///
/// # Errors
/// The argument isn't the key of a rule.
pub(super) fn rule(arguments: &[Value], index: usize) -> Result<Rule, FunctionError> {
    let key = text(arguments, index);
    key.parse().map_err(|_| {
        let advice = if key.trim().parse::<Rule>().is_ok() {
            "Remove the white space around it with trimspace()."
        } else {
            "Write one as the attribute rules has it, such as \"ingress tcp/443 from 0.0.0.0/0\"."
        };
        FunctionError::at(index, format!("{key:?} is not the key of a rule. {advice}"))
    })
}

/// An error of the rule model as an error about one argument.
pub(super) fn at(index: usize, fault: &InputError) -> FunctionError {
    FunctionError::at(index, format!("{}. {}", fault.summary, fault.detail))
}
