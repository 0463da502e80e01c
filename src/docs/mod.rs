//! Generates the pages that registries show from the provider's schemas, so that they can't differ from
//! what the program does. Must not know AWS, and reads no files: templates and examples are compiled in.

mod block;
mod catalog;
mod findings;
mod function;
mod page;
mod refusals;

pub use page::{ADDRESS, Page};

use std::fs;
use std::io;
use std::path::Path;

use crate::tf_provider::Provider;

/// The folders that hold nothing but generated pages: any other page in them is stale.
pub const FOLDERS: [&str; 4] = ["data-sources", "functions", "list-resources", "resources"];

/// All pages of a provider: its own, one for each resource type, data source, function and list
/// resource that it offers, and the guides that list the catalog and the findings of the audit.
pub fn pages(provider: &dyn Provider) -> Vec<Page> {
    let resources = provider.resources().iter();
    let data_sources = provider.data_sources().iter();
    let functions = provider.functions().iter();
    let list_resources = provider.list_resources().iter();
    std::iter::once(page::of_provider(provider))
        .chain(resources.map(|resource| page::of_resource(resource.as_ref())))
        .chain(data_sources.map(|source| page::of_data_source(source.as_ref())))
        .chain(functions.map(|function| function::page(function.as_ref())))
        .chain(list_resources.map(|list| page::of_list_resource(list.as_ref())))
        .chain([catalog::page(), findings::page()])
        .collect()
}

/// Writes pages below a folder, and removes generated ones that are no longer among them. Other
/// files, such as guides, stay as they are.
///
/// # Errors
/// A page can't be read, written or removed.
pub fn write(folder: &Path, pages: &[Page]) -> io::Result<()> {
    for kind in FOLDERS.map(|name| folder.join(name)) {
        if !kind.is_dir() {
            continue;
        }
        for entry in fs::read_dir(&kind)? {
            let path = entry?.path();
            if path.extension().is_some_and(|end| end == "md") {
                fs::remove_file(path)?;
            }
        }
    }
    for page in pages {
        let file = folder.join(&page.path);
        if let Some(parent) = file.parent() {
            fs::create_dir_all(parent)?;
        }
        fs::write(file, &page.text)?;
    }
    Ok(())
}
