//! The rules that hosts enforce on answers that change no object: of data sources, functions, list
//! resources and generated configuration.

use super::{breach, known};
use crate::tf_provider::diagnostics::Diagnostics;
use crate::tf_provider::function::FunctionError;
use crate::tf_provider::list_resource::Listed;
use crate::tf_provider::path::Path;
use crate::tf_provider::resource::Resource;
use crate::tf_provider::schema::{Block, Mode};
use crate::tf_provider::validate::validate;
use crate::tf_provider::value::Value;

/// Checks the state of a data source against its configuration.
pub fn read(block: &Block, config: &Value, state: &Value) -> Diagnostics {
    if state.is_null() {
        return breach(&Path::root(), "a data source was read as null").into();
    }
    let mut found = known(state);
    for attribute in &block.attributes {
        let configured = config.get(attribute.name);
        // Hosts don't compare these, but users and tests rely on their being equal.
        if !configured.is_null() && state.get(attribute.name) != configured {
            let path = Path::root().attribute(attribute.name);
            found.push(breach(&path, "it was read otherwise than it is configured"));
        }
    }
    found
}

/// Checks the results of a function that was called twice with the same arguments.
///
/// # Errors
/// The breach, in words.
pub fn called(
    arguments: &[Value],
    first: &Result<Value, FunctionError>,
    second: &Result<Value, FunctionError>,
) -> Result<(), String> {
    let bug = |what: &str| {
        Err(format!(
            "{what}. This is a bug of the provider: please report it."
        ))
    };
    if first != second {
        return bug("The same arguments gave different results");
    }
    match first {
        Err(error) if error.argument.is_some_and(|at| at >= arguments.len()) => {
            bug("The error is about an argument that wasn't given")
        }
        Ok(result) if !result.is_wholly_known() && arguments.iter().all(Value::is_wholly_known) => {
            bug("Known arguments gave an unknown result")
        }
        _ => Ok(()),
    }
}

/// Checks an object that a list resource found.
pub fn listed(resource: &dyn Resource, listed: &Listed, with_state: bool) -> Diagnostics {
    let mut found = known(&listed.identity);
    for attribute in &resource.identity_schema().attributes {
        if listed.identity.get(attribute.name).is_null() {
            let path = Path::root().attribute(attribute.name);
            found.push(breach(&path, "an identity lacks it"));
        }
    }
    if listed.display_name.is_empty() || listed.display_name.contains('\n') {
        let path = Path::root();
        found.push(breach(
            &path,
            "a display name is empty, or more than one line",
        ));
    }
    match &listed.state {
        None if with_state => {
            let path = Path::root();
            found.push(breach(&path, "a state was asked for and is missing"));
        }
        Some(state) if state.is_null() => {
            found.push(breach(&Path::root(), "a listed state is null"));
        }
        Some(state) => {
            found.extend(known(state));
            if state.is_wholly_known() && resource.identity(state) != listed.identity {
                let path = Path::root();
                found.push(breach(&path, "a listed state has another identity"));
            }
        }
        None => {}
    }
    found
}

/// Checks that generated configuration is valid.
pub fn generated(resource: &dyn Resource, config: &Value) -> Diagnostics {
    let block = &resource.schema().block;
    let mut found = known(config);
    let required = block.attributes.iter().filter(|a| a.mode == Mode::Required);
    for attribute in required.filter(|a| config.get(a.name).is_null()) {
        let path = Path::root().attribute(attribute.name);
        found.push(breach(&path, "generated configuration lacks it"));
    }
    let mut refused = validate(block, config);
    refused.extend(resource.validate(config));
    for refusal in refused {
        let what = format!("generated configuration is refused: {}", refusal.summary);
        found.push(breach(&refusal.path, &what));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tf_provider::schema::Attribute;
    use crate::tf_provider::value::Type;

    #[test]
    fn a_read_is_known_and_echoes_its_configuration() {
        let block = Block {
            attributes: vec![
                Attribute::optional("name", Type::String, ""),
                Attribute::computed("id", Type::String, ""),
            ],
            ..Block::default()
        };
        let object = |name: Value, id: Value| Value::object([("name", name), ("id", id)]);
        let config = object("a".into(), Value::Null);
        let cases = [
            (object("a".into(), "1".into()), 0),
            (object("A".into(), "1".into()), 1),
            (object(Value::Null, "1".into()), 1),
            (object("a".into(), Value::Unknown), 1),
            (Value::Null, 1),
        ];
        for (state, breaches) in cases {
            let found = read(&block, &config, &state);
            assert_eq!(found.iter().count(), breaches, "{state:?}");
        }
    }

    #[test]
    fn a_function_is_pure_and_blames_an_argument_that_was_given() {
        let one = [Value::from("a")];
        let unknown = [Value::Unknown];
        let at = |index| Err(FunctionError::at(index, "bad"));
        let ok = |value: &str| Ok(Value::from(value));
        type Given = Result<Value, FunctionError>;
        let cases: [(&[Value], Given, Given, bool); 7] = [
            (&one, ok("b"), ok("b"), true),
            (&one, ok("b"), ok("c"), false),
            (&one, ok("b"), at(0), false),
            (&one, at(0), at(0), true),
            (&one, at(1), at(1), false),
            (&one, Ok(Value::Unknown), Ok(Value::Unknown), false),
            (&unknown, Ok(Value::Unknown), Ok(Value::Unknown), true),
        ];
        for (arguments, first, second, fits) in cases {
            let found = called(arguments, &first, &second);
            assert_eq!(found.is_ok(), fits, "{first:?} {second:?}");
        }
    }
}
