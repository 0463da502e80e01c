//! Converts rules in lists, `ingress = [{ … }]`, which the AWS provider also accepts, into blocks.
//! A list of literal objects becomes a block for each of them, and any other list the `for_each` of
//! a `dynamic` block.

use std::ops::Range;

use hcl_edit::expr::{Expression, Object, ObjectKey};
use hcl_edit::structure::Attribute;

use super::document::{Document, span};
use super::edit::Edits;
use super::inside::{self, DIRECTIONS, RuleList, rule_list};
use super::module::{Declaration, Module};
use super::note::{Kind, Note};
use super::project::Project;
use super::text;
use super::types;

/// The attributes of objects in such lists. The AWS provider requires all of them.
const NAMES: [&str; 9] = [
    "cidr_blocks",
    "description",
    "from_port",
    "ipv6_cidr_blocks",
    "prefix_list_ids",
    "protocol",
    "security_groups",
    "self",
    "to_port",
];

/// Why the lists of a group can't be converted: the byte to point at, and what to do.
pub(super) fn obstacle(
    document: &Document,
    declaration: &Declaration<'_>,
) -> Option<(usize, String)> {
    let block = declaration.block;
    let is_long = document.text[span(block)].contains('\n');
    let attributes = DIRECTIONS.into_iter();
    let attribute = attributes
        .filter_map(|direction| block.body.get_attribute(direction))
        .next()
        .filter(|_| !is_long && declaration.renaming.kind != types::Kind::Rule)?;
    let key = attribute.key.as_str();
    let reason = format!(
        "\"{key}\" is set as an attribute, and is a block here. Write the resource on several lines, \
         and run this command again."
    );
    Some((span(&attribute.key).start, reason))
}

/// Converts the lists of a group into blocks.
pub(super) fn rewrite(
    project: &Project<'_>,
    module: &Module<'_>,
    declaration: &Declaration<'_>,
    edits: &mut Edits,
    notes: &mut Vec<Note>,
) {
    if declaration.renaming.kind == types::Kind::Rule {
        return;
    }
    let document = &project.documents[declaration.document];
    let group = declaration.block;
    let both = DIRECTIONS.map(|direction| rule_list(group, direction));
    let declares_blocks = inside::has_rules(group);
    let is_default = declaration.renaming.kind == types::Kind::DefaultGroup;
    for (index, direction) in DIRECTIONS.into_iter().enumerate() {
        let Some(attribute) = group.body.get_attribute(direction) else {
            continue;
        };
        let whole = span(&attribute.key).start..span(&attribute.value).end;
        match both[index] {
            RuleList::Present => {
                let indent = indent(document, whole.start);
                let text = blocks(project, module, declaration, attribute, direction, indent);
                let text = text.replace('\n', document.newline());
                edits.replace(declaration.document, whole, text);
            }
            // Without blocks, only `exclusive` declares that the group has no rules.
            RuleList::Empty if both == [RuleList::Empty; 2] && index == 0 && !is_default => {
                edits.replace(declaration.document, whole, "exclusive = true");
            }
            RuleList::Empty | RuleList::Absent => {
                remove(document, declaration.document, whole, edits);
                let is_said = is_default || declares_blocks || both[1 - index] != RuleList::Absent;
                if both[index] == RuleList::Empty && !is_said {
                    notes.push(Note {
                        kind: Kind::Hint,
                        path: document.path.clone(),
                        line: document.line(span(&attribute.key).start),
                        text: format!(
                            "{}.{} had \"{direction} = []\", and declares no rule now: its rules are \
                             left to others. Set \"exclusive = true\" if it is to have none.",
                            declaration.renaming.to, declaration.name
                        ),
                    });
                }
            }
        }
    }
}

