//! Parses the text of catalog files, which provider blocks and the command line share: HCL with
//! `service`, `preset` and `guardrail` blocks. Returns [`Definitions`], and every error with its
//! line and column. Values are literals, without variables. Reads no file.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use hcl_edit::Span as _;
use hcl_edit::expr::{Expression, ObjectKey};
use hcl_edit::parser;
use hcl_edit::structure::{Block, Body, Structure};

use super::definitions::{
    Defined, DefinitionError, Definitions, GuardrailDefinition, Location, Origin, Position,
    PresetDefinition, ServiceDefinition,
};
use crate::rules::{nearest, one_of};

/// The kind of value that an argument takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Text,
    Switch,
    Texts,
    Map,
}

/// Name, kind, and whether the argument must be set.
type Argument = (&'static str, Kind, bool);

const SERVICE: &[Argument] = &[
    ("name", Kind::Text, true),
    ("description", Kind::Text, false),
    ("category", Kind::Text, false),
    ("traffic", Kind::Texts, true),
];

const PRESET: &[Argument] = &[
    ("name", Kind::Text, true),
    ("description", Kind::Text, true),
    ("ingress_rules", Kind::Map, false),
    ("egress_rules", Kind::Map, false),
];

const GUARDRAIL: &[Argument] = &[
    ("name", Kind::Text, true),
    ("direction", Kind::Text, false),
    ("traffic", Kind::Texts, false),
    ("peers", Kind::Texts, false),
    ("action", Kind::Text, false),
    ("reason", Kind::Text, true),
    ("exemptible", Kind::Switch, false),
];

/// The kinds of blocks, and their arguments.
const BLOCKS: [(&str, &[Argument]); 3] = [
    ("service", SERVICE),
    ("preset", PRESET),
    ("guardrail", GUARDRAIL),
];

/// Parses a file's text. `file` is its name, for messages. Faulty parts are left out of the
/// definitions and returned as errors.
pub fn parse(file: &str, text: &str) -> (Definitions, Vec<DefinitionError>) {
    // Some editors write a byte order mark.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader = Reader {
        file: file.into(),
        text,
        errors: Vec::new(),
    };
    let mut found = Definitions::default();
    match parser::parse_body(text) {
        Ok(body) => reader.body(&body, &mut found),
        Err(error) => {
            let position = Position {
                line: error.location().line(),
                column: error.location().column(),
            };
            let detail = format!("The file must be HCL: {}.", error.message());
            reader.at(position, "The catalog file can't be read", detail);
        }
    }
    (found, reader.errors)
}

struct Reader<'a> {
    file: Arc<str>,
    text: &'a str,
    errors: Vec<DefinitionError>,
}

/// The arguments of a block by name, and their positions.
#[derive(Default)]
struct Arguments {
    texts: BTreeMap<&'static str, String>,
    switches: BTreeMap<&'static str, bool>,
    lists: BTreeMap<&'static str, Vec<String>>,
    maps: BTreeMap<&'static str, BTreeMap<String, String>>,
    places: BTreeMap<(String, Option<String>), Position>,
}

impl Arguments {
    fn text(&mut self, name: &str) -> String {
        self.texts.remove(name).unwrap_or_default()
    }
}

