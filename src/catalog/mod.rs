//! The catalog: services (named protocol and ports) and presets (named groups). Tables, one line an
//! entry, and tests that prove them well-formed. Pure; uses `rules` only.
//!
//! A [`Catalog`] is a value that is passed to code that looks up names: the built-in one, or one
//! with services and presets of users.

pub mod definitions;
pub mod file;
mod lookup;
pub mod presets;
mod search;
pub mod services;

use std::sync::{Arc, LazyLock};

pub use presets::{Preset, PresetRule};
pub use search::is_port;
pub use services::{CATEGORIES, Service};

use crate::rules::guardrails::Guardrail;

/// Services, presets and guardrails, each name once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Catalog {
    /// In the order of their names. Catalogs without services of users share the built-in ones.
    services: Arc<[Service]>,
    /// The built-in ones first.
    presets: Vec<Preset>,
    guardrails: Vec<Guardrail>,
    extent: Extent,
}

/// Whether a catalog has all names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// An unknown name is an error.
    Whole,
    /// Further definitions may exist that weren't read: an unknown name may be one of those, unless
    /// it is a misspelling of a known one.
    Unseen,
    /// Further definitions aren't known yet: any unknown name may be one of those.
    Unknown,
}

static BUILT_IN: LazyLock<Catalog> = LazyLock::new(|| {
    let services = services::built_in();
    Catalog {
        presets: presets::built_in(&services),
        services,
        guardrails: Vec::new(),
        extent: Extent::Whole,
    }
});

impl Catalog {
    /// The built-in catalog.
    pub fn built_in() -> &'static Self {
        &BUILT_IN
    }

    /// The same catalog, of another extent.
    #[must_use]
    pub fn of_extent(self, extent: Extent) -> Self {
        Self { extent, ..self }
    }

    /// Every service, by name.
    pub fn services(&self) -> &[Service] {
        &self.services
    }

    /// Every preset, the built-in ones first.
    pub fn presets(&self) -> &[Preset] {
        &self.presets
    }

    /// The guardrails, in the order in which they are defined.
    pub fn guardrails(&self) -> &[Guardrail] {
        &self.guardrails
    }

    /// Whether the catalog has all names.
    pub fn extent(&self) -> Extent {
        self.extent
    }
}

impl Default for Catalog {
    /// The built-in catalog.
    fn default() -> Self {
        Self::built_in().clone()
    }
}
