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
        "The security group that has the rules. Another group is another resource.",
    )
    .replaces()
}

/// The attributes of every type, beside those that declare rules.
pub(super) fn common() -> Vec<Attribute> {
    vec![
        Attribute::optional_computed(
            "region",
            Type::String,
            "The region of the group. Default: the provider's. Another region is another resource.",
        )
        .replaces(),
        Attribute::optional_computed(
            "owner_tag",
            Type::Bool,
            "Whether each rule gets the tag `\"curated:owner\"`, which says whose it is: groups leave \
             rules that have it alone, and nobody takes them over. `false` is for accounts that \
             forbid tags on rules. Default: `true`.",
        )
        .default(true),
        Attribute::computed(
            "owner",
            Type::String,
            "The value of the tag `\"curated:owner\"` on the rules. Single rules that one run makes in \
             one group share it, since EC2 puts the same tags on all rules of a call; a \
             `curated_security_group_rules` has its own `id` there.",
        ),
        Attribute::computed(
            "rules",
            Type::map(Type::String),
            "What EC2 will hold of this resource, known when planning: one entry a rule. The key \
             says the rule, such as `ingress tcp/443 from 0.0.0.0/0`; the value is its description. \
             It also shows what the configuration marks as sensitive, since no host tells a \
             provider: see `redact_rules`.",
        ),
        guardrails::attribute(),
        Attribute::optional(
            "redact_rules",
            Type::Bool,
            "Whether `rules` and every message have digests in place of peers and descriptions. \
             What declares the rules is in plan and state as it is written; a host hides what the \
             configuration marks as sensitive. By trying all addresses, the one behind a digest can \
             be found. Default: `false`.",
        ),
    ]
}

/// `tags` and `tags_all`.
pub(super) fn tags() -> Vec<Attribute> {
    vec![
        attributes::tags(
            "Tags of each rule, beside the provider's `default_tags`; at most 50 together with the \
             owner's tag. One whose value is null is left out, and a default tag of its key counts.",
        ),
        Attribute::computed(
            "tags_all",
            Type::map(Type::String),
            "All tags that each rule gets but the owner's: its `tags`, and the provider's default \
             ones of other keys; without those that the provider is told to ignore.",
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
