//! The context in which rules of a group are read. Must not know blocks and labels.

use super::model;
use crate::catalog::Catalog;
use crate::rules::{
    self, Declaration, Expansion, InputError, Peer, RuleSet, TrafficSpec, rule_set,
};
use crate::tf_provider::value::Value;

/// The context in which rules of a group are read: the group's account and id, which peers are compared
/// with, and the catalog of services and presets. Account and id are empty while they aren't known.
#[derive(Clone, Copy, Debug)]
pub(in crate::resources) struct RuleContext<'a> {
    /// Twelve digits.
    pub(in crate::resources) account: &'a str,
    /// `sg-…`
    pub(in crate::resources) id: &'a str,
    /// Services and presets.
    pub(in crate::resources) catalog: &'a Catalog,
}

impl<'a> RuleContext<'a> {
    /// A group that doesn't exist yet.
    pub(in crate::resources) fn new(catalog: &'a Catalog) -> Self {
        Self {
            account: "",
            id: "",
            catalog,
        }
    }
}

impl<'a> RuleContext<'a> {
    /// The group of a state.
    pub(in crate::resources) fn of(state: &'a Value, catalog: &'a Catalog) -> Self {
        Self {
            account: model::of(state).owner_id().known().unwrap_or_default(),
            id: model::of(state).id().known().unwrap_or_default(),
            catalog,
        }
    }

    /// Rules as EC2 shows them. A plan made without the account may name the group's own account in peers.
    pub(in crate::resources) fn sees(self, rules: RuleSet) -> RuleSet {
        let rules = rules.into_iter();
        rule_set(rules.map(|(rule, text)| (rule.seen_from(self.account, self.id), text)))
    }

    /// Declared rules as EC2 shows them: groups of the own account without it, and the group itself as
    /// `self`.
    pub(super) fn expand(self, declarations: &[Declaration]) -> Expansion {
        let seen = |peer: Peer| peer.seen_from(self.account, self.id);
        let mut expansion = rules::expand(declarations, |name| self.catalog.service(name), seen);
        for (index, fault) in &mut expansion.faults {
            if let Some(hint) = self.service_for_protocol(fault, &declarations[*index]) {
                fault.detail = hint;
            }
        }
        expansion
    }

    /// A hint at the service whose name resembles the protocol of a block, where no protocol does.
    fn service_for_protocol(self, fault: &InputError, declared: &Declaration) -> Option<String> {
        let Declaration::Block(block) = declared else {
            return None;
        };
        let TrafficSpec::Protocol { protocol, .. } = &block.what else {
            return None;
        };
        let words = fault
            .detail
            .find("A protocol is")
            .filter(|_| fault.attribute == "protocol")?;
        let near = self.catalog.service_or_nearest(protocol).err()?;
        let name = near.first()?;
        // The beginning of a service's name stands for it, even if it resembles a protocol.
        let is_begun = protocol.len() > 3 && name.starts_with(&protocol.to_lowercase());
        (words == 0 || is_begun).then(|| {
            format!(
                "Did you mean the service {name:?}? Write service = {name:?}, and leave out \
                 protocol, from_port and to_port. {}",
                &fault.detail[words..]
            )
        })
    }
}
