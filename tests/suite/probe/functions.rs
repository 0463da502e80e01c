//! The functions of the probe, and what the framework does about their arguments before they are
//! called.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use terraform_provider_curated::tf_provider::function::{
    Function, FunctionError, Parameter, Signature,
};
use terraform_provider_curated::tf_provider::proto::tfplugin5 as pb;
use terraform_provider_curated::tf_provider::value::{Type, Value};

use super::{Probe, Served};
use crate::support::host::{decode, encode};

type Body = fn(&[Value]) -> Result<Value, FunctionError>;

struct Simple {
    name: &'static str,
    signature: Signature,
    body: Body,
}

impl Function for Simple {
    fn name(&self) -> &'static str {
        self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn call(&self, arguments: &[Value]) -> Result<Value, FunctionError> {
        (self.body)(arguments)
    }
}

fn simple(
    name: &'static str,
    parameters: Vec<Parameter>,
    variadic: Option<Parameter>,
    body: Body,
) -> Arc<dyn Function> {
    let signature = Signature {
        summary: "Tries something.",
        description: "",
        parameters,
        variadic,
        returns: Type::String,
        deprecated: None,
    };
    Arc::new(Simple {
        name,
        signature,
        body,
    })
}

pub(super) fn all() -> Vec<Arc<dyn Function>> {
    let text = |name| Parameter::new(name, Type::String, "A text.");
    vec![
        simple("join", vec![text("separator")], Some(text("parts")), join),
        simple(
            "halve",
            vec![Parameter::new("number", Type::Number, "Even.")],
            None,
            halve,
        ),
        simple(
            "kind",
            vec![text("any").allows_null().allows_unknown()],
            None,
            kind,
        ),
        simple("clock", vec![], None, clock),
        simple("panic", vec![], None, |_| panic!("told to, in a function")),
    ]
}

/// Parts with a separator between them; none may be empty.
fn join(arguments: &[Value]) -> Result<Value, FunctionError> {
    let mut texts = Vec::new();
    for (index, argument) in arguments.iter().enumerate() {
        match argument.as_str() {
            Some("") => return Err(FunctionError::at(index, "It must not be empty.")),
            text => texts.push(text.expect("it isn't null")),
        }
    }
    Ok(texts[1..].join(texts[0]).into())
}

fn halve(arguments: &[Value]) -> Result<Value, FunctionError> {
    match arguments[0].as_i64() {
        Some(number) if number % 2 == 0 => Ok((number / 2).to_string().into()),
        _ => Err(FunctionError::at(0, "It must be even.")),
    }
}

fn kind(arguments: &[Value]) -> Result<Value, FunctionError> {
    Ok(match &arguments[0] {
        Value::Null => "null".into(),
        Value::Unknown => Value::Unknown,
        _ => "text".into(),
    })
}

/// A function as none may be.
fn clock(_: &[Value]) -> Result<Value, FunctionError> {
    static TIME: AtomicI64 = AtomicI64::new(0);
    Ok(TIME.fetch_add(1, Ordering::SeqCst).to_string().into())
}

/// The result, or the error's text and index.
async fn call(
    name: &str,
    arguments: Vec<pb::DynamicValue>,
) -> Result<Value, (String, Option<i64>)> {
    let served = Served::start(Probe::new().0);
    let request = pb::call_function::Request {
        name: name.to_owned(),
        arguments,
    };
    // Nothing has configured it: Terraform calls functions so.
    let answer = served.client().call_function(request).await;
    let answer = answer.expect("an answer").into_inner();
    match answer.error {
        Some(error) => {
            assert_eq!(answer.result, None);
            Err((error.text, error.function_argument))
        }
        None => Ok(decode(answer.result.as_ref(), &Type::String)),
    }
}

fn arguments<const N: usize>(values: [Value; N]) -> Vec<pb::DynamicValue> {
    let encoded = values.iter().map(|value| encode(value, &Type::String));
    encoded.map(|value| value.expect("it is encoded")).collect()
}

fn number(number: i64) -> Vec<pb::DynamicValue> {
    encode(&number.into(), &Type::Number).into_iter().collect()
}

