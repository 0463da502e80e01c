//! The page of a function: signature, arguments and result.

use super::block::type_name;
use super::page::{self, Page, Parts};
use crate::tf_provider::function::{Function, Parameter, Signature};
use crate::tf_provider::value::Type;

pub(super) fn page(function: &dyn Function) -> Page {
    let (name, signature) = (function.name(), function.signature());
    page::page(&Parts {
        path: format!("functions/{name}.md"),
        title: format!("{name} Function - curated"),
        has_group: true,
        heading: format!("function: {name}"),
        description: signature.summary,
        example: format!("examples/functions/{name}/function.tf"),
        reference: reference(name, signature),
        identity: String::new(),
    })
}

fn reference(name: &str, signature: &Signature) -> String {
    let mut text = String::new();
    if let Some(instead) = signature.deprecated {
        text.push_str(&format!("**Deprecated.** {instead}\n\n"));
    }
    if !signature.description.is_empty() {
        text.push_str(&format!("{}\n\n", signature.description));
    }
    let variadic = signature.variadic.iter();
    let parameters = signature.parameters.iter().map(declared);
    let all: Vec<String> = parameters
        .chain(variadic.clone().map(|p| format!("{}...", declared(p))))
        .collect();
    let (all, returns) = (all.join(", "), lower_type_name(&signature.returns));
    text.push_str(&format!(
        "## Signature\n\n```text\n{name}({all}) {returns}\n```\n\n## Arguments\n\n"
    ));
    for (index, parameter) in signature.parameters.iter().enumerate() {
        text.push_str(&argument(index, parameter, ""));
    }
    for parameter in variadic {
        let index = signature.parameters.len();
        text.push_str(&argument(index, parameter, ", any number of arguments"));
    }
    text
}

fn declared(parameter: &Parameter) -> String {
    format!("{} {}", parameter.name, lower_type_name(&parameter.ty))
}

fn lower_type_name(ty: &Type) -> String {
    type_name(ty).to_lowercase()
}

fn argument(index: usize, parameter: &Parameter, number: &str) -> String {
    let null = if parameter.allows_null {
        ", may be null"
    } else {
        ""
    };
    let (name, ty) = (parameter.name, type_name(&parameter.ty));
    let (place, description) = (index + 1, parameter.description);
    format!("{place}. `{name}` ({ty}{null}{number}) {description}\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_names_every_argument() {
        let signature = Signature {
            summary: "Joins.",
            description: "In order.",
            parameters: vec![Parameter::new("first", Type::String, "The first.").allows_null()],
            variadic: Some(Parameter::new(
                "rest",
                Type::list(Type::Number),
                "The rest.",
            )),
            returns: Type::String,
            deprecated: Some("Call glue."),
        };
        let expected = "\
**Deprecated.** Call glue.

In order.

## Signature

```text
join(first string, rest list of number...) string
```

## Arguments

1. `first` (String, may be null) The first.
2. `rest` (List of Number, any number of arguments) The rest.
";
        assert_eq!(reference("join", &signature), expected);
    }
}
