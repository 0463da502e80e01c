//! Attributes in the schemas of several resource types.

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
         configuration marks as sensitive. By trying all addresses, the one behind a digest \
         can be found. Default: `false`.",
    )
}

/// `tags`, with this description. The default makes `{}` and an absent attribute the same, which can't be
/// told apart by what EC2 shows.
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
