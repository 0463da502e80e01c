//! Adds this provider to a module: an entry of `required_providers`, a `provider` block beside each
//! one of the AWS provider, and the `providers` of module calls.

use std::collections::BTreeSet;
use std::ops::Range;

use hcl_edit::structure::Block;

use super::document::{Document, span};
use super::edit::Edits;
use super::module::{Call, Module, ProviderBlock, provider_name};
use super::note::{Kind, Note};
use super::project::Project;
use super::secrets;
use super::text::aligned;

/// The required version: the same major and minor version.
const VERSION: &str = concat!(
    "~> ",
    env!("CARGO_PKG_VERSION_MAJOR"),
    ".",
    env!("CARGO_PKG_VERSION_MINOR")
);

/// Adds the provider to a module. Returns the text of a `terraform` block if the module has no
/// `required_providers`.
pub(super) fn add(
    project: &Project<'_>,
    module: &Module<'_>,
    edits: &mut Edits,
    notes: &mut Vec<Note>,
) -> Option<String> {
    for block in &module.providers {
        add_beside(project, module, block, edits, notes);
    }
    for call in &module.calls {
        if let Some(callee) = project.callee(module, call) {
            pass_provider(project, call, callee, edits);
        }
    }
    for run in &module.runs {
        let callee = match run.source {
            Some(_) => project.callee(module, run),
            None => Some(module),
        };
        if let Some(callee) = callee {
            pass_provider(project, run, callee, edits);
        }
    }
    if module.required.contains_key("curated") {
        return None;
    }
    let aws = module.aws_names();
    let required = module
        .required
        .iter()
        .filter(|(name, _)| aws.contains(*name));
    let aliases: BTreeSet<&str> = required
        .flat_map(|(_, entry)| entry.aliases.clone())
        .collect();
    let blocks = module.required_blocks.iter();
    let is_override = |index: usize| project.documents[index].is_override();
    let Some((first, _)) = blocks.clone().min_by_key(|(index, _)| is_override(*index)) else {
        return Some(format!(
            "terraform {{\n  required_providers {{\n{}  }}\n}}\n",
            requirement("    ", &aliases)
        ));
    };
    // OpenTofu reads versions.tofu and Terraform versions.tf, so both get the requirement.
    let stem = |index: usize| {
        let path = &project.documents[index].path;
        path.trim_end_matches(".tofu").trim_end_matches(".tf")
    };
    for (index, block) in blocks.filter(|(index, _)| stem(*index) == stem(*first)) {
        require(&project.documents[*index], *index, block, &aliases, edits);
    }
    None
}

/// Adds the entry to a `required_providers` block.
fn require(
    document: &Document,
    index: usize,
    block: &Block,
    aliases: &BTreeSet<&str>,
    edits: &mut Edits,
) {
    let close = span(block).end - 1;
    match closing_line(document, close) {
        Some(line) => {
            let indent = format!("{}  ", &document.text[line..close]);
            let entry = requirement(&indent, aliases);
            edits.insert(index, line, entry.replace('\n', document.newline()));
        }
        // A block on one line can have only one entry, so it is split.
        None => {
            let newline = document.newline();
            let inside = span(&block.ident).end;
            let open = inside + document.text[inside..].find('{').unwrap_or_default() + 1;
            let entry = requirement("    ", aliases).replace('\n', newline);
            edits.insert(index, open, format!("{newline}   "));
            let end = close - trailing_blanks(&document.text[..close]);
            edits.replace(index, end..close, format!("{newline}{entry}  "));
        }
    }
}

/// The entry of `required_providers`.
fn requirement(indent: &str, aliases: &BTreeSet<&str>) -> String {
    let attribute = |name: &str, value: String| (name.to_owned(), value, String::new());
    let mut lines = vec![
        attribute("source", "\"curated/curated\"".to_owned()),
        attribute("version", format!("\"{VERSION}\"")),
    ];
    if !aliases.is_empty() {
        let names: Vec<String> = aliases.iter().map(|alias| curated(Some(alias))).collect();
        let names = format!("[{}]", names.join(", "));
        lines.push(attribute("configuration_aliases", names));
    }
    let lines = aligned(&lines, &format!("{indent}  "));
    format!("{indent}curated = {{\n{lines}{indent}}}\n")
}

