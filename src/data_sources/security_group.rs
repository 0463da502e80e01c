//! The data source `curated_security_group`: exactly one group, with its rules, its users and how much of
//! its quota is used.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;

use super::groups;
use crate::ec2::{Ec2, Error, Group, GroupRule, Holder, RuleFreshness, Scope};
use crate::rules::{Rule, nearest, normalise};
use crate::session::{Session, group_query, model};
use crate::tf_provider::data_source::{DataSource, Found};
use crate::tf_provider::diagnostics::{Diagnostic, Diagnostics};
use crate::tf_provider::path::Path;
use crate::tf_provider::problems;
use crate::tf_provider::resource::Call;
use crate::tf_provider::schema::{Attribute, Block, Schema};
use crate::tf_provider::value::{Attr, Type, Value};

/// The messages to wrong configurations, except those about queries, as the documentation lists them.
const PROBLEMS: &str = "id\terror\t\"web\" is not the id of a security group\n";

/// How many groups an error lists at most.
const MOST_LISTED: usize = 10;

pub(super) struct SecurityGroup {
    schema: Schema,
    session: Arc<Session>,
}

impl SecurityGroup {
    pub(super) fn new(session: &Arc<Session>) -> Self {
        Self {
            schema: Schema::new(0, block()),
            session: Arc::clone(session),
        }
    }
}

fn block() -> Block {
    let user = Type::object([
        ("kind", Type::String),
        ("id", Type::String),
        ("owner", Type::String),
        ("description", Type::String),
    ]);
    Block {
        description: "One security group: its rules, what uses it, and how much of the quota its rules \
                      take. If there is no such group, or several, the data source fails, and lists the \
                      groups that exist.",
        attributes: vec![
            Attribute::optional_computed("id", Type::String, "The group's id, `sg-…`."),
            Attribute::optional_computed("name", Type::String, "Its name."),
            Attribute::optional_computed("vpc_id", Type::String, "Its VPC."),
            Attribute::optional_computed(
                "tags",
                Type::map(Type::String),
                "Tags of the group. If you set them, the group has at least these, and `tags_all` has \
                 all of them.",
            ),
            Attribute::optional_computed(
                "region",
                Type::String,
                "The region. Default: the provider's.",
            ),
            Attribute::computed("arn", Type::String, "Its Amazon resource name."),
            Attribute::computed("owner_id", Type::String, "The account that owns it."),
            Attribute::computed("description", Type::String, "Its description."),
            Attribute::computed("tags_all", Type::map(Type::String), "All its tags."),
            Attribute::computed(
                "rules",
                Type::map(Type::String),
                "Its rules, as in the resource: the key is the rule, such as `ingress tcp/443 from \
                 0.0.0.0/0`; the value is its description.",
            ),
            Attribute::computed(
                "rule_list",
                Type::list(groups::rule_type()),
                "Its rules, in the order of their keys, each with its parts: `key`, `direction`, \
                 `protocol`, `from_port`, `to_port`, `peer`, `description`, and, if EC2 returns them, \
                 `rule_id`, `owner` and `tags`.",
            ),
            Attribute::computed(
                "used_by",
                Type::list(user),
                "What uses it: `kind` (of network interface, or `rule`), `id` (of the interface, or of \
                 the group that has the rule), `owner` (an account or a service, or the name of that \
                 group) and `description` (or the rule's key). Null if it isn't known.",
            ),
            Attribute::computed(
                "rule_counts",
                groups::counts_type(),
                "The number of its rules, as the quota counts them: `ingress` and `egress`, each with \
                 `ipv4` and `ipv6`.",
            ),
            Attribute::computed(
                "quota",
                Type::Number,
                "The number of rules that it can have in one direction and address family: the \
                 provider's `max_rules_per_group`, or 60.",
            ),
        ],
        blocks: group_query::blocks(),
    }
}

/// An error if `id` can't be the id of a security group. Not a part of the validation, which hosts also
/// call in mocked runs, with ids that they invent.
fn malformed_id(config: &Value) -> Option<Diagnostic> {
    let id = model::of(config).id().known()?;
    normalise::group(id).is_err().then(|| {
        Diagnostic::error(
            format!("{id:?} is not the id of a security group"),
            "An id is \"sg-\" and 8 or 17 hexadecimal digits in lower case. For a name, set name.",
        )
        .at(Path::root().attribute("id"))
    })
}

