//! The function `rules`: the rules of a line in the short form, as the attribute `rules` shows them.

use super::arguments;
use crate::catalog::Catalog;
use crate::rules::{Direction, ShortFormError, short_form};
use crate::tf_provider::function::{Function, FunctionError, Parameter, Signature};
use crate::tf_provider::value::{Type, Value};

/// The positions of the arguments.
const DIRECTION: usize = 0;
const TEXT: usize = 1;

pub(super) struct RulesOfText(Signature);

impl RulesOfText {
    pub(super) fn new() -> Self {
        Self(Signature {
            summary: "Returns the rules of a line in the short form.",
            description: "A map in the form of a group's attribute `rules`: an entry for each rule, \
                          with its key and its description. The text has traffic, the word \"from\" or \
                          \"to\", and peers; after \" # \", a description. Traffic is a service of the \
                          built-in catalog, a protocol with its ports as in the keys, or \"all\". A \
                          peer is a CIDR block, the id of a group or prefix list, \"self\", \
                          \"anywhere-ipv4\" or \"anywhere-ipv6\". Use it in tests, to compare with a \
                          group's rules.",
            parameters: vec![
                Parameter::new(
                    "direction",
                    Type::String,
                    "Either \"ingress\", whose rules have \"from\", or \"egress\", whose rules have \
                     \"to\".",
                ),
                Parameter::new(
                    "text",
                    Type::String,
                    "The rules, such as \"https, tcp/9100 from 10.0.0.0/8, self # Monitoring\".",
                ),
            ],
            variadic: None,
            returns: Type::map(Type::String),
            deprecated: None,
        })
    }
}

impl Function for RulesOfText {
    fn name(&self) -> &'static str {
        "rules"
    }

    fn signature(&self) -> &Signature {
        &self.0
    }

    fn call(&self, arguments: &[Value]) -> Result<Value, FunctionError> {
        let direction = direction(arguments::text(arguments, DIRECTION))?;
        let text = arguments::text(arguments, TEXT);
        let catalog = Catalog::built_in();
        let form = short_form::parse(direction, text, &|name| catalog.service_or_nearest(name))
            .map_err(|faults| FunctionError::at(TEXT, reported(&faults)))?;
        let rules = form.rules(direction);
        Ok(Value::map(
            rules.map(|rule| (rule.to_string(), form.description.as_str())),
        ))
    }
}

fn direction(text: &str) -> Result<Direction, FunctionError> {
    let mut directions = Direction::BOTH.into_iter();
    directions
        .find(|direction| direction.name() == text)
        .ok_or_else(|| {
            let text = format!("{text:?} is no direction. Write \"ingress\" or \"egress\".");
            FunctionError::at(DIRECTION, text)
        })
}

/// One sentence for each mistake, with the position of the character at which it begins.
fn reported(faults: &[ShortFormError]) -> String {
    let faults = faults.iter().map(|fault| {
        let ShortFormError {
            column,
            summary,
            detail,
            ..
        } = fault;
        format!("At character {column}: {summary}. {detail}")
    });
    faults.collect::<Vec<_>>().join(" ")
}
