//! Attributes and blocks that all types of owned rules have.

use crate::resources::common::timeouts;
use crate::resources::common::{attributes, guardrails};
use crate::tf_provider::resource::IdentitySchema;
use crate::tf_provider::schema::{Attribute, NestedBlock, Nesting};
use crate::tf_provider::value::Type;

/// `security_group_id`.
pub(super) fn group_id() -> Attribute {
    Attribute::required(
        "security_group_id",
        Type::String,
        "The security group that has the rules. Another group replaces the resource.",
    )
    .replaces()
}

/// The attributes of every type, beside those that declare rules.
pub(super) fn common() -> Vec<Attribute> {
    vec![
        Attribute::optional_computed(
            "region",
            Type::String,
            "The region of the group. Default: the provider's. Another region replaces the resource.",
        )
        .replaces(),
        Attribute::optional_computed(
            "owner_tag",
            Type::Bool,
            "Whether each rule gets the tag `\"curated:owner\"`, which marks its resource: groups \
             ignore rules with the tag, and other resources don't take them over. Use `false` in \
             accounts that forbid tags on rules. Default: `true`.",
        )
        .default(true),
        Attribute::computed(
            "owner",
            Type::String,
            "The value of the tag `\"curated:owner\"` on the rules. Single rules that are created in \
             one group in the same run share the value, because EC2 sets the same tags on all rules of \
             a call. For a `curated_security_group_rules`, it is the resource's own `id`.",
        ),
        Attribute::computed(
            "rules",
            Type::map(Type::String),
            "The rules of this resource that EC2 will hold, known during the plan, with an entry for \
             each rule. The key is the rule, such as `ingress tcp/443 from 0.0.0.0/0`; the value is its \
             description. It also shows values that the configuration marks as sensitive, because \
             Terraform doesn't tell providers which values are: see `redact_rules`.",
        ),
        guardrails::attribute(),
        Attribute::optional(
            "redact_rules",
            Type::Bool,
            "Whether `rules` and all messages have digests in place of peers and descriptions. Plan and \
             state have the other arguments as you wrote them; Terraform hides values there that the \
             configuration marks as sensitive. Anyone who tries all addresses can find out which one a \
             digest stands for. Default: `false`.",
        ),
    ]
}

/// `tags` and `tags_all`.
pub(super) fn tags() -> Vec<Attribute> {
    vec![
        attributes::tags(
            "Tags of each rule, in addition to the provider's `default_tags`; at most 50 together. A \
             tag whose value is null is left out, and a default tag with its key applies.",
        ),
        Attribute::computed(
            "tags_all",
            Type::map(Type::String),
            "All tags of each rule except the owner's: its `tags` and the provider's default tags with \
             other keys, without tags that the provider ignores.",
        ),
    ]
}

/// The `timeouts` block.
pub(super) fn timeouts() -> NestedBlock {
    NestedBlock::new("timeouts", Nesting::Single, timeouts::block())
}

/// The schema of the identity, with this description of `id`.
pub(super) fn identity(id: &'static str) -> IdentitySchema {
    IdentitySchema::of_strings([
        ("id", true, id),
        ("security_group_id", false, "The group that has the rules."),
        ("region", false, "Its region. Default: the provider's."),
    ])
}
