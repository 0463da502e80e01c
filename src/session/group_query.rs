//! Queries for groups in one region, by `name`, `vpc_id`, `tags` and `filter`, which data sources and list
//! resources share.

use std::time::Duration;

use super::{Session, model};
use crate::ec2::{Error, Scope};
use crate::rules::{nearest, one_of};
use crate::tf_provider::diagnostics::{Diagnostic, Diagnostics};
use crate::tf_provider::path::Path;
use crate::tf_provider::resource::Call;
use crate::tf_provider::schema::{Attribute, Block, NestedBlock, Nesting};
use crate::tf_provider::value::{Attr, Type, Value};

/// Longest time of a query, retries included.
const LIMIT: Duration = Duration::from_secs(5 * 60);

/// EC2's filters of groups, besides `tag:` and a key. EC2 may get others.
const FILTERS: [&str; 25] = [
    "description",
    "egress.ip-permission.cidr",
    "egress.ip-permission.from-port",
    "egress.ip-permission.group-id",
    "egress.ip-permission.group-name",
    "egress.ip-permission.ipv6-cidr",
    "egress.ip-permission.prefix-list-id",
    "egress.ip-permission.protocol",
    "egress.ip-permission.to-port",
    "egress.ip-permission.user-id",
    "group-id",
    "group-name",
    "ip-permission.cidr",
    "ip-permission.from-port",
    "ip-permission.group-id",
    "ip-permission.group-name",
    "ip-permission.ipv6-cidr",
    "ip-permission.prefix-list-id",
    "ip-permission.protocol",
    "ip-permission.to-port",
    "ip-permission.user-id",
    "owner-id",
    "tag:",
    "tag-key",
    "vpc-id",
];

/// Most values of a filter that EC2 accepts.
const MOST_VALUES: usize = 200;

/// The attributes of a query, besides `region`.
pub(crate) fn attributes() -> Vec<Attribute> {
    vec![
        Attribute::optional(
            "vpc_id",
            Type::String,
            "Only groups in this VPC. Default: all VPCs.",
        ),
        Attribute::optional(
            "tags",
            Type::map(Type::String),
            "Only groups with all these tags. `*` in a value stands for any characters, and `?` for \
             one.",
        ),
    ]
}

/// The blocks of a query.
pub(crate) fn blocks() -> Vec<NestedBlock> {
    let filter = Block {
        description: "A filter of EC2's \
                      [DescribeSecurityGroups](https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSecurityGroups.html). \
                      A group must match all filters.",
        attributes: vec![
            Attribute::required(
                "name",
                Type::String,
                "The filter's name, such as `\"group-name\"`, `\"description\"`, `\"tag-key\"` or \
                 `\"ip-permission.cidr\"`.",
            ),
            Attribute::required(
                "values",
                Type::set(Type::String),
                "Values, one of which must match. `*` stands for any characters, and `?` for one.",
            ),
        ],
        ..Block::default()
    };
    vec![NestedBlock::new("filter", Nesting::Set, filter)]
}

/// Checks of a query, which may hold unknown values.
pub(crate) fn validate(session: &Session, config: &Value) -> Diagnostics {
    let query = model::of(config);
    let mut found = Diagnostics::new();
    found.extend(session.check_region(query.region()));
    for filter in query.filters() {
        let path = Path::root().attribute("filter").element();
        let unknown = unknown_filter(filter.name());
        found.extend(unknown.map(|warning| warning.at(path.attribute("name"))));
        let Attr::Known(values) = filter.values() else {
            continue;
        };
        let name = filter.name();
        if values.is_empty() {
            let empty = Diagnostic::error(
                format!("The filter \"{name}\" has no values"),
                "EC2 finds nothing by a filter without values. Add a value, or remove the filter.",
            );
            found.push(empty.at(path.attribute("values")));
        } else if values.len() > MOST_VALUES {
            let many = Diagnostic::error(
                format!("The filter \"{name}\" has {} values", values.len()),
                format!("EC2 takes at most {MOST_VALUES}. Use \"*\" in a value, or fewer values."),
            );
            found.push(many.at(path.attribute("values")));
        }
    }
    found
}

/// The warning of a name that is like that of a filter, and isn't one. Of others nothing is said: EC2 may
/// have got them since.
fn unknown_filter(name: &str) -> Option<Diagnostic> {
    if FILTERS.contains(&name) || name.starts_with("tag:") {
        return None;
    }
    let near = nearest(name, FILTERS);
    (!near.is_empty()).then(|| {
        Diagnostic::warning(
            format!("The filter \"{name}\" isn't one of EC2's"),
            format!(
                "Did you mean {}? EC2 refuses names that it doesn't know.",
                one_of(&near)
            ),
        )
    })
}

