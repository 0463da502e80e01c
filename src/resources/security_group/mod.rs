//! `curated_security_group`: a security group with all its rules.
//!
//! The data's way: [`schema`] says what a block looks like, [`model`] turns blocks into rules,
//! [`plan`] decides, [`change`] carries out, and [`reconcile`] makes a state's blocks say what EC2
//! holds. [`diagnose`] has the words for EC2's refusals.

mod change;
mod diagnose;
mod model;
mod plan;
mod reconcile;
mod schema;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;

use crate::ec2::{Ec2, Group, NewGroup, Scope};
use crate::provider::Session;
use crate::tf_provider::diagnostics::{Diagnostic, Diagnostics};
use crate::tf_provider::path::Path;
use crate::tf_provider::resource::{Call, Outcome, Plan, Resource};
use crate::tf_provider::schema::Schema;
use crate::tf_provider::value::{Attr, Value};

/// An operation on one group may take this long, waits included.
const LIMIT: Duration = Duration::from_secs(10 * 60);

/// The resource type.
pub(super) struct SecurityGroup {
    schema: Schema,
    session: Arc<Session>,
}

impl SecurityGroup {
    pub(super) fn new(session: &Arc<Session>) -> Self {
        Self {
            schema: schema::schema(),
            session: Arc::clone(session),
        }
    }

    /// EC2 in the region of a state, which may lack one right after an import.
    fn ec2(&self, state: &Value) -> Result<Arc<Ec2>, Diagnostic> {
        let connection = self.session.connection()?;
        let region = state.get("region").as_str();
        Ok(connection.ec2(region.unwrap_or_else(|| connection.default_region())))
    }

    /// The state as `group` has it; the rest, such as the preset, is taken from `state`.
    fn state_of(&self, state: Value, region: &str, group: &Group) -> Value {
        let tags = match state.get("tags").is_null() && group.tags.is_empty() {
            true => Value::Null,
            false => model::tags_value(&group.tags),
        };
        let state = state
            .with("id", group.id.as_str())
            .with("arn", group.arn.as_str())
            .with("owner_id", group.owner_id.as_str())
            .with("vpc_id", group.vpc_id.as_str())
            .with("region", region)
            .with("name", group.name.as_str())
            .with("description", group.description.as_str())
            .with("tags", tags)
            .with("tags_all", model::tags_value(&group.tags))
            .with("rules", model::rules_value(&group.rules));
        let rule_block = &self.schema.block.blocks[0].block;
        reconcile::blocks(state, rule_block, &group.rules)
    }
}

