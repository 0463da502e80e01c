//! Reads the declarations of a module that matter to a migration: groups and rules, provider
//! blocks, required providers, and calls of modules.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use hcl_edit::expr::{Expression, Object, ObjectKey, TraversalOperator};
use hcl_edit::structure::{Block, Body};

use super::document::{Document, Opaque, label_word, span, text};
use super::references::{self, Named};
use super::types::{self, Renaming};

/// A resource block of a type that is renamed.
#[derive(Debug)]
pub(super) struct Declaration<'a> {
    pub(super) renaming: &'static Renaming,
    pub(super) name: &'a str,
    pub(super) document: usize,
    /// The bytes of the type's word in the block's label.
    pub(super) word: Range<usize>,
    pub(super) block: &'a Block,
}

/// A `provider` block.
#[derive(Debug)]
pub(super) struct ProviderBlock<'a> {
    pub(super) local: &'a str,
    pub(super) alias: Option<&'a str>,
    pub(super) document: usize,
    pub(super) label: Range<usize>,
    pub(super) block: &'a Block,
}

/// A `mock_provider` block of a test.
#[derive(Debug)]
pub(super) struct Mock<'a> {
    pub(super) local: &'a str,
    pub(super) alias: Option<&'a str>,
    pub(super) document: usize,
    pub(super) block: &'a Block,
}

/// A call of another module.
#[derive(Debug)]
pub(super) struct Call<'a> {
    pub(super) name: &'a str,
    pub(super) document: usize,
    /// The source, unless it is an expression.
    pub(super) source: Option<&'a str>,
    pub(super) providers: Option<&'a Object>,
    pub(super) block: &'a Block,
}

/// An entry of `required_providers`.
#[derive(Debug)]
pub(super) struct Required<'a> {
    pub(super) source: Option<&'a str>,
    /// The aliases that callers must pass.
    pub(super) aliases: Vec<&'a str>,
}

/// One module: a folder and its files.
#[derive(Debug, Default)]
pub(super) struct Module<'a> {
    pub(super) folder: &'a str,
    /// Its files, by their indices.
    pub(super) documents: Vec<usize>,
    pub(super) opaque: Vec<&'a Opaque>,
    pub(super) declarations: Vec<Declaration<'a>>,
    pub(super) providers: Vec<ProviderBlock<'a>>,
    pub(super) calls: Vec<Call<'a>>,
    /// The providers that its tests mock.
    pub(super) mocks: Vec<Mock<'a>>,
    /// The `run` blocks of its tests that pass providers, as calls of the tested module.
    pub(super) runs: Vec<Call<'a>>,
    /// The expressions of its outputs.
    pub(super) outputs: BTreeMap<&'a str, &'a Expression>,
    pub(super) locals: BTreeMap<&'a str, &'a Expression>,
    /// The `required_providers` blocks, with their documents.
    pub(super) required_blocks: Vec<(usize, &'a Block)>,
    pub(super) required: BTreeMap<&'a str, Required<'a>>,
    /// References to resources, by document.
    pub(super) named: Vec<(usize, Named)>,
    /// Addresses of the `moved` blocks: from and to.
    pub(super) moved: BTreeSet<(String, String)>,
    /// Addresses of all resources of this provider's types.
    pub(super) curated: BTreeSet<(&'a str, &'a str)>,
}

impl<'a> Module<'a> {
    /// Adds a file of the module.
    pub(super) fn add(&mut self, index: usize, document: &'a Document) {
        self.documents.push(index);
        self.named.push((index, references::named(document)));
        for block in document.body.blocks() {
            let labels: Vec<&str> = block.labels.iter().map(|label| label.as_str()).collect();
            match (block.ident.as_str(), labels.as_slice()) {
                ("resource", [ty, name]) => {
                    if ty.starts_with("curated_") {
                        self.curated.insert((ty, name));
                    }
                    let word = label_word(document, block, 0);
                    if let (Some(renaming), Some(word)) = (types::from_aws(ty), word) {
                        self.declarations.push(Declaration {
                            renaming,
                            name,
                            document: index,
                            word,
                            block,
                        });
                    }
                }
                ("provider", [local]) => {
                    if let Some(label) = label_word(document, block, 0) {
                        self.providers.push(ProviderBlock {
                            local,
                            alias: text(&block.body, "alias"),
                            document: index,
                            label,
                            block,
                        });
                    }
                }
                ("module", [name]) => self.calls.push(Call {
                    name,
                    document: index,
                    source: text(&block.body, "source"),
                    providers: object(&block.body, "providers"),
                    block,
                }),
                ("mock_provider", [local]) => self.mocks.push(Mock {
                    local,
                    alias: text(&block.body, "alias"),
                    document: index,
                    block,
                }),
                ("run", [name]) => {
                    let mut modules = block.body.get_blocks("module");
                    let source = modules.next().and_then(|m| text(&m.body, "source"));
                    self.runs.push(Call {
                        name,
                        document: index,
                        source,
                        providers: object(&block.body, "providers"),
                        block,
                    });
                }
                ("output", [name]) => {
                    let value = block.body.get_attribute("value");
                    self.outputs
                        .extend(value.map(|value| (*name, &value.value)));
                }
                ("locals", []) => {
                    let locals = block.body.attributes();
                    self.locals
                        .extend(locals.map(|local| (local.key.as_str(), &local.value)));
                }
                ("terraform", []) => self.add_settings(index, block),
                ("moved", []) => {
                    let address = |key| {
                        let attribute = block.body.get_attribute(key)?;
                        Some(document.text[span(&attribute.value)].to_owned())
                    };
                    if let (Some(from), Some(to)) = (address("from"), address("to")) {
                        self.moved.insert((from, to));
                    }
                }
                _ => {}
            }
        }
    }

