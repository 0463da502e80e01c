//! The context in which the rules of a group are read. Knows neither blocks nor labels.

use super::model;
use crate::catalog::Catalog;
use crate::rules::{self, Declaration, Expansion, InputError, Peer, RuleSet, TrafficSpec};
use crate::tf_provider::value::Value;

/// The context in which the rules of a group are read: the group's account and id, by which a rule's peers
/// are told apart, and the catalog for the names of services and presets. Account and id are empty while
/// they aren't known.
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

    /// Rules as EC2 shows them: a plan that doesn't know the account can't tell its own by it.
    pub(in crate::resources) fn sees(self, rules: RuleSet) -> RuleSet {
        let rules = rules.into_iter();
        rules
            .map(|(rule, text)| (rule.seen_from(self.account, self.id), text))
            .collect()
    }

    /// Declared rules as EC2 shows them: a group of one's own account without it, one's own as
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

    /// The service that may have been meant by a protocol of a block that resembles no protocol.
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
        // The beginning of a service's name is meant for it, whatever protocol it resembles.
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
