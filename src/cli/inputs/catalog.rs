//! Reads catalog files: the built-in catalog with the user's services, presets and guardrails. The
//! files are those of the provider's `catalog_files`.

use std::path::PathBuf;

use clap::Args;

use crate::catalog::definitions::{DefinitionError, Definitions, Location};
use crate::catalog::{Catalog, Extent, file};
use crate::cli::failure::Failure;

/// The option that names the files.
const OPTION: &str = "--catalog";

/// The options that name catalog files.
#[derive(Args, Clone, Debug, Default)]
pub(in crate::cli) struct CatalogArguments {
    /// A file of services, presets and guardrails of your own, as in the provider's catalog_files.
    /// May be repeated.
    #[arg(long = "catalog", value_name = "FILE", global = true)]
    files: Vec<PathBuf>,
}

impl CatalogArguments {
    /// The files.
    pub(in crate::cli) fn files(&self) -> &[PathBuf] {
        &self.files
    }

    /// The catalog.
    ///
    /// # Errors
    /// A file can't be read, or something in one is wrong.
    pub(in crate::cli) fn read(&self) -> Result<Catalog, Failure> {
        let mut definitions = Definitions::default();
        let mut errors = Vec::new();
        let mut seen: Vec<&PathBuf> = Vec::new();
        for path in &self.files {
            // The same file twice would define everything twice.
            if seen.contains(&path) {
                continue;
            }
            seen.push(path);
            let name = path.display().to_string();
            let bytes = super::read(OPTION, path)?;
            let text = std::str::from_utf8(&bytes).map_err(|_| {
                Failure::usage(
                    format!("{name} is no text in UTF-8"),
                    format!("{OPTION} names it. Hand in a catalog file."),
                )
            })?;
            let (more, wrong) = file::parse(&name, text);
            definitions.extend(more);
            errors.extend(wrong);
        }
        let (catalog, wrong) = definitions.catalog(if errors.is_empty() {
            Extent::Whole
        } else {
            Extent::Unknown
        });
        errors.extend(wrong);
        match errors.as_slice() {
            [] => Ok(catalog),
            [first, others @ ..] => Err(failure(first, others)),
        }
    }
}

/// The message: the first mistake in full, and the places of the others.
fn failure(first: &DefinitionError, others: &[DefinitionError]) -> Failure {
    let mut detail = first.detail.clone();
    for other in others {
        detail += &format!("\n{}: {}", place(&other.place), other.summary);
    }
    Failure::usage(
        format!("{}: {}", place(&first.place), first.summary),
        detail,
    )
}

fn place(place: &Location) -> String {
    match place {
        Location::File { file, position } => {
            format!("{file}, line {}, column {}", position.line, position.column)
        }
        // Only files are read here, so every place is in a file.
        Location::Block { kind, .. } => format!("a {kind} block"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(texts: &[&str]) -> Result<Catalog, Failure> {
        let folder = tempfile::tempdir().expect("there is room");
        let mut files = Vec::new();
        for (at, text) in texts.iter().enumerate() {
            let path = folder.path().join(format!("{at}.hcl"));
            std::fs::write(&path, text).expect("it can be written");
            files.push(path);
        }
        // The same file named twice defines its services once.
        files.extend(files.clone());
        CatalogArguments { files }.read()
    }

    #[test]
    fn several_files_make_one_catalog() {
        let billing = "service {\n  name    = \"billing\"\n  traffic = [\"tcp/8443\"]\n}\n";
        let preset = "preset {\n  name = \"money\"\n  description = \"Billing\"\n  \
                      ingress_rules = { web = \"billing from 10.0.0.0/8\" }\n}\n";
        let catalog = read(&[preset, billing]).expect("it is right");
        assert!(catalog.find("billing").is_some());
        assert!(
            catalog
                .presets()
                .iter()
                .any(|preset| &*preset.name == "money")
        );
        assert_eq!(read(&[]).expect("built in"), *Catalog::built_in());
    }

    #[test]
    fn every_mistake_is_told_with_its_place() {
        let wrong = "service {\n  name    = \"billing\"\n  traffic = [\"tcp/84430\"]\n}\n\
                     preset {\n  name = \"x\"\n}\n";
        let failure = read(&[wrong]).expect_err("two mistakes");
        let all = format!("{}\n{}", failure.summary, failure.detail);
        assert!(all.contains("0.hcl, line 3, column"), "{all}");
        assert!(all.contains("0.hcl, line 5, column 1: "), "{all}");
        let absent = CatalogArguments {
            files: vec!["/nowhere/catalog.hcl".into()],
        };
        let failure = absent.read().expect_err("no file");
        assert_eq!(failure.summary, "There is no file /nowhere/catalog.hcl");
    }
}
