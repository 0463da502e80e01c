//! A group as a configuration, a plan or a state has it. Attributes are read here, each by its type: the
//! other files know no attribute by its name that they only read.

pub(super) use crate::resources::common::desired_rules::{DesiredRules, Own, desired, rules_value};
pub(super) use crate::resources::common::group_state::{group_of, planned_rules, rules_of};
pub(super) use crate::resources::common::tags::{tags_from, tags_value};
use crate::tf_provider::value::{Attr, Value};

/// The attributes of a group.
#[derive(Clone, Copy)]
pub(super) struct Attributes<'a>(&'a Value);

/// The attributes that a configuration, a plan or a state of a group has.
pub(super) fn of(value: &Value) -> Attributes<'_> {
    Attributes(value)
}

impl<'a> Attributes<'a> {
    pub(super) fn id(self) -> Attr<&'a str> {
        self.0.get("id").string()
    }

    pub(super) fn region(self) -> Attr<&'a str> {
        self.0.get("region").string()
    }

    pub(super) fn vpc_id(self) -> Attr<&'a str> {
        self.0.get("vpc_id").string()
    }

    pub(super) fn preset(self) -> Attr<&'a str> {
        self.0.get("preset").string()
    }

    pub(super) fn name(self) -> Attr<&'a str> {
        self.0.get("name").string()
    }

    pub(super) fn name_prefix(self) -> Attr<&'a str> {
        self.0.get("name_prefix").string()
    }

    pub(super) fn description(self) -> Attr<&'a str> {
        self.0.get("description").string()
    }

    pub(super) fn exclusive(self) -> Attr<bool> {
        self.0.get("exclusive").bool()
    }

    /// Whether undeclared rules are removed: they are, unless the group says otherwise.
    pub(super) fn is_exclusive(self) -> bool {
        self.exclusive() != Attr::Known(false)
    }

    pub(super) fn revoke_rules_on_delete(self) -> Attr<bool> {
        self.0.get("revoke_rules_on_delete").bool()
    }

    /// A map of texts, of which some may be null.
    pub(super) fn tags(self) -> &'a Value {
        self.0.get("tags")
    }

    /// A map of texts.
    pub(super) fn tags_all(self) -> &'a Value {
        self.0.get("tags_all")
    }

    /// A map of descriptions by rule.
    pub(super) fn rules(self) -> &'a Value {
        self.0.get("rules")
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resources::security_group::schema;

    #[test]
    fn the_schema_has_each_attribute_of_its_type() {
        let empty = schema::schema().block.empty();
        let texts = |it: Attributes<'_>| {
            let named = [it.name(), it.name_prefix(), it.description(), it.preset()];
            let placed = [it.id(), it.region(), it.vpc_id()];
            named.into_iter().chain(placed).all(|text| text.is_null())
        };
        // An attribute that the schema hasn't panics in unit tests.
        assert!(texts(of(&empty)));
        let flags = [of(&empty).exclusive(), of(&empty).revoke_rules_on_delete()];
        assert!(flags.iter().all(Attr::is_null) && of(&empty).is_exclusive());
        let maps = [of(&empty).tags(), of(&empty).tags_all(), of(&empty).rules()];
        assert!(maps.iter().all(|map| map.is_null()));
    }
}
