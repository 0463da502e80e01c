//! Errors about one `ingress` or `egress` block. Blocks are sets, whose elements have no address: the
//! path leads to the blocks of a direction, and the words say which block it is.

use super::model::{self, SOURCES};
use crate::rules::{Direction, InputError, quoted};
use crate::tf_provider::diagnostics::Diagnostic;
use crate::tf_provider::path::Path;
use crate::tf_provider::value::{Attr, Value};

/// Most characters of a value, and most elements of a list, by which a block is called.
const LONGEST: usize = 60;
const MOST: usize = 3;

/// A fault of one block.
pub(in crate::resources) fn diagnostic(
    direction: Direction,
    block: &Value,
    fault: InputError,
) -> Diagnostic {
    let error = Diagnostic::error(fault.summary, fault.detail);
    placed(direction, block, fault.attribute, error)
}

/// A diagnostic about an attribute of a block. No attribute means the block as a whole.
pub(super) fn placed(
    direction: Direction,
    block: &Value,
    attribute: &str,
    diagnostic: Diagnostic,
) -> Diagnostic {
    let path = Path::root().attribute(direction.name()).element();
    let (path, about) = match attribute {
        "" => (path, String::new()),
        attribute => (path.attribute(attribute), format!("\"{attribute}\" in ")),
    };
    let detail = format!(
        "{}\n\nThis is about {about}{}.",
        diagnostic.detail,
        called(direction, block)
    );
    Diagnostic {
        detail,
        ..diagnostic
    }
    .at(path)
}

/// How a person finds a block again: by what it lets through, and by its description or else its first
/// source.
fn called(direction: Direction, block: &Value) -> String {
    let text = |name: &str| {
        let text = block.get(name).as_str().filter(|text| !text.is_empty())?;
        Some(format!("{name} = {:?}", quoted(text, LONGEST)))
    };
    let number = |name: &str| {
        let number = block.get(name).as_number()?;
        Some(format!("{name} = {number}"))
    };
    let list = |name: &str, most: usize| {
        let elements = block.get(name).as_elements().unwrap_or_default();
        let known = elements.iter().filter_map(Value::as_str);
        let known = known.map(|text| format!("{:?}", quoted(text, LONGEST)));
        let mut shown: Vec<String> = known.take(most).collect();
        if shown.is_empty() {
            return None;
        }
        if elements.len() > shown.len() {
            shown.push("…".to_owned());
        }
        Some(format!("{name} = [{}]", shown.join(", ")))
    };
    let own = || {
        let is_named = model::rule_block(block).self_reference() == Attr::Known(true);
        is_named.then(|| "self = true".to_owned())
    };
    let first_source = || {
        let mut sources = SOURCES.into_iter();
        sources.find_map(|name| list(name, 1)).or_else(own)
    };
    let says = [
        text("service"),
        list("services", MOST),
        text("protocol"),
        number("from_port"),
        number("to_port"),
        text("description").or_else(first_source),
    ];
    let says: Vec<String> = says.into_iter().flatten().collect();
    let direction = direction.name();
    match says.as_slice() {
        [] => format!("an {direction} block"),
        [one] => format!("the {direction} block with {one}"),
        [most @ .., last] => {
            format!("the {direction} block with {} and {last}", most.join(", "))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::rule_blocks;
    use super::*;

    /// "This is about an ingress block." was all that was said, however many there were.
    #[test]
    fn a_block_is_called_by_what_it_says() {
        let empty = rule_blocks::schema("").empty();
        let world = || Value::set(["0.0.0.0/0", "10.0.0.0/8"]);
        for (block, expected) in [
            (empty.clone(), "an ingress block"),
            (
                empty.clone().with("from_port", 80).with("self", true),
                "the ingress block with from_port = 80 and self = true",
            ),
            (
                empty.clone().with("cidr_blocks", world()),
                "the ingress block with cidr_blocks = [\"0.0.0.0/0\", …]",
            ),
            (
                empty
                    .clone()
                    .with("services", Value::set(["http", "https"]))
                    .with("cidr_blocks", world())
                    .with("description", "Web"),
                "the ingress block with services = [\"http\", \"https\"] and description = \"Web\"",
            ),
            (
                empty
                    .clone()
                    .with("protocol", "tcp")
                    .with("from_port", Value::Unknown)
                    .with("to_port", 90)
                    .with("security_groups", Value::set([Value::Unknown])),
                "the ingress block with protocol = \"tcp\" and to_port = 90",
            ),
            (
                empty.with("service", "a\nb".repeat(100)),
                "the ingress block with service = \"a ba ba ba ba ba ba ba ba ba ba ba ba ba ba ba ba ba ba ba b…\"",
            ),
        ] {
            assert_eq!(called(Direction::Ingress, &block), expected);
        }
    }
}
