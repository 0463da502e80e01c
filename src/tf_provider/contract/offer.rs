//! The rules that hosts enforce on a provider's schemas when they load them. A breach makes the whole
//! provider unusable, or makes the host panic.

use std::collections::BTreeSet;

use super::breach;
use crate::tf_provider::diagnostics::Diagnostics;
use crate::tf_provider::function::Signature;
use crate::tf_provider::path::Path;
use crate::tf_provider::provider::Provider;
use crate::tf_provider::schema::{Block, Schema};
use crate::tf_provider::value::Type;

/// Meta-arguments, which the language has in every resource and data source.
const META_ARGUMENTS: [&str; 7] = [
    "connection",
    "count",
    "depends_on",
    "for_each",
    "lifecycle",
    "provider",
    "provisioner",
];

/// Checks everything that a provider offers: schemas, identities and signatures.
pub fn offer(provider: &dyn Provider) -> Diagnostics {
    let mut breaches = Breaches::default();
    breaches.schema("the provider block", provider.schema());
    let resources = provider.resources();
    breaches.names("resource type", resources.iter().map(|r| r.type_name()));
    for resource in resources {
        breaches.schema(resource.type_name(), resource.schema());
        breaches.meta_arguments(resource.type_name(), &resource.schema().block);
        let attributes = &resource.identity_schema().attributes;
        let place = format!("the identity of {}", resource.type_name());
        breaches.names(&place, attributes.iter().map(|a| a.name));
        for attribute in attributes {
            if matches!(attribute.ty, Type::String | Type::Number | Type::Bool) {
                continue;
            }
            breaches.add(&place, &format!("{:?} is not primitive", attribute.name));
        }
    }
    let data_sources = provider.data_sources();
    breaches.names("data source", data_sources.iter().map(|d| d.type_name()));
    for data_source in data_sources {
        breaches.schema(data_source.type_name(), data_source.schema());
        breaches.meta_arguments(data_source.type_name(), &data_source.schema().block);
    }
    let functions = provider.functions();
    breaches.names("function", functions.iter().map(|f| f.name()));
    for function in functions {
        breaches.signature(function.name(), function.signature());
    }
    let lists = provider.list_resources();
    breaches.names("list resource", lists.iter().map(|l| l.type_name()));
    for list in lists {
        let name = list.type_name();
        breaches.schema(name, list.schema());
        let listed = resources.iter().find(|r| r.type_name() == name);
        if listed.is_none_or(|r| r.identity_schema().attributes.is_empty()) {
            breaches.add(name, "a list of a type that isn't there or has no identity");
        }
    }
    breaches.0
}

#[derive(Default)]
struct Breaches(Diagnostics);

impl Breaches {
    fn add(&mut self, place: &str, what: &str) {
        let what = format!("in {place}: {what}");
        self.0.push(breach(&Path::root(), &what));
    }

    fn names<'a>(&mut self, place: &str, names: impl Iterator<Item = &'a str>) {
        let mut seen = BTreeSet::new();
        for name in names {
            if !is_name(name) || !seen.insert(name) {
                self.add(place, &format!("{name:?} is no name, or is there twice"));
            }
        }
    }

    fn schema(&mut self, place: &str, schema: &Schema) {
        if schema.version < 0 {
            self.add(place, "the version is negative");
        }
        self.block(place, &schema.block);
    }

    fn block(&mut self, place: &str, block: &Block) {
        let attributes = block.attributes.iter().map(|a| a.name);
        self.names(place, attributes.chain(block.blocks.iter().map(|b| b.name)));
        for attribute in &block.attributes {
            let inner = format!("{place}.{}", attribute.name);
            if attribute.write_only && attribute.mode.is_computed() {
                self.add(&inner, "a write-only attribute is computed");
            }
            for other in &attribute.conflicts {
                if !block.attributes.iter().any(|a| a.name == *other) {
                    self.add(
                        &inner,
                        &format!("it conflicts with {other:?}, which isn't there"),
                    );
                }
            }
        }
        for nested in &block.blocks {
            let inner = format!("{place}.{}", nested.name);
            if nested.max.is_some_and(|max| max < nested.min.max(1)) {
                self.add(&inner, "no number of blocks is right");
            }
            self.block(&inner, &nested.block);
        }
    }

    fn meta_arguments(&mut self, place: &str, block: &Block) {
        let attributes = block.attributes.iter().map(|a| a.name);
        for name in attributes.chain(block.blocks.iter().map(|b| b.name)) {
            if META_ARGUMENTS.contains(&name) {
                self.add(
                    place,
                    &format!("{name:?} has a meaning of the language's own"),
                );
            }
        }
    }

    fn signature(&mut self, place: &str, signature: &Signature) {
        let all = signature.parameters.iter().chain(&signature.variadic);
        self.names(place, all.map(|p| p.name));
        if signature.summary.is_empty() {
            self.add(place, "nothing says what it is for");
        }
    }
}

fn is_name(name: &str) -> bool {
    let is_letter = |c: char| c.is_ascii_lowercase();
    name.starts_with(is_letter)
        && name
            .chars()
            .all(|c| is_letter(c) || c.is_ascii_digit() || c == '_')
}
