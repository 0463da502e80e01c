//! Migrates mocks in tests of modules: beside a mocked AWS provider, this provider is mocked too,
//! so that the tests still call no cloud.

use hcl_edit::structure::Block;

use super::document::{Document, label_word, span};
use super::edit::Edits;
use super::module::{Mock, Module};
use super::project::Project;
use super::types::{self, Renaming};

/// Adds the mocks that the tests of a module need.
pub(super) fn add(project: &Project<'_>, module: &Module<'_>, edits: &mut Edits) {
    for mock in &module.mocks {
        let is_twin = |other: &Mock<'_>| {
            (other.local, other.alias, other.document) == ("curated", mock.alias, mock.document)
        };
        if !module.aws_names().contains(mock.local) || module.mocks.iter().any(is_twin) {
            continue;
        }
        let document = &project.documents[mock.document];
        let newline = document.newline();
        let text = twin(document, mock).replace('\n', newline);
        let at = document.end_of_line(span(mock.block).end);
        edits.insert(mock.document, at, format!("{newline}{newline}{text}"));
    }
}

/// Copies mocked resources in files that `mock_provider` blocks read, with the renamed type. The
/// blocks of both providers read the same file.
pub(super) fn add_to_files(project: &Project<'_>, edits: &mut Edits) {
    for (index, document) in project.documents.iter().enumerate() {
        if !document.path.ends_with(".tfmock.hcl") {
            continue;
        }
        let mocked = |ty: &str| {
            let mut blocks = document.body.get_blocks("mock_resource");
            blocks.any(|block| {
                block
                    .labels
                    .first()
                    .is_some_and(|label| label.as_str() == ty)
            })
        };
        for block in document.body.get_blocks("mock_resource") {
            let Some((renaming, text)) = twin_resource(document, block) else {
                continue;
            };
            let mut renamed = project.renamed.iter();
            if !mocked(renaming.to) && renamed.any(|(_, ty, _)| *ty == renaming.from) {
                let newline = document.newline();
                let at = document.end_of_line(span(block).end);
                edits.insert(index, at, format!("{newline}{newline}{text}"));
            }
        }
    }
}

/// The same mocked resource with the renamed type; `None` for other types.
fn twin_resource(document: &Document, block: &Block) -> Option<(&'static Renaming, String)> {
    let word = label_word(document, block, 0)?;
    let renaming = types::from_aws(&document.text[word.clone()])?;
    let whole = span(block);
    let before = &document.text[whole.start..word.start];
    let after = &document.text[word.end..whole.end];
    Some((renaming, format!("{before}{}{after}", renaming.to)))
}

/// The mock of this provider, with the same arguments and the mocked resources of renamed types.
fn twin(document: &Document, mock: &Mock<'_>) -> String {
    let mut lines = String::new();
    for attribute in mock.block.body.attributes() {
        let text = document.text[span(attribute)].trim();
        lines.push_str(&format!("  {text}\n"));
    }
    for block in mock.block.body.get_blocks("mock_resource") {
        let Some((_, text)) = twin_resource(document, block) else {
            continue;
        };
        if !lines.is_empty() {
            lines.push('\n');
        }
        lines.push_str(&format!("  {}\n", text.replace("\r\n", "\n")));
    }
    if lines.is_empty() {
        return "mock_provider \"curated\" {}".to_owned();
    }
    format!("mock_provider \"curated\" {{\n{lines}}}")
}