#[async_trait]
impl DataSource for SecurityGroup {
    fn type_name(&self) -> &'static str {
        "curated_security_group"
    }

    fn schema(&self) -> &Schema {
        &self.schema
    }

    fn validate(&self, config: &Value) -> Diagnostics {
        let mut found = group_query::validate(&self.session, config);
        let query = model::of(config);
        let named = [query.id(), query.name(), query.vpc_id()];
        // An unknown argument may yet become one that selects a group.
        let is_empty = |has_some| matches!(has_some, Attr::Null | Attr::Known(false));
        if named.iter().all(Attr::is_null)
            && is_empty(query.has_tags())
            && is_empty(query.has_filters())
        {
            found.push(Diagnostic::error(
                "Nothing says which security group is meant",
                "Set id, or any of name, vpc_id, tags and filter.",
            ));
        }
        found
    }

    fn refusals(&self) -> Diagnostics {
        let mut found = problems::listed(group_query::PROBLEMS);
        found.extend(problems::listed(PROBLEMS));
        found
    }

    async fn read(&self, config: Value, call: &Call) -> Result<Found, Diagnostics> {
        if let Some(wrong) = malformed_id(&config) {
            return Err(wrong.into());
        }
        let ec2 = self.session.ec2(model::of(&config).region())?;
        let scope = group_query::scope(call);
        let group = groups::with_relative_peers(find(&ec2, &config, &scope).await?);
        let optional = scope.for_optional_calls();
        let mut warnings = Diagnostics::new();
        let mut limits = groups::limits(&self.session);
        let weights = async {
            if groups::names_a_prefix_list(&group.rules) {
                ec2.prefix_list_weights(&optional).await
            } else {
                None
            }
        };
        let (interfaces, references, details, weights) = tokio::join!(
            ec2.interfaces(&group.id, &optional),
            ec2.rules_that_reference(&group.id, &optional),
            ec2.rules_of_group(&group.id, RuleFreshness::Now, &optional),
            weights
        );
        if let Some(weights) = weights {
            limits.prefix_list_weights = (*weights).clone();
        }
        let mut users = Vec::new();
        let mut is_told = true;
        for found in [interfaces, references] {
            match found {
                Ok(holders) => users.extend(holders),
                Err(error) => {
                    is_told = false;
                    warnings.push(incomplete("used_by", "what uses the group", &error));
                }
            }
        }
        let used_by = if is_told || !users.is_empty() {
            Value::list(users.iter().map(user))
        } else {
            Value::Null
        };
        if let Err(error) = &details {
            warnings.push(incomplete(
                "rule_list",
                "the ids, owners and tags of its rules",
                error,
            ));
        }
        let details = details.unwrap_or_default();
        let quota = i64::try_from(limits.rules_per_direction).unwrap_or(i64::MAX);
        let query = model::of(&config);
        let own_tags = if query.tags().is_null() {
            groups::tags(&group)
        } else {
            query.tags().clone()
        };
        let texts = groups::texts(&group);
        let name = Value::from(query.name());
        let state = texts
            .into_iter()
            .fold(config, |state, (name, text)| state.with(name, text))
            .with("region", ec2.region())
            .with("tags", own_tags)
            .with("tags_all", groups::tags(&group))
            .with("rules", groups::rules(&group.rules))
            .with("rule_list", rule_list(&group, &details))
            .with("used_by", used_by)
            .with("rule_counts", groups::counts(&group.rules, &limits))
            .with("quota", quota);
        // Configured values must be returned unchanged, such as a name with wildcards.
        let state = if name.is_null() {
            state
        } else {
            state.with("name", name)
        };
        Ok(Found { state, warnings })
    }
}

fn rule_list(group: &Group, details: &[GroupRule]) -> Value {
    let details = details.iter().map(|details| {
        let rule = details.rule.clone();
        (rule.seen_from(&group.owner_id, &group.id), details)
    });
    let details: BTreeMap<Rule, &GroupRule> = details.collect();
    let rules = group.rules.iter();
    Value::list(rules.map(|(rule, text)| groups::rule(rule, text, details.get(rule).copied())))
}

