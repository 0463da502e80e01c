//! Migrates a configuration of the AWS provider to this one: takes texts of files, and returns
//! edited texts and notes. Everything outside of renamed words and added blocks stays as it is,
//! byte by byte. Must not know files, state files or EC2.

mod bundle_text;
mod bundles;
mod document;
mod edit;
mod elsewhere;
mod groups_of;
mod held;
mod inside;
mod mixed;
mod mocks;
mod module;
mod moves;
mod note;
mod options;
mod project;
mod providers;
mod references;
mod rename;
mod rule_lists;
mod secrets;
mod text;
mod types;
mod undeclared;
mod whole;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

pub use self::document::Source;
pub use self::note::{Kind, Note};
pub use self::options::Options;
pub use self::undeclared::GroupInState;

use self::document::{Document, Opaque};
use self::edit::Edits;
use self::module::Module;
use self::project::Project;

/// The file of each module for blocks that belong to no existing file.
const OWN_FILE: &str = "curated.tf";

/// A file that changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Relative to the directory.
    pub path: String,
    /// The previous text; `None` for a new file.
    pub before: Option<String>,
    /// The new text.
    pub after: String,
    /// Whether the file declares renamed resources. Such files are written last, after those that
    /// they need, so that an interrupted run can be repeated.
    pub renames: bool,
}

/// The changed files of a migration, and its notes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Migration {
    /// In the order in which they are to be written.
    pub changes: Vec<Change>,
    /// By path and line.
    pub notes: Vec<Note>,
    /// The number of renamed resources.
    pub renamed: usize,
    /// The folders of root modules that need the provider. Each has a state of its own.
    pub roots: Vec<String>,
    /// The number of groups that declare rules of one direction only. Whether they have rules of
    /// the other one, only a state knows.
    pub half_declared: usize,
}

impl Migration {
    /// Whether any resource stays with the AWS provider.
    pub fn leaves_something(&self) -> bool {
        self.notes.iter().any(|note| note.kind == Kind::Left)
    }
}

impl Change {
    /// The previous and the new text, without credentials of provider blocks.
    pub fn shown(&self) -> (String, String) {
        let before = self.before.as_deref().unwrap_or_default();
        (
            secrets::hidden(&self.path, before),
            secrets::hidden(&self.path, &self.after),
        )
    }
}

/// Folders outside of the directory that modules call and whose files aren't among the sources yet.
pub fn folders_outside(sources: &[Source]) -> Vec<String> {
    let parsed = sources
        .iter()
        .filter_map(|source| document::parse(source).ok());
    let documents: Vec<Document> = parsed.collect();
    let (links, mut notes) = (BTreeMap::new(), Vec::new());
    let project = Project::new(&documents, &[], &links);
    let renamed = held::renamed(&project, Options::default(), &mut notes);
    let project = project.renaming(renamed);
    elsewhere::folders(&project)
}

/// Migrates the modules of a configuration. `states` has the groups of the states that are known.
pub fn migrate(sources: &[Source], options: Options, states: &[GroupInState]) -> Migration {
    let mut documents: Vec<Document> = Vec::new();
    let mut opaque: Vec<Opaque> = Vec::new();
    for source in sources {
        match document::parse(source) {
            Ok(document) => documents.push(document),
            Err(file) => opaque.push(file),
        }
    }
    let links: BTreeMap<String, Vec<String>> = sources
        .iter()
        .map(|source| (source.path.clone(), source.links.clone()))
        .collect();
    let mut notes = Vec::new();
    let project = Project::new(&documents, &opaque, &links);
    let renamed = held::renamed(&project, options, &mut notes);
    let project = project.renaming(renamed);
    let undeclared = undeclared::find(&project, states);
    let mut edits = Edits::default();
    let mut own_files: BTreeMap<String, String> = BTreeMap::new();
    for module in project.modules.values() {
        elsewhere::report(&project, module, &mut notes);
        if !project.need.contains(module.folder) {
            continue;
        }
        rename::rename(&project, module, &mut edits, &mut notes);
        for group in &module.declarations {
            if project.renames(module, group) {
                undeclared::ignore(&project, module, group, &undeclared, &mut edits, &mut notes);
            }
        }
        whole::report(&project, module, &mut notes);
        mocks::add(&project, module, &mut edits);
        let mut blocks: Vec<String> = Vec::new();
        blocks.extend(providers::add(&project, module, &mut edits, &mut notes));
        let bundles = bundles::find(&project, module, options, &mut notes);
        let folded = bundles.iter().flat_map(|bundle| bundle.rules.clone());
        let folded: BTreeSet<usize> = folded.collect();
        let moved = moves::missing(&project, module, &folded);
        blocks.extend(moved.iter().map(moves::block));
        for bundle in &bundles {
            blocks.extend(bundle_text::fold(&project, module, bundle, &mut edits));
        }
        if !blocks.is_empty() {
            let path = own_file(module, &opaque);
            own_files.insert(path, blocks.join("\n"));
        }
    }
    mocks::add_to_files(&project, &mut edits);
    let changes = changes(&project, &edits, own_files);
    notes.sort();
    notes.dedup();
    notes.sort_by(|a, b| (&a.path, a.line).cmp(&(&b.path, b.line)));
    Migration {
        changes,
        notes,
        renamed: project.renamed.len(),
        roots: project.roots(),
        half_declared: undeclared::half_declared(&project),
    }
}

/// The path of the module's file for added blocks, which must not be one that can't be edited.
fn own_file(module: &Module<'_>, opaque: &[Opaque]) -> String {
    let path = |name: &str| match module.folder {
        "" => name.to_owned(),
        folder => format!("{folder}/{name}"),
    };
    let own = path(OWN_FILE);
    if opaque.iter().any(|file| file.path == own) {
        path("curated_moved.tf")
    } else {
        own
    }
}

fn changes(
    project: &Project<'_>,
    edits: &Edits,
    mut own_files: BTreeMap<String, String>,
) -> Vec<Change> {
    let mut changes = Vec::new();
    for (index, document) in project.documents.iter().enumerate() {
        let addition = own_files.remove(&document.path);
        if !edits.touches(index) && addition.is_none() {
            continue;
        }
        let mut text = edits.apply(index, &document.text);
        if let Some(blocks) = addition {
            let newline = document.newline();
            if !text.is_empty() && !text.ends_with('\n') {
                text.push_str(newline);
            }
            if !text.is_empty() {
                text.push_str(newline);
            }
            text.push_str(&blocks.replace('\n', newline));
        }
        let renames = project.modules.values().any(|module| {
            let mut declared = module.declarations.iter().filter(|d| d.document == index);
            declared.any(|declaration| project.renames(module, declaration))
        });
        changes.push(Change {
            path: document.path.clone(),
            before: Some(document.written(document.text.clone())),
            after: document.written(text),
            renames,
        });
    }
    changes.extend(own_files.into_iter().map(|(path, after)| Change {
        path,
        before: None,
        after,
        renames: false,
    }));
    changes.sort_by(|a, b| (a.renames, &a.path).cmp(&(b.renames, &b.path)));
    changes
}
