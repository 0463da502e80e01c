//! What the probe offers beside its functions: a resource type with an identity, a data source, and
//! the list of the resource type.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use async_trait::async_trait;
use terraform_provider_curated::tf_provider::data_source::{DataSource, Found};
use terraform_provider_curated::tf_provider::diagnostics::{Diagnostic, Diagnostics};
use terraform_provider_curated::tf_provider::list_resource::{
    ListError, ListResource, Listed, Query, Results,
};
use terraform_provider_curated::tf_provider::path::Path;
use terraform_provider_curated::tf_provider::resource::{
    Call, GenerateConfig, IdentityAttribute, IdentitySchema, ImportBy, Outcome, Plan, Resource,
};
use terraform_provider_curated::tf_provider::schema::{Attribute, Block, Schema};
use terraform_provider_curated::tf_provider::value::{Type, Value};

use super::{Pages, schema};

/// Objects of one page of the list.
pub(super) const PAGE: usize = 10;

/// A thing, which lives in states only. Its id is made of its name.
pub(super) struct Thing {
    schema: Schema,
    identity: IdentitySchema,
}

/// The block of a thing.
pub(super) fn thing_block() -> Block {
    Block {
        description: "A thing.",
        attributes: vec![
            Attribute::required("name", Type::String, "Its name."),
            Attribute::optional("note", Type::String, "A note."),
            Attribute::optional_computed("size", Type::Number, "Its size.").default(1),
            Attribute::computed("id", Type::String, "Its id."),
        ],
        ..Block::default()
    }
}

/// A thing as it exists.
pub(super) fn thing(name: &str) -> Value {
    thing_block()
        .empty()
        .with("name", name)
        .with("size", 1)
        .with("id", format!("t-{name}"))
}

/// The identity's type.
pub(super) fn identity_type() -> Type {
    Type::object([("id", Type::String), ("place", Type::String)])
}

impl Thing {
    pub(super) fn new() -> Self {
        let attribute = |name, required| IdentityAttribute {
            name,
            ty: Type::String,
            required,
            description: "What it is known by.",
        };
        Self {
            schema: schema(thing_block()),
            identity: IdentitySchema {
                version: 0,
                attributes: vec![attribute("id", true), attribute("place", false)],
            },
        }
    }
}

#[async_trait]
impl Resource for Thing {
    fn type_name(&self) -> &'static str {
        "probe_thing"
    }

    fn schema(&self) -> &Schema {
        &self.schema
    }

    fn validate(&self, _: &Value) -> Diagnostics {
        Diagnostics::new()
    }

    async fn plan(&self, plan: &mut Plan, _: &Call) {
        if let Some(name) = plan.planned.get("name").as_str() {
            plan.planned = plan.planned.clone().with("id", format!("t-{name}"));
        }
    }

    async fn create(&self, planned: Value, _: &Call) -> Outcome {
        let name = planned.get("name").as_str().expect("it is required");
        let id = format!("t-{name}");
        Outcome::exists(planned.with("id", id))
    }

    async fn read(&self, state: Value, _: &Call) -> Outcome {
        Outcome::exists(state)
    }

    async fn update(&self, _: Value, planned: Value, _: &Call) -> Outcome {
        Outcome::exists(planned)
    }

    async fn delete(&self, _: Value, _: &Call) -> Outcome {
        Outcome::gone()
    }

    async fn import(&self, by: ImportBy<'_>, _: &Call) -> Result<Value, Diagnostics> {
        let id = match by {
            ImportBy::Id(id) => id,
            ImportBy::Identity(identity) => identity.get("id").as_str().unwrap_or_default(),
        };
        let name = id.strip_prefix("t-");
        let name = name.ok_or_else(|| Diagnostic::error("No thing", "Its id begins with t-."))?;
        Ok(thing(name))
    }

    fn identity_schema(&self) -> &IdentitySchema {
        &self.identity
    }

    fn identity(&self, state: &Value) -> Value {
        Value::object([("id", state.get("id").clone()), ("place", "here".into())])
    }

    fn config_generator(&self) -> Option<&dyn GenerateConfig> {
        Some(self)
    }
}

#[async_trait]
impl GenerateConfig for Thing {
    async fn generate_config(&self, state: &Value, _call: &Call) -> Value {
        let config = state.clone().with("id", Value::Null);
        let is_default = config.get("size").as_i64() == Some(1);
        if is_default {
            config.with("size", Value::Null)
        } else {
            config
        }
    }
}

/// Says back what it is given.
pub(super) struct Echo {
    schema: Schema,
}

