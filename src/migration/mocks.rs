//! Tests of modules: a mocked AWS provider gets a mocked twin, so that tests which asked no cloud before
//! ask none afterwards.

use super::document::{Document, label_word, span};
use super::edit::Edits;
use super::module::{Mock, Module};
use super::project::Project;
use super::types;

/// Adds what the tests of a module need.
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

/// The twin: with the same arguments, and with the mocked resources of types that are renamed.
fn twin(document: &Document, mock: &Mock<'_>) -> String {
    let mut lines = String::new();
    for attribute in mock.block.body.attributes() {
        let text = document.text[span(attribute)].trim();
        lines.push_str(&format!("  {text}\n"));
    }
    for block in mock.block.body.get_blocks("mock_resource") {
        let Some(word) = label_word(document, block, 0) else {
            continue;
        };
        let Some(renaming) = types::from_aws(&document.text[word.clone()]) else {
            continue;
        };
        let whole = span(block);
        let before = &document.text[whole.start..word.start];
        let after = &document.text[word.end..whole.end];
        if !lines.is_empty() {
            lines.push('\n');
        }
        let text = format!("  {before}{}{after}\n", renaming.to);
        lines.push_str(&text.replace("\r\n", "\n"));
    }
    if lines.is_empty() {
        return "mock_provider \"curated\" {}".to_owned();
    }
    format!("mock_provider \"curated\" {{\n{lines}}}")
}
