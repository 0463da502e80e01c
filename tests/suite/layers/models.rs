//! Attributes are read by their types in models, and nowhere else: code that reads one by its name may
//! misspell it, or take an unknown value for one that isn't given. A section of the provider block declares
//! arguments and reads them in one place: it is their model, and sees no others.

use std::collections::BTreeSet;

use terraform_provider_curated::provider::Curated;
use terraform_provider_curated::tf_provider::Provider as _;
use terraform_provider_curated::tf_provider::schema::Block;

use super::sources::sources;
use super::tokens::tokens;

/// The layers whose values have models.
const BOUND: [&str; 4] = ["data_sources/", "list_resources/", "resources/", "session/"];

#[test]
fn attributes_are_read_in_models() {
    let mut breaches = Vec::new();
    for source in sources("src") {
        let is_bound = BOUND.iter().any(|layer| source.name.starts_with(layer));
        let file = source.name.rsplit('/').next().unwrap_or_default();
        let is_test = source.name.contains("/tests/") || file == "mistakes.rs";
        if !is_bound || is_test || file == "model.rs" {
            continue;
        }
        let code = source.code();
        let reads = [".get(\"", ".get_or_null(\""].map(|call| code.matches(call).count());
        let count: usize = reads.iter().sum();
        if count > 0 {
            breaches.push(format!("{} reads {count} attributes", source.name));
        }
    }
    assert_eq!(breaches, [""; 0]);
}

/// The files of the provider block that handle it as a whole: those that read it into sections, and the one
/// that makes wrong ones for tests.
const WHOLE_BLOCK: [&str; 4] = [
    "provider/mistakes.rs",
    "provider/mod.rs",
    "provider/schema/mod.rs",
    "provider/schema/section.rs",
];

/// A section reads its arguments from what `section::read` hands it, which has no others.
#[test]
fn a_section_of_the_provider_block_was_handed_the_whole_block() {
    let (mut breaches, mut sections) = (Vec::new(), 0);
    for source in sources("src") {
        if !source.name.starts_with("provider/") || WHOLE_BLOCK.contains(&&*source.name) {
            continue;
        }
        let tokens = tokens(source.code());
        sections += usize::from(tokens.contains(&"Arguments"));
        if tokens.contains(&"config") {
            breaches.push(source.name);
        }
    }
    assert_eq!(breaches, [""; 0]);
    assert_eq!(sections, 7);
}

/// Calls that read, or set, an attribute of a configuration, a plan or a state.
const ACCESSES: [&str; 3] = [".get(\"", ".get_or_null(\"", "root().attribute(\""];

#[test]
fn every_attribute_that_is_named_in_the_code_is_in_a_schema() {
    let mut known = BTreeSet::new();
    let curated = Curated::new();
    add_names(&curated.schema().block, &mut known);
    for resource in curated.resources() {
        add_names(&resource.schema().block, &mut known);
        let identity = resource.identity_schema().attributes.iter();
        known.extend(identity.map(|attribute| attribute.name));
    }
    for data_source in curated.data_sources() {
        add_names(&data_source.schema().block, &mut known);
    }
    for list in curated.list_resources() {
        add_names(&list.schema().block, &mut known);
    }
    let layers = BOUND.into_iter().chain(["provider/"]);
    let layers: Vec<&str> = layers.collect();
    let mut unknown = Vec::new();
    for source in sources("src") {
        if !layers.iter().any(|layer| source.name.starts_with(layer)) {
            continue;
        }
        let code = source.code();
        for access in ACCESSES {
            let names = code.split(access).skip(1);
            let names = names.filter_map(|rest| rest.split('"').next());
            unknown.extend(
                names
                    .filter(|name| !known.contains(name))
                    .map(|name| format!("{} names {name}", source.name)),
            );
        }
    }
    assert_eq!(unknown, [""; 0]);
}

fn add_names(block: &Block, names: &mut BTreeSet<&'static str>) {
    names.extend(block.attributes.iter().map(|attribute| attribute.name));
    for nested in &block.blocks {
        names.insert(nested.name);
        add_names(&nested.block, names);
    }
}
