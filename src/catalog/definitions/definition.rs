//! A definition, its place, and its errors.

use std::collections::BTreeMap;
use std::sync::Arc;

/// A definition with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Defined<T> {
    /// The definition itself.
    pub what: T,
    /// Its place.
    pub origin: Origin,
}

/// The place of a definition.
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
        /// Where the values of its arguments begin, and the entries of maps by their key.
        arguments: BTreeMap<(String, Option<String>), Position>,
    },
}

/// A position in a text, counted from 1.
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
    /// A description of the service; may be empty.
    pub description: String,
    /// Its category; may be empty.
    pub category: String,
    /// Its traffic, as in the keys of rules, or names of services.
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
    /// The reason, for users.
    pub reason: String,
    /// Whether a group may be exempted.
    pub exemptible: bool,
}

/// An error in a definition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DefinitionError {
    /// Its place.
    pub place: Location,
    /// One line that leads with the bad value. No full stop.
    pub summary: String,
    /// Whole sentences: what to write.
    pub detail: String,
}

/// The place of an error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Location {
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
        /// The position in it.
        position: Position,
    },
}

impl Origin {
    /// The place of an argument, or of an entry of its map.
    fn place(&self, kind: &'static str, argument: &'static str, key: Option<&str>) -> Location {
        match self {
            Self::Block(index) => Location::Block {
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
                Location::File {
                    file: Arc::clone(file),
                    position: *position.unwrap_or(block),
                }
            }
        }
    }

    /// Words for the place, for an error of another definition.
    pub(in crate::catalog) fn words(&self, kind: &str) -> String {
        match self {
            Self::Block(index) => format!("{kind} block {} of the provider block", index + 1),
            Self::File { file, block, .. } => {
                format!("{file}, line {}", block.line)
            }
        }
    }
}

/// Collects the errors of one definition.
pub(super) struct Faults<'a> {
    pub(super) kind: &'static str,
    pub(super) origin: &'a Origin,
    pub(super) errors: &'a mut Vec<DefinitionError>,
    /// Whether the definition has an error, or depends on names that aren't known yet.
    pub(super) is_left_out: bool,
}

impl<'a> Faults<'a> {
    pub(super) fn of<T>(
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

    pub(super) fn add(
        &mut self,
        argument: &'static str,
        summary: impl Into<String>,
        detail: impl Into<String>,
    ) {
        self.add_at(argument, None, summary, detail);
    }

    pub(super) fn add_at(
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

/// The first earlier definition with the same name as the one at `at`.
pub(super) fn first_of_name<T>(
    all: &[Defined<T>],
    at: usize,
    name: impl Fn(&T) -> &str,
) -> Option<&Defined<T>> {
    let own = name(&all[at].what);
    all[..at].iter().find(|other| name(&other.what) == own)
}