#[tokio::test]
async fn further_arguments_go_to_the_variadic_parameter() {
    let none = arguments(["-".into()]);
    assert_eq!(call("join", none).await, Ok("".into()));
    let three = arguments(["-".into(), "a".into(), "b".into(), "c".into()]);
    assert_eq!(call("join", three).await, Ok("a-b-c".into()));
}

#[tokio::test]
async fn an_error_names_the_argument_at_fault_variadic_ones_included() {
    let (text, index) = call("halve", number(3)).await.expect_err("it is odd");
    assert_eq!((text.as_str(), index), ("It must be even", Some(0)));
    let empty = arguments(["-".into(), "a".into(), "".into()]);
    let (_, index) = call("join", empty).await.expect_err("one is empty");
    assert_eq!(index, Some(2));
}

#[tokio::test]
async fn null_reaches_only_a_parameter_that_allows_it() {
    let null = arguments([Value::Null]);
    assert_eq!(call("kind", null.clone()).await, Ok("null".into()));
    let (text, index) = call("halve", null).await.expect_err("it is null");
    assert_eq!(
        (text.as_str(), index),
        ("Argument must not be null", Some(0))
    );
    let one_of_many = arguments(["-".into(), "a".into(), Value::Null]);
    let (_, index) = call("join", one_of_many).await.expect_err("one is null");
    assert_eq!(index, Some(2));
}

#[tokio::test]
async fn an_empty_value_is_null_as_opentofu_sends_it() {
    let empty = vec![pb::DynamicValue::default()];
    assert_eq!(call("kind", empty.clone()).await, Ok("null".into()));
    let (_, index) = call("halve", empty).await.expect_err("it is null");
    assert_eq!(index, Some(0));
}

#[tokio::test]
async fn unknown_arguments_make_an_unknown_result_without_a_call() {
    let unknown = arguments([Value::Unknown, "".into()]);
    assert_eq!(call("join", unknown).await, Ok(Value::Unknown));
    assert_eq!(
        call("kind", arguments([Value::Unknown])).await,
        Ok(Value::Unknown)
    );
}

#[tokio::test]
async fn too_few_and_too_many_arguments_are_errors() {
    let (text, index) = call("join", Vec::new()).await.expect_err("one is missing");
    assert!(text.contains("takes 1, and was given 0"), "{text}");
    assert_eq!(index, None);
    let two = [number(2), number(4)].concat();
    let (text, index) = call("halve", two).await.expect_err("one is too many");
    assert!(text.contains("takes at most 1"), "{text}");
    assert_eq!(index, Some(1));
}

#[tokio::test]
async fn an_argument_of_another_type_is_named() {
    let text = arguments(["abc".into()]);
    let (_, index) = call("halve", text).await.expect_err("it is no number");
    assert_eq!(index, Some(0));
}

#[tokio::test]
async fn a_panic_is_the_functions_error() {
    let (text, _) = call("panic", Vec::new()).await.expect_err("it panics");
    assert!(text.contains("panicked"), "{text}");
}

#[tokio::test]
async fn debug_builds_find_a_function_that_gives_two_results() {
    let (text, _) = call("clock", Vec::new()).await.expect_err("it isn't pure");
    assert!(text.contains("different results"), "{text}");
}

#[tokio::test]
async fn get_functions_says_what_the_schema_says() {
    let served = Served::start(Probe::new().0);
    let mut client = served.client();
    let schema = client.get_schema(pb::get_provider_schema::Request {}).await;
    let schema = schema.expect("an answer").into_inner().functions;
    let configure = pb::configure::Request::default();
    client.configure(configure).await.expect("an answer");
    let asked = client.get_functions(pb::get_functions::Request {}).await;
    let asked = asked.expect("an answer").into_inner();
    assert_eq!(asked.diagnostics, []);
    assert_eq!(asked.functions, schema);
    let join = &schema["join"];
    assert_eq!(join.parameters.len(), 1);
    let variadic = join.variadic_parameter.as_ref().expect("there is one");
    assert_eq!(variadic.name, "parts");
    assert!(join.r#return.is_some(), "Terraform panics without");
    assert!(schema["kind"].parameters[0].allow_null_value);
    assert!(schema["kind"].parameters[0].allow_unknown_values);
}
