//! Finds the words of a file that refer to resources of renamed types, in all expressions:
//! traversals, templates, heredocs, `for`, and the quoted references of Terraform 0.11.

use std::ops::Range;

use hcl_edit::expr::{Expression, Traversal, TraversalOperator};
use hcl_edit::structure::{Attribute, Block, Body};
use hcl_edit::template::ForTemplateExpr;
use hcl_edit::visit::{Visit, visit_attr, visit_block, visit_for_template_expr, visit_traversal};

use super::document::{Document, span};
use super::types::{self, Renaming};

/// A word that names the type of a resource of the same module.
#[derive(Debug)]
pub(super) struct Reference {
    pub(super) renaming: &'static Renaming,
    /// The resource's name.
    pub(super) name: String,
    /// The bytes of the type's word.
    pub(super) word: Range<usize>,
    /// The attribute of the resource that the expression reads.
    pub(super) attribute: Option<String>,
    /// The source of the module that has the resource, if a test's `run` block names another
    /// module.
    pub(super) tested: Option<String>,
}

/// The target of an `import` block, or of a test's override or plan: an address that may lead through
/// modules.
#[derive(Debug)]
pub(super) struct Target {
    /// Names of module calls, beginning in the module of the block.
    pub(super) modules: Vec<String>,
    pub(super) reference: Reference,
}

/// The references to resources in one file.
#[derive(Debug, Default)]
pub(super) struct Named {
    pub(super) references: Vec<Reference>,
    pub(super) targets: Vec<Target>,
}

/// Collects the references to resources in a document.
pub(super) fn named(document: &Document) -> Named {
    named_in(document, &document.body)
}

fn named_in(document: &Document, body: &Body) -> Named {
    let mut visitor = Visitor {
        document,
        tested: None,
        found: Named::default(),
    };
    visitor.visit_body(body);
    visitor.found
}

struct Visitor<'a> {
    document: &'a Document,
    /// The source of the module that the visited `run` block tests.
    tested: Option<String>,
    found: Named,
}

impl Visitor<'_> {
    fn found_word(&mut self, reference: Reference) {
        let tested = self.tested.clone();
        let reference = Reference {
            tested,
            ..reference
        };
        let word = self.document.text.get(reference.word.clone());
        // If the bytes differ from the parsed word, they aren't edited.
        if word == Some(reference.renaming.from) {
            self.found.references.push(reference);
        }
    }

    /// Adds the target of an address, and the references in its keys.
    fn targets(&mut self, address: &Expression) {
        let tested = self.tested.clone();
        self.found
            .targets
            .extend(target(address).map(|target| Target {
                reference: Reference {
                    tested,
                    ..target.reference
                },
                ..target
            }));
        visit_indices(self, address);
    }

    /// Adds quoted references, as in Terraform 0.11, which later versions still accept.
    fn quoted(&mut self, expression: &Expression) {
        let Expression::Array(array) = expression else {
            return;
        };
        for element in array {
            let Some(text) = element.as_str() else {
                continue;
            };
            let mut parts = text.split('.');
            let ty = parts.next().and_then(types::from_aws);
            if let (Some(renaming), Some(name)) = (ty, parts.next()) {
                let start = span(element).start + 1;
                self.found_word(Reference {
                    renaming,
                    name: name.split('[').next().unwrap_or_default().to_owned(),
                    word: start..start + renaming.from.len(),
                    attribute: None,
                    tested: None,
                });
            }
        }
    }
}

impl Visit for Visitor<'_> {
    fn visit_block(&mut self, block: &Block) {
        match block.ident.as_str() {
            // These blocks name previous addresses, which don't change.
            "moved" | "removed" => {}
            "import" | "override_resource" => {
                for attribute in block.body.attributes() {
                    if ["to", "target"].contains(&attribute.key.as_str()) {
                        self.targets(&attribute.value);
                    } else {
                        visit_attr(self, attribute);
                    }
                }
            }
            "plan_options" => {
                for attribute in block.body.attributes() {
                    if let Expression::Array(addresses) = &attribute.value {
                        for address in addresses {
                            self.targets(address);
                        }
                    }
                }
            }
            "run" => {
                let mut modules = block.body.get_blocks("module");
                let source = modules
                    .next()
                    .and_then(|m| super::document::text(&m.body, "source"));
                self.tested = source.map(str::to_owned);
                visit_block(self, block);
                self.tested = None;
            }
            _ => visit_block(self, block),
        }
    }

    fn visit_attr(&mut self, attribute: &Attribute) {
        if ["depends_on", "replace_triggered_by"].contains(&attribute.key.as_str()) {
            self.quoted(&attribute.value);
        }
        visit_attr(self, attribute);
    }

    fn visit_for_template_expr(&mut self, directive: &ForTemplateExpr) {
        // The parser's own visitor leaves out the collection of `%{ for x in … }`.
        self.visit_expr(&directive.collection_expr);
        visit_for_template_expr(self, directive);
    }

    fn visit_traversal(&mut self, traversal: &Traversal) {
        if let Some(reference) = reference(traversal) {
            self.found_word(reference);
        }
        visit_traversal(self, traversal);
    }
}

/// Visits the keys in an address, which may be `each.key` or a reference to another resource.
fn visit_indices(visitor: &mut Visitor<'_>, address: &Expression) {
    let Expression::Traversal(traversal) = address else {
        return;
    };
    for operator in &traversal.operators {
        if let TraversalOperator::Index(index) = operator.value() {
            visitor.visit_expr(index);
        }
    }
}

/// The names of a traversal with their bytes, without indices.
pub(super) fn names(traversal: &Traversal) -> Vec<(&str, Range<usize>)> {
    let Expression::Variable(first) = &traversal.expr else {
        return Vec::new();
    };
    let mut names = vec![(first.as_str(), span(&traversal.expr))];
    for operator in &traversal.operators {
        if let TraversalOperator::GetAttr(name) = operator.value() {
            names.push((name.as_str(), span(name)));
        }
    }
    names
}

/// The resource of a traversal, if its type is renamed.
pub(super) fn reference(traversal: &Traversal) -> Option<Reference> {
    let names = names(traversal);
    // `resource.aws_security_group.app` is the long form of `aws_security_group.app`.
    let names = match names.first()? {
        ("resource", _) => &names[1..],
        _ => &names[..],
    };
    resource(names)
}

fn resource(names: &[(&str, Range<usize>)]) -> Option<Reference> {
    let (ty, word) = names.first()?;
    let (name, _) = names.get(1)?;
    Some(Reference {
        renaming: types::from_aws(ty)?,
        name: (*name).to_owned(),
        word: word.clone(),
        attribute: names.get(2).map(|(name, _)| (*name).to_owned()),
        tested: None,
    })
}

/// The resource that an `import` block's address names.
fn target(address: &Expression) -> Option<Target> {
    let Expression::Traversal(traversal) = address else {
        return None;
    };
    let names = names(traversal);
    let mut rest = &names[..];
    let mut modules = Vec::new();
    while let [("module", _), (name, _), ..] = rest {
        modules.push((*name).to_owned());
        rest = &rest[2..];
    }
    Some(Target {
        modules,
        reference: resource(rest)?,
    })
}