/// Adds a copy of a `provider "aws"` block for this provider below it.
fn add_beside(
    project: &Project<'_>,
    module: &Module<'_>,
    block: &ProviderBlock<'_>,
    edits: &mut Edits,
    notes: &mut Vec<Note>,
) {
    let is_there =
        |other: &ProviderBlock<'_>| other.local == "curated" && other.alias == block.alias;
    if !module.aws_names().contains(block.local) || module.providers.iter().any(is_there) {
        return;
    }
    let document = &project.documents[block.document];
    let whole = span(block.block);
    let mut text = String::new();
    let mut done = whole.start;
    let mut changes = vec![(block.label.clone(), "curated")];
    // The version of the AWS provider isn't copied.
    if let Some(version) = block.block.body.get_attribute("version") {
        changes.push((whole_line(document, &span(version)), ""));
    }
    for (range, replacement) in changes {
        text.push_str(&document.text[done..range.start]);
        text.push_str(replacement);
        done = range.end;
    }
    text.push_str(&document.text[done..whole.end]);
    let newline = document.newline();
    let at = document.end_of_line(whole.end);
    edits.insert(block.document, at, format!("{newline}{newline}{text}"));
    if !secrets::literals(document, &block.block.body).is_empty() {
        notes.push(Note {
            kind: Kind::Hint,
            path: document.path.clone(),
            line: document.line(whole.start),
            text:
                "This block has credentials written out, and its copy for this provider has them \
                   too. Give them by the environment or by a profile, and remove them from both."
                    .to_owned(),
        });
    }
}

/// The bytes of the lines of an item, with the last line break.
fn whole_line(document: &Document, item: &Range<usize>) -> Range<usize> {
    let start = document.text[..item.start]
        .rfind('\n')
        .map_or(item.start, |at| at + 1);
    let end = document.text[item.end..]
        .find('\n')
        .map(|at| item.end + at + 1);
    end.map_or(item.clone(), |end| start..end)
}

/// Adds this provider to the `providers` of a call, if the called module needs it.
fn pass_provider(project: &Project<'_>, call: &Call<'_>, callee: &Module<'_>, edits: &mut Edits) {
    let Some(providers) = call.providers else {
        return;
    };
    if !project.need.contains(callee.folder) {
        return;
    }
    let document = &project.documents[call.document];
    let inside = callee.aws_names();
    let mut entries = Vec::new();
    let mut present = BTreeSet::new();
    for (key, value) in providers {
        let key = &document.text[span(key)];
        let key = key.trim_matches('"');
        let (local, alias) = match key.split_once('.') {
            Some((local, alias)) => (local.trim(), Some(alias.trim())),
            None => (key.trim(), None),
        };
        if local == "curated" {
            present.insert(alias.map(str::to_owned));
        }
        if let (true, Some((_, outer))) = (inside.contains(local), provider_name(value.expr())) {
            entries.push((alias.map(str::to_owned), curated(outer)));
        }
    }
    entries.retain(|(alias, _)| !present.contains(alias));
    if entries.is_empty() {
        return;
    }
    let entries: Vec<(String, String)> = entries
        .into_iter()
        .map(|(alias, outer)| (curated(alias.as_deref()), outer))
        .collect();
    let close = span(providers).end - 1;
    let newline = document.newline();
    if let Some(line) = closing_line(document, close) {
        let indent = format!("{}  ", &document.text[line..close]);
        let entries: Vec<(String, String, String)> = entries
            .into_iter()
            .map(|(key, value)| (key, value, String::new()))
            .collect();
        let lines = aligned(&entries, &indent).replace('\n', newline);
        // With an empty line between, `terraform fmt` doesn't realign the lines above.
        edits.insert(call.document, line, format!("{newline}{lines}"));
    } else {
        let list: Vec<String> = entries.iter().map(|(k, v)| format!("{k} = {v}")).collect();
        let before = document.text[..close].trim_end();
        let comma = if before.ends_with(',') || before.ends_with('{') {
            " "
        } else {
            ", "
        };
        edits.insert(
            call.document,
            before.len(),
            format!("{comma}{}", list.join(", ")),
        );
    }
}

/// The reference to this provider's configuration with an alias.
pub(super) fn curated(alias: Option<&str>) -> String {
    alias.map_or("curated".to_owned(), |alias| format!("curated.{alias}"))
}

/// The beginning of the line of a closing brace; `None` if the brace isn't alone on it.
fn closing_line(document: &Document, brace: usize) -> Option<usize> {
    let blanks = trailing_blanks(&document.text[..brace]);
    let start = brace - blanks;
    document.text[..start].ends_with('\n').then_some(start)
}

fn trailing_blanks(text: &str) -> usize {
    text.len() - text.trim_end_matches([' ', '\t']).len()
}
