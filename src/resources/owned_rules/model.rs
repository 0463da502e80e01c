//! Typed reading of attributes that only resources of owned rules have, in a configuration, a plan or a state.
//! Arguments that declare rules are read by each type.

use crate::resources::common::model::Attributes;
pub(super) use crate::resources::common::model::of;
use crate::tf_provider::value::Attr;

impl<'a> Attributes<'a> {
    /// The value of the owner's tag on the rules.
    pub(super) fn owner(self) -> Attr<&'a str> {
        self.0.get("owner").string()
    }

    /// Whether rules get the owner's tag.
    pub(super) fn owner_tag(self) -> Attr<bool> {
        self.0.get("owner_tag").bool()
    }

    /// Whether rules get the owner's tag, which is the default.
    pub(super) fn wants_owner_tag(self) -> bool {
        self.owner_tag() != Attr::Known(false)
    }

    /// The id of the one rule of a resource; null if it has several, or is of a type without the attribute.
    pub(super) fn security_group_rule_id(self) -> Attr<&'a str> {
        self.0.get_or_null("security_group_rule_id").string()
    }
}
