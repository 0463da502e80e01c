//! Reports calls of modules whose files aren't edited, since they come from a registry or
//! repository or lie outside of the directory, and what to do about their groups.

use std::collections::BTreeSet;

use super::document::span;
use super::module::{Call, Module};
use super::note::{Kind, Note};
use super::project::{Project, is_outside, local_folder};

/// The registry's most used module for groups.
const GROUP_MODULE: &str = "terraform-aws-modules/security-group/aws";

/// Reports such calls in a module.
pub(super) fn report(project: &Project<'_>, module: &Module<'_>, notes: &mut Vec<Note>) {
    if is_outside(module.folder) {
        return;
    }
    for call in &module.calls {
        let Some((kind, text)) = note_text(project, module, call) else {
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

/// Folders outside of the directory that modules call and whose files weren't read.
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

/// The number of resources of renamed types in a module and all modules that it calls.
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

fn note_text(
    project: &Project<'_>,
    module: &Module<'_>,
    call: &Call<'_>,
) -> Option<(Kind, String)> {
    let Some(source) = call.source else {
        let text = "has a source that isn't a plain text, so that its files weren't looked at. Run \
                    this command on its directory too.";
        return Some((Kind::Hint, text.to_owned()));
    };
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
        None if source.contains(GROUP_MODULE) => {
            let text = taken_over(call, source, &path_to(project, module));
            Some((Kind::Left, text))
        }
        None => Some((
            Kind::Hint,
            format!(
                "comes from {source}, which isn't edited: groups inside of it stay with the AWS \
                 provider."
            ),
        )),
    }
}

/// The address of a module with a dot at the end, such as `module.network.`; empty for a root. Of
/// several callers, the first one counts.
fn path_to(project: &Project<'_>, module: &Module<'_>) -> String {
    let mut path = String::new();
    let mut seen = BTreeSet::from([module.folder]);
    let mut folder = module.folder;
    loop {
        let calls = project.modules.values();
        let mut calls =
            calls.flat_map(|caller| caller.calls.iter().map(move |call| (caller, call)));
        let caller = calls.find(|(caller, call)| {
            let callee = project.callee(caller, call);
            callee.is_some_and(|callee| callee.folder == folder)
        });
        let Some((caller, call)) = caller.filter(|(caller, _)| seen.insert(caller.folder)) else {
            return path;
        };
        path = format!("module.{}.{path}", call.name);
        folder = caller.folder;
    }
}

/// Instructions that replace a call of the registry's module without a change in EC2.
fn taken_over(call: &Call<'_>, source: &str, path: &str) -> String {
    let name = call.name;
    let key = match (
        call.block.body.get_attribute("for_each"),
        call.block.body.get_attribute("count"),
    ) {
        (Some(_), _) => "[\"KEY\"]",
        (_, Some(_)) => "[0]",
        (None, None) => "",
    };
    let version = super::document::text(&call.block.body, "version");
    let digits = |text: &str| {
        text.chars()
            .take_while(char::is_ascii_digit)
            .collect::<String>()
    };
    let major = version.and_then(|text| {
        let start = text.find(|c: char| c.is_ascii_digit())?;
        digits(&text[start..]).parse::<u32>().ok()
    });
    // Version 6 renamed the output.
    let output = match major {
        Some(major) if major >= 6 => format!("module.{name}{key}.id"),
        Some(_) => format!("module.{name}{key}.security_group_id"),
        None => {
            format!(
                "module.{name}{key}.id (before version 6, module.{name}{key}.security_group_id)"
            )
        }
    };
    let written = if path.is_empty() && key.is_empty() {
        "run \"terraform plan -generate-config-out=groups.tf\", which writes the group."
    } else if path.is_empty() {
        "with one for each instance. Write the group as the guide \"From the security-group modules\" \
         shows, with the same keys; \"terraform plan\" says where it differs from EC2."
    } else {
        "in the root module, since imports are written there. Write the group beside the call as the \
         guide \"From the security-group modules\" shows; \"terraform plan\" says where it differs \
         from EC2."
    };
    format!(
        "comes from {source}, whose resources can't be edited here. To take its group over without a \
         change in EC2, require the provider curated/curated, give it a block with the region and the \
         tags of the AWS provider's, and add:\n\n    import {{\n      to = \
         {path}curated_security_group.{name}{key}\n      id = \"sg-…\" # what {output} is\n    }}\n\n  \
         {written} Then replace the call by:\n\n    removed {{\n      from = module.{name}\n      \
         lifecycle {{\n        destroy = false\n      }}\n    }}\n\n  and write \
         curated_security_group.{name}{key}.id for the output. The guide \"From the security-group \
         modules\" says more."
    )
}
