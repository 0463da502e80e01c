//! Services, presets and guardrails of a user's own, as they are written in a provider block or in a
//! catalog file, and the catalog that they make.
//!
//! Where a definition stands is kept beside it, so that an error can say so: the provider block's
//! reader and [`super::file`] fill in both. Knows neither Terraform's values nor files.

mod guardrails;
mod presets;
mod services;

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Catalog, Extent};

/// What users define, in the order in which it is written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Definitions {
    /// `service` blocks.
    pub services: Vec<Defined<ServiceDefinition>>,
    /// `preset` blocks.
    pub presets: Vec<Defined<PresetDefinition>>,
    /// `guardrail` blocks.
    pub guardrails: Vec<Defined<GuardrailDefinition>>,
}

/// A definition, and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Defined<T> {
    /// What it says.
    pub what: T,
    /// Where.
    pub origin: Origin,
}

/// Where a definition stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// In the provider block: the index of its block among those of its kind.
    Block(usize),
    /// In a file.
    File {
        /// The file's name, as it was given.
        file: Arc<str>,
        /// Where the block begins.
        block: Position,
        /// Where its arguments' values begin, and the entries of maps by their key.
        arguments: BTreeMap<(String, Option<String>), Position>,
    },
}

/// A place in a text, both counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// The line.
    pub line: usize,
    /// The character in the line.
    pub column: usize,
}

/// A `service` block.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ServiceDefinition {
    /// The service's name.
    pub name: String,
    /// What it is; may be empty.
    pub description: String,
    /// Its category; may be empty.
    pub category: String,
    /// What it lets through: traffic as in the keys of rules, or services.
    pub traffic: Vec<String>,
}

/// A `preset` block.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PresetDefinition {
    /// The preset's name.
    pub name: String,
    /// The description of its group.
    pub description: String,
    /// Rules in the short form, by label.
    pub ingress_rules: BTreeMap<String, String>,
    /// Rules in the short form, by label.
    pub egress_rules: BTreeMap<String, String>,
}

/// A `guardrail` block.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GuardrailDefinition {
    /// The guardrail's name.
    pub name: String,
    /// `ingress` or `egress`; empty for the default.
    pub direction: String,
    /// Categories, services, or traffic as in the keys of rules; `None` for all traffic.
    pub traffic: Option<Vec<String>>,
    /// `world`, or CIDR blocks; `None` for the world.
    pub peers: Option<Vec<String>>,
    /// `error` or `warning`; empty for the default.
    pub action: String,
    /// Why.
    pub reason: String,
    /// Whether a group may be exempted.
    pub exemptible: bool,
}

/// A mistake in a definition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DefinitionError {
    /// Where it is.
    pub place: Place,
    /// One line that leads with the bad value. No full stop.
    pub summary: String,
    /// Whole sentences: what to write.
    pub detail: String,
}

/// Where a mistake is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// In the provider block.
    Block {
        /// `service`, `preset` or `guardrail`.
        kind: &'static str,
        /// The index of the block among those of its kind.
        index: usize,
        /// The argument.
        argument: &'static str,
        /// The key of the argument's map.
        key: Option<String>,
    },
    /// In a file.
    File {
        /// The file's name, as it was given.
        file: Arc<str>,
        /// Where in it.
        position: Position,
    },
}

impl Origin {
    /// Where an argument stands, or the entry of its map.
    fn place(&self, kind: &'static str, argument: &'static str, key: Option<&str>) -> Place {
        match self {
            Self::Block(index) => Place::Block {
                kind,
                index: *index,
                argument,
                key: key.map(str::to_owned),
            },
            Self::File {
                file,
                block,
                arguments,
            } => {
                let entry = (argument.to_owned(), key.map(str::to_owned));
                let whole = (argument.to_owned(), None);
                let position = arguments.get(&entry).or_else(|| arguments.get(&whole));
                Place::File {
                    file: Arc::clone(file),
                    position: *position.unwrap_or(block),
                }
            }
        }
    }

    /// In words, for an error that stands elsewhere.
    fn words(&self, kind: &str) -> String {
        match self {
            Self::Block(index) => format!("{kind} block {} of the provider block", index + 1),
            Self::File { file, block, .. } => {
                format!("{file}, line {}", block.line)
            }
        }
    }
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
            // What names a service with a mistake isn't wrong for that.
            catalog.extent = Extent::Unknown;
        }
        presets::add(&self.presets, &mut catalog, &mut errors);
        guardrails::add(&self.guardrails, &mut catalog, &mut errors);
        (catalog, errors)
    }
}

/// Collects what is wrong with one definition.
struct Faults<'a> {
    kind: &'static str,
    origin: &'a Origin,
    errors: &'a mut Vec<DefinitionError>,
    /// Whether something is wrong, or not known yet.
    is_left_out: bool,
}

impl<'a> Faults<'a> {
    fn of<T>(
        kind: &'static str,
        defined: &'a Defined<T>,
        errors: &'a mut Vec<DefinitionError>,
    ) -> Self {
        Self {
            kind,
            origin: &defined.origin,
            errors,
            is_left_out: false,
        }
    }

    fn add(
        &mut self,
        argument: &'static str,
        summary: impl Into<String>,
        detail: impl Into<String>,
    ) {
        self.add_at(argument, None, summary, detail);
    }

    fn add_at(
        &mut self,
        argument: &'static str,
        key: Option<&str>,
        summary: impl Into<String>,
        detail: impl Into<String>,
    ) {
        self.is_left_out = true;
        self.errors.push(DefinitionError {
            place: self.origin.place(self.kind, argument, key),
            summary: summary.into(),
            detail: detail.into(),
        });
    }
}

/// Tells names that are written twice among definitions of a kind: the index of the first of each
/// that comes again.
fn first_of_name<T>(
    all: &[Defined<T>],
    at: usize,
    name: impl Fn(&T) -> &str,
) -> Option<&Defined<T>> {
    let own = name(&all[at].what);
    all[..at].iter().find(|other| name(&other.what) == own)
}

#[cfg(test)]
mod tests;
