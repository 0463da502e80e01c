//! Edits of a text: replaces ranges of bytes and keeps everything else.

use std::collections::BTreeMap;
use std::ops::Range;

/// The replacements in each document, by the document's index.
#[derive(Debug, Default)]
pub(super) struct Edits(BTreeMap<usize, Vec<Edit>>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Edit {
    span: Range<usize>,
    text: String,
}

impl Edits {
    /// Replaces bytes of a document. The same edit twice counts once: modules that share a file
    /// make the same edits.
    pub(super) fn replace(&mut self, document: usize, span: Range<usize>, text: impl Into<String>) {
        let edit = Edit {
            span,
            text: text.into(),
        };
        let edits = self.0.entry(document).or_default();
        if !edits.contains(&edit) {
            edits.push(edit);
        }
    }

    /// Inserts a text into a document. Several texts at the same offset keep their order.
    pub(super) fn insert(&mut self, document: usize, offset: usize, text: impl Into<String>) {
        self.replace(document, offset..offset, text);
    }

    /// Whether the document has edits.
    pub(super) fn touches(&self, document: usize) -> bool {
        self.0.contains_key(&document)
    }

    /// The text of a document with its edits made.
    pub(super) fn apply(&self, document: usize, text: &str) -> String {
        let mut edits = self.0.get(&document).cloned().unwrap_or_default();
        edits.sort_by_key(|edit| (edit.span.start, edit.span.end));
        let mut written = String::with_capacity(text.len());
        let mut done = 0;
        for edit in edits {
            // Of overlapping edits, the first one is made.
            if edit.span.start < done {
                continue;
            }
            written.push_str(&text[done..edit.span.start]);
            written.push_str(&edit.text);
            done = edit.span.end;
        }
        written.push_str(&text[done..]);
        written
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_between_edits_stays() {
        let mut edits = Edits::default();
        edits.replace(0, 4..7, "b");
        edits.replace(0, 0..3, "aaaa");
        edits.replace(0, 0..3, "aaaa");
        edits.insert(0, 7, "!");
        edits.insert(0, 7, "?");
        assert_eq!(edits.apply(0, "one two three"), "aaaa b!? three");
        assert_eq!(edits.apply(1, "one"), "one");
    }
}
