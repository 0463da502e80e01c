//! Renames the types of resources, all references to them, and their `provider` arguments.

use super::document::span;
use super::edit::Edits;
use super::module::{Module, provider_name};
use super::note::{Kind, Note};
use super::project::{Project, local_folder};
use super::references::Reference;
use super::rule_lists;

/// Makes all renames of a module.
pub(super) fn rename(
    project: &Project<'_>,
    module: &Module<'_>,
    edits: &mut Edits,
    notes: &mut Vec<Note>,
) {
    for declaration in &module.declarations {
        if !project.renames(module, declaration) {
            continue;
        }
        let index = declaration.document;
        edits.replace(index, declaration.word.clone(), declaration.renaming.to);
        rule_lists::rewrite(project, module, declaration, edits, notes);
        let Some(provider) = declaration.block.body.get_attribute("provider") else {
            continue;
        };
        if let Some((local, _)) = provider_name(&provider.value) {
            let text = &project.documents[index].text;
            let start = span(&provider.value).start;
            let start = start + usize::from(text[start..].starts_with('"'));
            edits.replace(index, start..start + local.len(), "curated");
        }
    }
    for (index, named) in &module.named {
        let document = &project.documents[*index];
        for reference in &named.references {
            let Some(holder) = holder(project, module, reference) else {
                continue;
            };
            if !project.is_renamed(holder.folder, reference.renaming.from, &reference.name) {
                continue;
            }
            edits.replace(*index, reference.word.clone(), reference.renaming.to);
            let attribute = reference.attribute.as_deref().unwrap_or_default();
            if ["ingress", "egress"].contains(&attribute) {
                notes.push(Note {
                    kind: Kind::Hint,
                    path: document.path.clone(),
                    line: document.line(reference.word.start),
                    text: format!(
                        "This expression reads \"{attribute}\" of {}.{}. Blocks have sets where the \
                         AWS provider has lists, and null where it has \"\" or false: see \"In \
                         expressions\" in the guide \"From aws_security_group\".",
                        reference.renaming.to, reference.name
                    ),
                });
            }
        }
        for target in &named.targets {
            let mut holder = holder(project, module, &target.reference);
            for name in &target.modules {
                holder = holder.and_then(|module| {
                    let call = module.calls.iter().find(|call| call.name == *name)?;
                    project.callee(module, call)
                });
            }
            let reference = &target.reference;
            let is_renamed = holder.is_some_and(|module| {
                project.is_renamed(module.folder, reference.renaming.from, &reference.name)
            });
            if is_renamed {
                edits.replace(*index, reference.word.clone(), reference.renaming.to);
            }
        }
    }
}

/// The module of the resource of a reference: that of the file, or the one that a test names.
fn holder<'m, 'a>(
    project: &'m Project<'a>,
    module: &'m Module<'a>,
    reference: &Reference,
) -> Option<&'m Module<'a>> {
    let Some(source) = &reference.tested else {
        return Some(module);
    };
    let folder = local_folder(module.folder, source)?;
    project.modules.get(folder.as_str())
}