    fn add_settings(&mut self, index: usize, settings: &'a Block) {
        for block in settings.body.get_blocks("required_providers") {
            self.required_blocks.push((index, block));
            for attribute in block.body.attributes() {
                let entry = match &attribute.value {
                    Expression::Object(entry) => Required {
                        source: value(entry, "source").and_then(Expression::as_str),
                        aliases: aliases(entry),
                    },
                    // Only a version, as in Terraform 0.12.
                    _ => Required {
                        source: None,
                        aliases: Vec::new(),
                    },
                };
                self.required.insert(attribute.key.as_str(), entry);
            }
        }
    }

    /// The names under which the module knows the AWS provider.
    pub(super) fn aws_names(&self) -> BTreeSet<&'a str> {
        let required = self.required.iter();
        let mut names: BTreeSet<&str> = required
            .filter(|(name, entry)| match entry.source {
                Some(source) => source == "hashicorp/aws" || source.ends_with("/hashicorp/aws"),
                None => **name == "aws",
            })
            .map(|(name, _)| *name)
            .collect();
        if names.is_empty() {
            names.insert("aws");
        }
        names
    }

    /// A file that can't be edited and may have something to migrate.
    pub(super) fn obstacle(&self) -> Option<&'a Opaque> {
        let matters = |file: &&&Opaque| {
            types::are_named_in(&file.text)
                || ["provider", "module"]
                    .iter()
                    .any(|word| file.text.contains(word))
        };
        self.opaque.iter().find(matters).copied()
    }
}

fn object<'a>(body: &'a Body, key: &str) -> Option<&'a Object> {
    match &body.get_attribute(key)?.value {
        Expression::Object(object) => Some(object),
        _ => None,
    }
}

fn value<'a>(object: &'a Object, name: &str) -> Option<&'a Expression> {
    let is_named = |key: &ObjectKey| match key {
        ObjectKey::Ident(ident) => ident.as_str() == name,
        ObjectKey::Expression(expression) => expression.as_str() == Some(name),
    };
    let item = object.iter().find(|(key, _)| is_named(key));
    item.map(|(_, value)| value.expr())
}

/// The aliases in `configuration_aliases = [aws.peer, aws.other]`.
fn aliases(entry: &Object) -> Vec<&str> {
    let Some(Expression::Array(list)) = value(entry, "configuration_aliases") else {
        return Vec::new();
    };
    list.iter()
        .filter_map(|element| provider_name(element)?.1)
        .collect()
}

/// The local name and alias of a reference to a provider's configuration: `aws.us`, `aws`, or
/// either in quotes, as Terraform 0.11 wrote them.
pub(super) fn provider_name(expression: &Expression) -> Option<(&str, Option<&str>)> {
    match expression {
        Expression::Variable(local) => Some((local.as_str(), None)),
        Expression::String(text) => Some(match text.split_once('.') {
            Some((local, alias)) => (local, Some(alias)),
            None => (text.as_str(), None),
        }),
        Expression::Traversal(traversal) => {
            let Expression::Variable(local) = &traversal.expr else {
                return None;
            };
            let [operator] = traversal.operators.as_slice() else {
                return None;
            };
            match operator.value() {
                TraversalOperator::GetAttr(alias) => Some((local.as_str(), Some(alias.as_str()))),
                _ => None,
            }
        }
        _ => None,
    }
}
