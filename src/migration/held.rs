//! Decides which resources are renamed, and notes for each of the others why it stays and what to
//! do.

use std::collections::{BTreeMap, BTreeSet};

use super::document::span;
use super::mixed::{self, Mixed};
use super::module::{Declaration, Module};
use super::note::{Kind, Note};
use super::options::Options;
use super::project::{Project, is_outside, local_folder};
use super::rule_lists;
use super::types;

/// The resources that are renamed, as folder, type and name.
pub(super) fn renamed<'a>(
    project: &Project<'a>,
    options: Options,
    notes: &mut Vec<Note>,
) -> BTreeSet<(&'a str, &'static str, &'a str)> {
    let blocked = blocked(project, notes);
    let mixed = if options.tags_rules {
        Mixed::default()
    } else {
        mixed::find(project)
    };
    let mut renamed = BTreeSet::new();
    let mut held = BTreeSet::new();
    for module in project.modules.values() {
        for declaration in &module.declarations {
            let key = (module.folder, declaration.renaming.from, declaration.name);
            let document = &project.documents[declaration.document];
            // For a module outside of the directory, its calls are reported and not its resources.
            if is_outside(module.folder) {
                continue;
            }
            let reason = match blocked.get(module.folder) {
                Some(reason) => Some((span(&declaration.block.ident).start, reason.clone())),
                None => obstacle(project, module, declaration)
                    .or_else(|| mixed.reason(project, module, declaration)),
            };
            match reason {
                None => drop(renamed.insert(key)),
                Some((offset, reason)) => {
                    held.insert(key);
                    notes.push(Note {
                        kind: Kind::Left,
                        path: document.path.clone(),
                        line: document.line(offset),
                        text: format!(
                            "{}.{} stays as it is: {reason}",
                            declaration.renaming.from, declaration.name
                        ),
                    });
                }
            }
        }
    }
    // A resource may be declared in one file and overridden in another: both or none are renamed.
    renamed.retain(|key| !held.contains(key));
    renamed
}

/// What prevents the renaming of a resource: the byte to point at, and what to do.
fn obstacle(
    project: &Project<'_>,
    module: &Module<'_>,
    declaration: &Declaration<'_>,
) -> Option<(usize, String)> {
    let to = declaration.renaming.to;
    let name = declaration.name;
    if module.curated.contains(&(to, name)) {
        let reason = format!("the module has a {to}.{name} already. Rename one of the two.");
        return Some((declaration.word.start, reason));
    }
    rule_lists::obstacle(&project.documents[declaration.document], declaration)
}

/// The modules that can't be migrated, with the reason.
fn blocked(project: &Project<'_>, notes: &mut Vec<Note>) -> BTreeMap<String, String> {
    let mut blocked: BTreeMap<String, String> = BTreeMap::new();
    for module in project.modules.values() {
        if let Some(file) = module.obstacle() {
            report(module, notes);
            let reason = format!(
                "{} {}, and what is in there may depend on it. Correct that file, or migrate this \
                 module by hand.",
                file.path, file.reason
            );
            for folder in folders_named(module.folder, &file.text) {
                blocked.entry(folder).or_insert_with(|| reason.clone());
            }
            blocked.insert(module.folder.to_owned(), reason);
        }
        if let Some(reason) = unusual_names(module) {
            blocked.entry(module.folder.to_owned()).or_insert(reason);
        }
        let mut paths = module
            .documents
            .iter()
            .map(|index| &project.documents[*index].path);
        if let Some(path) = paths.find(|path| is_outside(path)) {
            let reason = format!(
                "its module has {path}, which lies outside of this directory. Run this command on a \
                 directory that holds both."
            );
            blocked.entry(module.folder.to_owned()).or_insert(reason);
        }
    }
    // A called module gets its providers from its caller.
    let mut open: Vec<String> = blocked.keys().cloned().collect();
    while let Some(folder) = open.pop() {
        let Some(module) = project.modules.get(folder.as_str()) else {
            continue;
        };
        for call in &module.calls {
            let Some(callee) = project.callee(module, call) else {
                continue;
            };
            if !blocked.contains_key(callee.folder) {
                let reason = blocked[&folder].clone();
                blocked.insert(callee.folder.to_owned(), reason);
                open.push(callee.folder.to_owned());
            }
        }
    }
    blocked
}

/// Reports files of a module that can't be edited and name security groups.
fn report(module: &Module<'_>, notes: &mut Vec<Note>) {
    for file in &module.opaque {
        if !types::are_named_in(&file.text) {
            continue;
        }
        let line = if super::document::is_json(&file.path) {
            line_of_type(&file.text)
        } else {
            file.line
        };
        notes.push(Note {
            kind: Kind::Left,
            path: file.path.clone(),
            line,
            text: format!(
                "This file {}, and names security groups of the AWS provider. Write it in HCL and run \
                 this command again, or rename them by hand, with the \"moved\" blocks that the guide \
                 \"From aws_security_group\" shows.",
                file.reason
            ),
        });
    }
}

fn line_of_type(text: &str) -> usize {
    let is_named = |line: &str| types::are_named_in(line);
    text.lines().position(is_named).map_or(1, |index| index + 1)
}

/// The folders of modules that an unparsed file may call.
fn folders_named(from: &str, text: &str) -> Vec<String> {
    let quoted = text.split('"').skip(1).step_by(2);
    quoted
        .filter_map(|source| local_folder(from, source))
        .collect()
}

/// Why the names of the module's providers are ambiguous; `None` if they aren't.
fn unusual_names(module: &Module<'_>) -> Option<String> {
    let names = module.aws_names();
    if names.len() > 1 {
        let names: Vec<&str> = names.into_iter().collect();
        return Some(format!(
            "its module knows the AWS provider under several names ({}). Use one of them, with \
             aliases.",
            names.join(", ")
        ));
    }
    for (name, entry) in &module.required {
        let is_ours = entry
            .source
            .is_some_and(|source| source.ends_with("curated/curated"));
        if *name == "curated" && !is_ours {
            return Some(
                "its module requires another provider under the name \"curated\". Give that one \
                 another name."
                    .to_owned(),
            );
        }
        if *name != "curated" && is_ours {
            return Some(format!(
                "its module requires the provider curated/curated under the name \"{name}\". Name \
                 it \"curated\"."
            ));
        }
    }
    None
}