/// The table of messages to wrong queries.
pub(crate) const PROBLEMS: &str = "\
filter.name\twarning\tThe filter \"groupname\" isn't one of EC2's
filter.values\terror\tThe filter \"group-name\" has no values
filter.values\terror\tThe filter \"group-name\" has 201 values
region\terror\t\"eu-wset-1\" is not a region
";

/// The filters of a known query: of each its name, and the values of which one has to fit.
pub(crate) fn filters(config: &Value) -> Vec<(String, Vec<String>)> {
    let query = model::of(config);
    let mut filters = Vec::new();
    for (text, filter) in [(query.name(), "group-name"), (query.vpc_id(), "vpc-id")] {
        if let Attr::Known(text) = text {
            filters.push((filter.to_owned(), vec![text.to_owned()]));
        }
    }
    for (key, value) in query.tags().as_entries().into_iter().flatten() {
        if let Some(value) = value.as_str() {
            filters.push((format!("tag:{key}"), vec![value.to_owned()]));
        }
    }
    for filter in query.filters() {
        let values = filter.values().known().unwrap_or_default();
        let values = values.into_iter().filter_map(Value::as_str);
        let values = values.map(str::to_owned);
        filters.push((filter.name().to_owned(), values.collect()));
    }
    filters
}

/// The scope of a query.
pub(crate) fn scope(call: &Call) -> Scope {
    Scope::new(call.cancel.clone(), LIMIT)
}

/// The error of a call for a query. `doing` completes "Can't …".
pub(crate) fn failed(doing: &str, error: &Error) -> Diagnostic {
    Diagnostic::error(format!("Can't {doing}"), format!("{error}."))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tf_provider::problems;

    #[test]
    fn the_table_of_problems_matches_the_checks() {
        let session = Session::default();
        let filter = |name: &str, values: Vec<String>| {
            let filter =
                Value::object([("name", Value::from(name)), ("values", Value::set(values))]);
            Value::object([("region", Value::Null), ("filter", Value::set([filter]))])
        };
        let many = (0..=MOST_VALUES).map(|n| n.to_string()).collect();
        let region = Value::object([
            ("region", Value::from("eu-wset-1")),
            ("filter", Value::Set(Vec::new())),
        ]);
        let mut found = validate(&session, &region);
        found.extend(validate(
            &session,
            &filter("groupname", vec!["web".to_owned()]),
        ));
        found.extend(validate(&session, &filter("group-name", Vec::new())));
        found.extend(validate(&session, &filter("group-name", many)));
        assert_eq!(problems::table(found), PROBLEMS);
    }

    /// EC2 alone told of a typo, and not what was meant.
    #[test]
    fn a_filter_that_ec2_may_not_have_is_told_with_the_nearest_ones() {
        let hint = |name: &str| unknown_filter(name).map(|warning| warning.detail);
        for name in FILTERS.into_iter().chain(["tag:Name", "group-colour-code"]) {
            assert_eq!(hint(name), None, "{name}");
        }
        for (name, near) in [
            ("groupname", "\"group-name\""),
            ("vpc_id", "\"vpc-id\""),
            ("name", "group-name\""),
            ("tag", "\"tag:\""),
        ] {
            let said = hint(name).expect(name);
            assert!(said.contains(near), "{said}");
        }
    }

    #[test]
    fn a_filter_of_null_values_alone_was_sent_without_any() {
        let null = Value::object([
            ("name", Value::from("group-name")),
            ("values", Value::set([Value::Null])),
        ]);
        let query = Value::object([("region", Value::Null), ("filter", Value::set([null]))]);
        let found = validate(&Session::default(), &query);
        let summaries: Vec<&str> = found.iter().map(|d| d.summary.as_str()).collect();
        assert_eq!(summaries, ["The filter \"group-name\" has no values"]);
    }

    #[test]
    fn a_query_becomes_ec2s_filters() {
        let filter = Value::object([
            ("name", Value::from("ip-permission.cidr")),
            ("values", Value::set(["0.0.0.0/0", "10.*"])),
        ]);
        let config = Value::object([
            ("name", Value::from("web")),
            ("vpc_id", "vpc-0000000a".into()),
            ("tags", Value::map([("team", "web")])),
            ("filter", Value::set([filter])),
        ]);
        let filters = filters(&config);
        let reported: Vec<String> = filters
            .iter()
            .map(|(name, values)| format!("{name}={}", values.join(",")))
            .collect();
        assert_eq!(
            reported,
            [
                "group-name=web",
                "vpc-id=vpc-0000000a",
                "tag:team=web",
                "ip-permission.cidr=0.0.0.0/0,10.*"
            ]
        );
    }
}