impl Reader<'_> {
    fn body(&mut self, body: &Body, found: &mut Definitions) {
        for structure in body {
            match structure {
                Structure::Attribute(attribute) => {
                    let position = self.position(attribute.key.span());
                    let summary = format!("{:?} has no place here", attribute.key.as_str());
                    self.at(position, summary, KINDS);
                }
                Structure::Block(block) => self.block(block, found),
            }
        }
    }

    fn block(&mut self, block: &Block, found: &mut Definitions) {
        let position = self.position(block.ident.span());
        let kind = block.ident.as_str();
        let Some((_, known)) = BLOCKS.iter().find(|(name, _)| *name == kind) else {
            self.at(
                position,
                format!("{kind:?} is not a block of a catalog"),
                KINDS,
            );
            return;
        };
        if let Some(label) = block.labels.first() {
            let label = label.as_str();
            self.at(
                position,
                format!("A {kind} block has no label, and this one has {label:?}"),
                format!("Write {kind} {{ and, on a line of its own, name = {label:?}."),
            );
            return;
        }
        let before = self.errors.len();
        let mut arguments = self.arguments(kind, known, &block.body);
        for (name, _, is_required) in *known {
            let is_set = arguments.places.contains_key(&((*name).to_owned(), None));
            if *is_required && !is_set {
                let summary = format!("A {kind} block doesn't set {name:?}");
                self.at(position, summary, format!("Set {name:?} in it."));
            }
        }
        if self.errors.len() > before {
            return;
        }
        let origin = Origin::File {
            file: Arc::clone(&self.file),
            block: position,
            arguments: std::mem::take(&mut arguments.places),
        };
        define(kind, arguments, origin, found);
    }

    fn arguments(&mut self, kind: &str, known: &[Argument], body: &Body) -> Arguments {
        let mut found = Arguments::default();
        for structure in body {
            let (key, value) = match structure {
                Structure::Attribute(attribute) => (&attribute.key, Some(&attribute.value)),
                Structure::Block(block) => (&block.ident, None),
            };
            let position = self.position(key.span());
            let argument = known.iter().find(|(name, _, _)| *name == key.as_str());
            let (Some((name, holds, _)), Some(value)) = (argument, value) else {
                let names = known.iter().map(|(name, _, _)| *name);
                let near = nearest(key.as_str(), names.clone());
                let guess = if near.is_empty() {
                    String::new()
                } else {
                    format!("Did you mean {}? ", one_of(&near))
                };
                let names: Vec<&str> = names.collect();
                self.at(
                    position,
                    format!("{:?} is not an argument of a {kind} block", key.as_str()),
                    format!("{guess}The arguments are {}.", names.join(", ")),
                );
                continue;
            };
            let at = self.position(value.span());
            // The parser has refused a second one.
            found.places.insert(((*name).to_owned(), None), at);
            if value.is_null() {
                // A null counts as unset.
                found.places.remove(&((*name).to_owned(), None));
                continue;
            }
            match holds {
                Kind::Text => {
                    found
                        .texts
                        .extend(self.string(value).map(|text| (*name, text)));
                }
                Kind::Switch => match value.as_bool() {
                    Some(switch) => drop(found.switches.insert(name, switch)),
                    None => self.at(at, format!("{name:?} is true or false"), LITERALS),
                },
                Kind::Texts => {
                    found
                        .lists
                        .extend(self.list(name, value).map(|list| (*name, list)));
                }
                Kind::Map => {
                    let map = self.map(name, value, &mut found.places);
                    found.maps.extend(map.map(|map| (*name, map)));
                }
            }
        }
        found
    }

    fn string(&mut self, value: &Expression) -> Option<String> {
        let text = value.as_str();
        if text.is_none() {
            let position = self.position(value.span());
            let summary = "The value must be a text in quotes, as it stands";
            self.at(position, summary, LITERALS);
        }
        text.map(str::to_owned)
    }

    fn list(&mut self, name: &str, value: &Expression) -> Option<Vec<String>> {
        let Some(array) = value.as_array() else {
            let position = self.position(value.span());
            self.at(
                position,
                format!("{name:?} must be a list of texts"),
                LITERALS,
            );
            return None;
        };
        Some(array.iter().filter_map(|one| self.string(one)).collect())
    }

    fn map(
        &mut self,
        name: &str,
        value: &Expression,
        places: &mut BTreeMap<(String, Option<String>), Position>,
    ) -> Option<BTreeMap<String, String>> {
        let Some(object) = value.as_object() else {
            let position = self.position(value.span());
            self.at(
                position,
                format!("{name:?} must be a map of texts"),
                LITERALS,
            );
            return None;
        };
        let mut found = BTreeMap::new();
        for (key, value) in object.iter() {
            let key = match key {
                ObjectKey::Ident(ident) => Some(ident.as_str().to_owned()),
                ObjectKey::Expression(key) => self.string(key),
            };
            let (Some(key), Some(text)) = (key, self.string(value.expr())) else {
                continue;
            };
            let at = self.position(value.expr().span());
            places.insert((name.to_owned(), Some(key.clone())), at);
            found.insert(key, text);
        }
        Some(found)
    }

    fn position(&self, span: Option<Range<usize>>) -> Position {
        let offset = span.map_or(0, |span| span.start).min(self.text.len());
        let before = self.text.get(..offset).unwrap_or_default();
        let line = before.rsplit('\n').next().unwrap_or_default();
        Position {
            line: before.matches('\n').count() + 1,
            column: line.chars().count() + 1,
        }
    }

    fn at(&mut self, position: Position, summary: impl Into<String>, detail: impl Into<String>) {
        self.errors.push(DefinitionError {
            place: Location::File {
                file: Arc::clone(&self.file),
                position,
            },
            summary: summary.into(),
            detail: detail.into(),
        });
    }
}

const KINDS: &str = "A catalog file holds service, preset and guardrail blocks, and nothing else.";

const LITERALS: &str = "Catalog files hold plain values: texts in quotes, true or false, lists and \
                        maps of texts. There are no variables, functions or templates in them.";

fn define(kind: &str, mut arguments: Arguments, origin: Origin, found: &mut Definitions) {
    let name = arguments.text("name");
    let description = arguments.text("description");
    match kind {
        "service" => found.services.push(Defined {
            what: ServiceDefinition {
                name,
                description,
                category: arguments.text("category"),
                traffic: arguments.lists.remove("traffic").unwrap_or_default(),
            },
            origin,
        }),
        "preset" => found.presets.push(Defined {
            what: PresetDefinition {
                name,
                description,
                ingress_rules: arguments.maps.remove("ingress_rules").unwrap_or_default(),
                egress_rules: arguments.maps.remove("egress_rules").unwrap_or_default(),
            },
            origin,
        }),
        _ => found.guardrails.push(Defined {
            what: GuardrailDefinition {
                name,
                direction: arguments.text("direction"),
                traffic: arguments.lists.remove("traffic"),
                peers: arguments.lists.remove("peers"),
                action: arguments.text("action"),
                reason: arguments.text("reason"),
                exemptible: arguments.switches.remove("exemptible").unwrap_or(true),
            },
            origin,
        }),
    }
}

#[cfg(test)]
mod tests;