/// The one group that a query means.
async fn find(ec2: &Ec2, config: &Value, scope: &Scope) -> Result<Group, Diagnostics> {
    let failed = |error: Error| group_query::failed("look for the security group", &error);
    let filters = group_query::filters(config);
    let query = model::of(config);
    let mut found = match query.id().known() {
        // This call is merged with those of resources that are read at the same time.
        Some(id) if filters.is_empty() => {
            let group = ec2.read_security_group(id, scope).await.map_err(failed)?;
            group.into_iter().collect()
        }
        id => {
            let by_id = id.map(|id| ("group-id".to_owned(), vec![id.to_owned()]));
            let filters: Vec<_> = filters.into_iter().chain(by_id).collect();
            ec2.search_groups(&filters)
                .all(scope)
                .await
                .map_err(failed)?
        }
    };
    if found.len() == 1 {
        return Ok(found.remove(0));
    }
    let region = ec2.region();
    if !found.is_empty() {
        found.sort_by(|a, b| (&a.name, &a.id).cmp(&(&b.name, &b.id)));
        return Err(Diagnostic::error(
            format!("{} security groups in {region} fit", found.len()),
            format!(
                "Exactly one has to. Set id, or say more of the group that is meant. These fit:\n{}",
                listed(&found)
            ),
        )
        .into());
    }
    // Similar names are only a hint: this call may fail for want of a permission.
    let optional = scope.for_optional_calls();
    let others = ec2.search_groups(&[]).all(&optional);
    let mut others = others.await.unwrap_or_default();
    let meant = query.name().known().or(query.id().known());
    let near = nearest(
        meant.unwrap_or_default(),
        others.iter().map(|group| group.name.as_str()),
    );
    let near: Vec<String> = near.into_iter().map(str::to_owned).collect();
    let vpc_id = query.vpc_id().known();
    let rank = |group: &Group| {
        let at = near.iter().position(|name| *name == group.name);
        let is_elsewhere = vpc_id.is_some_and(|vpc| vpc != group.vpc_id);
        let at = at.unwrap_or(usize::MAX);
        (at, is_elsewhere, group.name.clone(), group.id.clone())
    };
    others.sort_by_cached_key(rank);
    let there = if others.is_empty() {
        "There is no other group that could be listed.".to_owned()
    } else {
        format!("These are there, nearest names first:\n{}", listed(&others))
    };
    Err(Diagnostic::error(
        format!("No security group in {region} fits"),
        format!(
            "Correct what is asked for, or the region. Groups of other accounts and regions aren't \
             seen. {there}"
        ),
    )
    .into())
}

fn listed(groups: &[Group]) -> String {
    let mut lines: Vec<String> = groups
        .iter()
        .take(MOST_LISTED)
        .map(|group| format!("  - {} \"{}\" of {}", group.id, group.name, group.vpc_id))
        .collect();
    if groups.len() > MOST_LISTED {
        lines.push(format!("  - and {} more", groups.len() - MOST_LISTED));
    }
    lines.join("\n")
}

fn user(holder: &Holder) -> Value {
    let (kind, id, owner, description) = match holder {
        Holder::Interface {
            id,
            kind,
            owner,
            description,
            ..
        } => (kind.as_str(), id, owner, description.clone()),
        Holder::Rule { group, name, rule } => ("rule", group, name, rule.to_string()),
        Holder::VpcAssociation { vpc_id, state } => {
            ("vpc-association", vpc_id, &String::new(), state.clone())
        }
    };
    Value::object([
        ("kind", Value::from(kind)),
        ("id", id.as_str().into()),
        ("owner", owner.as_str().into()),
        ("description", description.into()),
    ])
}

/// A warning that an attribute is incomplete, most often for want of a permission.
fn incomplete(attribute: &str, what: &str, error: &Error) -> Diagnostic {
    Diagnostic::warning(
        format!("\"{attribute}\" isn't complete"),
        format!("EC2 doesn't list {what}: {error}. The other attributes are complete."),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_problems_matches_the_checks() {
        let source = SecurityGroup::new(&Arc::new(Session::default()));
        let wrong = source.schema().block.empty().with("id", "web");
        assert!(source.validate(&wrong).is_empty());
        let reported = malformed_id(&wrong).expect("it is no id");
        assert_eq!(problems::table(reported.into()), PROBLEMS);
    }

    /// It meant whichever group was the only one of the region.
    #[test]
    fn a_query_by_no_tag_at_all_was_taken_for_one() {
        let source = SecurityGroup::new(&Arc::new(Session::default()));
        let by_tags = |tags| source.schema().block.empty().with("tags", tags);
        for (tags, is_refused) in [
            (Value::map::<&str, &str>([]), true),
            (Value::map([("team", Value::Null)]), true),
            (Value::map([("team", Value::Unknown)]), false),
            (Value::map([("team", "web")]), false),
            (Value::Unknown, false),
        ] {
            let found = source.validate(&by_tags(tags.clone()));
            let reported = found.iter().map(|d| d.summary.as_str()).next();
            let refused = "Nothing says which security group is meant";
            assert_eq!(reported, is_refused.then_some(refused), "{tags:?}");
        }
    }
}