/// The block of an echo.
pub(super) fn echo_block() -> Block {
    Block {
        description: "An echo.",
        attributes: vec![
            Attribute::required("text", Type::String, "What is said."),
            Attribute::computed("id", Type::String, "What comes back."),
        ],
        ..Block::default()
    }
}

impl Echo {
    pub(super) fn new() -> Self {
        Self {
            schema: schema(echo_block()),
        }
    }
}

#[async_trait]
impl DataSource for Echo {
    fn type_name(&self) -> &'static str {
        "probe_echo"
    }

    fn schema(&self) -> &Schema {
        &self.schema
    }

    fn validate(&self, config: &Value) -> Diagnostics {
        match config.get("text").as_str() {
            Some("") => {
                let error = Diagnostic::error("Nothing to say", "Set text.");
                error.at(Path::root().attribute("text")).into()
            }
            _ => Diagnostics::new(),
        }
    }

    async fn read(&self, config: Value, _: &Call) -> Result<Found, Diagnostics> {
        let text = config.get("text").as_str().expect("it is required");
        let text = text.to_owned();
        match text.as_str() {
            "nobody" => Err(Diagnostic::error("No echo", "Nobody answers.").into()),
            // A mistake, which debug builds find before the host does.
            "mumble" => Ok(config.with("id", Value::Unknown).into()),
            "panic" => panic!("told to, in read"),
            _ => {
                let id = format!("echo-{text}");
                let mut found = Found::from(config.with("id", id));
                if text == "loud" {
                    found.warnings = Diagnostic::warning("A loud echo", "It is loud.").into();
                }
                Ok(found)
            }
        }
    }
}

/// The list of things: as many as the configuration says, in pages.
pub(super) struct Things {
    schema: Schema,
    pages: Arc<Pages>,
}

/// The block of the list's configuration.
pub(super) fn things_block() -> Block {
    Block {
        description: "All things.",
        attributes: vec![
            Attribute::optional("total", Type::Number, "How many there are."),
            Attribute::optional(
                "trouble",
                Type::String,
                "What goes wrong after the first page.",
            ),
        ],
        ..Block::default()
    }
}

impl Things {
    pub(super) fn new(pages: &Arc<Pages>) -> Self {
        Self {
            schema: schema(things_block()),
            pages: Arc::clone(pages),
        }
    }

    async fn pages(&self, query: &Query, results: &mut Results) -> Result<(), ListError> {
        let total = query.config.get("total").as_i64().unwrap_or(3) as usize;
        let trouble = query.config.get("trouble").as_str();
        for page in 0..total.div_ceil(PAGE) {
            self.pages.fetched.fetch_add(1, Ordering::SeqCst);
            for number in page * PAGE..total.min((page + 1) * PAGE) {
                let name = format!("{number:05}");
                let state = thing(&name);
                let identity = [("id", state.get("id").clone()), ("place", "here".into())];
                let listed = Listed {
                    identity: Value::object(identity),
                    display_name: format!("thing {name}"),
                    state: query.with_state.then_some(state),
                };
                results.send(listed).await?;
            }
            match trouble {
                Some("warn") => {
                    let warning = Diagnostic::warning("A page is missing", "It is gone.");
                    results.warn(warning).await?;
                }
                Some("fail") => {
                    return Err(Diagnostic::error("No more pages", "They are gone.").into());
                }
                Some("panic") => panic!("told to, in list"),
                Some("nameless") => {
                    let identity = [("id", Value::from("x")), ("place", Value::Null)];
                    let listed = Listed {
                        identity: Value::object(identity),
                        display_name: "x".to_owned(),
                        state: None,
                    };
                    results.send(listed).await?;
                }
                _ => {}
            }
        }
        Ok(())
    }
}

#[async_trait]
impl ListResource for Things {
    fn type_name(&self) -> &'static str {
        "probe_thing"
    }

    fn schema(&self) -> &Schema {
        &self.schema
    }

    fn validate(&self, config: &Value) -> Diagnostics {
        match config.get("total").as_i64() {
            Some(total) if total < 0 => {
                let error = Diagnostic::error("Too few things", "Set total to 0 or more.");
                error.at(Path::root().attribute("total")).into()
            }
            _ => Diagnostics::new(),
        }
    }

    async fn list(
        &self,
        query: Query,
        results: &mut Results,
        call: &Call,
    ) -> Result<(), ListError> {
        let listed = tokio::select! {
            listed = self.pages(&query, results) => listed,
            () = call.cancel.cancelled() => Err(ListError::Ended),
        };
        if matches!(listed, Err(ListError::Ended)) {
            self.pages.ended.fetch_add(1, Ordering::SeqCst);
        }
        listed
    }
}
