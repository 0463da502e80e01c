//! The attributes of a group that `curated_security_group` and `curated_security_groups` have in common.

use crate::ec2::{Group, GroupRule};
use crate::rules::{Direction, Peer, rule_set};
use crate::rules::{Limits, Rule, RuleSet, count};
use crate::session::Session;
use crate::snapshot::MARK;
use crate::tf_provider::value::{Type, Value};

/// The text attributes of a group: name and description of each.
pub(super) const TEXTS: [(&str, &str); 6] = [
    ("id", "The group's id, `sg-…`."),
    ("arn", "Its Amazon resource name."),
    ("owner_id", "The account that owns it."),
    ("vpc_id", "Its VPC."),
    ("name", "Its name."),
    ("description", "Its description."),
];

/// The values of [`TEXTS`] for a group, in the same order.
pub(super) fn texts(group: &Group) -> [(&'static str, &str); 6] {
    [
        ("id", &group.id),
        ("arn", &group.arn),
        ("owner_id", &group.owner_id),
        ("vpc_id", &group.vpc_id),
        ("name", &group.name),
        ("description", &group.description),
    ]
}

/// The `rules` attribute.
pub(super) fn rules(rules: &RuleSet) -> Value {
    let rules = rules.iter();
    Value::map(rules.map(|(rule, text)| (rule.to_string(), text.as_str())))
}

/// The `tags` attribute.
pub(super) fn tags(group: &Group) -> Value {
    // What reads it would change whenever `curated prune` marks groups.
    let tags = group.tags.iter().filter(|(key, _)| *key != MARK);
    Value::map(tags.map(|(key, value)| (key.as_str(), value.as_str())))
}

/// The group with its rules from its own point of view: a peer that is the group itself is `self`, and a
/// peer in its own account has no account number.
pub(super) fn with_relative_peers(mut group: Group) -> Group {
    let rules = std::mem::take(&mut group.rules).into_iter();
    group.rules =
        rule_set(rules.map(|(rule, text)| (rule.seen_from(&group.owner_id, &group.id), text)));
    group
}

/// The type of an element of `rule_list`.
pub(super) fn rule_type() -> Type {
    Type::object([
        ("key", Type::String),
        ("direction", Type::String),
        ("protocol", Type::String),
        ("from_port", Type::Number),
        ("to_port", Type::Number),
        ("peer", Type::String),
        ("description", Type::String),
        ("rule_id", Type::String),
        ("owner", Type::String),
        ("tags", Type::map(Type::String)),
    ])
}

/// An element of `rule_list`: a rule and its parts. `details` has its id, owner and tags, where EC2
/// reported them.
pub(super) fn rule(rule: &Rule, description: &str, details: Option<&GroupRule>) -> Value {
    let ports = rule.traffic.ports();
    let text = |text: Option<&str>| text.map_or(Value::Null, Value::from);
    let tags = details.map(|details| {
        let tags = details.tags.iter();
        Value::map(tags.map(|(key, value)| (key.as_str(), value.as_str())))
    });
    Value::object([
        ("key", Value::from(rule.to_string())),
        ("direction", rule.direction.name().into()),
        ("protocol", rule.traffic.protocol().as_ref().into()),
        ("from_port", ports.map(|(from, _)| i64::from(from)).into()),
        ("to_port", ports.map(|(_, to)| i64::from(to)).into()),
        ("peer", rule.peer.to_string().into()),
        ("description", description.into()),
        ("rule_id", text(details.map(|details| details.id.as_str()))),
        (
            "owner",
            text(details.and_then(|details| details.owner.as_deref())),
        ),
        ("tags", tags.unwrap_or(Value::Null)),
    ])
}

/// The type of `rule_counts`.
pub(super) fn counts_type() -> Type {
    let of_direction = Type::object([("ipv4", Type::Number), ("ipv6", Type::Number)]);
    Type::object([("ingress", of_direction.clone()), ("egress", of_direction)])
}

/// The value of `rule_counts`: the rules of the group by direction and address family, as its quota
/// counts them.
pub(super) fn counts(rules: &RuleSet, limits: &Limits) -> Value {
    let of_direction = |direction| {
        let count = count(rules, direction, limits);
        let number = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
        Value::object([
            ("ipv4", Value::from(number(count.ipv4()))),
            ("ipv6", number(count.ipv6()).into()),
        ])
    };
    Value::object([
        ("ingress", of_direction(Direction::Ingress)),
        ("egress", of_direction(Direction::Egress)),
    ])
}

/// The limits of a group: those of the provider block, and the defaults for the rest.
pub(super) fn limits(session: &Session) -> Limits {
    Limits {
        rules_per_direction: session.config().max_rules_per_group,
        ..Limits::default()
    }
}

/// Whether a rule of the group names a prefix list, which counts towards the quota as many times as it
/// may have entries.
pub(super) fn names_a_prefix_list(rules: &RuleSet) -> bool {
    rules
        .keys()
        .any(|rule| matches!(rule.peer, Peer::PrefixList(_)))
}
