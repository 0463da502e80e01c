//! The trait of a function of the provider. The framework decodes the arguments, applies
//! the parameters' policy for null and unknown ones, calls, and encodes the result.
//!
//! Terraform calls functions in a process that is never configured, so a function knows neither the
//! provider block nor AWS.

use super::value::{Type, Value};

/// One function, called as `provider::curated::name(…)`.
///
/// It is pure: the same arguments give the same result. Hosts call it several times in one run and
/// compare the results.
pub trait Function: Send + Sync + 'static {
    /// The name, as it is called.
    fn name(&self) -> &'static str;

    /// Parameters, result and documentation.
    fn signature(&self) -> &Signature;

    /// The result for these arguments: one for each parameter, then those of the variadic one.
    /// Arguments are of their parameters' types. They are null or hold unknown values only where
    /// the parameter allows that; elements of a list, a map or an object may always be null.
    ///
    /// # Errors
    /// There is no result for these arguments.
    fn call(&self, arguments: &[Value]) -> Result<Value, FunctionError>;
}

/// How a function is called.
#[derive(Clone, Debug)]
pub struct Signature {
    /// One sentence, in Markdown.
    pub summary: &'static str,
    /// A longer description, in Markdown.
    pub description: &'static str,
    /// In the order of the arguments.
    pub parameters: Vec<Parameter>,
    /// The parameter of all further arguments.
    pub variadic: Option<Parameter>,
    /// The type of the result.
    pub returns: Type,
    /// The function to call instead, if this one should no longer be called.
    pub deprecated: Option<&'static str>,
}

/// One parameter.
#[derive(Clone, Debug)]
pub struct Parameter {
    /// The name in documentation and messages. Calls give arguments by position, not by name.
    pub name: &'static str,
    /// The type to which hosts convert the argument.
    pub ty: Type,
    /// Its meaning, in Markdown.
    pub description: &'static str,
    /// Whether the function is called with null. Otherwise null is an error.
    pub allows_null: bool,
    /// Whether the function is called with arguments that aren't wholly known. Otherwise the result
    /// is unknown.
    pub allows_unknown: bool,
}

/// Why a function has no result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FunctionError {
    /// One or more sentences. Hosts print them behind `Invalid value for "x" parameter:` and add a full
    /// stop, so the framework removes the last one.
    pub text: String,
    /// The index of the argument at fault. Without it, OpenTofu blames the first.
    pub argument: Option<usize>,
}

impl Signature {
    /// The parameter that takes the argument with this index, if there is one.
    pub fn parameter(&self, index: usize) -> Option<&Parameter> {
        self.parameters.get(index).or(self.variadic.as_ref())
    }
}

impl Parameter {
    /// A parameter that takes neither null nor unknown values.
    pub fn new(name: &'static str, ty: Type, description: &'static str) -> Self {
        Self {
            name,
            ty,
            description,
            allows_null: false,
            allows_unknown: false,
        }
    }

    /// The function is called with null too.
    pub fn allows_null(mut self) -> Self {
        self.allows_null = true;
        self
    }

    /// The function is called with unknown values too.
    pub fn allows_unknown(mut self) -> Self {
        self.allows_unknown = true;
        self
    }
}

impl FunctionError {
    /// The argument with this index is at fault.
    pub fn at(argument: usize, text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            argument: Some(argument),
        }
    }

    /// No single argument is at fault.
    pub fn general(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            argument: None,
        }
    }
}
