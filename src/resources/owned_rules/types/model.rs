//! Typed reading of attributes that only one type of owned rules has. Those of several types are read in the
//! `model` of the folder above.

use crate::resources::common::model::Attributes;
pub(super) use crate::resources::common::model::of;
use crate::tf_provider::value::{Attr, Value};

/// Arguments of `curated_security_group_rule`.
impl<'a> Attributes<'a> {
    /// The name of the direction: `type`.
    pub(super) fn direction_name(self) -> Attr<&'a str> {
        self.0.get("type").string()
    }

    pub(super) fn protocol(self) -> Attr<&'a str> {
        self.0.get("protocol").string()
    }

    /// The id of another group, or of the rule's own.
    pub(super) fn source_security_group_id(self) -> &'a Value {
        self.0.get("source_security_group_id")
    }
}
