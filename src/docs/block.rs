//! The reference of a block: its required, optional and read-only attributes, then each nested block. Each
//! attribute is one list item of one paragraph, because the converters of other clients drop the whole
//! section at a list within the list.

use super::refusals::{ByPath, Texts};
use crate::tf_provider::schema::{Attribute, Block, Mode, NestedBlock, Nesting};
use crate::tf_provider::value::Type;

/// Whether an attribute of a mode belongs under a heading.
type Belongs = fn(Mode) -> bool;

/// The heading of attributes that can't be set. Their messages to wrong values aren't shown.
const READ_ONLY: &str = "Read-Only";

/// The Markdown reference of a block, with the messages to wrong values.
pub(super) fn reference(block: &Block, refusals: &ByPath) -> String {
    let mut text = String::from("## Schema\n");
    members(&mut text, block, &mut Vec::new(), refusals);
    text
}

/// A type in words.
pub(super) fn type_name(ty: &Type) -> String {
    match ty {
        Type::String => "String".to_owned(),
        Type::Number => "Number".to_owned(),
        Type::Bool => "Boolean".to_owned(),
        Type::Dynamic => "Any".to_owned(),
        Type::List(element) => format!("List of {}", type_name(element)),
        Type::Set(element) => format!("Set of {}", type_name(element)),
        Type::Map(element) => format!("Map of {}", type_name(element)),
        Type::Object(_) => "Object".to_owned(),
        Type::Tuple(_) => "Tuple".to_owned(),
    }
}

fn members(text: &mut String, block: &Block, path: &mut Vec<String>, refusals: &ByPath) {
    let groups: [(&str, Belongs); 3] = [
        ("Required", |mode| mode == Mode::Required),
        ("Optional", |mode| {
            matches!(mode, Mode::Optional | Mode::OptionalComputed)
        }),
        (READ_ONLY, |mode| mode == Mode::Computed),
    ];
    let attributes = &block.attributes;
    for (heading, belongs) in groups {
        let mut lines: Vec<String> = Vec::new();
        let listed: Vec<&Attribute> = attributes.iter().filter(|a| belongs(a.mode)).collect();
        for same in listed.chunk_by(|one, other| alike(one, other)) {
            path.push(same[0].name.to_owned());
            let texts = refusals.get(path).filter(|_| heading != READ_ONLY);
            lines.push(line(same, texts));
            path.pop();
        }
        if heading == "Optional" {
            for nested in &block.blocks {
                path.push(nested.name.to_owned());
                lines.push(block_line(nested, path, refusals.get(path)));
                path.pop();
            }
        }
        if !lines.is_empty() {
            let heading = match path.as_slice() {
                [] => format!("### {heading}"),
                _ => format!("{heading}:"),
            };
            text.push_str(&format!("\n{heading}\n\n{}", lines.concat()));
        }
    }
    for nested in &block.blocks {
        path.push(nested.name.to_owned());
        let (anchor, name) = (anchor(path), path.join("."));
        text.push_str(&format!(
            "\n<a id=\"{anchor}\"></a>\n### Nested Schema for `{name}`\n"
        ));
        members(text, &nested.block, path, refusals);
        path.pop();
    }
}

/// Whether two attributes differ in nothing but their names, so that one line can show both.
fn alike(one: &Attribute, other: &Attribute) -> bool {
    let looks = |a: &Attribute| {
        let marks = (a.sensitive, a.replaces, a.write_only, a.deprecated);
        let validators = a.validators.iter();
        let asked: Vec<&str> = validators.map(|validator| validator.description).collect();
        (a.description, a.ty.clone(), a.mode, marks, asked)
    };
    looks(one) == looks(other)
}

fn line(same: &[&Attribute], texts: Option<&Texts>) -> String {
    let attribute = same[0];
    let mut about = vec![type_name(&attribute.ty)];
    if attribute.sensitive {
        about.push("Sensitive".to_owned());
    }
    if attribute.replaces {
        about.push("Forces replacement".to_owned());
    }
    if attribute.write_only {
        about.push("Write-only".to_owned());
    }
    if attribute.deprecated.is_some() {
        about.push("Deprecated".to_owned());
    }
    let names: Vec<String> = same.iter().map(|a| format!("`{}`", a.name)).collect();
    let (names, about) = (names.join(", "), about.join(", "));
    let description = attribute.description;
    let instead = attribute.deprecated.map(|instead| format!(" {instead}"));
    let instead = instead.unwrap_or_default();
    let validators = attribute.validators.iter();
    let asked: String = validators
        .map(|validator| format!(" Must be {}.", validator.description))
        .collect();
    format!(
        "- {names} ({about}) {description}{asked}{instead}{}\n",
        reported(texts)
    )
}

fn block_line(nested: &NestedBlock, path: &[String], texts: Option<&Texts>) -> String {
    let often = match nested.nesting {
        Nesting::Single => "Block, at most one",
        Nesting::List => "Block List",
        Nesting::Set => "Block Set",
    };
    let (name, anchor) = (nested.name, anchor(path));
    format!(
        "- `{name}` ({often}) {}{} (see [below for nested schema](#{anchor}))\n",
        nested.block.description,
        reported(texts)
    )
}

fn anchor(path: &[String]) -> String {
    format!("nestedblock--{}", path.join("--"))
}

/// The messages to wrong values, as sentences behind the description.
fn reported(texts: Option<&Texts>) -> String {
    let Some(texts) = texts else {
        return String::new();
    };
    let list = |kind: &str, texts: &[String]| match texts {
        [] => String::new(),
        texts => format!(" {kind}: {}.", texts.join(" · ")),
    };
    list("Errors", &texts.errors) + &list("Warnings", &texts.warnings)
}

#[cfg(test)]
mod tests {
    use super::super::refusals;
    use super::*;
    use crate::tf_provider::diagnostics::{Diagnostic, Diagnostics};
    use crate::tf_provider::path::Path;

    #[test]
    fn reference_table() {
        let port = Block {
            description: "A rule.",
            attributes: vec![Attribute::optional("port", Type::Number, "The port.")],
            ..Block::default()
        };
        let block = Block {
            description: "",
            attributes: vec![
                Attribute::required("name", Type::String, "The name.").replaces(),
                Attribute::optional("key", Type::String, "A key.").sensitive(),
                Attribute::optional("s3", Type::String, "Unused."),
                Attribute::optional("sqs", Type::String, "Unused."),
                Attribute::computed("id", Type::set(Type::String), "Its id."),
            ],
            blocks: vec![NestedBlock::new("rule", Nesting::Set, port)],
        };
        let at = Path::root().attribute("rule").element().attribute("port");
        let mut reported = Diagnostics::new();
        reported.push(Diagnostic::error("Port 70000 is too high", "").at(at.clone()));
        reported.push(Diagnostic::warning("Port 7 is odd", "").at(at));
        // Not shown: the heading already says that the attribute can't be set.
        let id = Path::root().attribute("id");
        reported.push(Diagnostic::error("\"id\" is read-only", "").at(id));
        let reported = refusals::by_path(reported);
        let expected = "\
## Schema

### Required

- `name` (String, Forces replacement) The name.

### Optional

- `key` (String, Sensitive) A key.
- `s3`, `sqs` (String) Unused.
- `rule` (Block Set) A rule. (see [below for nested schema](#nestedblock--rule))

### Read-Only

- `id` (Set of String) Its id.

<a id=\"nestedblock--rule\"></a>
### Nested Schema for `rule`

Optional:

- `port` (Number) The port. Errors: Port 70000 is too high. Warnings: Port 7 is odd.
";
        assert_eq!(reference(&block, &reported), expected);
    }
}
