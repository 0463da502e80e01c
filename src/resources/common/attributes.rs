//! Attributes that both kinds of groups have, as their schemas say them.

use super::tags::tags_value;
use crate::ec2::Tags;
use crate::session::checked_tags;
use crate::tf_provider::schema::Attribute;
use crate::tf_provider::value::Type;

/// `redact_rules`.
pub(in crate::resources) fn redact_rules() -> Attribute {
    Attribute::optional(
        super::redact::NAME,
        Type::Bool,
        "Whether `rules` and every message have digests in place of peers and descriptions. \
         Blocks in plan and state are as they are written; a host hides what the \
         configuration marks as sensitive. Who tries all addresses can find out what a \
         digest is of. Default: `false`.",
    )
}

/// `tags`, of which `text` says what becomes of others. It has a default, so that no tags are one and the
/// same thing however they are spelt: what EC2 shows doesn't tell `{}` from nothing.
pub(in crate::resources) fn tags(text: &'static str) -> Attribute {
    Attribute::optional_computed("tags", Type::map(Type::String), text)
        .default(tags_value(&Tags::new()))
        .must_be(
            "tags as EC2 takes them: a key of 1 to 128 characters that doesn't begin with `\"aws:\"`",
            checked_tags,
        )
}

/// `tags_all` of a group.
pub(in crate::resources) fn tags_all() -> Attribute {
    Attribute::computed(
        "tags_all",
        Type::map(Type::String),
        "All tags that the group gets: its `tags`, and the provider's default ones of other \
         keys; without those that the provider is told to ignore.",
    )
}
