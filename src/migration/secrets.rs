//! Finds literal credentials in provider blocks, and hides them in texts that are shown.

use std::ops::Range;

use hcl_edit::expr::Expression;
use hcl_edit::structure::{Attribute, Body};
use hcl_edit::visit::{Visit, visit_attr};

use super::document::{self, Document, Source, span};
use super::edit::Edits;

/// The arguments of a provider block that hold, or may hold, a credential.
const SENSITIVE: [&str; 6] = [
    "access_key",
    "http_proxy",
    "https_proxy",
    "secret_key",
    "token",
    "web_identity_token",
];

/// The replacement of a hidden value.
const HIDDEN: &str = "\"(hidden)\"";

/// The bytes of literal credentials in a body and its blocks.
pub(super) fn literals(document: &Document, body: &Body) -> Vec<Range<usize>> {
    let mut visitor = Literals {
        document,
        found: Vec::new(),
    };
    visitor.visit_body(body);
    visitor.found
}

struct Literals<'a> {
    document: &'a Document,
    found: Vec<Range<usize>>,
}

impl Visit for Literals<'_> {
    fn visit_attr(&mut self, attribute: &Attribute) {
        let value = span(&attribute.value);
        let is_sensitive = SENSITIVE.contains(&attribute.key.as_str());
        if is_sensitive && may_have_text(&attribute.value, &self.document.text[value.clone()]) {
            self.found.push(value);
        } else {
            visit_attr(self, attribute);
        }
    }
}

/// Whether an expression has a quoted text or a heredoc in it, other than the key of a reference
/// such as `var.keys["prod"]`.
fn may_have_text(expression: &Expression, text: &str) -> bool {
    let is_reference = match expression {
        Expression::Traversal(traversal) => matches!(traversal.expr, Expression::Variable(_)),
        _ => false,
    };
    !is_reference && (text.contains('"') || text.contains("<<"))
}

/// The text of a configuration, with the literal credentials of provider blocks replaced.
pub(super) fn hidden(path: &str, text: &str) -> String {
    let source = Source {
        path: path.to_owned(),
        text: text.to_owned(),
        links: Vec::new(),
    };
    let Ok(document) = document::parse(&source) else {
        return text.to_owned();
    };
    let mut edits = Edits::default();
    for block in document.body.get_blocks("provider") {
        for literal in literals(&document, &block.body) {
            edits.replace(0, literal, HIDDEN);
        }
    }
    document.written(edits.apply(0, &document.text))
}
