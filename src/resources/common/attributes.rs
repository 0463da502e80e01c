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
        "Whether `rules` and all messages have digests in place of peers and descriptions. Plan and \
         state have the blocks as you wrote them; Terraform hides values there that the configuration \
         marks as sensitive. Anyone who tries all addresses can find out which one a digest stands for. \
         Default: `false`.",
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
        "All tags of the group: its `tags` and the provider's default tags with other keys, without \
         tags that the provider ignores.",
    )
}
