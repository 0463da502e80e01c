//! Attributes of resources that own rules which no other type has, in a configuration, a
//! plan or a state. The arguments that declare rules are the matter of each type.

use crate::resources::common::model::Attributes;
pub(super) use crate::resources::common::model::of;
use crate::tf_provider::value::Attr;

impl<'a> Attributes<'a> {
    /// The value of the owner's tag on the rules.
    pub(super) fn owner(self) -> Attr<&'a str> {
        self.0.get("owner").string()
    }

    /// Whether rules are to have the owner's tag; null where a type leaves no choice.
    pub(super) fn owner_tag(self) -> Attr<bool> {
        self.0.get("owner_tag").bool()
    }

    /// Rules have the owner's tag, unless the resource says otherwise.
    pub(super) fn wants_owner_tag(self) -> bool {
        self.owner_tag() != Attr::Known(false)
    }

    /// The id of the one rule that a resource has; null where it has several. Bundles have no such
    /// attribute.
    pub(super) fn security_group_rule_id(self) -> Attr<&'a str> {
        self.0.get_or_null("security_group_rule_id").string()
    }
}
