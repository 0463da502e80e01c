//! The RPCs of functions. Terraform reads the signatures from the schema, and calls functions in a
//! process that is never configured. OpenTofu calls them in a configured process, asks for the signatures
//! again, and sends an empty value for null.

use std::collections::HashMap;

use super::shared::Service;
use super::{answer, wire};
use crate::tf_provider::contract;
use crate::tf_provider::diagnostics::Diagnostics;
use crate::tf_provider::function::{Function, FunctionError, Parameter, Signature};
use crate::tf_provider::proto::tfplugin5 as pb;
use crate::tf_provider::provider::Provider;
use crate::tf_provider::value::Value;

/// Every function's signature by its name.
pub(super) fn signatures(provider: &dyn Provider) -> HashMap<String, pb::Function> {
    let functions = provider.functions().iter();
    functions
        .map(|f| (f.name().to_owned(), signature(f.signature())))
        .collect()
}

pub(super) async fn get_all(
    service: Service,
    _: pb::get_functions::Request,
) -> Result<pb::get_functions::Response, Diagnostics> {
    Ok(pb::get_functions::Response {
        functions: signatures(service.provider()),
        ..Default::default()
    })
}

pub(super) async fn call(
    service: Service,
    request: pb::call_function::Request,
) -> Result<pb::call_function::Response, Diagnostics> {
    let function = service.function(&request.name)?;
    Ok(match result(&*function, &request.arguments) {
        Ok(result) => pb::call_function::Response {
            result: wire::encode(&result, &function.signature().returns)?,
            error: None,
        },
        Err(error) => pb::call_function::Response {
            result: None,
            error: Some(pb::FunctionError {
                // Hosts add a full stop.
                text: error.text.trim_end_matches('.').to_owned(),
                function_argument: error.argument.map(|index| index as i64),
            }),
        },
    })
}

fn result(function: &dyn Function, arguments: &[pb::DynamicValue]) -> Result<Value, FunctionError> {
    let arguments = decode(function, arguments)?;
    let signature = function.signature();
    let parameter = |index| signature.parameter(index).ok_or_else(|| too_many(function));
    let mut is_unknown = false;
    for (index, argument) in arguments.iter().enumerate() {
        let parameter = parameter(index)?;
        if argument.is_null() && !parameter.allows_null {
            return Err(FunctionError::at(index, "Argument must not be null."));
        }
        is_unknown |= !argument.is_wholly_known() && !parameter.allows_unknown;
    }
    if is_unknown {
        return Ok(Value::Unknown);
    }
    let result = function.call(&arguments);
    if contract::ENFORCED {
        let again = function.call(&arguments);
        contract::called(&arguments, &result, &again).map_err(FunctionError::general)?;
    }
    result
}

fn decode(
    function: &dyn Function,
    arguments: &[pb::DynamicValue],
) -> Result<Vec<Value>, FunctionError> {
    let signature = function.signature();
    let required = signature.parameters.len();
    if arguments.len() < required {
        let text = format!(
            "Arguments are missing: {} takes {required}, and was given {}.",
            function.name(),
            arguments.len()
        );
        return Err(FunctionError::general(text));
    }
    let mut decoded = Vec::with_capacity(arguments.len());
    for (index, argument) in arguments.iter().enumerate() {
        let parameter = signature.parameter(index);
        let parameter = parameter.ok_or_else(|| too_many(function))?;
        let value = wire::decode(Some(argument), &parameter.ty);
        decoded.push(value.map_err(|e| FunctionError::at(index, answer::text(&e)))?);
    }
    Ok(decoded)
}

fn too_many(function: &dyn Function) -> FunctionError {
    let most = function.signature().parameters.len();
    let text = format!(
        "There are too many arguments: {} takes at most {most}. Remove this one.",
        function.name()
    );
    FunctionError::at(most, text)
}

fn signature(signature: &Signature) -> pb::Function {
    pb::Function {
        parameters: signature.parameters.iter().map(parameter).collect(),
        variadic_parameter: signature.variadic.as_ref().map(parameter),
        r#return: Some(pb::function::Return {
            r#type: signature.returns.to_json(),
        }),
        summary: signature.summary.to_owned(),
        description: signature.description.to_owned(),
        description_kind: pb::StringKind::Markdown.into(),
        deprecation_message: signature.deprecated.unwrap_or_default().to_owned(),
    }
}

fn parameter(parameter: &Parameter) -> pb::function::Parameter {
    pb::function::Parameter {
        name: parameter.name.to_owned(),
        r#type: parameter.ty.to_json(),
        allow_null_value: parameter.allows_null,
        allow_unknown_values: parameter.allows_unknown,
        description: parameter.description.to_owned(),
        description_kind: pb::StringKind::Markdown.into(),
    }
}
