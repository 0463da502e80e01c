//! Writes a `curated_security_group_rules` in the place of the first of several rule resources.
//! Each of them becomes a block of it, with its comments.

use std::ops::Range;

use hcl_edit::structure::Attribute;

use super::bundles::{self, BLOCK_ATTRIBUTES, Bundle, TYPE, TakenOver};
use super::document::{Document, span};
use super::edit::Edits;
use super::module::{Declaration, Module, provider_name};
use super::project::Project;
use super::providers::curated;
use super::text::{aligned, renamed};

/// Attributes of a block that are lists of sources.
const SOURCES: [&str; 3] = ["cidr_blocks", "ipv6_cidr_blocks", "prefix_list_ids"];

/// Replaces the rules of a bundle by one resource. Returns the blocks that take over their states.
pub(super) fn fold(
    project: &Project<'_>,
    module: &Module<'_>,
    bundle: &Bundle,
    edits: &mut Edits,
) -> Vec<String> {
    let rules: Vec<&Declaration<'_>> = bundle
        .rules
        .iter()
        .map(|index| &module.declarations[*index])
        .collect();
    for (number, rule) in rules.iter().enumerate() {
        let document = &project.documents[rule.document];
        let lines = lines_of(document, rule);
        if number == 0 {
            let text = resource_text(project, module, bundle, &rules);
            let text = text.replace('\n', document.newline());
            edits.replace(rule.document, lines.0, text);
        } else {
            edits.replace(rule.document, lines.1, "");
        }
    }
    let to = format!("{TYPE}.{}", bundle.name);
    let address = |rule: &Declaration<'_>| format!("{}.{}", rule.renaming.from, rule.name);
    match &bundle.taken_over {
        TakenOver::Moved => vec![super::moves::block(&(address(rules[0]), to))],
        TakenOver::Imported(id) => {
            let removed = rules.iter().map(|rule| {
                let from = address(rule);
                format!(
                    "removed {{\n  from = {from}\n\n  lifecycle {{\n    destroy = false\n  }}\n}}\n"
                )
            });
            let import = format!("import {{\n  to = {to}\n  id = {id}\n}}\n");
            removed.chain([import]).collect()
        }
    }
}

/// The bytes of a rule with the comments directly above it, and the same with the empty line below.
fn lines_of(document: &Document, rule: &Declaration<'_>) -> (Range<usize>, Range<usize>) {
    let block = span(rule.block);
    let text = &document.text;
    let mut start = text[..block.start].rfind('\n').map_or(0, |at| at + 1);
    while let Some(before) = text[..start].strip_suffix('\n') {
        let line = before.rfind('\n').map_or(0, |at| at + 1);
        if !is_comment(&before[line..]) {
            break;
        }
        start = line;
    }
    let end = document.end_of_line(block.end);
    let mut behind = end;
    for _ in 0..2 {
        let line = text[behind..]
            .find('\n')
            .map_or(text.len(), |at| behind + at + 1);
        if text[behind..line].trim().is_empty() {
            behind = line;
        }
    }
    (start..end, start..behind)
}

fn is_comment(line: &str) -> bool {
    let line = line.trim_start();
    line.starts_with('#') || line.starts_with("//")
}

