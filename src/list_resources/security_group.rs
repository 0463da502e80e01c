//! The list resource `curated_security_group`, for `terraform query`: the groups that can be imported,
//! sent page by page.

use std::sync::Arc;

use async_trait::async_trait;

use crate::configuration::Vocabulary;
use crate::curation::report::WorldOpen;
use crate::curation::{self, WorldOpenings};
use crate::ec2::Group;
use crate::resources::ListedGroups;
use crate::rules::{Direction, RuleSet};
use crate::session::{Session, group_query, model};
use crate::tf_provider::diagnostics::Diagnostics;
use crate::tf_provider::list_resource::{ListError, ListResource, Listed, Query, Results};
use crate::tf_provider::problems;
use crate::tf_provider::resource::Call;
use crate::tf_provider::schema::{Attribute, Block, Schema};
use crate::tf_provider::value::{Attr, Type, Value};

/// How many openings to the world a display name lists at most.
const MOST_NAMED: usize = 3;

pub(super) struct SecurityGroups {
    schema: Schema,
    session: Arc<Session>,
    groups: ListedGroups,
}

impl SecurityGroups {
    pub(super) fn new(session: &Arc<Session>) -> Self {
        Self {
            schema: Schema::new(0, block()),
            session: Arc::clone(session),
            groups: ListedGroups::new(session),
        }
    }
}

fn block() -> Block {
    let mut attributes = vec![Attribute::optional(
        "region",
        Type::String,
        "The region. Default: the provider's.",
    )];
    attributes.extend(group_query::attributes());
    attributes.push(Attribute::optional(
        "unmanaged",
        Type::Bool,
        "Only groups that no AWS service, controller or CloudFormation stack manages, judging by their \
         tags, names and descriptions. Groups with the audit's finding `service-managed` are left out. \
         Default: `false`.",
    ));
    Block {
        description: "Security groups that you can import: those of the credentials' account, without \
                      the default group of each VPC. They are in the order of name and id within each \
                      page of up to 1,000 groups.",
        attributes,
        blocks: group_query::blocks(),
    }
}

#[async_trait]
impl ListResource for SecurityGroups {
    fn type_name(&self) -> &'static str {
        "curated_security_group"
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

    async fn list(
        &self,
        query: Query,
        results: &mut Results,
        call: &Call,
    ) -> Result<(), ListError> {
        let connection = self.session.connection()?;
        let ec2 = self.session.ec2(model::of(&query.config).region())?;
        let scope = group_query::scope(call);
        let catalog = self.session.catalog();
        let vocabulary = Vocabulary::of(&catalog);
        let world = WorldOpenings::new(&catalog);
        let mut search = ec2.search_groups(&group_query::filters(&query.config));
        if model::of(&query.config).unmanaged() == Attr::Known(true) {
            search = search.leaving_out(|group| curation::keeper(group).is_some());
        }
        loop {
            let page = search.next_page(&scope).await;
            let page = page.map_err(|error| group_query::failed("list security groups", &error))?;
            let Some(mut groups) = page else {
                return Ok(());
            };
            groups.retain(|group| ListedGroups::can_be_imported(&connection, group));
            groups.sort_by(|a, b| (&a.name, &a.id).cmp(&(&b.name, &b.id)));
            for group in groups {
                let (identity, state) = self.groups.of(ec2.region(), &group);
                let listed = Listed {
                    identity,
                    display_name: display_name(&group, &vocabulary, &world),
                    state: query.with_state.then_some(state),
                };
                results.send(listed).await?;
            }
        }
    }
}

/// The name, the VPC and a summary of the rules: what is open to the world, else the preset, else counts.
fn display_name(group: &Group, vocabulary: &Vocabulary, world: &WorldOpenings) -> String {
    let open = open_to_the_world(&group.rules, world);
    let about = if !open.is_empty() {
        let named = &open[..open.len().min(MOST_NAMED)];
        let more = match open.len().saturating_sub(MOST_NAMED) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        format!("{}{more} open to the world", named.join(", "))
    } else if group.rules.is_empty() {
        "no rules".to_owned()
    } else if let Some(preset) = vocabulary.preset_of(&group.rules) {
        format!("as the preset {}", preset.name)
    } else {
        let of = |direction| {
            let rules = group.rules.keys();
            rules.filter(|rule| rule.direction == direction).count()
        };
        let (ingress, egress) = (of(Direction::Ingress), of(Direction::Egress));
        format!("{ingress} ingress, {egress} egress")
    };
    format!("{} · {} · {about}", group.name, group.vpc_id)
}

/// The ingress traffic that is open to the world, the most dangerous first.
fn open_to_the_world(rules: &RuleSet, world: &WorldOpenings) -> Vec<String> {
    let Some(open) = world.of(rules) else {
        return Vec::new();
    };
    let WorldOpen {
        all,
        admin,
        data,
        other,
        web,
        protocols,
    } = open;
    [all, admin, data, other, web, protocols].concat()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::catalog::Catalog;

    #[test]
    fn a_display_name_shows_the_most_dangerous_opening_first() {
        let vocabulary = Vocabulary::of(Catalog::built_in());
        let world = WorldOpenings::new(Catalog::built_in());
        for (rules, expected) in [
            (
                &["ingress tcp/22 from 0.0.0.0/0"][..],
                "tcp/22 open to the world",
            ),
            (
                &[
                    "ingress tcp/22 from 0.0.0.0/1",
                    "ingress tcp/22 from 128.0.0.0/1",
                ],
                "tcp/22 open to the world",
            ),
            (&["ingress tcp/22 from ::/0"], "tcp/22 open to the world"),
            (
                &[
                    "ingress tcp/80 from ::/0",
                    "ingress tcp/2 from ::/0",
                    "ingress tcp/4-5 from ::/0",
                    "ingress tcp/5432 from ::/0",
                    "ingress tcp/3306 from 0.0.0.0/0",
                    "egress all to 0.0.0.0/0",
                ],
                "tcp/3306, tcp/5432, tcp/2 and 2 more open to the world",
            ),
            (
                &[
                    "ingress tcp/0-100 from 0.0.0.0/1",
                    "ingress tcp/22 from 128.0.0.0/1",
                ],
                "tcp/22 open to the world",
            ),
            (&["egress all to 0.0.0.0/0"], "as the preset exodus"),
            (
                &["ingress tcp/22 from 10.0.0.0/8", "egress all to 0.0.0.0/0"],
                "1 ingress, 1 egress",
            ),
            (&[], "no rules"),
        ] {
            let rules: RuleSet = rules
                .iter()
                .map(|key| (key.parse().expect("a rule"), String::new()))
                .collect();
            let group = Group {
                id: "sg-0000000a".to_owned(),
                arn: String::new(),
                owner_id: "123456789012".to_owned(),
                vpc_id: "vpc-0000000a".to_owned(),
                name: "web".to_owned(),
                description: String::new(),
                tags: BTreeMap::new(),
                rules,
            };
            let reported = display_name(&group, &vocabulary, &world);
            assert_eq!(reported, format!("web · vpc-0000000a · {expected}"));
        }
    }
}
