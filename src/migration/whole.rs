//! Reports uses of whole groups and rules, in resources such as `terraform_data` and in outputs.
//! The renamed types have other attributes, so a plan shows a change there.

use hcl_edit::expr::{Expression, TraversalOperator};
use hcl_edit::structure::Body;

use super::document::span;
use super::module::Module;
use super::note::{Kind, Note};
use super::project::Project;
use super::references;

/// Arguments of resources whose values aren't stored.
const KEEP_NOTHING: [&str; 4] = ["count", "depends_on", "for_each", "provider"];

/// Reports such uses in a module.
pub(super) fn report(project: &Project<'_>, module: &Module<'_>, notes: &mut Vec<Note>) {
    let is_root = project.uncalled().contains(&module.folder);
    for index in &module.documents {
        let document = &project.documents[*index];
        let mut kept = Vec::new();
        for block in document.body.blocks() {
            match block.ident.as_str() {
                "resource" => in_body(&block.body, &mut kept),
                "output" if is_root => {
                    let value = block.body.get_attribute("value");
                    value
                        .into_iter()
                        .for_each(|value| whole(&value.value, &mut kept));
                }
                _ => {}
            }
        }
        for expression in kept {
            let Expression::Traversal(traversal) = expression else {
                continue;
            };
            let Some(named) = references::reference(traversal) else {
                continue;
            };
            if named.attribute.is_none()
                && project.is_renamed(module.folder, named.renaming.from, &named.name)
            {
                notes.push(Note {
                    kind: Kind::Hint,
                    path: document.path.clone(),
                    line: document.line(span(expression).start),
                    text: format!(
                        "This keeps {}.{} as a whole, which has other attributes than the AWS \
                         provider's: the plan shows a change of what keeps it. Write the attributes \
                         that are needed, such as its id.",
                        named.renaming.to, named.name
                    ),
                });
            }
        }
    }
}

fn in_body<'a>(body: &'a Body, kept: &mut Vec<&'a Expression>) {
    for attribute in body.attributes() {
        if !KEEP_NOTHING.contains(&attribute.key.as_str()) {
            whole(&attribute.value, kept);
        }
    }
    for block in body.blocks() {
        if !["dynamic", "lifecycle", "provisioner", "connection"].contains(&block.ident.as_str()) {
            in_body(&block.body, kept);
        }
    }
}

/// The traversals whose whole value is part of the expression's value.
fn whole<'a>(expression: &'a Expression, kept: &mut Vec<&'a Expression>) {
    match expression {
        Expression::Traversal(traversal) => {
            let is_plain = |operator: &TraversalOperator| {
                matches!(
                    operator,
                    TraversalOperator::GetAttr(_) | TraversalOperator::Index(_)
                )
            };
            if traversal
                .operators
                .iter()
                .all(|operator| is_plain(operator))
            {
                kept.push(expression);
            }
        }
        Expression::Array(list) => list.iter().for_each(|element| whole(element, kept)),
        Expression::Object(object) => object
            .iter()
            .for_each(|(_, value)| whole(value.expr(), kept)),
        Expression::Parenthesis(inner) => whole(inner.inner(), kept),
        _ => {}
    }
}
