//! Typed reading of attributes that no other resource type has, in a configuration, a plan or a state.

pub(super) use crate::resources::common::desired_rules::{
    DesiredRules, RuleContext, desired, rules_value,
};
pub(super) use crate::resources::common::group_state::{group_of, planned_rules, rules_of};
use crate::resources::common::model::Attributes;
pub(super) use crate::resources::common::model::of;
pub(super) use crate::resources::common::tags::{tags_from, tags_value};
use crate::tf_provider::value::{Attr, Value};

impl<'a> Attributes<'a> {
    pub(super) fn name_prefix(self) -> Attr<&'a str> {
        self.0.get("name_prefix").string()
    }

    pub(super) fn exclusive(self) -> Attr<bool> {
        self.0.get("exclusive").bool()
    }

    /// Whether undeclared rules are removed: they are, unless the group says otherwise.
    pub(super) fn is_exclusive(self) -> bool {
        self.exclusive() != Attr::Known(false)
    }
}

/// Whether `exclusive` changes from true to false: undeclared rules are then left in place.
pub(super) fn stops_being_exclusive(prior: &Value, planned: &Value) -> bool {
    of(prior).is_exclusive() && !of(planned).is_exclusive()
}

/// Whether `exclusive` changes from false to true: undeclared rules will be removed.
pub(super) fn becomes_exclusive(prior: &Value, planned: &Value) -> bool {
    stops_being_exclusive(planned, prior)
}
