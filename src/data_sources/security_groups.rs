//! The data source `curated_security_groups`: the groups that match filters, with their rules, from one
//! listing.

use std::sync::Arc;

use async_trait::async_trait;

use super::groups;
use crate::ec2::Group;
use crate::session::{Session, group_query, model};
use crate::tf_provider::data_source::{DataSource, Found};
use crate::tf_provider::diagnostics::Diagnostics;
use crate::tf_provider::problems;
use crate::tf_provider::resource::Call;
use crate::tf_provider::schema::{Attribute, Block, Schema};
use crate::tf_provider::value::{Type, Value};

pub(super) struct SecurityGroups {
    schema: Schema,
    session: Arc<Session>,
}

impl SecurityGroups {
    pub(super) fn new(session: &Arc<Session>) -> Self {
        Self {
            schema: Schema::new(0, block()),
            session: Arc::clone(session),
        }
    }
}

fn block() -> Block {
    let texts = groups::TEXTS.map(|(name, _)| (name, Type::String));
    let more = [
        ("tags", Type::map(Type::String)),
        ("rules", Type::map(Type::String)),
    ];
    let mut attributes = vec![
        Attribute::optional(
            "name",
            Type::String,
            "Only groups with this name. `*` stands for any characters, and `?` for one.",
        ),
        Attribute::optional_computed(
            "region",
            Type::String,
            "The region. Default: the provider's.",
        ),
    ];
    attributes.extend(group_query::attributes());
    attributes.extend([
        Attribute::computed("id", Type::String, "The region."),
        Attribute::computed(
            "ids",
            Type::list(Type::String),
            "The ids of the groups, in their order.",
        ),
        Attribute::computed(
            "groups",
            Type::map(Type::object(texts.into_iter().chain(more))),
            "The groups by id: `id`, `arn`, `owner_id`, `vpc_id`, `name`, `description`, `tags`, and \
             `rules` as in the resource.",
        ),
    ]);
    Block {
        description: "The security groups of a region that match filters, with their rules. It isn't an \
                      error if there are none. All of them are read in one listing.",
        attributes,
        blocks: group_query::blocks(),
    }
}

#[async_trait]
impl DataSource for SecurityGroups {
    fn type_name(&self) -> &'static str {
        "curated_security_groups"
    }

    fn schema(&self) -> &Schema {
        &self.schema
    }

    fn validate(&self, config: &Value) -> Diagnostics {
        group_query::validate(&self.session, config)
    }

    fn refusals(&self) -> Diagnostics {
        problems::listed(group_query::PROBLEMS)
    }

    async fn read(&self, config: Value, call: &Call) -> Result<Found, Diagnostics> {
        let ec2 = self.session.ec2(model::of(&config).region())?;
        let search = ec2.search_groups(&group_query::filters(&config));
        let found = search.all(&group_query::scope(call)).await;
        let mut found =
            found.map_err(|error| group_query::failed("list security groups", &error))?;
        found.sort_by(|a, b| a.id.cmp(&b.id));
        let ids: Vec<&str> = found.iter().map(|group| group.id.as_str()).collect();
        let ids = Value::list(ids);
        let groups = found
            .into_iter()
            .map(|group| (group.id.clone(), value(group)));
        let state = config
            .with("region", ec2.region())
            .with("id", ec2.region())
            .with("ids", ids)
            .with("groups", Value::map(groups));
        Ok(state.into())
    }
}

fn value(group: Group) -> Value {
    let group = groups::with_relative_peers(group);
    let texts = groups::texts(&group);
    let texts = texts.map(|(name, text)| (name, Value::from(text)));
    Value::object(texts)
        .with("tags", groups::tags(&group))
        .with("rules", groups::rules(&group.rules))
}
