//! Writes parts of new blocks: expressions with renamed references, and aligned attributes.

use std::ops::Range;

use hcl_edit::expr::{Expression, Traversal, TraversalOperator};
use hcl_edit::visit::{Visit, visit_traversal};

use super::document::span;
use super::edit::Edits;
use super::module::{Declaration, Module};
use super::project::Project;

/// Attributes with aligned values, as `terraform fmt` writes them.
pub(super) fn aligned(attributes: &[(String, String, String)], indent: &str) -> String {
    let width = attributes.iter().map(|(name, ..)| name.len()).max();
    let width = width.unwrap_or_default();
    let line = |(name, value, comment): &(String, String, String)| {
        let value = value.replace("\r\n", "\n");
        let line = format!("{indent}{name:width$} = {value} {comment}");
        format!("{}\n", line.trim_end())
    };
    attributes.iter().map(line).collect()
}

/// The text of an expression with its references renamed, and `each` and `count` as the iterator of a
/// `dynamic` block.
pub(super) fn renamed(
    project: &Project<'_>,
    module: &Module<'_>,
    rule: &Declaration<'_>,
    expression: &Expression,
    iterator: Option<&str>,
) -> String {
    let document = &project.documents[rule.document];
    let whole = span(expression);
    let mut edits = Edits::default();
    let named = module
        .named
        .iter()
        .filter(|(index, _)| *index == rule.document);
    for reference in named.flat_map(|(_, named)| &named.references) {
        let is_inside = whole.contains(&reference.word.start);
        if is_inside && project.is_renamed(module.folder, reference.renaming.from, &reference.name)
        {
            let word = reference.word.start - whole.start..reference.word.end - whole.start;
            edits.replace(0, word, reference.renaming.to);
        }
    }
    if let Some(iterator) = iterator {
        let mut words = Iterators(Vec::new());
        words.visit_expr(expression);
        for (word, suffix) in words.0 {
            let word = word.start - whole.start..word.end - whole.start;
            edits.replace(0, word, format!("{iterator}{suffix}"));
        }
    }
    edits.apply(0, &document.text[whole]).trim().to_owned()
}

/// The bytes of `each` and `count.index`, and what follows the name of the iterator that replaces
/// them.
struct Iterators(Vec<(Range<usize>, &'static str)>);

impl Visit for Iterators {
    fn visit_traversal(&mut self, traversal: &Traversal) {
        if let Expression::Variable(root) = &traversal.expr {
            let root_span = span(&traversal.expr);
            match (root.as_str(), traversal.operators.first()) {
                ("each", _) => self.0.push((root_span, "")),
                ("count", Some(operator)) => {
                    if let TraversalOperator::GetAttr(name) = operator.value() {
                        self.0.push((root_span.start..span(name).end, ".value"));
                    }
                }
                _ => {}
            }
        }
        visit_traversal(self, traversal);
    }
}
