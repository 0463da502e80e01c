//! A default group as a configuration, a plan or a state has it. Attributes are read here, each by its
//! type: the other files know no attribute by its name that they only read.

use crate::tf_provider::value::{Attr, Value};

/// The attributes of a default group.
#[derive(Clone, Copy)]
pub(super) struct Attributes<'a>(&'a Value);

/// The attributes that a configuration, a plan or a state of a default group has.
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

    /// EC2 calls every default group the same; a state right after an import has no name yet.
    pub(super) fn name(self) -> Attr<&'a str> {
        self.0.get("name").string()
    }

    pub(super) fn restore_on_destroy(self) -> Attr<bool> {
        self.0.get("restore_on_destroy").bool()
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
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resources::default_group::schema;

    #[test]
    fn the_schema_has_each_attribute_of_its_type() {
        let empty = schema::schema().block.empty();
        // An attribute that the schema hasn't panics in unit tests.
        let it = of(&empty);
        let texts = [it.id(), it.region(), it.vpc_id(), it.name()];
        assert!(texts.iter().all(Attr::is_null) && it.restore_on_destroy().is_null());
        assert!(it.revoke_rules_on_delete().is_null());
        assert!(it.tags().is_null() && it.tags_all().is_null());
    }
}
