//! Modules whose files are not edited: those of a registry or repository, and those outside of the
//! directory. Says where they are called, and what can be done about the groups inside of them.

use std::collections::BTreeSet;

use super::document::span;
use super::module::{Call, Module};
use super::note::{Kind, Note};
use super::project::{Project, is_outside, local_folder};

/// The module of the registry that most groups are made with.
const GROUP_MODULE: &str = "terraform-aws-modules/security-group/aws";

/// Reports the calls of a module that lead elsewhere.
pub(super) fn report(project: &Project<'_>, module: &Module<'_>, notes: &mut Vec<Note>) {
    if is_outside(module.folder) {
        return;
    }
    for call in &module.calls {
        let Some((kind, text)) = said(project, module, call) else {
            continue;
        };
        let document = &project.documents[call.document];
        notes.push(Note {
            kind,
            path: document.path.clone(),
            line: document.line(span(call.block).start),
            text: format!("module.{} {text}", call.name),
        });
    }
}

/// The folders outside of the directory that are called, and have no file in the project.
pub(super) fn folders(project: &Project<'_>) -> Vec<String> {
    let modules = project.modules.values();
    let calls = modules.flat_map(|module| module.calls.iter().map(move |call| (module, call)));
    let folders = calls.filter_map(|(module, call)| local_folder(module.folder, call.source?));
    let mut folders: Vec<String> = folders
        .filter(|folder| is_outside(folder) && !project.modules.contains_key(folder.as_str()))
        .collect();
    folders.sort();
    folders.dedup();
    folders
}

/// How many resources that could be renamed a module has, with all modules that it calls.
fn resources_below(project: &Project<'_>, folder: &str) -> usize {
    let mut count = 0;
    let mut seen = BTreeSet::new();
    let mut open = vec![folder];
    while let Some(folder) = open.pop() {
        let Some(module) = project.modules.get(folder) else {
            continue;
        };
        if !seen.insert(module.folder) {
            continue;
        }
        count += module.declarations.len();
        let callees = module
            .calls
            .iter()
            .filter_map(|call| project.callee(module, call));
        open.extend(callees.map(|callee| callee.folder));
    }
    count
}

fn said(project: &Project<'_>, module: &Module<'_>, call: &Call<'_>) -> Option<(Kind, String)> {
    let Some(source) = call.source else {
        let text = "has a source that isn't a plain text, so that its files weren't looked at. Run \
                    this command on its directory too.";
        return Some((Kind::Hint, text.to_owned()));
    };
    let name = call.name;
    match local_folder(module.folder, source) {
        Some(folder) if is_outside(&folder) => {
            let count = resources_below(project, &folder);
            let text = format!(
                "lies outside of this directory ({source}), and has {count} security group \
                 resource{}. Run this command on a directory that holds both.",
                if count == 1 { "" } else { "s" }
            );
            (count > 0).then_some((Kind::Left, text))
        }
        Some(folder) if !project.modules.contains_key(folder.as_str()) => {
            let text = format!("has the source {source}, where there is no configuration.");
            Some((Kind::Hint, text))
        }
        Some(_) => None,
        None if source.contains(GROUP_MODULE) => Some((
            Kind::Left,
            format!(
                "comes from {source}, whose resources can't be edited here. To take its group over \
                 without a change in EC2, add:\n\n    import {{\n      to = \
                 curated_security_group.{name}\n      id = \"sg-…\" # what \
                 module.{name}.security_group_id is\n    }}\n\n  run \"terraform plan \
                 -generate-config-out=groups.tf\", which writes the group. Then replace the call \
                 by:\n\n    removed {{\n      from = module.{name}\n      lifecycle {{\n        \
                 destroy = false\n      }}\n    }}\n\n  and write \
                 curated_security_group.{name}.id for module.{name}.security_group_id. The guide \
                 \"From the security-group modules\" says more."
            ),
        )),
        None => Some((
            Kind::Hint,
            format!(
                "comes from {source}, which isn't edited: groups inside of it stay with the AWS \
                 provider."
            ),
        )),
    }
}
