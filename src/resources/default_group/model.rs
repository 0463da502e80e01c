//! Typed reading of attributes that no other resource type has, in a configuration, a plan or a state.

use crate::resources::common::model::Attributes;
pub(super) use crate::resources::common::model::of;
use crate::tf_provider::value::Attr;

impl Attributes<'_> {
    pub(super) fn restore_on_destroy(self) -> Attr<bool> {
        self.0.get("restore_on_destroy").bool()
    }
}
