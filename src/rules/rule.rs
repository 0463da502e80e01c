//! A security group rule as EC2 stores it. Must not know how users spell rules (see `normalise`)
//! nor their text form (see `key`).

use std::collections::BTreeMap;

use super::{Peer, Traffic};

/// The direction of traffic, as the group's members see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Direction {
    /// Inbound.
    Ingress,
    /// Outbound.
    Egress,
}

impl Direction {
    /// Both, in the order in which they are shown.
    pub const BOTH: [Self; 2] = [Self::Ingress, Self::Egress];

    /// `ingress` or `egress`: EC2's word, and the name of the HCL block.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ingress => "ingress",
            Self::Egress => "egress",
        }
    }

    /// The word before the peer: traffic comes `from` it or goes `to` it.
    pub const fn preposition(self) -> &'static str {
        match self {
            Self::Ingress => "from",
            Self::Egress => "to",
        }
    }
}

/// A rule by its identity: no two rules of a group are equal in all three fields. The description
/// is not part of it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Rule {
    /// Inbound or outbound.
    pub direction: Direction,
    /// The traffic that is let through.
    pub traffic: Traffic,
    /// Its source or destination.
    pub peer: Peer,
}

impl Rule {
    /// The id of the group that the rule references; `None` for a group of another account.
    pub fn referenced_group(&self) -> Option<&str> {
        match &self.peer {
            Peer::Group { account: None, id } => Some(id),
            _ => None,
        }
    }

    /// The protocol that was probably meant, if the rule's protocol doesn't exist in the peer's
    /// family: ICMP belongs to IPv4, ICMPv6 to IPv6. EC2 accepts such a rule, but no packet matches
    /// it.
    pub fn suggestion(&self) -> Option<&'static str> {
        match (&self.peer, self.traffic.protocol().as_ref()) {
            (Peer::Ipv6(_), "icmp") => Some("icmpv6"),
            (Peer::Ipv4(_), "icmpv6") => Some("icmp"),
            _ => None,
        }
    }

    /// The protocol of a rule for port 0 alone, which is probably a mistake: elsewhere, 0 to 0
    /// means all ports, and no server listens on port 0.
    pub fn port_zero(&self) -> Option<&'static str> {
        [("tcp", Traffic::tcp(0, 0)), ("udp", Traffic::udp(0, 0))]
            .into_iter()
            .find(|(_, zero)| *zero == Some(self.traffic))
            .map(|(protocol, _)| protocol)
    }

    /// Whether EC2 can change it in place into the other rule: the peers must be of the same kind.
    pub fn can_become(&self, other: &Self) -> bool {
        let kind = self.peer.kind();
        self.direction == other.direction && kind.is_some() && kind == other.peer.kind()
    }

    /// The rule as the group `id` of the account `owner` sees it: see [`Peer::seen_from`].
    pub fn seen_from(self, owner: &str, id: &str) -> Self {
        Self {
            peer: self.peer.seen_from(owner, id),
            ..self
        }
    }
}

/// Rules with their descriptions, which may be empty.
pub type RuleSet = BTreeMap<Rule, String>;

/// A set of these rules. They go by way of a `Vec`, since the compiler makes the code that sorts them
/// for each type of iterator, seven kilobytes at a time.
pub fn rule_set(rules: impl IntoIterator<Item = (Rule, String)>) -> RuleSet {
    let rules: Vec<(Rule, String)> = rules.into_iter().collect();
    rules.into_iter().collect()
}

/// The rules of a set that are to be kept, with their descriptions.
pub fn rules_where(rules: &RuleSet, keep: impl Fn(&Rule, &str) -> bool) -> RuleSet {
    let kept = rules.iter().filter(|(rule, text)| keep(rule, text));
    rule_set(kept.map(|(rule, text)| (rule.clone(), text.clone())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn icmp_of_the_other_family_is_probably_not_meant() {
        for (key, expected) in [
            ("ingress icmp from ::/0", Some("icmpv6")),
            ("egress icmp/8/0 to 2001:db8::/32", Some("icmpv6")),
            ("ingress icmpv6/128 from 10.0.0.0/8", Some("icmp")),
            ("ingress icmp from 10.0.0.0/8", None),
            ("ingress icmpv6 from ::/0", None),
            // The blocks of prefix lists aren't known here.
            ("ingress icmp from pl-0000000a", None),
            ("ingress icmpv6 from sg-0000000a", None),
            ("ingress icmp from self", None),
            ("ingress all from ::/0", None),
            ("ingress tcp/22 from ::/0", None),
        ] {
            let rule: Rule = key.parse().expect("a rule's key");
            assert_eq!(rule.suggestion(), expected, "{key}");
        }
    }

    #[test]
    fn port_zero_alone_is_probably_not_meant() {
        for (key, expected) in [
            ("ingress tcp/0 from 0.0.0.0/0", Some("tcp")),
            ("egress udp/0 to self", Some("udp")),
            ("ingress tcp/0-1 from self", None),
            ("ingress tcp/0-65535 from self", None),
            ("ingress tcp/1 from self", None),
            ("ingress all from self", None),
            ("ingress icmp/0/0 from self", None),
            ("ingress 50 from self", None),
        ] {
            let rule: Rule = key.parse().expect("a rule's key");
            assert_eq!(rule.port_zero(), expected, "{key}");
        }
    }
}
