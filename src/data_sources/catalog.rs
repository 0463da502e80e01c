//! The data source `curated_catalog`: the services and presets of the catalog. Must not call AWS: the
//! catalog is compiled into the program, and the provider block adds to it.

use async_trait::async_trait;

use std::sync::Arc;

use super::model;
use crate::catalog::{self, Preset, Service};
use crate::session::Session;
use crate::tf_provider::data_source::{DataSource, Found};
use crate::tf_provider::diagnostics::Diagnostics;
use crate::tf_provider::resource::Call;
use crate::tf_provider::schema::{Attribute, Block, Schema};
use crate::tf_provider::value::{Type, Value};

pub(super) struct Catalog {
    schema: Schema,
    session: Arc<Session>,
}

impl Catalog {
    pub(super) fn new(session: &Arc<Session>) -> Self {
        Self {
            schema: Schema::new(0, block()),
            session: Arc::clone(session),
        }
    }
}

fn block() -> Block {
    let service = Type::object([
        ("name", Type::String),
        ("description", Type::String),
        ("category", Type::String),
        ("traffic", Type::list(Type::String)),
    ]);
    let preset = Type::object([
        ("name", Type::String),
        ("description", Type::String),
        ("rules", Type::list(Type::String)),
    ]);
    Block {
        description: "The services and presets that you can use in groups.",
        attributes: vec![
            Attribute::optional(
                "search",
                Type::String,
                "Only services and presets that match: a part of a name or description, the name of a \
                 category, or the number of a port. Default: all.",
            ),
            Attribute::computed("id", Type::String, "The search term, or \"catalog\"."),
            Attribute::computed(
                "services",
                Type::list(service),
                "The services in the order of their names: name, description, category, and traffic, as \
                 in the keys of `rules`.",
            ),
            Attribute::computed(
                "presets",
                Type::list(preset),
                "The presets: name, description, and the keys of their rules.",
            ),
        ],
        ..Block::default()
    }
}

#[async_trait]
impl DataSource for Catalog {
    fn type_name(&self) -> &'static str {
        "curated_catalog"
    }

    fn schema(&self) -> &Schema {
        &self.schema
    }

    async fn read(&self, config: Value, _call: &Call) -> Result<Found, Diagnostics> {
        let word = model::CatalogQuery(&config).search().known();
        let word = word.unwrap_or_default().to_owned();
        let catalog = self.session.catalog();
        let services = catalog.search(&word);
        let presets = catalog
            .presets()
            .iter()
            .filter(|preset| is_found(preset, &word));
        let id = if word.is_empty() { "catalog" } else { &word };
        let state = config
            .with("id", id)
            .with("services", Value::list(services.into_iter().map(service)))
            .with("presets", Value::list(presets.map(preset)));
        Ok(state.into())
    }
}

/// Whether a word is a part of the preset's name or description, in any case, or a port in its rules.
fn is_found(preset: &Preset, word: &str) -> bool {
    let word = word.trim().to_lowercase();
    preset.name.contains(&word)
        || preset.description.to_lowercase().contains(&word)
        || preset
            .rules()
            .keys()
            .any(|rule| catalog::is_port(rule.traffic, &word))
}

fn service(service: &Service) -> Value {
    let traffic = service.traffic.iter().map(ToString::to_string);
    Value::object([
        ("name", Value::from(&*service.name)),
        ("description", (&*service.description).into()),
        ("category", (&*service.category).into()),
        ("traffic", Value::list(traffic)),
    ])
}

fn preset(preset: &Preset) -> Value {
    let rules = preset.rules();
    Value::object([
        ("name", Value::from(preset.name.as_str())),
        ("description", preset.description.as_str().into()),
        ("rules", Value::list(rules.keys().map(ToString::to_string))),
    ])
}
