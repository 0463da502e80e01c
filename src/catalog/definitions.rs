//! Services, presets and guardrails of a user's own, as they are written in a provider block or in a
//! catalog file, and the catalog that they make.
//!
//! Where a definition stands is kept beside it, so that an error can say so: the provider block's
//! reader and [`super::file`] fill in both. Knows neither Terraform's values nor files.

mod definition;
mod guardrails;
mod presets;
mod services;

use super::{Catalog, Extent};

pub use self::definition::{
    Defined, DefinitionError, GuardrailDefinition, Location, Origin, Position, PresetDefinition,
    ServiceDefinition,
};

/// The names that users define, in the order in which they are written.
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
    /// Adds the definitions of another source behind these.
    pub fn extend(&mut self, more: Self) {
        self.services.extend(more.services);
        self.presets.extend(more.presets);
        self.guardrails.extend(more.guardrails);
    }

    /// The built-in catalog with these definitions, and what is wrong with them. A definition that
    /// has a mistake is left out. With an `extent` other than [`Extent::Whole`] more definitions
    /// may come: one that names a service which isn't there yet is left out, and no mistake.
    pub fn catalog(&self, extent: Extent) -> (Catalog, Vec<DefinitionError>) {
        let mut errors = Vec::new();
        let mut catalog = Catalog::default().of_extent(extent);
        services::add(&self.services, &mut catalog, &mut errors);
        if !errors.is_empty() {
            // A definition that names a faulty service isn't at fault itself.
            catalog.extent = Extent::Unknown;
        }
        presets::add(&self.presets, &mut catalog, &mut errors);
        guardrails::add(&self.guardrails, &mut catalog, &mut errors);
        (catalog, errors)
    }
}

#[cfg(test)]
mod tests;