/// The text of the resource.
fn resource_text(
    project: &Project<'_>,
    module: &Module<'_>,
    bundle: &Bundle,
    rules: &[&Declaration<'_>],
) -> String {
    let first = rules[0];
    let mut attributes = Vec::new();
    if let Some(provider) = first.block.body.get_attribute("provider")
        && let Some((_, alias)) = provider_name(&provider.value)
    {
        attributes.push(("provider".to_owned(), curated(alias), String::new()));
    }
    for name in ["security_group_id", "tags"] {
        if let Some(attribute) = first.block.body.get_attribute(name) {
            let value = renamed(project, module, first, &attribute.value, None);
            attributes.push((name.to_owned(), value, String::new()));
        }
    }
    let mut text = format!("resource \"{TYPE}\" \"{}\" {{\n", bundle.name);
    text.push_str(&aligned(&attributes, "  "));
    for rule in rules {
        text.push('\n');
        text.push_str(&block(project, module, rule));
    }
    text.push('}');
    text
}

/// The block of a rule, or the `dynamic` block of its instances.
fn block(project: &Project<'_>, module: &Module<'_>, rule: &Declaration<'_>) -> String {
    let document = &project.documents[rule.document];
    let direction = bundles::direction(rule).unwrap_or("ingress");
    let repetition = bundles::repetition(rule);
    let comments = lines_of(document, rule).0.start..span(rule.block).start;
    let comments = document.text[comments].lines().map(str::trim);
    let mut text: String = comments
        .filter(|line| !line.is_empty())
        .map(|line| format!("  {line}\n"))
        .collect();
    let indent = if repetition.is_some() {
        "      "
    } else {
        "    "
    };
    let iterator = repetition.map(|_| direction);
    let body = body(project, module, rule, iterator, indent);
    match repetition {
        None => text.push_str(&format!("  {direction} {{\n{body}  }}\n")),
        Some((name, expression)) => {
            let each = renamed(project, module, rule, expression, None);
            let each = if name == "count" {
                format!("range({each})")
            } else {
                each
            };
            text.push_str(&format!(
                "  dynamic \"{direction}\" {{\n    for_each = {each}\n\n    content {{\n{body}    \
                 }}\n  }}\n"
            ));
        }
    }
    text
}

/// A rule as attributes of a block.
fn body(
    project: &Project<'_>,
    module: &Module<'_>,
    rule: &Declaration<'_>,
    iterator: Option<&str>,
    indent: &str,
) -> String {
    let document = &project.documents[rule.document];
    let name_here = |attribute: &Attribute| {
        let mut names = BLOCK_ATTRIBUTES.iter();
        let found = names.find(|(from, _)| *from == attribute.key.as_str());
        found.map(|(_, to)| *to)
    };
    let is_source =
        |name: &str| SOURCES.contains(&name) || ["security_groups", "self"].contains(&name);
    let attributes = || rule.block.body.attributes();
    let sources = attributes()
        .filter_map(name_here)
        .filter(|name| is_source(name));
    let is_only_source = sources.count() == 1;
    let mut text = String::new();
    let mut run: Vec<(String, String, String)> = Vec::new();
    for attribute in attributes() {
        let Some(name) = name_here(attribute) else {
            continue;
        };
        let comments = comments_above(document, rule, attribute);
        if !comments.is_empty() {
            text.push_str(&aligned(&std::mem::take(&mut run), indent));
            for comment in comments {
                text.push_str(&format!("{indent}{comment}\n"));
            }
        }
        let mut value = renamed(project, module, rule, &attribute.value, iterator);
        // A single source becomes a list of one. If there are others, it may be null, and `compact`
        // drops it.
        if is_source(name) && !["self", name].contains(&attribute.key.as_str()) {
            value = if is_only_source {
                format!("[{value}]")
            } else {
                format!("compact([{value}])")
            };
        }
        let start = span(&attribute.key).start;
        let line = document.text[..start].rfind('\n').map_or(0, |at| at + 1);
        let more = indent.len().saturating_sub(start - line);
        value = value.replace('\n', &format!("\n{}", " ".repeat(more)));
        let end = span(&attribute.value).end;
        let rest = document.text[end..document.end_of_line(end)].trim();
        let comment = if is_comment(rest) { rest } else { "" };
        // A value of several lines isn't aligned with others.
        let is_long = value.contains('\n');
        if is_long {
            text.push_str(&aligned(&std::mem::take(&mut run), indent));
        }
        run.push((name.to_owned(), value, comment.to_owned()));
        if is_long {
            text.push_str(&aligned(&std::mem::take(&mut run), indent));
        }
    }
    text.push_str(&aligned(&run, indent));
    text
}

/// Comments on lines of their own directly above an attribute.
fn comments_above<'a>(
    document: &'a Document,
    rule: &Declaration<'_>,
    attribute: &Attribute,
) -> Vec<&'a str> {
    let text = &document.text[span(rule.block).start..span(&attribute.key).start];
    let mut lines: Vec<&str> = text.lines().rev().skip(1).collect();
    let count = lines.iter().take_while(|line| is_comment(line)).count();
    lines.truncate(count);
    lines.reverse();
    lines.into_iter().map(str::trim).collect()
}
