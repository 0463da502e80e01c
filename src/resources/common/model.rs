//! Typed reading of attributes that several resource types have, in a configuration, a plan or a state.
//! Other files don't read attributes by name. Attributes of a single type are read in that type's `model`.

use serde_json::Value as Json;

use crate::tf_provider::value::{Attr, Value};

/// The attributes of a resource. Each type's `model` adds methods for its own. Shared code reads some
/// attributes of any type: these are null where a type lacks them. All others must exist.
#[derive(Clone, Copy)]
pub(in crate::resources) struct Attributes<'a>(pub(in crate::resources) &'a Value);

/// A block `ingress` or `egress`.
#[derive(Clone, Copy)]
pub(in crate::resources) struct RuleBlock<'a>(&'a Value);

/// A state of another type, of this or the AWS provider, or a rule block in one. Attributes that it lacks, or
/// that aren't strings, are `None`.
#[derive(Clone, Copy)]
pub(in crate::resources) struct MovedState<'a>(pub(in crate::resources) &'a Json);

impl<'a> MovedState<'a> {
    pub(in crate::resources) fn arn(self) -> Option<&'a str> {
        self.0.get("arn")?.as_str()
    }

    /// The owner of a rule in this provider's states.
    pub(in crate::resources) fn owner(self) -> Option<&'a str> {
        self.0.get("owner")?.as_str()
    }

    pub(in crate::resources) fn protocol(self) -> Option<&'a str> {
        self.0.get("protocol")?.as_str()
    }
}

/// The sets of a block that name sources.
pub(in crate::resources) const SOURCES: [&str; 4] = [
    "cidr_blocks",
    "ipv6_cidr_blocks",
    "prefix_list_ids",
    "security_groups",
];

/// The attributes of a configuration, a plan or a state.
pub(in crate::resources) fn of(value: &Value) -> Attributes<'_> {
    Attributes(value)
}

/// A group in a few words. Hosts show only the first of several warnings with one summary, so those about a
/// group name it.
pub(in crate::resources) fn called(group: &Value) -> String {
    let text = |name| {
        group
            .get_or_null(name)
            .as_str()
            .filter(|text| !text.is_empty())
    };
    let prefix = text("name_prefix").map(|prefix| format!("{prefix}…"));
    let name = text("name").map(str::to_owned).or(prefix);
    match (name, text("id")) {
        (Some(name), Some(id)) => format!("{name} ({id})"),
        (Some(name), None) => name,
        (None, Some(id)) => id.to_owned(),
        (None, None) => "a new group".to_owned(),
    }
}

/// For tests: a group in which the attributes that shared code reads are null.
#[cfg(test)]
pub(super) fn unset_group() -> Value {
    let names = [
        "id",
        "owner_id",
        "name",
        "preset",
        "ingress",
        "egress",
        "ingress_rules",
        "egress_rules",
        "rules",
        "redact_rules",
    ];
    Value::object(names.map(|name| (name, Value::Null)))
}

/// The attributes of a block `ingress` or `egress`.
pub(in crate::resources) fn rule_block(block: &Value) -> RuleBlock<'_> {
    RuleBlock(block)
}

/// Attributes that every type has.
impl<'a> Attributes<'a> {
    pub(in crate::resources) fn id(self) -> Attr<&'a str> {
        self.0.get("id").string()
    }

    pub(in crate::resources) fn region(self) -> Attr<&'a str> {
        self.0.get("region").string()
    }

    /// A map of descriptions by rule.
    pub(in crate::resources) fn rules(self) -> &'a Value {
        self.0.get("rules")
    }

    /// A block of durations by operation.
    pub(in crate::resources) fn timeouts(self) -> &'a Value {
        self.0.get("timeouts")
    }
}

/// Attributes that some types have; null for the others.
impl<'a> Attributes<'a> {
    pub(in crate::resources) fn arn(self) -> Attr<&'a str> {
        self.0.get_or_null("arn").string()
    }

    /// The account: twelve digits.
    pub(in crate::resources) fn owner_id(self) -> Attr<&'a str> {
        self.0.get_or_null("owner_id").string()
    }

    /// Ids of further VPCs.
    pub(in crate::resources) fn associated_vpc_ids(self) -> Attr<&'a [Value]> {
        self.0.get_or_null("associated_vpc_ids").elements()
    }

    pub(in crate::resources) fn vpc_id(self) -> Attr<&'a str> {
        self.0.get_or_null("vpc_id").string()
    }

    pub(in crate::resources) fn name(self) -> Attr<&'a str> {
        self.0.get_or_null("name").string()
    }

    pub(in crate::resources) fn description(self) -> Attr<&'a str> {
        self.0.get_or_null("description").string()
    }

    /// The group that the rules of a resource belong to, where it isn't a group itself.
    pub(in crate::resources) fn security_group_id(self) -> Attr<&'a str> {
        self.0.get_or_null("security_group_id").string()
    }

    pub(in crate::resources) fn preset(self) -> Attr<&'a str> {
        self.0.get_or_null("preset").string()
    }

    /// A set of texts.
    pub(in crate::resources) fn presets(self) -> &'a Value {
        self.0.get_or_null("presets")
    }

    pub(in crate::resources) fn revoke_rules_on_delete(self) -> Attr<bool> {
        self.0.get_or_null("revoke_rules_on_delete").bool()
    }

    /// A map of texts, of which some may be null.
    pub(in crate::resources) fn tags(self) -> &'a Value {
        self.0.get_or_null("tags")
    }

    /// A map of texts.
    pub(in crate::resources) fn tags_all(self) -> &'a Value {
        self.0.get_or_null("tags_all")
    }
}

impl<'a> RuleBlock<'a> {
    pub(in crate::resources) fn service(self) -> Attr<&'a str> {
        self.0.get("service").string()
    }

    pub(in crate::resources) fn services(self) -> Attr<&'a [Value]> {
        self.0.get("services").elements()
    }

    pub(in crate::resources) fn protocol(self) -> Attr<&'a str> {
        self.0.get("protocol").string()
    }

    pub(in crate::resources) fn description(self) -> Attr<&'a str> {
        self.0.get("description").string()
    }

    /// Whether the group itself is a source or destination: the attribute `self`.
    pub(in crate::resources) fn self_reference(self) -> Attr<bool> {
        self.0.get("self").bool()
    }

    /// A set of texts.
    pub(in crate::resources) fn security_groups(self) -> &'a Value {
        self.0.get("security_groups")
    }
}
