//! A security group rule as EC2 stores it. Knows neither how users spell one (see `normalise`)
//! nor how a rule reads as text (see `key`).

use std::collections::BTreeMap;

use super::{Peer, Traffic};

/// Which way the traffic goes, seen from the group's members.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Direction {
    /// Inbound.
    Ingress,
    /// Outbound.
    Egress,
}

impl Direction {
    /// Both, in the order in which they are told.
    pub const BOTH: [Self; 2] = [Self::Ingress, Self::Egress];

    /// `ingress` or `egress`: EC2's word, and the name of the HCL block.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ingress => "ingress",
            Self::Egress => "egress",
        }
    }

    /// How a peer is joined to a rule in words: traffic comes `from` it or goes `to` it.
    pub const fn preposition(self) -> &'static str {
        match self {
            Self::Ingress => "from",
            Self::Egress => "to",
        }
    }
}

/// A rule's identity: EC2 holds no two rules of one group for which all three are equal.
/// The description is not part of it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Rule {
    /// Inbound or outbound.
    pub direction: Direction,
    /// What is let through.
    pub traffic: Traffic,
    /// Where it may come from, or go to.
    pub peer: Peer,
}

impl Rule {
    /// The rule as the group `id` of the account `owner` sees it: see [`Peer::seen_from`].
    pub fn seen_from(self, owner: &str, id: &str) -> Self {
        Self {
            peer: self.peer.seen_from(owner, id),
            ..self
        }
    }
}

/// Rules with their descriptions; the description is empty where a rule has none.
pub type RuleSet = BTreeMap<Rule, String>;