#[async_trait]
impl Resource for SecurityGroup {
    fn type_name(&self) -> &'static str {
        "curated_security_group"
    }

    fn schema(&self) -> &Schema {
        &self.schema
    }

    fn validate(&self, config: &Value) -> Diagnostics {
        plan::validate(config)
    }

    async fn plan(&self, plan: &mut Plan, _: &Call) {
        plan::plan(plan, self.session.default_region());
    }

    async fn create(&self, planned: Value, call: &Call) -> Outcome {
        let ec2 = match self.ec2(&planned) {
            Ok(ec2) => ec2,
            Err(diagnostic) => return Outcome::failed(None, diagnostic),
        };
        let scope = Scope::new(call.cancel.clone(), LIMIT);
        let text = |name| planned.get(name).as_str().unwrap_or_default();
        let tags = model::tags_from(planned.get("tags_all"));
        let new = NewGroup {
            name: text("name"),
            description: text("description"),
            vpc_id: planned.get("vpc_id").as_str(),
            tags: &tags,
        };
        let doing = format!("create the security group \"{}\"", new.name);
        let id = match ec2.create_security_group(&new, &scope).await {
            Ok(id) => id,
            Err(error) => return Outcome::failed(None, diagnose::failed(&doing, &error)),
        };
        match change::wait_until_visible(&ec2, &id, &scope).await {
            Ok(group) => self.converge(&ec2, group, planned, &scope).await,
            Err(error) => {
                let unseen = Group {
                    id,
                    arn: String::new(),
                    owner_id: String::new(),
                    vpc_id: new.vpc_id.unwrap_or_default().to_owned(),
                    name: new.name.to_owned(),
                    description: new.description.to_owned(),
                    tags: tags.clone(),
                    rules: crate::rules::RuleSet::new(),
                };
                let state = self.state_of(planned.clone(), ec2.region(), &unseen);
                Outcome::failed(Some(state), diagnose::failed(&doing, &error))
            }
        }
    }

    async fn read(&self, state: Value, call: &Call) -> Outcome {
        let ec2 = match self.ec2(&state) {
            Ok(ec2) => ec2,
            Err(diagnostic) if self.session.default_region().is_unknown() => {
                return Outcome::failed(
                    Some(state),
                    Diagnostic::warning("The group isn't refreshed", diagnostic.detail),
                );
            }
            Err(diagnostic) => return Outcome::failed(Some(state), diagnostic),
        };
        let scope = Scope::new(call.cancel.clone(), LIMIT);
        let id = state.get("id").as_str().unwrap_or_default().to_owned();
        match change::look(&ec2, &id, &scope).await {
            Ok(Some(group)) => Outcome::is(self.state_of(state, ec2.region(), &group)),
            // Only right after an import has a state no name yet.
            Ok(None) if state.get("name").is_null() => {
                Outcome::failed(Some(state), nobodys(&id, ec2.region()))
            }
            Ok(None) => Outcome::gone(),
            Err(error) => {
                let doing = format!("read the security group {id}");
                Outcome::failed(Some(state), diagnose::failed(&doing, &error))
            }
        }
    }

    async fn update(&self, prior: Value, planned: Value, call: &Call) -> Outcome {
        let ec2 = match self.ec2(&prior) {
            Ok(ec2) => ec2,
            Err(diagnostic) => return Outcome::failed(Some(prior), diagnostic),
        };
        let scope = Scope::new(call.cancel.clone(), LIMIT);
        let text = |name| prior.get(name).as_str().unwrap_or_default().to_owned();
        let group = Group {
            id: text("id"),
            arn: text("arn"),
            owner_id: text("owner_id"),
            vpc_id: text("vpc_id"),
            name: text("name"),
            description: text("description"),
            tags: model::tags_from(prior.get("tags_all")),
            rules: model::rules_from(prior.get("rules")),
        };
        self.converge(&ec2, group, planned, &scope).await
    }

    async fn delete(&self, state: Value, call: &Call) -> Outcome {
        let ec2 = match self.ec2(&state) {
            Ok(ec2) => ec2,
            Err(diagnostic) => return Outcome::failed(Some(state), diagnostic),
        };
        let scope = Scope::new(call.cancel.clone(), LIMIT);
        let id = state.get("id").as_str().unwrap_or_default();
        match change::delete(&ec2, id, &scope).await {
            Ok(()) => Outcome::gone(),
            Err(diagnostic) => Outcome::failed(Some(state), diagnostic),
        }
    }

    async fn import(&self, id: &str, _: &Call) -> Result<Value, Diagnostics> {
        if let Err(fault) = crate::rules::normalise::group(id) {
            return Err(not_an_id(&fault.summary).into());
        }
        let Attr::Known(region) = self.session.default_region() else {
            let error = self.session.connection().err();
            return Err(error.map(Diagnostics::from).unwrap_or_default());
        };
        let state = self.schema.block.empty();
        Ok(state.with("id", id).with("region", region))
    }
}

impl SecurityGroup {
    /// Gives a group the planned rules and tags; the outcome's state says what it then holds.
    async fn converge(
        &self,
        ec2: &Ec2,
        mut group: Group,
        planned: Value,
        scope: &Scope,
    ) -> Outcome {
        let rules = model::rules_from(planned.get("rules"));
        let tags = model::tags_from(planned.get("tags_all"));
        let changed = change::converge(ec2, &mut group, &rules, &tags, scope).await;
        let state = self.state_of(planned, ec2.region(), &group);
        match changed {
            Ok(()) => Outcome::is(state),
            Err(error) => {
                let doing = format!("change the security group {}", group.id);
                Outcome::failed(Some(state), diagnose::failed(&doing, &error))
            }
        }
    }
}

fn nobodys(id: &str, region: &str) -> Diagnostic {
    Diagnostic::error(
        format!("There is no security group {id} in {region}"),
        "Only a group that exists can be imported. Is it in this region, and of the account of \
         these credentials?",
    )
}

fn not_an_id(what: &str) -> Diagnostic {
    Diagnostic::error(
        "That is not the id of a security group",
        format!("{what}. Import by the group's id, such as \"sg-0123456789abcdef0\"."),
    )
    .at(Path::root().attribute("id"))
}
