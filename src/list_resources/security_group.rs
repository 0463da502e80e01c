//! `curated_security_group` for `terraform query`: the groups that can be imported, page by page.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use ipnet::IpNet;

use crate::configuration::Vocabulary;
use crate::ec2::Group;
use crate::resources::ListedGroups;
use crate::rules::{Direction, Peer, Traffic, cidr_set};
use crate::session::{Session, group_query};
use crate::tf_provider::diagnostics::Diagnostics;
use crate::tf_provider::list_resource::{ListError, ListResource, Listed, Query, Results};
use crate::tf_provider::problems;
use crate::tf_provider::resource::Call;
use crate::tf_provider::schema::{Attribute, Block, Schema};
use crate::tf_provider::value::{Type, Value};

/// Most names of traffic that a display name has.
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
        "Only groups that no AWS service and no stack keeps, as far as their tags and names tell: \
         without a tag that begins with `aws:`, and not made by EKS, its load balancer controller, \
         EMR or a directory. Default: `false`.",
    ));
    Block {
        description: "Security groups that can be imported: those of the account of these \
                      credentials, without the default group of each VPC. In the order of name and \
                      id within a page of up to 1,000 groups.",
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
        let ec2 = group_query::ec2(&self.session, &query.config)?;
        let scope = group_query::scope(call);
        let vocabulary = Vocabulary::of(&self.session.catalog());
        let mut search = ec2.search_groups(&group_query::filters(&query.config));
        if query.config.get("unmanaged").as_bool() == Some(true) {
            search = search.without_managed();
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
                    display_name: display_name(&group, &vocabulary),
                    state: query.with_state.then_some(state),
                };
                results.send(listed).await?;
            }
        }
    }
}

/// Name, VPC, and what is most worth knowing of the rules.
fn display_name(group: &Group, vocabulary: &Vocabulary) -> String {
    let open = open_to_the_world(group);
    let about = if !open.is_empty() {
        let named: Vec<String> = open
            .iter()
            .take(MOST_NAMED)
            .map(Traffic::to_string)
            .collect();
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

/// The ingress traffic that every address of a family may send, by one rule or by several together.
fn open_to_the_world(group: &Group) -> Vec<Traffic> {
    let mut blocks: BTreeMap<Traffic, Vec<IpNet>> = BTreeMap::new();
    for rule in group.rules.keys() {
        let net = match &rule.peer {
            Peer::Ipv4(net) => IpNet::V4(*net),
            Peer::Ipv6(net) => IpNet::V6(*net),
            _ => continue,
        };
        if rule.direction == Direction::Ingress {
            blocks.entry(rule.traffic).or_default().push(net);
        }
    }
    let is_open = |(_, blocks): &(Traffic, Vec<IpNet>)| {
        let merged = cidr_set::merge(blocks);
        merged.iter().any(|block| block.prefix_len() == 0)
    };
    let open = blocks.into_iter().filter(is_open);
    open.map(|(traffic, _)| traffic).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Catalog;
    use crate::rules::RuleSet;

    #[test]
    fn a_display_name_tells_what_is_open_first() {
        let vocabulary = Vocabulary::of(Catalog::built_in());
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
                    "ingress tcp/1 from ::/0",
                    "ingress tcp/2 from ::/0",
                    "ingress tcp/3 from ::/0",
                    "ingress tcp/4 from ::/0",
                    "egress all to 0.0.0.0/0",
                ],
                "tcp/1, tcp/2, tcp/3 and 1 more open to the world",
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
            let told = display_name(&group, &vocabulary);
            assert_eq!(told, format!("web · vpc-0000000a · {expected}"));
        }
    }
}
