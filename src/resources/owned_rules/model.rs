//! A resource that owns rules, as a configuration, a plan or a state has it: what all of their types have
//! in common. Attributes are read here, each by its type. What says the rules is the matter of each type.

use crate::tf_provider::value::{Attr, Value};

/// The attributes that all types have. Some types lack some of them, which read as null there.
#[derive(Clone, Copy)]
pub(super) struct Attributes<'a>(&'a Value);

/// The attributes that a configuration, a plan or a state of owned rules has.
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

    pub(super) fn security_group_id(self) -> Attr<&'a str> {
        self.0.get("security_group_id").string()
    }

    /// What the owner's tag says on the rules.
    pub(super) fn owner(self) -> Attr<&'a str> {
        self.0.get("owner").string()
    }

    /// Whether rules are to have the owner's tag; null where a type leaves no choice.
    pub(super) fn owner_tag(self) -> Attr<bool> {
        self.0.get_or_null("owner_tag").bool()
    }

    /// Rules have the owner's tag, unless the resource says otherwise.
    pub(super) fn wants_owner_tag(self) -> bool {
        self.owner_tag() != Attr::Known(false)
    }

    /// The id of the one rule that a resource has; null where it has several.
    pub(super) fn security_group_rule_id(self) -> Attr<&'a str> {
        self.0.get_or_null("security_group_rule_id").string()
    }

    /// A map of texts, of which some may be null; null where rules have no tags of the user's own.
    pub(super) fn tags(self) -> &'a Value {
        self.0.get_or_null("tags")
    }

    /// A map of texts; null where rules have no tags of the user's own.
    pub(super) fn tags_all(self) -> &'a Value {
        self.0.get_or_null("tags_all")
    }

    /// A map of descriptions by rule.
    pub(super) fn rules(self) -> &'a Value {
        self.0.get("rules")
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::resources::owned_rules::rule_type::RuleType;
    use crate::resources::owned_rules::types::bundle::Bundle;
    use crate::resources::owned_rules::types::single::SingleRule;
    use crate::resources::owned_rules::types::vpc_rule::VpcRule;
    use crate::rules::Direction;

    #[test]
    fn each_attribute_is_one_of_all_types_or_of_some() {
        let mut seen = BTreeSet::new();
        let types: [&dyn RuleType; 3] = [&Bundle, &SingleRule, &VpcRule(Direction::Ingress)];
        for ty in types {
            let block = ty.block();
            let empty = block.empty();
            // An attribute that all have and a type hasn't panics in unit tests.
            let it = of(&empty);
            let texts = [it.id(), it.region(), it.security_group_id(), it.owner()];
            assert!(texts.iter().all(Attr::is_null) && it.rules().is_null());
            let of_some = ["owner_tag", "security_group_rule_id", "tags", "tags_all"];
            seen.extend(of_some.into_iter().filter(|name| block.has(name)));
            assert!(it.wants_owner_tag() && it.security_group_rule_id().is_null());
            assert!(it.tags().is_null() && it.tags_all().is_null());
        }
        assert_eq!(seen.len(), 4, "{seen:?}");
    }
}
