//! Services, presets and guardrails that users define in a provider block or in a catalog file, and
//! the catalog with them.
//!
//! Each definition has its place, which errors name: the provider block's reader and
//! [`super::file`] fill in both. Must not know Terraform's values or files.

mod definition;
mod guardrails;
mod presets;
mod services;

use super::{Catalog, Extent};

pub use self::definition::{
    Defined, DefinitionError, GuardrailDefinition, Location, Origin, Position, PresetDefinition,
    ServiceDefinition,
};

/// The definitions of users, in the order in which they are written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Definitions {
    /// `service` blocks.
    pub services: Vec<Defined<ServiceDefinition>>,
    /// `preset` blocks.
    pub presets: Vec<Defined<PresetDefinition>>,
    /// `guardrail` blocks.
    pub guardrails: Vec<Defined<GuardrailDefinition>>,
}

impl Definitions {
    /// Appends the definitions of another source.
    pub fn extend(&mut self, more: Self) {
        self.services.extend(more.services);
        self.presets.extend(more.presets);
        self.guardrails.extend(more.guardrails);
    }

    /// The built-in catalog with these definitions, and their errors. A definition with an error is
    /// left out. With an `extent` other than [`Extent::Whole`], a definition that names an unknown
    /// service is left out without an error, since further definitions may follow.
    pub fn catalog(&self, extent: Extent) -> (Catalog, Vec<DefinitionError>) {
        let mut errors = Vec::new();
        let mut catalog = Catalog::default().of_extent(extent);
        services::add(&self.services, &mut catalog, &mut errors);
        if !errors.is_empty() {
            // A definition that names a faulty service has no error of its own.
            catalog.extent = Extent::Unknown;
        }
        presets::add(&self.presets, &mut catalog, &mut errors);
        guardrails::add(&self.guardrails, &mut catalog, &mut errors);
        (catalog, errors)
    }
}

#[cfg(test)]
mod tests;
