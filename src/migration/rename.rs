//! Renames the types of resources, all references to them, and their `provider` arguments.

use super::document::{Document, span};
use super::edit::Edits;
use super::inside::DIRECTIONS;
use super::module::{Declaration, Module, provider_name};
use super::note::{Kind, Note};
use super::project::{Project, local_folder};
use super::references::{Reference, Target};
use super::rule_lists;

/// Makes all renames of a module.
pub(super) fn rename(
    project: &Project<'_>,
    module: &Module<'_>,
    edits: &mut Edits,
    notes: &mut Vec<Note>,
) {
    for declaration in &module.declarations {
        if project.renames(module, declaration) {
            rename_declaration(project, declaration, edits);
            rule_lists::rewrite(project, module, declaration, edits, notes);
        }
    }
    for (index, named) in &module.named {
        let document = &project.documents[*index];
        for reference in &named.references {
            let Some(holder) = holder(project, module, reference) else {
                continue;
            };
            if project.is_renamed(holder.folder, reference.renaming.from, &reference.name) {
                edits.replace(*index, reference.word.clone(), reference.renaming.to);
                notes.extend(note_about_blocks(document, reference));
            }
        }
        for target in &named.targets {
            let reference = &target.reference;
            let is_renamed = module_of(project, module, target).is_some_and(|module| {
                project.is_renamed(module.folder, reference.renaming.from, &reference.name)
            });
            if is_renamed {
                edits.replace(*index, reference.word.clone(), reference.renaming.to);
            }
        }
    }
}

/// Renames the type of a resource, and the provider of its `provider` argument.
fn rename_declaration(project: &Project<'_>, declaration: &Declaration<'_>, edits: &mut Edits) {
    let index = declaration.document;
    edits.replace(index, declaration.word.clone(), declaration.renaming.to);
    let Some(provider) = declaration.block.body.get_attribute("provider") else {
        return;
    };
    if let Some((local, _)) = provider_name(&provider.value) {
        let text = &project.documents[index].text;
        let start = span(&provider.value).start;
        let start = start + usize::from(text[start..].starts_with('"'));
        edits.replace(index, start..start + local.len(), "curated");
    }
}

/// A note about an expression that reads the blocks of a group.
fn note_about_blocks(document: &Document, reference: &Reference) -> Option<Note> {
    let attribute = reference.attribute.as_deref()?;
    DIRECTIONS.contains(&attribute).then(|| Note {
        kind: Kind::Hint,
        path: document.path.clone(),
        line: document.line(reference.word.start),
        text: format!(
            "This expression reads \"{attribute}\" of {}.{}. Blocks have sets where the AWS \
             provider has lists, and null where it has \"\" or false: see \"In expressions\" in \
             the guide \"From aws_security_group\".",
            reference.renaming.to, reference.name
        ),
    })
}

/// The module of the resource of an address that may lead through calls.
fn module_of<'m, 'a>(
    project: &'m Project<'a>,
    module: &'m Module<'a>,
    target: &Target,
) -> Option<&'m Module<'a>> {
    let mut module = holder(project, module, &target.reference)?;
    for name in &target.modules {
        let call = module.calls.iter().find(|call| call.name == *name)?;
        module = project.callee(module, call)?;
    }
    Some(module)
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
