//! A file of a configuration: its text, and the parsed body. Only the text is edited; the body
//! gives the bytes of each word.

use std::ops::Range;

use hcl_edit::Span;
use hcl_edit::structure::{Block, Body};

/// The byte order mark with which some editors begin a file.
const BYTE_ORDER_MARK: char = '\u{feff}';

/// A file as it was read.
#[derive(Clone, Debug)]
pub struct Source {
    /// Relative to the directory that is migrated, with `/` between its parts; begins with `../`
    /// where a module lies outside of it.
    pub path: String,
    /// The whole text.
    pub text: String,
    /// Other folders that have a symbolic link to the file.
    pub links: Vec<String>,
}

/// A file that was parsed.
#[derive(Debug)]
pub(super) struct Document {
    pub(super) path: String,
    pub(super) text: String,
    pub(super) body: Body,
    /// Whether the file began with a byte order mark, which `text` doesn't have.
    pub(super) marked: bool,
}

/// A file that can't be edited: it is JSON, or the parser doesn't understand it.
#[derive(Debug)]
pub(super) struct Opaque {
    pub(super) path: String,
    pub(super) text: String,
    /// The line to look at, counted from 1.
    pub(super) line: usize,
    /// Why it can't be edited, as the predicate of a sentence about the file.
    pub(super) reason: String,
}

/// Whether the file's name says that Terraform or OpenTofu reads it as JSON.
pub(super) fn is_json(path: &str) -> bool {
    path.ends_with(".tf.json") || path.ends_with(".tofu.json") || path.ends_with(".tftest.json")
}

/// Parses a file.
pub(super) fn parse(source: &Source) -> Result<Document, Opaque> {
    let opaque = |line, reason| Opaque {
        path: source.path.clone(),
        text: source.text.clone(),
        line,
        reason,
    };
    if is_json(&source.path) {
        return Err(opaque(
            1,
            "is in JSON syntax, which isn't edited".to_owned(),
        ));
    }
    let text = source.text.strip_prefix(BYTE_ORDER_MARK);
    let marked = text.is_some();
    let text = text.unwrap_or(&source.text).to_owned();
    match hcl_edit::parser::parse_body(&text) {
        Ok(body) => Ok(Document {
            path: source.path.clone(),
            text,
            body,
            marked,
        }),
        Err(error) => Err(opaque(
            error.location().line(),
            format!(
                "can't be read as HCL in line {} ({})",
                error.location().line(),
                error.message()
            ),
        )),
    }
}

impl Document {
    /// The line of a byte, counted from 1.
    pub(super) fn line(&self, offset: usize) -> usize {
        let before = &self.text.as_bytes()[..offset.min(self.text.len())];
        before.iter().filter(|byte| **byte == b'\n').count() + 1
    }

    /// The line ending of the file.
    pub(super) fn newline(&self) -> &'static str {
        if self.text.contains("\r\n") {
            "\r\n"
        } else {
            "\n"
        }
    }

    /// The edited text as it is written, with the byte order mark if the file had one.
    pub(super) fn written(&self, text: String) -> String {
        if self.marked {
            format!("{BYTE_ORDER_MARK}{text}")
        } else {
            text
        }
    }

    /// The end of the line on which a byte stands, before its line break.
    pub(super) fn end_of_line(&self, offset: usize) -> usize {
        let rest = &self.text[offset..];
        let end = rest.find('\n').map_or(self.text.len(), |at| offset + at);
        if self.text[..end].ends_with('\r') && end > offset {
            end - 1
        } else {
            end
        }
    }

    /// Whether the file is an override file, which Terraform merges into the others.
    pub(super) fn is_override(&self) -> bool {
        let name = self.path.rsplit('/').next().unwrap_or_default();
        let stem = name.split('.').next().unwrap_or_default();
        stem == "override" || stem.ends_with("_override")
    }
}

/// The bytes of a parsed item. Everything that comes from the parser has them.
pub(super) fn span(item: &impl Span) -> Range<usize> {
    item.span().unwrap_or_default()
}

/// The bytes of the word inside a label, which may be quoted.
pub(super) fn label_word(document: &Document, block: &Block, index: usize) -> Option<Range<usize>> {
    let label = block.labels.get(index)?;
    let span = span(label);
    let quoted = document.text[span.clone()].starts_with('"');
    let word = if quoted {
        span.start + 1..span.end - 1
    } else {
        span
    };
    // With an escape in the label, its bytes differ from its value.
    (document.text.get(word.clone())? == label.as_str()).then_some(word)
}

/// The value of an attribute, if it is a string without a template.
pub(super) fn text<'a>(body: &'a Body, key: &str) -> Option<&'a str> {
    body.get_attribute(key)?.value.as_str()
}