/// Removes an attribute, and its line unless that has a comment.
fn remove(document: &Document, index: usize, whole: Range<usize>, edits: &mut Edits) {
    let text = &document.text;
    let start = text[..whole.start].rfind('\n').map_or(0, |at| at + 1);
    let end = document.end_of_line(whole.end);
    let rest = &text[whole.end..end];
    if rest.trim().is_empty() {
        let next = text[end..].find('\n').map_or(end, |at| end + at + 1);
        edits.replace(index, start..next, "");
    } else {
        let comment = whole.end + rest.len() - rest.trim_start().len();
        edits.replace(index, whole.start..comment, "");
    }
}

/// The indentation of an attribute.
fn indent(document: &Document, start: usize) -> &str {
    let line = document.text[..start].rfind('\n').map_or(0, |at| at + 1);
    let before = &document.text[line..start];
    let blank = before.len() - before.trim_start().len();
    &before[..blank]
}

/// The blocks of a list, the first one without indentation.
fn blocks(
    project: &Project<'_>,
    module: &Module<'_>,
    declaration: &Declaration<'_>,
    attribute: &Attribute,
    direction: &str,
    indent: &str,
) -> String {
    let document = &project.documents[declaration.document];
    let inner = format!("{indent}  ");
    let value = |expression: &Expression| {
        let text = text::renamed(project, module, declaration, expression, None);
        text.replace("\r\n", "\n")
    };
    if let Some(objects) = written_out(document, &attribute.value) {
        let block = |object: &&Object| {
            let attributes: Vec<(String, String, String)> = object
                .iter()
                .map(|(key, entry)| {
                    let text = value(entry.expr());
                    (
                        key_name(key).unwrap_or_default().to_owned(),
                        text,
                        String::new(),
                    )
                })
                .collect();
            let body = text::aligned(&attributes, &inner);
            format!("{direction} {{\n{body}{indent}}}")
        };
        let blocks: Vec<String> = objects.iter().map(block).collect();
        return blocks.join(&format!("\n{indent}"));
    }
    let mut list = value(&attribute.value);
    // Lines of a heredoc must not be indented.
    if !list.contains("<<") {
        list = list.replace('\n', "\n  ");
    }
    // `[*]` makes an empty list of null.
    list = match &attribute.value {
        Expression::Array(_) | Expression::ForExpr(_) => list,
        Expression::Traversal(_) | Expression::FuncCall(_) | Expression::Variable(_) => {
            format!("{list}[*]")
        }
        Expression::Parenthesis(_) => format!("{list}[*]"),
        _ => format!("({list})[*]"),
    };
    let content: Vec<(String, String, String)> = NAMES
        .iter()
        .map(|name| {
            (
                (*name).to_owned(),
                format!("{direction}.value.{name}"),
                String::new(),
            )
        })
        .collect();
    let content = text::aligned(&content, &format!("{inner}  "));
    format!(
        "dynamic \"{direction}\" {{\n{inner}for_each = {list}\n\n{inner}content \
         {{\n{content}{inner}}}\n{indent}}}"
    )
}

/// The objects of a list, if all are literal and there are no comments.
fn written_out<'a>(document: &Document, list: &'a Expression) -> Option<Vec<&'a Object>> {
    let Expression::Array(list) = list else {
        return None;
    };
    let text = &document.text[span(list)];
    if ["#", "//", "/*", "<<"]
        .iter()
        .any(|mark| text.contains(mark))
    {
        return None;
    }
    let object = |element: &'a Expression| match element {
        Expression::Object(object) => {
            let known = |key: &ObjectKey| key_name(key).is_some_and(|key| NAMES.contains(&key));
            object.iter().all(|(key, _)| known(key)).then_some(object)
        }
        _ => None,
    };
    list.iter().map(object).collect()
}

fn key_name(key: &ObjectKey) -> Option<&str> {
    match key {
        ObjectKey::Ident(name) => Some(name.as_str()),
        ObjectKey::Expression(Expression::Variable(name)) => Some(name.as_str()),
        ObjectKey::Expression(expression) => expression.as_str(),
    }
}
